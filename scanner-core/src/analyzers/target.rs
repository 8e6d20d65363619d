//! The file that an analyzer looks at, opened and parsed once for all of them.

use crate::formats::elf::Elf;
use crate::fs::{File, ReadError};
use crate::limits::Limits;
use crate::read::{ReadAt, window};

/// Names that end like this hold no ELF; without execute permission they are not opened to find out.
const NEVER_BINARY: &[&[u8]] = &[
    b".js", b".mjs", b".cjs", b".ts", b".mts", b".cts", b".map", b".json", b".md", b".html", b".css", b".scss", b".xml",
    b".txt", b".yml", b".yaml", b".toml", b".h", b".c", b".cc", b".cpp", b".hpp", b".py", b".pyi", b".pyc", b".rb",
    b".pl", b".pm", b".sh", b".go", b".rs", b".java", b".class", b".jar", b".gz", b".xz", b".zip", b".png", b".jpg",
    b".svg", b".gif", b".woff", b".woff2", b".ttf", b".mo", b".po", b".conf", b".list", b".md5sums", b".flow", b".el",
];
/// No program with build information is smaller, in bytes.
const SMALLEST_BINARY: u64 = 64;

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
    let speaks_against = || NEVER_BINARY.iter().any(|ending| name.ends_with(ending));
    file.size >= SMALLEST_BINARY && (file.executable || !speaks_against())
}

/// Whether an open file is ELF, by its first bytes.
pub(super) fn is_elf(file: &dyn ReadAt) -> std::io::Result<bool> {
    Ok(Elf::matches(&window(file, 0, 4)?))
}
