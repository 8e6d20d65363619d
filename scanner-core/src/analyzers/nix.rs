//! Packages in the store of Nix, by Nix's own database.

use super::{About, Analyzer, Context, Fault, Findings, Select, Target, database};
use crate::formats::sqlite::Row;
use crate::model::{Component, Kind, Method, Position, Purl};
use crate::path::ImagePath;

/// Finds packages that Nix installed.
pub(super) struct Nix;

const DATABASE: &str = "/nix/var/nix/db/db.sqlite";
const STORE: &str = "/nix/store/";
/// Letters of the hash before each name in the store.
const HASH: usize = 32;
/// The table of what is in the store, and its columns.
const TABLE: &str = "ValidPaths";
const PATH: usize = 1;
const DERIVER: usize = 4;
const CONTENT_ADDRESS: usize = 8;
/// How nixpkgs names the outputs of a package beside the first.
const OUTPUTS: [&str; 11] =
    ["bin", "debug", "dev", "devdoc", "devman", "doc", "info", "lib", "man", "out", "static"];

impl Analyzer for Nix {
    fn id(&self) -> &'static str {
        "nix"
    }

    fn about(&self) -> About {
        About {
            claims: "each path of the store (/nix/store/HASH-NAME) that Nix's database holds valid, that is there, and whose name has a \
                     version, split as Nix splits it; the outputs of a package are one",
            refuses: "stores without a database: which paths are packages, and which part of a name is an output, only the database says; \
                      sources and texts (paths that are addressed by their content); derivations; names without version",
            specification: "Nix manual: builtins.parseDrvName, store path, local store schema; Nixpkgs manual: multiple outputs",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Path(DATABASE)]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Suffix("/db.sqlite-wal")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        database::rows(target, TABLE, cx, &mut |row| {
            if let Some(component) = component(row, cx) {
                found.add(Method::Database, Position::Offset(row.offset), component);
            }
            Ok(())
        })
    }
}

fn component(row: &Row<'_>, cx: &Context<'_>) -> Option<Component> {
    if row.text(CONTENT_ADDRESS).is_some_and(|it| !it.is_empty()) {
        return None;
    }
    let path = str::from_utf8(row.text(PATH)?).ok()?;
    let place = ImagePath::normalize(path)?;
    if !cx.fs.is_directory(&place) && cx.fs.file_at(&place).is_none() {
        return None;
    }
    let own = stored_name(path)?;
    let deriver = row.text(DERIVER).and_then(|it| stored_name(str::from_utf8(it).ok()?));
    let base = match deriver.and_then(|it| it.strip_suffix(".drv")) {
        // What is derived is called like its derivation, with the output behind it.
        Some(derivation) if own.starts_with(derivation) => derivation,
        _ => without_output(own),
    };
    let (name, version) = split(base)?;
    let purl = Purl::new("nix", name, version);
    let mut component = Component::new(Kind::Library, &purl, name, version);
    component.folders.push(place.clone());
    component.owns.push(place);
    Some(component)
}

/// The name of a path in the store, without the hash before it. Derivations are none.
fn stored_name(path: &str) -> Option<&str> {
    let (hash, name) = path.strip_prefix(STORE)?.split_at_checked(HASH)?;
    let name = name.strip_prefix('-').filter(|it| !it.is_empty() && !it.contains('/'))?;
    hash.bytes().all(|it| it.is_ascii_alphanumeric()).then_some(name)
}

fn without_output(name: &str) -> &str {
    let split = name.rsplit_once('-').filter(|(_, output)| OUTPUTS.contains(output));
    split.map_or(name, |(name, _)| name)
}

/// Name and version, as `builtins.parseDrvName` tells them apart: at the first dash that no letter follows.
fn split(name: &str) -> Option<(&str, &str)> {
    let is_version =
        |at: &usize| name.as_bytes().get(at + 1).is_some_and(|next| !next.is_ascii_alphabetic());
    let dash = name.match_indices('-').map(|(at, _)| at).find(is_version)?;
    let (name, version) = name.split_at_checked(dash)?;
    Some((name, version.get(1..)?)).filter(|(name, _)| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_are_told_apart_as_nix_does() {
        for (name, parts) in [
            ("hello-2.12.1", Some(("hello", "2.12.1"))),
            ("python3.11-requests-2.31.0", Some(("python3.11-requests", "2.31.0"))),
            ("font-adobe-100dpi", Some(("font-adobe", "100dpi"))),
            ("glibc-2.38-44", Some(("glibc", "2.38-44"))),
            ("builder.sh", None),
            ("-1", None),
        ] {
            assert_eq!(split(name), parts, "{name}");
        }
    }

    #[test]
    fn outputs_by_their_usual_names_are_no_part_of_the_version() {
        assert_eq!(without_output("glibc-2.38-44-bin"), "glibc-2.38-44");
        assert_eq!(without_output("a-1.0-rc"), "a-1.0-rc");
    }

    #[test]
    fn only_paths_in_the_store_have_names() {
        let hash = "a".repeat(32);
        assert_eq!(stored_name(&format!("/nix/store/{hash}-a-1")), Some("a-1"));
        for path in [
            "/nix/store/a-1".to_owned(),
            format!("/nix/store/{hash}-a-1/bin"),
            format!("/x/{hash}-a"),
        ] {
            assert_eq!(stored_name(&path), None);
        }
    }
}
