//! Java modules that Gradle locks.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::{Pin, gradle_lockfile};
use crate::model::{Origin, Purl};

/// Finds Java modules that a lockfile of Gradle pins.
pub(super) struct GradleLockfile;

impl Analyzer for GradleLockfile {
    fn id(&self) -> &'static str {
        "gradle_lockfile"
    }

    fn about(&self) -> About {
        About {
            claims: "each module in *gradle.lockfile and gradle/dependency-locks/*.lockfile, as declared",
            refuses: "other lines",
            specification: "Gradle documentation, \"Locking Versions\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix(".lockfile")]
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
        let mut names = target.file.path.components().rev();
        let of_gradle = names.next().is_some_and(|it| it.ends_with(b"gradle.lockfile"));
        if !of_gradle && names.next() != Some(b"dependency-locks") {
            return Ok(());
        }
        let pins = gradle_lockfile::parse(&declared::text(target, cx)?);
        declared::add(found, pins, purl);
        Ok(())
    }
}

fn purl(pin: &Pin) -> Purl {
    let (group, artifact) = pin.name.split_once(':').unwrap_or(("", &pin.name));
    Purl::new("maven", artifact, &pin.version).namespace(group)
}
