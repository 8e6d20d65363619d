//! What a reader of the document must know beside the components.

use std::fmt;

use crate::path::ImagePath;

/// Something that could not be read or had to be left out. A notice never ends a scan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// The file or directory that it is about.
    pub path: ImagePath,
    /// The stable code, for programs.
    pub code: Code,
    /// What happened and what follows, for people.
    pub message: String,
}

macro_rules! codes {
    ($($name:ident = $text:literal, $about:literal;)*) => {
        /// Stable names of notices. Programs match on them; they are never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $about] $name,)* }

        impl Code {
            /// Every code, for documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in documents.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What the code means.
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)* }
            }
        }
    };
}

codes! {
    Unreadable = "unreadable", "A file or directory could not be read.";
    Malformed = "malformed", "A file is not what its name or place says; what could be read of it was kept.";
    EmptyDatabase = "empty-database", "A package database holds no package.";
    Incomplete = "incomplete", "A record lacks a name or version and proves no component.";
    NotInstalled = "not-installed", "A package database lists a package that is not completely installed.";
    Superseded = "superseded", "A package database lies beside the one that its package manager uses; it was not read.";
    LimitReached = "limit-reached", "A bound was crossed; what lies beyond it was left out.";
    NotPinned = "not-pinned", "A manifest names dependencies without an exact version; they are left out.";
    LinkUnresolved = "link-unresolved", "A symbolic link that matters leads in a circle or nowhere.";
    MountSkipped = "mount-skipped", "A virtual file system is mounted here; it was not read.";
    LayerMissing = "layer-missing", "A layer that may not be distributed is not in the image; its content is unknown.";
    BaseMismatch = "base-mismatch", "The image says that it was built on another one whose layers are not its lowest ones.";
    NameNotText = "name-not-text", "A name is not UTF-8; it is shown percent-encoded.";
    NoDistribution = "no-distribution", "No os-release names the distribution; purls have no distro qualifier.";
    LibraryMissing = "library-missing", "A program or its libraries need a library that its loader finds nowhere in the image.";
    SymbolVersionMissing = "symbol-version-missing", "A library lacks a symbol version without which a file that needs it is not loaded.";
    DependencyMissing = "dependency-missing", "Components state that they need something that nothing installed is; their dependencies are incomplete.";
    AnalyzerPanicked = "analyzer-panicked", "An analyzer failed on a file; this is a defect, please report it.";
    ForeignDocument = "foreign-document", "The inventory was read from the document of another tool, whose word it is.";
    NotTakenOver = "not-taken-over", "The document that was read says things that have no place here; they are left out.";
    UsageUnknown = "usage-unknown", "What the entrypoint uses is not known, so a view of it lists nothing.";
    DetailDropped = "detail-dropped", "The document was over its size limit; detail was left out of it.";
}

impl Code {
    /// Whether something of the image may be missing from the inventory because of it.
    pub fn loses_content(self) -> bool {
        match self {
            Self::Unreadable
            | Self::Malformed
            | Self::Incomplete
            | Self::LayerMissing
            | Self::LimitReached
            | Self::AnalyzerPanicked => true,
            Self::EmptyDatabase
            | Self::NotInstalled
            | Self::Superseded
            | Self::NotPinned
            | Self::LinkUnresolved
            | Self::MountSkipped
            | Self::BaseMismatch
            | Self::NameNotText
            | Self::NoDistribution
            | Self::ForeignDocument
            | Self::NotTakenOver
            | Self::UsageUnknown
            | Self::LibraryMissing
            | Self::SymbolVersionMissing
            | Self::DependencyMissing
            | Self::DetailDropped => false,
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code.as_str(), self.path.display(), self.message)
    }
}
