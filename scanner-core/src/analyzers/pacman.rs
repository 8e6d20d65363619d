//! Packages of Arch Linux and its derivatives, from pacman's local database.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target, os_package};
use crate::formats::alpm_desc;
use crate::model::{Code, License, Method, Position, Source, Supplier};
use crate::path::ImagePath;

const DATABASE: &str = "/var/lib/pacman/local";

/// Finds packages that pacman installed.
pub(super) struct Pacman;

impl Analyzer for Pacman {
    fn id(&self) -> &'static str {
        "pacman"
    }

    fn about(&self) -> About {
        About {
            claims: "each desc with a name and a version in /var/lib/pacman/local/NAME-VERSION",
            refuses: "the databases of repositories in /var/lib/pacman/sync; desc files elsewhere",
            specification: "libalpm: be_local.c; purl type alpm",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("desc")]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Name("files")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(directory) = target.file.path.parent() else { return Ok(()) };
        if directory.parent() != database(cx) {
            return Ok(());
        }
        let text = target.metadata(cx.fs.limits())?;
        let (desc, problems) = alpm_desc::parse(&text);
        if let Some(first) = problems.first() {
            found.notice(Code::Malformed, format!("line {} {}", first.line, first.what));
        }
        let (Some(name), Some(version)) =
            (desc.first("NAME").filter(|it| is_name(it)), desc.first("VERSION"))
        else {
            found.notice(Code::Incomplete, "lacks a valid name or version");
            return Ok(());
        };
        let architecture = desc.first("ARCH").unwrap_or_default();
        // Packages that are built together have the version of their base.
        let base = desc.first("BASE").unwrap_or(name);
        let source = Source { name: base.to_owned(), version: version.to_owned() };
        let mut package = os_package::component(
            ("alpm", "arch"),
            (name, version),
            architecture,
            Some(source),
            cx,
        );
        package.licenses = desc.all("LICENSE").iter().filter_map(|it| License::new(it)).collect();
        let packager = desc.first("PACKAGER").filter(|it| *it != "Unknown Packager");
        package.supplier = packager.and_then(Supplier::person);
        if let Some(list) = directory.join("files").and_then(|it| cx.fs.file_at(&it)) {
            let bytes = list.bytes(cx.fs.limits().database_bytes)?;
            let text = String::from_utf8_lossy(&bytes);
            let (list, _) = alpm_desc::parse(&text);
            let files = list.all("FILES").iter().filter(|it| !it.ends_with('/'));
            package.owns = os_package::owned_files(cx.fs, files.map(|it| it.as_bytes()));
        }
        found.add(Method::Database, Position::Whole, package);
        Ok(())
    }
}

/// Where the database is, links followed.
fn database(cx: &Context<'_>) -> Option<ImagePath> {
    cx.fs.resolve(&ImagePath::normalize(DATABASE)?).ok()
}
