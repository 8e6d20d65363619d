//! What a package requires, as Node.js finds it from where the package is: nested in it, beside it, or above it.
//!
//! Specification: Node.js documentation, "Loading from `node_modules` folders"; npm documentation, "package.json".

use super::{is_package_name, workspace};
use crate::analyzers::Context;
use crate::formats::package_json::PackageJson;
use crate::model::{Claim, Terms};
use crate::path::ImagePath;

/// Where Debian's Node.js looks beside `node_modules` folders: first into the folder of its architecture.
const OF_DEBIAN: [&str; 11] = [
    "/usr/lib/aarch64-linux-gnu/nodejs",
    "/usr/lib/arm-linux-gnueabi/nodejs",
    "/usr/lib/arm-linux-gnueabihf/nodejs",
    "/usr/lib/i386-linux-gnu/nodejs",
    "/usr/lib/mips64el-linux-gnuabi64/nodejs",
    "/usr/lib/powerpc64le-linux-gnu/nodejs",
    "/usr/lib/riscv64-linux-gnu/nodejs",
    "/usr/lib/s390x-linux-gnu/nodejs",
    "/usr/lib/x86_64-linux-gnu/nodejs",
    "/usr/share/nodejs",
    "/usr/lib/nodejs",
];

/// What a package in a directory states. What is found counts, whatever its version: it is what the package gets.
/// Optional packages may be missing; of the others that are not there the name stands for itself.
pub(super) fn claim(
    (directory, size): (&ImagePath, u64),
    package: &PackageJson,
    cx: &Context<'_>,
) -> Claim {
    let mut claim = Claim::new([].into());
    let limit = size.saturating_mul(cx.fs.limits().path_expansion);
    let folders = folders(directory, cx);
    let mut terms = Terms::default();
    let needed = package.dependencies.iter().map(|it| (it, package.optional.contains(it)));
    let peers = package.peers.iter().map(|it| (it, package.optional_peers.contains(it)));
    for (name, optional) in needed.chain(peers) {
        let place = Some(name).filter(|it| is_package_name(it) && terms.size() as u64 <= limit);
        match place.and_then(|it| find(&folders, it, cx)) {
            Some(place) => terms.add(&place.display(), ""),
            None if optional => {}
            None => terms.add(name, ""),
        }
    }
    claim.requires = Some(terms);
    claim
}

/// Whether a package is one that Yarn unpacked for a project that it loads by Plug'n'Play:
/// `PROJECT/.yarn/unplugged/NAME-npm-VERSION-HASH/node_modules/NAME`.
pub(super) fn is_unplugged(directory: &ImagePath, cx: &Context<'_>) -> bool {
    let mut above = std::iter::successors(directory.parent(), ImagePath::parent);
    let modules = above.find(|it| it.file_name() == b"node_modules");
    let folder = modules.and_then(|it| it.parent()?.parent());
    let folder = folder.filter(|it| it.file_name() == b"unplugged");
    std::iter::successors(folder, ImagePath::parent).any(|it| {
        let states = [".pnp.cjs", ".pnp.data.json"].map(|name| it.join(name));
        states.into_iter().flatten().any(|it| cx.fs.file_at(&it).is_some())
    })
}

/// The folders in which packages are looked for from a directory, nearest first.
fn folders(directory: &ImagePath, cx: &Context<'_>) -> Vec<ImagePath> {
    let nested = directory.join("node_modules").filter(|it| cx.fs.is_directory(it));
    // No folder of packages is looked for inside of one.
    let in_folder =
        |it: &ImagePath| it.parent().is_some_and(|it| it.file_name() == b"node_modules");
    let above = workspace::folders(directory, cx.fs).filter(|it| !in_folder(it));
    let debian: Vec<ImagePath> = OF_DEBIAN.iter().filter_map(ImagePath::normalize).collect();
    let of_debian = debian.iter().any(|it| directory.is_below(it));
    nested
        .into_iter()
        .chain(above)
        .chain(debian.into_iter().filter(|it| of_debian && cx.fs.is_directory(it)))
        .collect()
}

/// The `package.json` that a name leads to, links followed.
fn find(folders: &[ImagePath], name: &str, cx: &Context<'_>) -> Option<ImagePath> {
    folders.iter().find_map(|folder| {
        let direct = folder.join(format!("{name}/package.json"))?;
        let direct = cx.fs.file_at(&direct).map(|it| it.path.clone());
        direct.or_else(|| {
            let place = cx.fs.resolve(&folder.join(name)?).ok()?;
            Some(cx.fs.file_at(&place.join("package.json")?)?.path.clone())
        })
    })
}
