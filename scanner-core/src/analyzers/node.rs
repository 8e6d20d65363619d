//! Packages that npm and its like installed.

use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::package_json::{self, PackageJson};
use crate::model::{Code, Component, Kind, License, Method, Position, Purl, Supplier};
use crate::path::ImagePath;

/// Finds installed npm packages.
pub(super) struct Node;

impl Analyzer for Node {
    fn id(&self) -> &'static str {
        "node"
    }

    fn about(&self) -> About {
        About {
            claims: "the package.json of each package folder in a node_modules folder, nested and scoped ones too; \
                     Debian's /usr/share/nodejs",
            refuses: "a project's own package.json; fixtures inside packages; files without name and version",
            specification: "npm documentation: folders, package.json",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("package.json")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        if !is_installed(target.file.path) {
            return Ok(());
        }
        let bytes = target.file.bytes(cx.fs.limits().metadata_bytes)?;
        let package = package_json::parse(&bytes)
            .map_err(|error| Fault::new(Code::Malformed, error.to_string()))?;
        match (package.name.as_deref(), package.version.as_deref()) {
            (Some(name), Some(version)) => {
                let mut component = component(name, version, &package);
                component.folders.extend(target.file.path.parent());
                found.add(Method::Metadata, Position::Whole, component);
            }
            _ => found.notice(Code::Incomplete, "lacks a name or version"),
        }
        Ok(())
    }
}

fn component(name: &str, version: &str, package: &PackageJson) -> Component {
    let (scope, base) = name.rsplit_once('/').unwrap_or(("", name));
    let purl = Purl::new("npm", base, version).namespace(scope);
    let mut component = Component::new(Kind::Library, &purl, name, version);
    component.licenses = package.licenses.iter().filter_map(|it| License::new(it)).collect();
    let author = package.author.as_deref().and_then(Supplier::person);
    let keeper =
        || package.repository.as_deref().and_then(owner).and_then(|it| Supplier::organization(&it));
    component.supplier = author.or_else(keeper);
    component
}

/// Who keeps a repository: the host and account of its address.
fn owner(repository: &str) -> Option<String> {
    let short = repository.strip_prefix("github:").map(|it| format!("github.com/{it}"));
    let address = repository
        .split_once("://")
        .map(|(_, rest)| rest.split_once('@').map_or(rest, |(_, rest)| rest));
    let path = short.or_else(|| address.map(str::to_owned)).or_else(|| bare(repository))?;
    let path = path.replacen(':', "/", 1);
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    Some(format!("{}/{}", parts.next()?, parts.next()?))
}

/// `account/name` means a repository on GitHub (npm documentation, "repository").
fn bare(repository: &str) -> Option<String> {
    let (account, name) = repository.split_once('/')?;
    (!account.contains([':', '.', '@']) && !name.contains('/'))
        .then(|| format!("github.com/{repository}"))
}

/// Whether a `package.json` is where an installer puts a package's own: `node_modules/NAME/`, packages nested in
/// packages one by one. A `node_modules` folder deeper inside a package is a fixture or part of its program.
fn is_installed(path: &ImagePath) -> bool {
    let components: Vec<&[u8]> = path.components().collect();
    let folders = components.split_last().map_or(&[][..], |(_, folders)| folders);
    let below = match folders {
        [b"usr", b"share" | b"lib", b"nodejs", below @ ..]
        | [b"usr", b"lib", _, b"nodejs", below @ ..] => Some(below),
        _ => folders
            .iter()
            .position(|it| *it == b"node_modules")
            .and_then(|at| folders.get(at + 1..)),
    };
    below.is_some_and(leads_to_package)
}

/// Whether folders below a `node_modules` name a package, or one in the `node_modules` of another.
fn leads_to_package(mut folders: &[&[u8]]) -> bool {
    loop {
        let rest = match folders {
            // The stores of pnpm and its like: `.pnpm/name@1.0.0/node_modules/name`.
            [store, _, b"node_modules", rest @ ..] if store.starts_with(b".") => {
                folders = rest;
                continue;
            }
            [scope, _, rest @ ..] if scope.starts_with(b"@") => rest,
            [name, rest @ ..] if !name.starts_with(b".") && !name.starts_with(b"@") => rest,
            _ => return false,
        };
        match rest {
            [] => return true,
            [b"node_modules", rest @ ..] => folders = rest,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_told_from_what_lies_inside_them() {
        let installed = |path: &str| is_installed(&ImagePath::normalize(path).unwrap());
        for path in [
            "/app/node_modules/a/package.json",
            "/app/node_modules/@s/a/package.json",
            "/app/node_modules/a/node_modules/@s/b/package.json",
            "/app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json",
            "/usr/share/nodejs/a/package.json",
            "/usr/lib/x86_64-linux-gnu/nodejs/a/node_modules/b/package.json",
        ] {
            assert!(installed(path), "{path}");
        }
        for path in [
            "/app/package.json",
            "/app/node_modules/package.json",
            "/app/node_modules/@s/package.json",
            "/app/node_modules/a/esm/package.json",
            "/app/node_modules/a/test/node_modules/b/package.json",
            "/usr/share/nodejs/a/test/fixtures/package.json",
            "/app/node_modules/.cache/a/package.json",
        ] {
            assert!(!installed(path), "{path}");
        }
    }

    #[test]
    fn the_keeper_of_a_repository_is_read_from_every_form_of_its_address() {
        for address in [
            "git+https://github.com/a/b.git",
            "git://github.com/a/b",
            "ssh://git@github.com/a/b",
            "a/b",
        ] {
            assert_eq!(owner(address).as_deref(), Some("github.com/a"), "{address}");
        }
        assert_eq!(owner("github:a/b").as_deref(), Some("github.com/a"));
        assert_eq!(owner("nonsense"), None);
    }
}
