//! The words of `build-step`, which the frontend has BuildKit run. People have no use for it.

use std::path::PathBuf;

/// Scans what BuildKit has mounted for the frontend
#[derive(clap::Args)]
pub(crate) struct Step {
    /// What to do
    pub(crate) what: String,
    /// Where the directories are mounted that BuildKit mounts at /
    #[arg(long, default_value = "/", hide = true)]
    pub(crate) root: PathBuf,
}
