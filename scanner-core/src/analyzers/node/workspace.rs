//! Packages of the project itself that a `node_modules` folder links to: the members of a workspace.

use crate::fs::LayeredFs;
use crate::path::ImagePath;

/// Whether a package lies outside all `node_modules` folders.
pub(super) fn is_outside(package: &ImagePath) -> bool {
    !package.components().any(|it| it == b"node_modules")
}

/// The link by which programs find a package of this name in a `node_modules` folder above it.
pub(super) fn link(package: &ImagePath, name: &str, fs: &LayeredFs<'_>) -> Option<ImagePath> {
    let mut links = folders(package, fs).filter_map(|it| it.join(name));
    links.find(|it| fs.resolve(it).is_ok_and(|place| place == *package))
}

/// The `node_modules` folders of the directories above a package, nearest first.
pub(super) fn folders(package: &ImagePath, fs: &LayeredFs<'_>) -> impl Iterator<Item = ImagePath> {
    std::iter::successors(package.parent(), ImagePath::parent)
        .filter_map(|it| it.join("node_modules"))
        .filter(|it| fs.is_directory(it))
}
