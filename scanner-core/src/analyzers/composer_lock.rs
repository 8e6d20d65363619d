//! PHP packages that a `composer.lock` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::{Pin, composer_lock};
use crate::model::{Origin, Purl};

/// Finds PHP packages that a `composer.lock` pins.
pub(super) struct ComposerLock;

impl Analyzer for ComposerLock {
    fn id(&self) -> &'static str {
        "composer_lock"
    }

    fn about(&self) -> About {
        About {
            claims: "each package, those for development too, as declared",
            refuses: "folders of the project",
            specification: "Composer documentation, \"composer.lock\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("composer.lock")]
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
            composer_lock::parse(&declared::text(target, cx)?).map_err(declared::malformed)?;
        declared::add(found, pins, purl);
        Ok(())
    }
}

fn purl(pin: &Pin) -> Purl {
    let (vendor, name) = pin.name.split_once('/').unwrap_or(("", &pin.name));
    Purl::new("composer", name, &pin.version).namespace(vendor)
}
