//! Bytes for tests: directory trees from text, programs and libraries, what compilers write into them, package databases.
//! Bytes for tests: directory trees from text, ELF files, zip archives, what compilers write into them.
//!
//! This crate knows no type of the scanner, so that a test outlives any change of it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be made is a broken test"
)]

mod elf;
mod go;
mod macho;
mod pe;
mod rpm;
mod tree;
mod zip;
mod zlib;

pub use elf::Elf;
pub use go::GoBuildInfo;
pub use macho::MachO;
pub use pe::Pe;
pub use rpm::{RpmBdb, RpmHeader, RpmNdb, RpmSqlite};
pub use tree::Tree;
pub use zip::Zip;
pub use zlib::zlib;
