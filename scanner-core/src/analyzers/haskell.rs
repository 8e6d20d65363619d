//! Haskell packages in the databases of GHC.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::deb822;
use crate::model::{Code, Component, Kind, License, Method, Position, Purl};

/// Finds Haskell packages that are registered with GHC.
pub(super) struct Haskell;

impl Analyzer for Haskell {
    fn id(&self) -> &'static str {
        "haskell"
    }

    fn about(&self) -> About {
        About {
            claims: "each registration in a package database of GHC (/var/lib/ghc/package.conf.d, Cabal's package.db, \
                     Stack's pkgdb); the parts of one package are one",
            refuses: "programs that were linked from packages, which record none; cabal.project.freeze, stack.yaml.lock",
            specification: "GHC user guide: InstalledPackageInfo; purl type hackage",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Folder("package.conf.d"), Select::Folder("package.db"), Select::Folder("pkgdb")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        if !target.file.path.as_bytes().ends_with(b".conf") {
            return Ok(());
        }
        let text = target.metadata(cx.fs.limits())?;
        let registration = deb822::first(&text);
        let field = |name| registration.get(name).filter(|it| !it.is_empty());
        // A library within a package has a name of its own.
        let name = field("package-name").or_else(|| field("name"));
        let (Some(name), Some(version)) = (name.filter(|it| is_name(it)), field("version")) else {
            found.notice(Code::Incomplete, "lacks a valid name or version");
            return Ok(());
        };
        let purl = Purl::new("hackage", name, version);
        let mut component = Component::new(Kind::Library, &purl, name, version);
        component.licenses = field("license").and_then(License::new).into_iter().collect();
        found.add(Method::Database, Position::Whole, component);
        Ok(())
    }
}
