//! Binary packages of C and C++ in the caches of Conan 1 and 2.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target, database};
use crate::formats::sqlite::Row;
use crate::model::{Component, Kind, Method, Position, Purl};
use crate::path::ImagePath;

/// Finds packages in Conan's caches.
pub(super) struct Conan;

/// What Conan writes into each binary package.
const INFO: &str = "conaninfo.txt";
const MANIFEST: &str = "conanmanifest.txt";
/// The database of Conan 2, its table of binary packages, and the columns of that.
const DATABASE: &str = "cache.sqlite3";
const TABLE: &str = "packages";
const REFERENCE: usize = 0;
const FOLDER: usize = 4;
/// What stands for a user or channel that is not given.
const NOBODY: &str = "_";

impl Analyzer for Conan {
    fn id(&self) -> &'static str {
        "conan"
    }

    fn about(&self) -> About {
        About {
            claims: "each binary package in a cache of Conan 2 that its database (.conan2/p/cache.sqlite3) lists, and of Conan 1 \
                     (.conan/data/NAME/VERSION/USER/CHANNEL/package/ID), with the conaninfo.txt and conanmanifest.txt that Conan writes",
            refuses: "recipes, sources and builds; what was deployed out of a cache, which keeps no record; conan.lock",
            specification: "Conan documentation: package reference, package metadata files; purl type conan",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name(DATABASE), Select::Name(INFO)]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Suffix("/cache.sqlite3-wal")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(folder) = target.file.path.parent() else { return Ok(()) };
        if target.file.path.file_name() == INFO.as_bytes() {
            if is_package(&folder, cx)
                && let Some(mut component) = of_folder(&folder)
            {
                component.folders.push(folder);
                found.add(Method::Metadata, Position::Whole, component);
            }
            return Ok(());
        }
        if folder.file_name() != b"p" {
            return Ok(());
        }
        database::rows(target, TABLE, cx, &mut |row| {
            if let Some(component) = of_row(row, &folder, cx) {
                found.add(Method::Database, Position::Offset(row.offset), component);
            }
            Ok(())
        })
    }
}

fn is_package(folder: &ImagePath, cx: &Context<'_>) -> bool {
    let has = |name| folder.join(name).is_some_and(|it| cx.fs.file_at(&it).is_some());
    has(INFO) && has(MANIFEST)
}

/// A package of Conan 2: `NAME/VERSION[@USER[/CHANNEL]]` and its folder beside the database.
fn of_row(row: &Row<'_>, cache: &ImagePath, cx: &Context<'_>) -> Option<Component> {
    let reference = str::from_utf8(row.text(REFERENCE)?).ok()?;
    let folder = cache.join(row.text(FOLDER)?).filter(|it| it.is_below(cache))?;
    if !is_package(&folder, cx) {
        return None;
    }
    let (package, publisher) = reference.split_once('@').unwrap_or((reference, ""));
    let (name, version) = package.split_once('/')?;
    let (user, channel) = publisher.split_once('/').unwrap_or((publisher, ""));
    let mut component = component(name, version, (user, channel))?;
    component.folders.push(folder);
    Some(component)
}

/// A package of Conan 1, by its folder in the cache.
fn of_folder(folder: &ImagePath) -> Option<Component> {
    let mut folders = folder.components().rev().skip(1).map(str::from_utf8);
    let mut next = || folders.next()?.ok();
    let (package, channel, user) = (next()?, next()?, next()?);
    let (version, name, data) = (next()?, next()?, next()?);
    let given = |it| if it == NOBODY { "" } else { it };
    (package == "package" && data == "data")
        .then(|| component(name, version, (given(user), given(channel))))?
}

fn component(name: &str, version: &str, (user, channel): (&str, &str)) -> Option<Component> {
    if !is_name(name) || version.is_empty() {
        return None;
    }
    let purl =
        Purl::new("conan", name, version).qualifier("channel", channel).qualifier("user", user);
    Some(Component::new(Kind::Library, &purl, name, version))
}
