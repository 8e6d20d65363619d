//! NuGet packages that a `packages.lock.json` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::packages_lock;
use crate::model::{Origin, Purl};

/// Finds NuGet packages that a lockfile pins.
pub(super) struct NugetLock;

impl Analyzer for NugetLock {
    fn id(&self) -> &'static str {
        "nuget_lock"
    }

    fn about(&self) -> About {
        About {
            claims: "each package of every framework in packages.lock.json and packages.PROJECT.lock.json, as declared",
            refuses: "projects of the solution",
            specification: "NuGet documentation, \"Locking dependencies\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix(".lock.json")]
    }

    fn origin(&self) -> Origin {
        Origin::Declared
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        if !target.file.path.file_name().starts_with(b"packages.") {
            return Ok(());
        }
        let pins =
            packages_lock::parse(&declared::text(target, cx)?).map_err(declared::malformed)?;
        declared::add(found, pins, |it| Purl::new("nuget", &it.name, &it.version));
        Ok(())
    }
}
