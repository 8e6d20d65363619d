//! Python packages that a `uv.lock` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::uv_lock;
use crate::model::{Origin, Purl};

/// Finds Python packages that a `uv.lock` pins.
pub(super) struct UvLock;

impl Analyzer for UvLock {
    fn id(&self) -> &'static str {
        "uv_lock"
    }

    fn about(&self) -> About {
        About {
            claims: "each package of every group, as declared",
            refuses: "the project, members of its workspace, folders",
            specification: "uv documentation, \"The lockfile\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix("uv.lock"), Select::Suffix(".py.lock")]
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
        let pins = uv_lock::parse(&declared::text(target, cx)?)?;
        declared::add(found, pins, |it| Purl::new("pypi", &it.name, &it.version));
        Ok(())
    }
}
