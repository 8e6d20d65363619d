//! Npm packages that a `yarn.lock` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::yarn_lock;
use crate::model::Origin;

/// Finds npm packages that a `yarn.lock` pins.
pub(super) struct YarnLock;

impl Analyzer for YarnLock {
    fn id(&self) -> &'static str {
        "yarn_lock"
    }

    fn about(&self) -> About {
        About {
            claims: "each package, in the formats of Yarn 1 and of later ones, as declared",
            refuses: "workspaces, linked folders",
            specification: "Yarn documentation, \"yarn.lock\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("yarn.lock")]
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
        let pins = yarn_lock::parse(&declared::text(target, cx)?).map_err(declared::malformed)?;
        declared::add(found, pins, declared::npm);
        Ok(())
    }
}
