//! Packages that Yarn left packed and loads by Plug'n'Play.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{About, Analyzer, Context, Fault, Findings, Select, Target, archive, node};
use crate::formats::package_json;
use crate::formats::pnp_state;
use crate::fs::File;
use crate::model::{Code, Component, Method, Position};
use crate::path::ImagePath;

/// Finds packages in the archives that a project of Yarn loads from.
pub(super) struct YarnPnp;

impl Analyzer for YarnPnp {
    fn id(&self) -> &'static str {
        "yarn_pnp"
    }

    fn about(&self) -> About {
        About {
            claims: "the package.json in each archive that .pnp.cjs or .pnp.data.json loads a package from \
                     (/app/.yarn/cache/NAME-npm-VERSION-HASH.zip); unplugged packages are node's",
            refuses: "archives of the cache that nothing loads from, as where there is a node_modules folder; \
                      packages that are listed and not there, as those for other platforms; the project's own",
            specification: "Yarn: Plug'n'Play specification",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name(".pnp.cjs"), Select::Name(".pnp.data.json")]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Suffix(".zip")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let text = target.metadata(cx.fs.limits())?;
        let packages = match pnp_state::parse(&text) {
            Ok(packages) => packages,
            // The data of this program is in the other file.
            Err(_) if target.file.path.file_name() == b".pnp.cjs" && has_data(target, cx) => {
                return Ok(());
            }
            Err(error) => return Err(Fault::new(Code::Malformed, error.to_string())),
        };
        let Some(project) = target.file.path.parent() else { return Ok(()) };
        // A package that several others need in ways of their own is listed for each of them.
        let packed: BTreeMap<_, _> = packages
            .iter()
            .filter(|it| !it.soft)
            .filter_map(|it| Packed::at(&project, &it.location, cx))
            .map(|it| ((it.archive.path.clone(), it.entry.clone()), it))
            .collect();
        let packed: Vec<_> = packed.into_values().collect();
        let read: Vec<_> = packed.par_iter().map(|it| it.read(cx)).collect();
        for (packed, component) in packed.iter().zip(read) {
            match component {
                Ok(component) => {
                    let position = Position::Entry(packed.entry.clone());
                    found.add_of(&packed.archive, Method::Metadata, position, component);
                }
                Err(fault) => fault.report_at(packed.archive.path.clone(), found),
            }
        }
        Ok(())
    }
}

/// Whether the data is in a file of its own.
fn has_data(target: &Target<'_>, cx: &Context<'_>) -> bool {
    let beside = target.file.path.parent().and_then(|it| it.join(".pnp.data.json"));
    beside.is_some_and(|it| cx.fs.file_at(&it).is_some())
}

/// A package in an archive.
struct Packed<'a> {
    archive: File<'a>,
    /// The name of its `package.json` in the archive.
    entry: String,
}

impl<'a> Packed<'a> {
    /// The package at a location `…/NAME.zip/node_modules/NAME/`; none where no such archive is there.
    fn at(project: &ImagePath, location: &str, cx: &Context<'a>) -> Option<Self> {
        let (archive, folder) = location.split_once(".zip/")?;
        let path = real(project, &format!("{archive}.zip"))?;
        let archive = cx.fs.file_at(&cx.fs.resolve(&path).ok()?)?;
        Some(Self { archive, entry: format!("{}/package.json", folder.trim_end_matches('/')) })
    }

    fn read(&self, cx: &Context<'_>) -> Result<Component, Fault> {
        let bytes = archive::entry(&self.archive, self.entry.as_bytes(), cx.fs.limits())?
            .ok_or_else(|| Fault::new(Code::Incomplete, format!("lacks {}", self.entry)))?;
        let package = package_json::parse(&bytes)
            .map_err(|error| Fault::new(Code::Malformed, error.to_string()))?;
        node::component(&package)
            .ok_or_else(|| Fault::new(Code::Incomplete, "lacks a valid name or version"))
    }
}

/// The path that a location stands for. `FOLDER/__virtual__/HASH/2/REST` means `REST` two folders above `FOLDER`:
/// the same package for different dependents.
fn real(project: &ImagePath, location: &str) -> Option<ImagePath> {
    let marked = ["/__virtual__/", "/$$virtual/"].iter().find_map(|it| location.split_once(it));
    let Some((folder, rest)) = marked else { return project.join(location) };
    let mut parts = rest.splitn(3, '/').skip(1);
    let up: usize = parts.next()?.parse().ok()?;
    let folder = project.join(folder)?;
    std::iter::successors(Some(folder), ImagePath::parent).nth(up)?.join(parts.next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virtual_locations_stand_for_real_ones() {
        let at = |location: &str| {
            let project = ImagePath::normalize("/app").unwrap();
            real(&project, location).map(|it| it.display().into_owned())
        };
        assert_eq!(at("./.yarn/cache/a.zip").as_deref(), Some("/app/.yarn/cache/a.zip"));
        assert_eq!(
            at("./.yarn/__virtual__/a-virtual-0/0/cache/a.zip").as_deref(),
            Some("/app/.yarn/cache/a.zip")
        );
        assert_eq!(
            at("./.yarn/__virtual__/a-virtual-0/2/root/.yarn/berry/cache/a.zip").as_deref(),
            Some("/root/.yarn/berry/cache/a.zip")
        );
        assert_eq!(at("./.yarn/__virtual__/a/99/x"), None);
        assert_eq!(at("./.yarn/__virtual__/a"), None);
    }
}
