//! Packages of Fedora, SUSE, Azure Linux and their like, from rpm's database or the manifest that stands in for it.

mod authority;
mod database;
mod manifest;
mod package;
mod relations;

use self::authority::{CONFIGURATION, PLACES};
use super::{
    About, Analyzer, Context, Fault, Findings, Select, Target, database as sqlite, os_package,
};

const MANIFEST: &str = "/var/lib/rpmmanifest/container-manifest-2";

/// Finds rpm packages.
pub(super) struct Rpm;

impl Analyzer for Rpm {
    fn id(&self) -> &'static str {
        "rpm"
    }

    fn about(&self) -> About {
        About {
            claims: "each header of the database that rpm would open (SQLite with its write-ahead log, ndb, Berkeley DB); \
                each line of a distroless image's manifest; what headers require, met by what others provide and by their \
                files, boolean dependencies with all their joins among it",
            refuses: "imported keys (gpg-pubkey); rpmlib() and weak dependencies; headers without name, version or release; databases that another one beside them has replaced",
            specification: "rpm's lib/header.cc and lib/backend, SQLite's file format, Berkeley DB's db_page.h; \
                Azure Linux's query format of container-manifest-2",
        }
    }

    fn selects(&self) -> &'static [Select] {
        const SELECTS: [Select; 10] = [
            Select::Path(PLACES[0][0]),
            Select::Path(PLACES[0][1]),
            Select::Path(PLACES[0][2]),
            Select::Path(PLACES[1][0]),
            Select::Path(PLACES[1][1]),
            Select::Path(PLACES[1][2]),
            Select::Path(PLACES[2][0]),
            Select::Path(PLACES[2][1]),
            Select::Path(PLACES[2][2]),
            Select::Path(MANIFEST),
        ];
        &SELECTS
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Suffix("/rpmdb.sqlite-wal"), Select::Path(CONFIGURATION)]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        if cx.fs.file(MANIFEST).is_some_and(|it| it.path == target.file.path) {
            return manifest::analyze(found, target.file, cx);
        }
        database::analyze(found, target.file, cx)
    }
}
