//! The words of `discover`.

use clap::ValueEnum;

use super::{Registries, Trust};

/// Shows what is attached to an image of a registry
#[derive(clap::Args)]
#[command(after_help = "\
Of an index and each of its images: referrers, by the registry's list or the fallback tag; the statements that
BuildKit puts into the index; and what older versions of cosign keep under tags.
With --key or --certificate-identity bundles are verified, and each is told to be so or not.

Exit codes: 0 done, 1 failed, 2 bad usage, 3 no access to the registry, 4 no such image, 10 the registry may answer
later.")]
pub(crate) struct Discover {
    /// The image or index
    #[arg(value_name = "REFERENCE")]
    pub(crate) reference: String,
    /// How to show it
    #[arg(long, value_enum, default_value = "tree")]
    pub(crate) format: Shape,
    #[command(flatten)]
    pub(crate) trust: Trust,
    #[command(flatten)]
    pub(crate) registries: Registries,
}

/// How a tree is shown.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shape {
    /// For people
    Tree,
    /// For programs
    Json,
}
