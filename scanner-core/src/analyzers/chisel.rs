//! Packages of Ubuntu that Chisel cut slices of, by the manifest that it leaves.

use std::collections::BTreeSet;

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target, dpkg, os_package};
use crate::formats::chisel_manifest::{self, Package};
use crate::formats::deb822;
use crate::model::{Code, Component, Method, Position};

/// Where the slice `base-files_chisel` of every release has the manifest.
const MANIFEST: &str = "/var/lib/chisel/manifest.wall";

/// Finds packages that Chisel cut slices of.
pub(super) struct Chisel;

impl Analyzer for Chisel {
    fn id(&self) -> &'static str {
        "chisel"
    }

    fn about(&self) -> About {
        About {
            claims: "each package of Chisel's manifest, with the files of its slices",
            refuses: "packages that dpkg's status lists too, which says more of them",
            specification: "Chisel documentation: Chisel Manifest, jsonwall",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Path(MANIFEST)]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Path(dpkg::STATUS), Select::Name("copyright")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let limit = cx.fs.limits().metadata_bytes;
        let text = chisel_manifest::unpack(&target.file.bytes(limit)?, limit)?;
        let (packages, problems) = chisel_manifest::parse(&String::from_utf8_lossy(&text));
        os_package::problems(&problems, found);
        if packages.is_empty() {
            found.notice(Code::EmptyDatabase, "holds no package");
        }
        let known = known_to_dpkg(cx);
        for (name, package) in packages.iter().filter(|(name, _)| !known.contains(*name)) {
            if is_name(name) && !package.version.is_empty() {
                found.add(Method::Database, Position::Whole, component(name, package, cx));
            } else {
                found.notice(Code::Incomplete, "names a package without a valid name or version");
            }
        }
        Ok(())
    }
}

fn component(name: &str, package: &Package, cx: &Context<'_>) -> Component {
    let architecture = &package.architecture;
    let names = (name, &*package.version);
    let mut component = os_package::component(("deb", "ubuntu"), names, architecture, None, cx);
    component.licenses = dpkg::licenses(name, cx);
    let files = package.paths.iter().filter(|it| !it.ends_with('/'));
    component.owns = os_package::owned_files(cx.fs, files.map(String::as_bytes));
    if !architecture.is_empty() {
        component.properties.insert("dpkg:architecture", architecture.clone());
    }
    component
}

/// The names of the packages in dpkg's status, which some who build images write beside the manifest.
fn known_to_dpkg(cx: &Context<'_>) -> BTreeSet<String> {
    let file = cx.fs.file(dpkg::STATUS);
    let bytes = file.and_then(|it| it.bytes(cx.fs.limits().database_bytes).ok());
    let text = bytes.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let (stanzas, _) = deb822::parse(&text);
    stanzas.iter().filter_map(|it| it.get("Package")).map(str::to_owned).collect()
}
