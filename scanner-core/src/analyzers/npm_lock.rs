//! Npm packages that a `package-lock.json` or `npm-shrinkwrap.json` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::package_lock;
use crate::model::Origin;

/// Finds npm packages that a lockfile of npm pins.
pub(super) struct NpmLock;

impl Analyzer for NpmLock {
    fn id(&self) -> &'static str {
        "npm_lock"
    }

    fn about(&self) -> About {
        About {
            claims: "each package of lockfile versions 1 to 3, as declared",
            refuses: "the project, its workspaces and linked folders; a package-lock.json that stands beside an npm-shrinkwrap.json",
            specification: "npm documentation, \"package-lock.json\", \"npm-shrinkwrap.json\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("package-lock.json"), Select::Name("npm-shrinkwrap.json")]
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
        if is_overruled(target, cx) {
            return Ok(());
        }
        let pins =
            package_lock::parse(&declared::text(target, cx)?).map_err(declared::malformed)?;
        declared::add(found, pins, declared::npm);
        Ok(())
    }
}

/// npm ignores a `package-lock.json` where there is an `npm-shrinkwrap.json`.
fn is_overruled(target: &Target<'_>, cx: &Context<'_>) -> bool {
    let path = target.file.path;
    let other = path.parent().and_then(|folder| folder.join("npm-shrinkwrap.json"));
    other.is_some_and(|other| other != *path && cx.fs.file_at(&other).is_some())
}
