//! Files that only their digest names. One that an operating system's package lists as its own is accounted for.

use std::collections::BTreeSet;

use crate::model::{Component, Kind};
use crate::path::ImagePath;

/// Leaves out unknown files that were all installed by packages of the operating system.
pub(super) fn leave_out_owned(components: &mut Vec<Component>) {
    let unknown = |it: &Component| it.identity.as_str().starts_with("bin:");
    let proofs = components.iter().filter(|it| unknown(it)).flat_map(|it| &it.evidence);
    let files: BTreeSet<&ImagePath> = proofs.map(|it| &it.path).collect();
    let packages = components.iter().filter(|it| it.kind == Kind::OsPackage);
    let owned: BTreeSet<ImagePath> =
        packages.flat_map(|it| &it.owns).filter(|path| files.contains(path)).cloned().collect();
    components
        .retain(|it| !unknown(it) || it.evidence.iter().any(|proof| !owned.contains(&proof.path)));
}
