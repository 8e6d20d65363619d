//! Gems that a `Gemfile.lock` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::gemfile_lock;
use crate::model::{Origin, Purl};

/// Finds gems that a `Gemfile.lock` pins.
pub(super) struct GemfileLock;

impl Analyzer for GemfileLock {
    fn id(&self) -> &'static str {
        "gemfile_lock"
    }

    fn about(&self) -> About {
        About {
            claims: "each gem of a server or repository, for every platform that is listed, as declared",
            refuses: "gems in folders of the project; Bundler itself",
            specification: "Bundler documentation, \"Gemfile.lock\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("Gemfile.lock"), Select::Name("gems.locked")]
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
        for gem in gemfile_lock::parse(&declared::text(target, cx)?) {
            let purl = Purl::new("gem", &gem.pin.name, &gem.pin.version);
            declared::add_one(found, &gem.pin, &purl.qualifier("platform", &gem.platform));
        }
        Ok(())
    }
}
