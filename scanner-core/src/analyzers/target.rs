//! The file that an analyzer looks at, opened and parsed once for all of them.

use crate::formats::elf::Elf;
use crate::fs::{File, ReadError};
use crate::limits::Limits;
use crate::read::ReadAt;

/// Names that end like this hold no ELF; without execute permission they are not opened to find out.
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
/// No ELF header is shorter, in bytes.
const HEADER: u64 = 52;
/// No program worth the name that may not be run and is not called a library is smaller, in bytes.
const SMALLEST_UNMARKED: u64 = 4096;

/// A file, and what its first bytes say it is.
pub struct Target<'a> {
    /// The file.
    pub file: &'a File<'a>,
    /// Its headers, if it is ELF.
    pub elf: Option<Elf>,
}

impl Target<'_> {
    /// Reads the whole file as one package's own metadata.
    pub fn metadata(&self, limits: &Limits) -> Result<String, ReadError> {
        Ok(String::from_utf8_lossy(&self.file.bytes(limits.metadata_bytes)?).into_owned())
    }
}

/// Whether a file may be ELF, to judge by its listing alone.
pub(super) fn may_be_binary(file: &File<'_>) -> bool {
    let name = file.path.file_name();
    let library = || name.ends_with(b".so") || name.windows(4).any(|it| it == b".so.");
    let unmarked = || {
        file.size >= SMALLEST_UNMARKED && !NEVER_BINARY.iter().any(|ending| name.ends_with(ending))
    };
    file.size >= HEADER && (file.executable || library() || unmarked())
}

/// Whether an open file is ELF, by its first bytes.
pub(super) fn is_elf(file: &dyn ReadAt) -> std::io::Result<bool> {
    let mut start = [0; 4];
    let read = file.read_at(&mut start, 0)?;
    Ok(Elf::matches(start.get(..read).unwrap_or_default()))
}
