//! Archives that only their digest names. Not all of them need a component of their own.

use super::owners::Owners;
use crate::model::{Component, Kind};

/// Leaves out unknown archives that all belong to what accounts for its files: packages of the operating system, and
/// programs such as a Java runtime. Packages of languages do not: they say nothing of the libraries that they bring.
pub(super) fn leave_out_owned(components: &mut Vec<Component>) {
    let proofs = components.iter().filter(|it| is_unknown(it)).flat_map(|it| &it.evidence);
    let owners = Owners::of(components, proofs.map(|it| &it.path));
    let accounts = |it: &&Component| matches!(it.kind, Kind::OsPackage | Kind::Application);
    let is_owned = |it: &Component| {
        it.evidence.iter().all(|proof| owners.owners(&proof.path).iter().any(accounts))
    };
    let mut kept: Vec<bool> =
        components.iter().map(|it| !is_unknown(it) || !is_owned(it)).rev().collect();
    components.retain(|_| kept.pop().unwrap_or(true));
}

fn is_unknown(component: &Component) -> bool {
    component.identity.file_digest().is_some()
}
