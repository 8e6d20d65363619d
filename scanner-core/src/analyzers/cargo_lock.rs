//! Crates that a `Cargo.lock` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::cargo_lock;
use crate::model::{Origin, Purl};

/// Finds crates that a `Cargo.lock` pins.
pub(super) struct CargoLock;

impl Analyzer for CargoLock {
    fn id(&self) -> &'static str {
        "cargo_lock"
    }

    fn about(&self) -> About {
        About {
            claims: "each crate with a source, as declared",
            refuses: "members of the workspace, which have none",
            specification: "The Cargo Book, \"Cargo.toml vs Cargo.lock\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("Cargo.lock")]
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
        let pins = cargo_lock::parse(&declared::text(target, cx)?)?;
        declared::add(found, pins, |it| Purl::new("cargo", &it.name, &it.version));
        Ok(())
    }
}
