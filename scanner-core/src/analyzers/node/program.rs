//! Packages that are installed as programs, outside all `node_modules` folders.
//!
//! Specification: npm documentation, "package.json" (`bin`); Corepack's `corepackUtils`.

use crate::analyzers::Context;
use crate::formats::package_json::PackageJson;
use crate::path::ImagePath;

/// What Corepack leaves in the folder of each package manager that it unpacked.
const COREPACK: &str = ".corepack";
/// Where shells find programs that are not the distribution's own, and where links to programs lie.
const PROGRAMS: [&str; 2] = ["/usr/local/bin", "/usr/bin"];

/// Whether a package was put where it is to be run: by Corepack, or with a link in a folder of programs that has
/// the name of one of its programs and leads into it.
pub(super) fn is_installed(directory: &ImagePath, package: &PackageJson, cx: &Context<'_>) -> bool {
    let mark = directory.join(COREPACK).is_some_and(|it| cx.fs.file_at(&it).is_some());
    let folders = PROGRAMS.iter().filter_map(ImagePath::normalize);
    let leads_here = |link: &ImagePath| {
        let place = cx.fs.resolve(link).ok().filter(|it| it.is_below(directory));
        place.is_some() && place != cx.fs.resolve_parent(link)
    };
    mark || folders.into_iter().any(|folder| {
        package.programs.iter().filter_map(|it| folder.join(it)).any(|it| leads_here(&it))
    })
}
