//! Which files belong to a distribution.

use crate::analyzers::Context;
use crate::analyzers::name::is_name;
use crate::formats::dist_record;
use crate::path::ImagePath;

/// The list of packages and modules that a distribution adds to the directory that it is in.
pub(super) const TOP_LEVEL: &str = "top_level.txt";
/// Folders of copies of other distributions.
pub(super) const VENDORED: [&str; 2] = ["_vendor", "_vendored"];
/// Folders that tests of packages and what they work on are in.
const TESTS: [&[u8]; 6] = [b"fixtures", b"test", b"test_data", b"testdata", b"testing", b"tests"];

/// The files that `RECORD` lists, or `installed-files.txt` of an egg.
pub(super) fn owned_files(info: &ImagePath, cx: &Context<'_>) -> Vec<ImagePath> {
    let read = |name: &str| {
        let path = info.join(name)?;
        cx.fs.file_at(&path)?.bytes(cx.fs.limits().metadata_bytes).ok()
    };
    let (base, bytes) = match (read("RECORD"), read("installed-files.txt")) {
        (Some(record), _) => (info.parent(), record),
        (None, Some(list)) => (Some(info.clone()), list),
        (None, None) => return Vec::new(),
    };
    let Some(base) = base else { return Vec::new() };
    dist_record::paths(&bytes).iter().filter_map(|path| place(&base, path, cx)).collect()
}

/// Whether distributions in a directory are fixtures of a package that is installed: the directory lies in its tests.
/// Elsewhere in a package they are copies that it brings along, whatever their folder is called.
pub(super) fn are_fixtures(site: &ImagePath) -> bool {
    let folders: Vec<&[u8]> = site.components().collect();
    let is_site = |it: &&[u8]| matches!(*it, b"site-packages" | b"dist-packages");
    let Some(last) = folders.iter().rposition(is_site) else { return false };
    folders.iter().skip(last + 1).any(|it| TESTS.contains(it))
}

/// The folders of copies that a distribution without a list of files brings along: those of its own packages.
pub(super) fn vendor_folders(
    info: &ImagePath,
    site: &ImagePath,
    cx: &Context<'_>,
) -> Vec<ImagePath> {
    let names = info.join(TOP_LEVEL).and_then(|it| cx.fs.file_at(&it));
    let names = names.and_then(|it| it.bytes(cx.fs.limits().metadata_bytes).ok());
    let names = String::from_utf8_lossy(&names.unwrap_or_default()).into_owned();
    let packages = names.lines().map(str::trim).filter(|it| is_name(it));
    let folders =
        packages.flat_map(|it| VENDORED.map(|folder| site.join(format!("{it}/{folder}"))));
    folders.flatten().filter(|it| cx.fs.is_directory(it)).collect()
}

/// Where a listed file is. `pip install --target` moves scripts after it wrote the list: `../../bin/NAME` to `bin/NAME`.
fn place(base: &ImagePath, listed: &[u8], cx: &Context<'_>) -> Option<ImagePath> {
    let path = base.join(listed)?;
    let moved = listed.strip_prefix(b"../../").filter(|it| it.starts_with(b"bin/"));
    let moved = moved.filter(|_| cx.fs.file_at(&path).is_none()).and_then(|it| base.join(it));
    moved.filter(|it| cx.fs.file_at(it).is_some()).or(Some(path))
}
