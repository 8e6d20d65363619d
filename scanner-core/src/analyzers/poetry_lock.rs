//! Python packages that a `poetry.lock` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::poetry_lock;
use crate::model::{Origin, Purl};

/// Finds Python packages that a `poetry.lock` pins.
pub(super) struct PoetryLock;

impl Analyzer for PoetryLock {
    fn id(&self) -> &'static str {
        "poetry_lock"
    }

    fn about(&self) -> About {
        About {
            claims: "each package of every group, as declared",
            refuses: "folders",
            specification: "Poetry documentation, \"Installing dependencies\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("poetry.lock")]
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
        let pins = poetry_lock::parse(&declared::text(target, cx)?)?;
        declared::add(found, pins, |it| Purl::new("pypi", &it.name, &it.version));
        Ok(())
    }
}
