//! What the step says to the frontend, and what `--metadata-file` says to the user.

use std::collections::{BTreeMap, BTreeSet};

use scanner_core::model::{Code, Sbom};
use serde::{Deserialize, Serialize};

use super::write::Written;

/// Notices that are told one by one; of the others the number is told.
const SHOWN: usize = 10;

/// What a step has found and written.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// How many components the result has.
    pub(crate) components: usize,
    /// How many notices there are of which code, stages and contexts included.
    pub(crate) notices: BTreeMap<String, usize>,
    /// The first of them: those that may have lost something, and others that the user wants to know of.
    pub(crate) shown: Vec<Shown>,
    /// What was written.
    pub(crate) documents: Vec<Document>,
}

/// A notice in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shown {
    code: String,
    text: String,
}

/// A document that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    /// Its file.
    pub(crate) file: String,
    /// The type of the predicate that it is.
    pub(crate) predicate_type: String,
    /// Its size.
    pub(crate) bytes: usize,
}

impl Summary {
    /// Sums up scans: first that of the result, then of stages and contexts.
    pub(super) fn new(sboms: &[&Sbom], written: Written) -> Self {
        let notices = || sboms.iter().flat_map(|it| &it.notices).chain(&written.refused);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for notice in notices() {
            *counts.entry(notice.code.as_str().to_owned()).or_default() += 1;
        }
        let mut shown = Vec::new();
        for code in counts.keys() {
            let alike = notices().filter(|it| it.code.as_str() == code).take(SHOWN);
            shown.extend(alike.map(|it| Shown { code: code.clone(), text: it.to_string() }));
        }
        Self {
            components: sboms.first().map_or(0, |it| it.components.len()),
            notices: counts,
            shown,
            documents: written.documents,
        }
    }

    /// What the user should be warned of: where something may be missing.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let losing = Code::ALL.iter().filter(|it| it.loses_content()).map(|it| it.as_str());
        self.lines(&losing.collect())
    }

    /// Why the build fails, if it does for notices of these codes.
    pub(crate) fn fatal(&self, codes: &BTreeSet<&str>) -> Option<String> {
        let lines = self.lines(codes);
        (!lines.is_empty()).then(|| lines.join("; "))
    }

    /// The notices of some codes, the first of them in words.
    fn lines(&self, codes: &BTreeSet<&str>) -> Vec<String> {
        let wanted = |code: &str| codes.contains(code);
        let all: usize =
            self.notices.iter().filter(|(it, _)| wanted(it)).map(|(_, count)| count).sum();
        let shown = self.shown.iter().filter(|it| wanted(&it.code)).take(SHOWN);
        let mut lines: Vec<String> = shown.map(|it| it.text.clone()).collect();
        if let Some(more) = all.checked_sub(lines.len()).filter(|it| *it > 0) {
            lines.push(format!("and {more} more notices"));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(codes: &[(&str, usize)]) -> Summary {
        let shown = codes.iter().flat_map(|(code, count)| {
            let text = move |it| format!("{code} {it}");
            let shown = move |it| Shown { code: (*code).to_owned(), text: text(it) };
            (0..*count.min(&SHOWN)).map(shown)
        });
        let notices = codes.iter().map(|(code, count)| ((*code).to_owned(), *count));
        Summary { notices: notices.collect(), shown: shown.collect(), ..Summary::default() }
    }

    #[test]
    fn only_losses_are_warned_of_and_not_without_end() {
        assert_eq!(summary(&[("superseded", 3)]).warnings(), [""; 0]);
        let warnings =
            summary(&[("malformed", 25), ("unreadable", 3), ("superseded", 1)]).warnings();
        assert_eq!(warnings.len(), 11);
        assert_eq!((&*warnings[0], &*warnings[10]), ("malformed 0", "and 18 more notices"));
    }

    #[test]
    fn only_what_the_user_names_is_fatal() {
        let summary = summary(&[("superseded", 2)]);
        assert_eq!(summary.fatal(&BTreeSet::new()), None);
        assert_eq!(summary.fatal(&["malformed"].into()), None);
        assert_eq!(summary.fatal(&["superseded"].into()).unwrap(), "superseded 0; superseded 1");
    }
}
