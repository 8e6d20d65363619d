//! The file that an analyzer looks at, opened and parsed once for all of them.

use crate::formats::elf::Facts;
use crate::formats::executable::Executable;
use crate::fs::{File, ReadError};
use crate::limits::Limits;
use crate::path::ImagePath;
use crate::read::ReadAt;

/// Names that end like this hold no binary; without execute permission they are not opened to find out.
const NEVER_BINARY: &[&[u8]] = &[
    b".js",
    b".mjs",
    b".cjs",
    b".ts",
    b".mts",
    b".cts",
    b".map",
    b".json",
    b".md",
    b".html",
    b".css",
    b".scss",
    b".xml",
    b".txt",
    b".yml",
    b".yaml",
    b".toml",
    b".h",
    b".c",
    b".cc",
    b".cpp",
    b".hpp",
    b".py",
    b".pyi",
    b".pyc",
    b".rb",
    b".pl",
    b".pm",
    b".sh",
    b".go",
    b".rs",
    b".java",
    b".class",
    b".jar",
    b".gz",
    b".xz",
    b".zip",
    b".png",
    b".jpg",
    b".svg",
    b".gif",
    b".woff",
    b".woff2",
    b".ttf",
    b".mo",
    b".po",
    b".conf",
    b".list",
    b".md5sums",
    b".flow",
    b".el",
];
/// Names that end like this are libraries and programs, of whatever size and permission.
const BINARY: &[&[u8]] =
    &[b".so", b".dll", b".exe", b".dylib", b".efi", b".node", b".pyd", b".sys", b".ko"];
/// No script that runs anything is shorter, in bytes.
const SHORTEST: u64 = 4;
/// No program worth the name that may not be run and is not called a library is smaller, in bytes.
const SMALLEST_UNMARKED: u64 = 4096;

/// A file, and what its first bytes say it is.
pub struct Target<'a> {
    /// The file.
    pub file: &'a File<'a>,
    /// Its headers and bytes, if it is a program, library or script.
    pub executable: Option<Opened<'a>>,
}

/// An executable that is open for reading in places.
pub struct Opened<'a> {
    /// What its headers say.
    pub headers: Executable,
    /// What it says about itself beside its code, if it is ELF.
    pub facts: Option<Facts>,
    /// Its bytes.
    pub bytes: Box<dyn ReadAt + 'a>,
}

impl Opened<'_> {
    /// Whether it is an ELF file that loads a library whose name begins so.
    pub fn loads(&self, library: &str) -> bool {
        let dynamic = self.facts.as_ref().and_then(|it| it.dynamic.as_ref());
        dynamic.is_some_and(|it| it.needed.iter().any(|it| it.starts_with(library)))
    }
}

impl Target<'_> {
    /// Reads the whole file as one package's own metadata.
    pub fn metadata(&self, limits: &Limits) -> Result<String, ReadError> {
        Ok(String::from_utf8_lossy(&self.file.bytes(limits.metadata_bytes)?).into_owned())
    }
}

/// Whether a file may be executable, to judge by its listing alone.
pub(super) fn may_be_binary(file: &File<'_>) -> bool {
    may_be_binary_listed(file.path, file.size, file.executable)
}

/// The same of a file that is not yet in any view.
pub(super) fn may_be_binary_listed(path: &ImagePath, size: u64, executable: bool) -> bool {
    let name = path.file_name();
    let library = || {
        BINARY.iter().any(|ending| name.ends_with(ending))
            || name.windows(4).any(|it| it == b".so.")
    };
    let unmarked =
        || size >= SMALLEST_UNMARKED && !NEVER_BINARY.iter().any(|ending| name.ends_with(ending));
    size >= SHORTEST && (executable || library() || unmarked())
}
