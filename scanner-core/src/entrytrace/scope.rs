//! Where a command stands.

use std::sync::Arc;

use crate::model::HopKind;
use crate::path::ImagePath;

/// Where a command stands.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    /// The script that it is written in; none for the configuration.
    pub(super) file: Option<&'s Arc<ImagePath>>,
    /// The hop that it belongs to.
    pub(super) hop: usize,
    /// The hop of the shell that runs it.
    pub(super) run: usize,
    /// How deep commands are in one another.
    pub(super) level: usize,
    /// Whether its failure is asked for, so that `set -e` does not end the script.
    pub(super) guarded: bool,
    /// How the shell runs programs here.
    pub(super) kind: HopKind,
    /// How many processes lie between this one and the first.
    pub(super) depth: usize,
}

impl Scope<'_> {
    /// Where no script is.
    pub(super) const OUTSIDE: Self =
        Scope { file: None, hop: 0, run: 0, level: 0, guarded: true, kind: HopKind::Run, depth: 0 };
}
