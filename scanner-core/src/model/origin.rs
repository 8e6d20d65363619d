//! Whether a thing is there, said to be there, or only asked for.

/// Where the knowledge of a component comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// It is there: installed, or built into a file that is.
    Installed,
    /// An SBOM that was found in the image, or a statement about it from elsewhere, says that it is there; nobody has
    /// checked that.
    Attested,
    /// A lockfile or manifest asks for it; whether it is there is another question.
    Declared,
}

impl Origin {
    /// The name used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Attested => "attested",
            Self::Declared => "declared",
        }
    }
}

/// What kind of tree is scanned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// The root file system of an image. A lockfile that was left in it proves nothing.
    #[default]
    RootFs,
    /// A build context, or a stage of a build: the sources with what they declare, and what is installed beside them.
    Context,
}

impl Input {
    /// Whether things of an origin are read from such a tree.
    pub fn reads(self, origin: Origin) -> bool {
        self == Self::Context || origin != Origin::Declared
    }
}
