//! Bytes for tests: directory trees and image layers from text, layouts and archives of images, programs and libraries,
//! what compilers write into them, package databases, zip archives.
//!
//! This crate knows no type of the scanner, so that a test outlives any change of it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be made is a broken test"
)]

mod certificate;
mod der;
mod dotnet;
mod elf;
mod foreign_elf;
pub mod fulcio;
pub mod fuzz;
mod go;
pub mod http;
mod layers;
mod ld_so_cache;
mod macho;
mod oci;
mod pe;
pub mod registry;
pub mod rekor;
mod rpm;
pub mod sigstore;
mod sqlite;
mod tar;
pub mod timestamps;
pub mod tls;
mod tree;
mod zip;
mod zlib;

pub use dotnet::{Assembly, DotnetBundle, version_resource};
pub use elf::{Dynamic, Elf};
pub use foreign_elf::ForeignElf;
pub use go::GoBuildInfo;
pub use layers::Layers;
pub use ld_so_cache::LdSoCache;
pub use macho::MachO;
pub use oci::{Compression, OciImage, OciLayout, blob, compress, digest, docker_archive};
pub use pe::Pe;
pub use rpm::{RpmBdb, RpmHeader, RpmNdb, RpmSqlite};
pub use sqlite::sqlite;
pub use tar::{Tar, checked, header};
pub use tree::Tree;
pub use zip::Zip;
pub use zlib::zlib;
