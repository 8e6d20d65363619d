//! Packages of Debian and its derivatives, from dpkg's database or the one-file-a-package form of distroless images.

mod files;
mod relations;

use rayon::prelude::*;

use files::Files;
pub(super) use relations::Relations;

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target, os_package};
use crate::formats::deb822::{self, Stanza};
use crate::model::{Code, Component, License, Method, Position, Source, Supplier};
use crate::path::ImagePath;

pub(super) const STATUS: &str = "/var/lib/dpkg/status";
const STATUS_D: &str = "/var/lib/dpkg/status.d";

/// Finds deb packages.
pub(super) struct Dpkg;

impl Analyzer for Dpkg {
    fn id(&self) -> &'static str {
        "dpkg"
    }

    fn about(&self) -> About {
        About {
            claims: "each package whose state is installed or awaits triggers; every stanza of status.d; Depends and \
                     Pre-Depends, met by every installed alternative and provider",
            refuses: "packages that are removed, unpacked or half-installed; Recommends and Suggests",
            specification: "deb822(5), dpkg-query(1), Debian policy 5 and 7, DEP-5; distroless PACKAGE_METADATA.md",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Path(STATUS), Select::In(STATUS_D)]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::In("/var/lib/dpkg"), Select::In("/var/lib/dpkg/info"), Select::Name("copyright")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let name = target.file.path.file_name();
        if name.ends_with(b".md5sums") || name.ends_with(b".list") {
            return Ok(());
        }
        let bytes = target.file.bytes(cx.fs.limits().database_bytes)?;
        let of_dpkg = name == b"status";
        let text = String::from_utf8_lossy(if of_dpkg {
            os_package::whole_lines(&bytes, found)
        } else {
            &bytes
        });
        let (stanzas, problems) = deb822::parse(&text);
        os_package::problems(&problems, found);
        if stanzas.is_empty() {
            found.notice(Code::EmptyDatabase, "holds no package");
        }
        let database = target.file.path.parent().filter(|_| of_dpkg).or_else(|| home(target));
        let relations = Relations::new(database.unwrap_or_else(ImagePath::root), &stanzas);
        let files = Files::new(target.file, cx);
        // Some packages list ten thousand files: small portions leave no core alone with many of them.
        let portions = stanzas.par_iter().with_max_len(8);
        let read = |stanza| read(stanza, (&files, &relations), cx);
        let packages: Vec<Outcome> = portions.map(read).collect();
        for (stanza, outcome) in stanzas.iter().zip(packages) {
            match outcome {
                Outcome::Installed(package) => {
                    found.add(Method::Database, Position::Line(stanza.line), *package);
                }
                Outcome::Removed => {}
                Outcome::Refused(code, message) => {
                    found.notice(code, format!("the stanza at line {} {message}", stanza.line));
                }
            }
        }
        Ok(())
    }
}

/// What a stanza comes to.
enum Outcome {
    Installed(Box<Component>),
    Removed,
    Refused(Code, String),
}

/// The directory of the database whose package has a file of its own.
fn home(target: &Target<'_>) -> Option<ImagePath> {
    target.file.path.parent()?.parent()
}

fn read(
    stanza: &Stanza<'_>,
    (files, relations): (&Files<'_>, &Relations<'_>),
    cx: &Context<'_>,
) -> Outcome {
    let field = |name| stanza.get(name).filter(|value| !value.is_empty());
    let (name, state) = (field("Package"), field("Status"));
    match state.and_then(|state| state.split_whitespace().nth(2)) {
        // A stanza of status.d is a package's own control file and has no state.
        None if state.is_none() => {}
        Some("installed" | "triggers-awaited" | "triggers-pending") => {}
        Some("not-installed" | "config-files") => return Outcome::Removed,
        _ => {
            let name = name.unwrap_or("without a name");
            let message = format!(
                "is of package {name} in state “{}”; not listed",
                state.unwrap_or_default()
            );
            return Outcome::Refused(Code::NotInstalled, message);
        }
    }
    let (Some(name), Some(version)) = (name.filter(|it| is_name(it)), field("Version")) else {
        return Outcome::Refused(Code::Incomplete, "lacks a valid name or version".to_owned());
    };
    let architecture = field("Architecture").unwrap_or_default();
    let source = source(field("Source"), name, version);
    let mut package =
        os_package::component(("deb", "debian"), (name, version), architecture, Some(source), cx);
    package.supplier = field("Maintainer").and_then(maintainer);
    package.licenses = licenses(name, cx);
    package.owns = files.of(name, architecture);
    package.claims.push(relations.of(stanza, name, version));
    if !architecture.is_empty() {
        package.properties.insert("dpkg:architecture", architecture.to_owned());
    }
    Outcome::Installed(Box::new(package))
}

/// Who maintains a package. Policy 5.6.2 allows a person or a group, whose address is a mailing list or a role.
fn maintainer(field: &str) -> Option<Supplier> {
    const GROUPS: &[&str] =
        &["@lists.", "lists.debian.org", "@packages.", "@tracker.", "-team@", "team+", "-devel@"];
    let group = GROUPS.iter().any(|mark| field.contains(mark))
        || field.contains("Team")
        || field.contains("Developers");
    if group { Supplier::organization(field) } else { Supplier::person(field) }
}

/// The source package: `name`, `name (version)`, or the same as the binary package.
fn source(field: Option<&str>, name: &str, version: &str) -> Source {
    let (name, rest) =
        field.map_or((name, ""), |field| field.split_once(' ').unwrap_or((field, "")));
    let stated = rest.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    Source { name: name.to_owned(), version: stated.unwrap_or(version).trim().to_owned() }
}

/// The licences that the package's copyright file names, if it is machine-readable (DEP-5).
pub(super) fn licenses(name: &str, cx: &Context<'_>) -> Vec<License> {
    let copyright = cx.fs.file(&format!("/usr/share/doc/{name}/copyright"));
    let Some(bytes) = copyright.and_then(|file| file.bytes(cx.fs.limits().metadata_bytes).ok())
    else {
        return Vec::new();
    };
    let start = bytes.trim_ascii_start().get(..6).unwrap_or_default();
    if !start.eq_ignore_ascii_case(b"format") {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let (stanzas, _) = deb822::parse(&text);
    let of_files =
        stanzas.iter().enumerate().filter(|(index, it)| *index == 0 || it.get("Files").is_some());
    let names = of_files.filter_map(|(_, stanza)| stanza.get("License")?.lines().next());
    let mut licenses: Vec<License> = names.filter_map(License::debian).collect();
    licenses.sort_unstable();
    licenses.dedup();
    licenses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_may_have_a_version_of_its_own() {
        let read = |field| source(field, "libc6", "2.36-9");
        assert_eq!(read(None), Source { name: "libc6".into(), version: "2.36-9".into() });
        assert_eq!(read(Some("glibc")), Source { name: "glibc".into(), version: "2.36-9".into() });
        assert_eq!(read(Some("gcc (1:12)")), Source { name: "gcc".into(), version: "1:12".into() });
    }
}
