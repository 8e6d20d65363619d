//! Npm packages that a `pnpm-lock.yaml` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::pnpm_lock;
use crate::model::Origin;

/// Finds npm packages that a `pnpm-lock.yaml` pins.
pub(super) struct PnpmLock;

impl Analyzer for PnpmLock {
    fn id(&self) -> &'static str {
        "pnpm_lock"
    }

    fn about(&self) -> About {
        About {
            claims: "each package of lockfile versions 5 to 9, as declared",
            refuses: "folders of the project",
            specification: "pnpm/spec, lockfile",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("pnpm-lock.yaml")]
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
        let pins = pnpm_lock::parse(&declared::text(target, cx)?).map_err(declared::malformed)?;
        declared::add(found, pins, declared::npm);
        Ok(())
    }
}
