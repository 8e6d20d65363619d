//! Python packages that a `pylock.toml` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::pylock;
use crate::model::{Origin, Purl};

/// Finds Python packages that a `pylock.toml` pins.
pub(super) struct Pylock;

impl Analyzer for Pylock {
    fn id(&self) -> &'static str {
        "pylock"
    }

    fn about(&self) -> About {
        About {
            claims: "each package with a version, repository or archive in pylock.toml and pylock.NAME.toml, as declared",
            refuses: "folders",
            specification: "PyPA, \"pylock.toml Specification\" (PEP 751)",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix(".toml")]
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
        if !is_lock(target.file.path.file_name()) {
            return Ok(());
        }
        let pins = pylock::parse(&declared::text(target, cx)?)?;
        declared::add(found, pins, |it| Purl::new("pypi", &it.name, &it.version));
        Ok(())
    }
}

/// `pylock.toml`, or `pylock.NAME.toml` with a name without dots.
fn is_lock(name: &[u8]) -> bool {
    let middle = name.strip_prefix(b"pylock").and_then(|it| it.strip_suffix(b"toml"));
    middle.is_some_and(|it| match it {
        b"." => true,
        [b'.', inner @ .., b'.'] => !inner.is_empty() && !inner.contains(&b'.'),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_specification_are_told_from_others() {
        assert!(is_lock(b"pylock.toml") && is_lock(b"pylock.dev.toml"));
        assert!(
            !is_lock(b"pylock.a.b.toml") && !is_lock(b"pylock..toml") && !is_lock(b"mypylock.toml")
        );
    }
}
