//! PHP packages, as Composer installed them.

use std::sync::Arc;

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::composer_installed::{self, Package};
use crate::model::{Claim, Code, Component, Kind, License, Method, Position, Purl, Supplier};
use crate::path::ImagePath;

/// Finds installed Composer packages.
pub(super) struct Composer;

impl Analyzer for Composer {
    fn id(&self) -> &'static str {
        "composer"
    }

    fn about(&self) -> About {
        About {
            claims: "each package in the installed.json of a vendor folder (/var/www/html/vendor/composer), in the \
                     forms of Composer 1 and 2; what it requires, by name, provided and replaced packages too",
            refuses: "packages without a vendor, name or version; composer.json, composer.lock; installed.php, which \
                      is a program",
            specification: "Composer: FilesystemRepository, schema of composer.json; purl type composer",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix("/composer/installed.json")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let bytes = target.file.bytes(cx.fs.limits().database_bytes)?;
        let packages = composer_installed::parse(&bytes)
            .map_err(|error| Fault::new(Code::Malformed, error.to_string()))?;
        let home: Arc<[ImagePath]> = target.file.path.parent().into_iter().collect();
        for (package, component) in packages.iter().map(|it| (it, component(it))) {
            let Some(mut component) = component else {
                let name = package.name.as_deref().unwrap_or("without a name");
                found.notice(
                    Code::Incomplete,
                    format!("package {name} lacks a valid vendor, name or version"),
                );
                continue;
            };
            component.claims.push(claim(package, &component.name, &home));
            if let Some(record) = target.file.path.parent() {
                component.folders.extend(folder(&record, package));
                component.owns = launchers(&record, package);
            }
            found.add(Method::Database, Position::Whole, component);
        }
        Ok(())
    }
}

/// What a package requires of others and stands in for. Composer has checked the versions when it installed them;
/// PHP itself and its extensions are no packages.
fn claim(package: &Package, name: &str, home: &Arc<[ImagePath]>) -> Claim {
    let mut claim = Claim::new(Arc::clone(home));
    let requires = claim.requires.get_or_insert_default();
    for it in package.requires.iter().filter(|it| it.contains('/')) {
        requires.add(&it.to_lowercase(), "");
    }
    for it in package.offers.iter().map(String::as_str).chain([name]) {
        claim.provides.add(&it.to_lowercase(), "");
    }
    claim
}

fn component(package: &Package) -> Option<Component> {
    let (name, version) = (package.name.as_deref()?, package.version.as_deref()?);
    let (vendor, base) = name.split_once('/').filter(|(a, b)| is_name(a) && is_name(b))?;
    let purl = Purl::new("composer", base, version).namespace(vendor);
    let mut component = Component::new(Kind::Library, &purl, name, version);
    component.licenses = choice(&package.licenses).into_iter().collect();
    component.supplier = package.author.as_deref().and_then(Supplier::person);
    component.download.clone_from(&package.archive);
    if let Some(commit) = &package.commit {
        component.properties.insert("composer:commit", commit.clone());
    }
    if package.development {
        component.properties.insert("composer:development", "true".to_owned());
    }
    Some(component)
}

/// Where a package was installed; Composer 1 does not say it, but always puts it beside its record.
fn folder(record: &ImagePath, package: &Package) -> Option<ImagePath> {
    let folder = match &package.path {
        Some(path) => record.join(path),
        None => record.parent()?.join(package.name.as_deref()?),
    };
    // What holds the record holds the project.
    folder.filter(|it| it != record && !record.is_below(it))
}

/// The programs that Composer made in `vendor/bin` to start those of a package.
fn launchers(record: &ImagePath, package: &Package) -> Vec<ImagePath> {
    let Some(programs) = record.join("../bin") else { return Vec::new() };
    let names = package.programs.iter().filter_map(|it| it.rsplit('/').next());
    names.filter_map(|it| programs.join(it)).collect()
}

/// The licences of a list, which is a choice among them (Composer's schema, "license").
fn choice(licenses: &[String]) -> Option<License> {
    let [license] = licenses else {
        let terms =
            licenses.iter().map(|it| if it.contains(' ') { format!("({it})") } else { it.clone() });
        return License::new(&terms.collect::<Vec<_>>().join(" OR "));
    };
    License::new(license)
}
