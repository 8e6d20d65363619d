//! Packages that Yarn left packed and loads by Plug'n'Play.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{About, Analyzer, Context, Fault, Findings, Select, Target, archive, node};
use crate::formats::package_json::{self, PackageJson};
use crate::formats::pnp_state::{self, Locator, Package};
use crate::fs::File;
use crate::model::{Claim, Code, Component, Identity, Method, Position};
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
                     (/app/.yarn/cache/NAME-npm-VERSION-HASH.zip) or unplugged folder; what each may load from there",
            refuses: "archives of the cache that nothing loads from, as where there is a node_modules folder; \
                      packages that are listed and not there, as those for other platforms; the project's own",
            specification: "Yarn: Plug'n'Play specification",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name(".pnp.cjs"), Select::Name(".pnp.data.json")]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Suffix(".zip"), Select::Name("package.json")]
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
        let mut places: BTreeMap<_, (Place<'_>, Vec<&Package>)> = BTreeMap::new();
        for package in packages.iter().filter(|it| !it.soft) {
            let Some(place) = Place::at(&project, &package.location, cx) else { continue };
            let key = (place.file.path.clone(), place.entry.clone());
            places.entry(key).or_insert_with(|| (place, Vec::new())).1.push(package);
        }
        let places: Vec<_> = places.into_values().collect();
        let read: Vec<_> = places.par_iter().map(|(place, _)| place.read(cx)).collect();
        let there: BTreeMap<&Locator, Identity> = places
            .iter()
            .zip(&read)
            .filter_map(|((_, instances), it)| Some((instances, it.as_ref().ok()?)))
            .flat_map(|(instances, (_, component))| {
                let locators = instances.iter().filter_map(|it| it.locator.as_ref());
                locators.map(|it| (it, component.identity.clone()))
            })
            .collect();
        for ((place, instances), read) in places.iter().zip(read) {
            match read {
                Ok((package, mut component)) => {
                    depend(&mut component, &package, instances, &there);
                    let position = place.entry.clone().map_or(Position::Whole, Position::Entry);
                    found.add_of(&place.file, Method::Metadata, position, component);
                }
                // What is wrong with an unplugged package, the analyzer of Node.js tells.
                Err(_) if place.entry.is_none() => {}
                Err(fault) => fault.report_at(place.file.path.clone(), found),
            }
        }
        Ok(())
    }
}

/// What a package loads, in any of the ways that it is listed in. Optional packages may be missing.
fn depend(
    component: &mut Component,
    package: &PackageJson,
    instances: &[&Package],
    there: &BTreeMap<&Locator, Identity>,
) {
    let (mut requires, mut met, mut missing) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for it in instances.iter().flat_map(|it| &it.dependencies) {
        if let Some(identity) = it.locator.as_ref().and_then(|it| there.get(it)) {
            requires.insert(identity.clone());
            met.insert(&*it.name);
        } else {
            missing.insert(&*it.name);
        }
    }
    let optional = package.optional.iter().chain(&package.optional_peers);
    let optional: BTreeSet<&str> = optional.map(String::as_str).collect();
    let mut claim = Claim::new([].into());
    let terms = claim.requires.get_or_insert_default();
    for name in missing.iter().filter(|it| !met.contains(*it) && !optional.contains(*it)) {
        terms.add(if name.is_empty() { "?" } else { name }, "");
    }
    component.requires.extend(requires);
    component.claims.push(claim);
}

/// Whether the data is in a file of its own.
fn has_data(target: &Target<'_>, cx: &Context<'_>) -> bool {
    let beside = target.file.path.parent().and_then(|it| it.join(".pnp.data.json"));
    beside.is_some_and(|it| cx.fs.file_at(&it).is_some())
}

/// Where a package is.
struct Place<'a> {
    /// The archive that it is in, or its `package.json`.
    file: File<'a>,
    /// The name of its `package.json` in the archive.
    entry: Option<String>,
}

impl<'a> Place<'a> {
    /// The package at a location `…/NAME.zip/node_modules/NAME/` or `…/node_modules/NAME/`; none where nothing is there.
    fn at(project: &ImagePath, location: &str, cx: &Context<'a>) -> Option<Self> {
        let file = |path: &str| cx.fs.file_at(&cx.fs.resolve(&real(project, path)?).ok()?);
        if let Some((archive, folder)) = location.split_once(".zip/") {
            let entry = format!("{}/package.json", folder.trim_end_matches('/'));
            return Some(Self { file: file(&format!("{archive}.zip"))?, entry: Some(entry) });
        }
        let metadata = format!("{}/package.json", location.trim_end_matches('/'));
        Some(Self { file: file(&metadata)?, entry: None })
    }

    fn read(&self, cx: &Context<'_>) -> Result<(PackageJson, Component), Fault> {
        let limits = cx.fs.limits();
        let bytes = match &self.entry {
            Some(entry) => archive::entry(&self.file, entry.as_bytes(), limits)?
                .ok_or_else(|| Fault::new(Code::Incomplete, format!("lacks {entry}")))?,
            None => self.file.bytes(limits.metadata_bytes)?,
        };
        let package = package_json::parse(&bytes)
            .map_err(|error| Fault::new(Code::Malformed, error.to_string()))?;
        let component = node::component(&package)
            .ok_or_else(|| Fault::new(Code::Incomplete, "lacks a valid name or version"))?;
        Ok((package, component))
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
