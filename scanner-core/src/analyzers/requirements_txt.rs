//! Python packages that a `requirements.txt` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::requirements_txt;
use crate::model::{Origin, Purl};
use crate::path::ImagePath;

/// Finds Python packages that a `requirements.txt` pins.
pub(super) struct RequirementsTxt;

impl Analyzer for RequirementsTxt {
    fn id(&self) -> &'static str {
        "requirements_txt"
    }

    fn about(&self) -> About {
        About {
            claims: "each requirement of the form NAME==VERSION in requirements*.txt, *requirements.txt and requirements/*.txt, as declared",
            refuses: "ranges, prefixes (==1.*), addresses, folders, options; constraints",
            specification: "pip documentation, \"Requirements File Format\"; PyPA, \"Dependency specifiers\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix(".txt")]
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
        if !is_requirements(target.file.path) {
            return Ok(());
        }
        let pins = requirements_txt::parse(&declared::text(target, cx)?);
        declared::add(found, pins, |it| Purl::new("pypi", &it.name, &it.version));
        Ok(())
    }
}

/// Whether a file is called as pip's users call such files; the format itself has no mark.
fn is_requirements(path: &ImagePath) -> bool {
    let Some(stem) = path.file_name().strip_suffix(b".txt") else { return false };
    let folder = path.components().rev().nth(1);
    stem.starts_with(b"requirements")
        || stem.ends_with(b"requirements")
        || folder == Some(b"requirements")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_names_are_told_from_other_texts() {
        let is = |path: &str| is_requirements(&ImagePath::normalize(path).unwrap());
        assert!(is("/requirements.txt") && is("/a/requirements-dev.txt"));
        assert!(is("/dev-requirements.txt") && is("/requirements/base.txt"));
        assert!(!is("/robots.txt") && !is("/constraints.txt") && !is("/requirements/a/b.txt"));
    }
}
