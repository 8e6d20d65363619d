//! What of an image its entrypoint uses.

use std::collections::BTreeMap;

use super::{Frame, Identity};

/// What the image's entrypoint uses, as far as it could be traced without running anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// How far the entrypoint could be traced.
    pub outcome: Outcome,
    /// The programs that end up running, each by its path, sorted.
    pub entrypoints: Vec<String>,
    /// How each component takes part that does; one that is not here is not used.
    pub components: BTreeMap<Identity, Used>,
}

/// How far an entrypoint could be traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// To every program that it runs.
    Resolved,
    /// To some of them: usage is partial.
    PartiallyResolved,
    /// To none.
    Unresolved,
}

/// How a component takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Whether it certainly does.
    pub certainty: Certainty,
    /// By which of [`Usage::entrypoints`], as indexes, ascending.
    pub by: Vec<usize>,
    /// The shortest chain from an entrypoint to the component: paths and identities, the component's own last.
    pub why: Vec<String>,
    /// How the entrypoint runs a file of the component: that file first, the entrypoint last. Empty where it is used
    /// in another way.
    pub stack: Vec<Frame>,
}

impl Used {
    /// The use of something that this one leads to, by a chain of its own.
    #[must_use]
    pub fn onward(&self, why: Vec<String>) -> Self {
        Self { certainty: self.certainty, by: self.by.clone(), why, stack: Vec::new() }
    }
}

/// Whether something is certainly used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The entrypoint uses it.
    Entrypoint,
    /// The entrypoint uses it on some ways through its scripts, which nothing decides.
    Possible,
}

impl Outcome {
    /// The name used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::PartiallyResolved => "partiallyresolved",
            Self::Unresolved => "unresolved",
        }
    }
}

impl Certainty {
    /// The name used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Entrypoint => "entrypoint",
            Self::Possible => "possible",
        }
    }
}

/// Which part of the inventory a document shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// Everything that is there.
    #[default]
    Inventory,
    /// What the entrypoint uses.
    Usage,
}

impl View {
    /// The name used in documents and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inventory => "inventory",
            Self::Usage => "usage",
        }
    }
}
