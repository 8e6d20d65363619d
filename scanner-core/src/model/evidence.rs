//! Why a component is believed to be there.

use std::borrow::Cow;

use super::Sha256;
use crate::path::ImagePath;

/// One proof of a component. Made by the runner only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The file that proves it.
    pub path: ImagePath,
    /// Where in that file.
    pub position: Position,
    /// The analyzer that read it.
    pub analyzer: Cow<'static, str>,
    /// What kind of proof it is.
    pub method: Method,
    /// The layer that the file comes from, counted from the lowest.
    pub layer: usize,
    /// The file's digest, where the whole file was read.
    pub sha256: Option<Sha256>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// The file as a whole.
    Whole,
    /// A line of text, counted from 1.
    Line(u32),
    /// A byte offset.
    Offset(u64),
    /// An entry of an archive; `!/` stands between an archive inside it and the entry of that.
    Entry(String),
}

impl Evidence {
    /// Where the proof is: the path, and for an archive the entry in it, as Java writes it (`/app.jar!/lib/x.jar`).
    pub fn location(&self) -> Cow<'_, str> {
        match &self.position {
            Position::Entry(entry) => format!("{}!/{entry}", self.path.display()).into(),
            Position::Whole | Position::Line(_) | Position::Offset(_) => self.path.display(),
        }
    }
}

/// What kind of proof a piece of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// A row of a package manager's database.
    Database,
    /// Metadata that an installer wrote beside the package.
    Metadata,
    /// Information that a compiler or linker wrote into a binary.
    BuildInfo,
    /// The bytes of the file itself: nothing names it.
    Digest,
    /// A lockfile or manifest that asks for the package.
    Declaration,
    /// An SBOM that somebody put into the image, or a statement from elsewhere about exactly these bytes.
    Attestation,
}

impl Method {
    /// The name used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "package-database",
            Self::Metadata => "installed-metadata",
            Self::BuildInfo => "build-information",
            Self::Digest => "file-digest",
            Self::Declaration => "declaration",
            Self::Attestation => "attestation",
        }
    }
}
