//! Archives that only their digest names, and runtimes that only their own files name. Where another component accounts
//! for them, they need none of their own.

use super::owners::Owners;
use crate::model::{Component, Evidence, Kind};

/// The property of a runtime that was found by its own files.
const RUNTIME: &str = "runtime:program";
/// What the purls of packages begin with that are no package of a language, although no operating system has them.
const SYSTEMS: [&str; 3] = ["pkg:brew/", "pkg:conda/", "pkg:nix/"];

/// Leaves out unknown archives and runtimes that all belong to what accounts for its files: packages of the operating
/// system and of managers that are like it, and programs such as a Java runtime. Packages of languages do not: they say nothing of the libraries that they bring.
pub(super) fn leave_out_owned(components: &mut Vec<Component>) {
    let proofs = components.iter().filter(|it| gives_way(it)).flat_map(|it| &it.evidence);
    let owners = Owners::of(components, proofs.map(|it| &it.path));
    let other = |of: &Component, it: &Component| it.identity != of.identity && accounts(it);
    let is_owned = |it: &Component| {
        let owned = |proof: &Evidence| owners.owners(&proof.path).iter().any(|by| other(it, by));
        it.evidence.iter().all(owned)
    };
    let mut kept: Vec<bool> =
        components.iter().map(|it| !gives_way(it) || !is_owned(it)).rev().collect();
    components.retain(|_| kept.pop().unwrap_or(true));
}

fn accounts(component: &Component) -> bool {
    let identity = component.identity.as_str();
    matches!(component.kind, Kind::OsPackage | Kind::Application)
        || SYSTEMS.iter().any(|it| identity.starts_with(it))
}

fn gives_way(component: &Component) -> bool {
    is_unknown(component) || component.properties.contains_key(RUNTIME)
}

fn is_unknown(component: &Component) -> bool {
    component.identity.file_digest().is_some()
}
