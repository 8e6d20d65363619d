//! Copies of packages that installers keep for later installations. Nothing loads them from there.
//!
//! Specification: conda's `PackageCacheData`, uv's cache ("archive"), Yarn 1's cache.

use crate::fs::LayeredFs;
use crate::path::ImagePath;

/// What Yarn 1 leaves beside the `package.json` of each package in its cache.
const OF_YARN: &str = ".yarn-metadata.json";
/// What marks the folder of a cache for tools that make backups; uv's has it.
const TAG: &str = "CACHEDIR.TAG";

/// Whether the metadata of a package are those of a copy in a cache. Where a link leads to them, they are installed:
/// conda and uv can link to their caches instead of copying.
pub(super) fn is_cached(metadata: &ImagePath, fs: &LayeredFs<'_>) -> bool {
    let cached = of_yarn(metadata, fs) || of_conda(metadata, fs) || of_uv(metadata, fs);
    cached && fs.links_to(metadata).next().is_none()
}

fn of_yarn(metadata: &ImagePath, fs: &LayeredFs<'_>) -> bool {
    metadata.file_name() == b"package.json" && has(metadata.parent(), OF_YARN, fs)
}

/// `pkgs/NAME-VERSION-BUILD`, with what conda's archives say of themselves in `info/index.json`.
fn of_conda(metadata: &ImagePath, fs: &LayeredFs<'_>) -> bool {
    // Most paths have no such folder, and folders are made one by one.
    if !metadata.components().any(|it| it == b"pkgs") {
        return false;
    }
    let folders = std::iter::successors(metadata.parent(), ImagePath::parent);
    let in_cache = |it: &ImagePath| it.parent().is_some_and(|it| it.file_name() == b"pkgs");
    folders.filter(in_cache).any(|it| has(Some(it), "info/index.json", fs))
}

/// `archive-v0/ID/NAME-VERSION.dist-info`: a wheel, unpacked. An environment in an archive has its folders deeper in it.
fn of_uv(metadata: &ImagePath, fs: &LayeredFs<'_>) -> bool {
    let archives = std::iter::successors(metadata.parent(), ImagePath::parent).nth(2);
    let archives = archives.filter(|it| it.file_name().starts_with(b"archive-v"));
    archives.is_some_and(|it| has(it.parent(), TAG, fs))
}

fn has(folder: Option<ImagePath>, name: &str, fs: &LayeredFs<'_>) -> bool {
    folder.and_then(|it| it.join(name)).is_some_and(|it| fs.file_at(&it).is_some())
}
