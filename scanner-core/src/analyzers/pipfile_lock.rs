//! Python packages that a `Pipfile.lock` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::pipfile_lock;
use crate::model::{Origin, Purl};

/// Finds Python packages that a `Pipfile.lock` pins.
pub(super) struct PipfileLock;

impl Analyzer for PipfileLock {
    fn id(&self) -> &'static str {
        "pipfile_lock"
    }

    fn about(&self) -> About {
        About {
            claims: "each package of every category with an exact version or a repository, as declared",
            refuses: "folders of the project",
            specification: "pipenv documentation, \"Pipfile.lock\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("Pipfile.lock")]
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
        let pins =
            pipfile_lock::parse(&declared::text(target, cx)?).map_err(declared::malformed)?;
        declared::add(found, pins, |it| Purl::new("pypi", &it.name, &it.version));
        Ok(())
    }
}
