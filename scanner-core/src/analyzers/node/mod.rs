//! Packages that npm and its like installed.

mod bundle;
mod keeper;
mod place;
mod program;
mod requirements;
mod workspace;

use super::cached::is_cached;
use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::package_json::{self, PackageJson};
use crate::model::{Code, Component, Kind, License, Method, Position, Purl, Supplier};

use keeper::owner;
use place::is_installed;

/// Finds installed npm packages.
pub(super) struct Node;

impl Analyzer for Node {
    fn id(&self) -> &'static str {
        "node"
    }

    fn about(&self) -> About {
        About {
            claims: "the package.json of each package folder in a node_modules folder, nested and scoped ones and the \
                     stores of pnpm, Yarn and others too; Debian's /usr/share/nodejs; members of a workspace that the \
                     node_modules folder above them links to, marked as the project's own; packages elsewhere that Corepack \
                     unpacked, or that a link in /usr/local/bin or /usr/bin starts a program of (/opt/yarn-v1.22.22); dependencies, optional and peer \
                     ones, as Node.js finds them from the package's place",
            refuses: "a project's own package.json; the caches of Yarn 1 and conda; fixtures inside packages; files without name and version; \
                      lockfiles, the hidden one in node_modules too: the folders themselves count",
            specification: "npm documentation: folders, package.json, workspaces",
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
        let Some(directory) = target.file.path.parent() else { return Ok(()) };
        let installed = is_installed(target.file.path);
        let expected = installed || workspace::is_outside(&directory);
        if !expected || is_cached(target.file.path, cx.fs) {
            return Ok(());
        }
        let package = match read(target, cx) {
            Ok(package) => package,
            Err(_) if !installed => return Ok(()),
            Err(fault) => return Err(fault),
        };
        let Some(mut component) = component(&package) else {
            if installed {
                found.notice(Code::Incomplete, "lacks a valid name or version");
            }
            return Ok(());
        };
        component.owns = bundle::brought(&directory, &package, cx);
        if !installed && !program::is_installed(&directory, &package, cx) {
            let Some(link) = workspace::link(&directory, &component.name, cx.fs) else {
                return Ok(());
            };
            component.properties.insert("npm:workspace", link.display().into_owned());
        }
        let place = (&directory, target.file.size);
        // What Plug'n'Play loads for a package, its own state says.
        if !requirements::is_unplugged(&directory, cx) {
            component.claims.push(requirements::claim(place, &package, cx));
        }
        component.folders.push(directory);
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

fn read(target: &Target<'_>, cx: &Context<'_>) -> Result<PackageJson, Fault> {
    let bytes = target.file.bytes(cx.fs.limits().metadata_bytes)?;
    package_json::parse(&bytes).map_err(|error| Fault::new(Code::Malformed, error.to_string()))
}

/// Whether a name is one that npm allows: `name`, or `@scope/name`.
fn is_package_name(name: &str) -> bool {
    match name.strip_prefix('@').and_then(|rest| rest.split_once('/')) {
        Some((scope, base)) => is_name(scope) && is_name(base),
        None => is_name(name),
    }
}

/// The component of a package; none where its name or version is none.
pub(super) fn component(package: &PackageJson) -> Option<Component> {
    let name = package.name.as_deref().filter(|it| is_package_name(it))?;
    let version = package.version.as_deref()?;
    let (scope, base) = name.rsplit_once('/').unwrap_or(("", name));
    let purl = Purl::new("npm", base, version).namespace(scope);
    let mut component = Component::new(Kind::Library, &purl, name, version);
    component.licenses = package.licenses.iter().filter_map(|it| License::new(it)).collect();
    let author = package.author.as_deref().and_then(Supplier::person);
    let keeper =
        || package.repository.as_deref().and_then(owner).and_then(|it| Supplier::organization(&it));
    component.supplier = author.or_else(keeper);
    Some(component)
}
