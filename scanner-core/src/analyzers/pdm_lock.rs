//! Python packages that a `pdm.lock` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::pdm_lock;
use crate::model::{Origin, Purl};

/// Finds Python packages that a `pdm.lock` pins.
pub(super) struct PdmLock;

impl Analyzer for PdmLock {
    fn id(&self) -> &'static str {
        "pdm_lock"
    }

    fn about(&self) -> About {
        About {
            claims: "each package of every group, as declared",
            refuses: "folders and files of the project",
            specification: "PDM documentation, \"Lock file\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("pdm.lock")]
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
        let pins = pdm_lock::parse(&declared::text(target, cx)?)?;
        declared::add(found, pins, |it| Purl::new("pypi", &it.name, &it.version));
        Ok(())
    }
}
