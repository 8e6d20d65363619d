//! Whether statements say of an image what a scan of it gives: possible because equal content gives equal bytes.

use std::collections::BTreeSet;

use anyhow::Context as _;
use attest::Statement;
use registry::Reference;
use scanner_core::documents;
use scanner_core::emit::TOOL_NAME;
use scanner_core::limits::Limits;
use scanner_core::model::{Identity, View};

use super::Believed;
use crate::artifacts::{ARTIFACTS, Artifact};
use crate::cli::VerifyAttestation;
use crate::images;
use crate::made::Seen;

/// Components that are named where documents differ; of the others the number is told.
const NAMED: usize = 5;

/// What came of comparing a statement with a scan.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The statement is the one that this program makes, byte for byte.
    Same,
    /// Its predicate is the same JSON, written in another way.
    Alike,
    /// It is of no kind that a scan gives.
    NotOfAScan,
    /// It says something else.
    Differs(String),
}

/// Scans what statements are about, and compares.
pub(super) fn compare(
    command: &VerifyAttestation,
    reference: &Reference,
    believed: &[Believed],
) -> anyhow::Result<Vec<Outcome>> {
    let subjects: BTreeSet<&str> =
        believed.iter().filter(|it| !candidates(it).is_empty()).map(|it| &*it.subject).collect();
    let mut scans = Vec::new();
    for subject in subjects {
        let about = believed.iter().filter(|it| it.subject == subject);
        let mut wanted: Vec<&Artifact> = about.flat_map(candidates).collect();
        wanted.sort_by_key(|it| (it.view == Some(View::Usage), it.file, it.format));
        wanted.dedup_by_key(|it| (it.file, it.format));
        let (resolved, making) = (reference.with_digest(subject), &command.making);
        let images = images::artifacts(making, &resolved, &wanted, command.layers, Seen::Finished)
            .with_context(|| format!("cannot scan {subject} again"))?;
        scans.push((subject, wanted, images));
    }
    let outcome = |it: &Believed| {
        let scan = scans.iter().find(|(subject, ..)| *subject == it.subject);
        let Some((_, wanted, images)) = scan.filter(|_| !candidates(it).is_empty()) else {
            return Ok(Outcome::NotOfAScan);
        };
        let [image] = images.as_slice() else {
            let why = "it is about an index, where a document is of one platform";
            return Ok(Outcome::Differs(why.to_owned()));
        };
        let documents = wanted.iter().zip(&image.made.documents);
        let documents = documents.filter(|(artifact, _)| is_candidate(artifact, it));
        judge(it, documents.map(|(artifact, bytes)| (*artifact, bytes.as_slice())))
    };
    believed.iter().map(outcome).collect()
}

/// The artifacts that a statement may be of.
fn candidates(believed: &Believed) -> Vec<&'static Artifact> {
    ARTIFACTS.iter().filter(|it| is_candidate(it, believed)).collect()
}

fn is_candidate(artifact: &Artifact, believed: &Believed) -> bool {
    artifact.predicate_type == Some(&*believed.verified.statement.predicate_type)
}

/// Compares a statement with the documents that it may be of; it has to be one of them.
fn judge<'a>(
    believed: &Believed,
    documents: impl Iterator<Item = (&'static Artifact, &'a [u8])>,
) -> anyhow::Result<Outcome> {
    let Statement { subject, predicate_type, predicate, .. } = &believed.verified.statement;
    let mut nearest: Option<Difference> = None;
    for (artifact, document) in documents {
        let ours = artifact.predicate(document)?;
        if Statement::write(subject, predicate_type, &ours)? == believed.payload {
            return Ok(Outcome::Same);
        }
        if serde_json::from_slice::<serde_json::Value>(&ours)? == *predicate {
            return Ok(Outcome::Alike);
        }
        let difference = Difference::of(predicate.to_string().as_bytes(), &ours);
        if nearest.as_ref().is_none_or(|it| difference.size() < it.size()) {
            nearest = Some(difference);
        }
    }
    Ok(Outcome::Differs(nearest.unwrap_or_default().told()))
}

/// How a document differs from that of a scan.
#[derive(Default)]
pub(super) struct Difference {
    /// The version of this program that made it, as it says itself.
    version: Option<String>,
    /// Components that the scan does not find.
    more: Vec<String>,
    /// Components that only the scan finds.
    fewer: Vec<String>,
}

impl Difference {
    pub(super) fn of(theirs: &[u8], ours: &[u8]) -> Self {
        let limits = Limits::default();
        let (Ok(theirs), Ok(ours)) =
            (documents::read(theirs, &limits), documents::read(ours, &limits))
        else {
            return Self::default();
        };
        let set = |it: &documents::Document| -> BTreeSet<Identity> {
            it.sbom.components.iter().map(|it| it.identity.clone()).collect()
        };
        let (their_set, our_set) = (set(&theirs), set(&ours));
        let only = |a: &BTreeSet<Identity>, b: &BTreeSet<Identity>| {
            a.difference(b).map(|it| it.as_str().to_owned()).collect()
        };
        let prefix = format!("{TOOL_NAME}-");
        Self {
            version: theirs.tools.iter().find_map(|it| it.strip_prefix(&prefix)).map(str::to_owned),
            more: only(&their_set, &our_set),
            fewer: only(&our_set, &their_set),
        }
    }

    pub(super) fn size(&self) -> usize {
        self.more.len() + self.fewer.len()
    }

    pub(super) fn told(&self) -> String {
        let ours = env!("CARGO_PKG_VERSION");
        let why = match self.version.as_deref() {
            Some(version) if version == ours => {
                "made by the same version: with other options, or of another image".to_owned()
            }
            Some(version) => format!(
                "made by version {version}, and this is {ours}: only that version can tell whether it is the same"
            ),
            None => "it names no version of this program that made it".to_owned(),
        };
        let list = |what: &str, components: &[String]| {
            let named = components.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
            let further = components.len().saturating_sub(NAMED);
            let further = if further > 0 { format!(" and {further} more") } else { String::new() };
            format!("; {what}: {named}{further}")
        };
        let more =
            Some(list("the image does not have", &self.more)).filter(|_| !self.more.is_empty());
        let fewer = Some(list("it leaves out", &self.fewer)).filter(|_| !self.fewer.is_empty());
        let equal = Some("; the components are the same".to_owned())
            .filter(|_| self.size() == 0 && self.version.is_some());
        [Some(why), more, fewer, equal].into_iter().flatten().collect()
    }
}

impl Outcome {
    /// Whether the statement is not to be believed.
    pub(super) fn is_bad(&self) -> bool {
        matches!(self, Self::Differs(_))
    }

    /// What is told, after the word `rescan`.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Same => "the same, byte for byte".to_owned(),
            Self::Alike => "the same, written in another way".to_owned(),
            Self::NotOfAScan => "not compared: it is of no kind that a scan gives".to_owned(),
            Self::Differs(why) => format!("DIFFERS: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(version: &str, components: &[&str]) -> Vec<u8> {
        let components: Vec<_> = components
            .iter()
            .map(|it| serde_json::json!({"type": "library", "bom-ref": format!("pkg:npm/{it}@1"), "name": it, "version": "1", "purl": format!("pkg:npm/{it}@1")}))
            .collect();
        let tools = serde_json::json!({"components": [{"type": "application", "name": "sbom-indexer", "version": version}]});
        let document = serde_json::json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"tools": tools}, "components": components});
        document.to_string().into_bytes()
    }

    #[test]
    fn what_differs_is_named_and_another_version_is_told() {
        let ours = env!("CARGO_PKG_VERSION");
        let told = |theirs: &[u8]| Difference::of(theirs, &document(ours, &["a", "b"])).told();
        let same = told(&document(ours, &["a", "c"]));
        assert!(same.starts_with("made by the same version"), "{same}");
        assert!(same.contains("does not have: pkg:npm/c@1; it leaves out: pkg:npm/b@1"), "{same}");
        let older = told(&document("0.0.1", &["a", "b"]));
        assert!(older.starts_with("made by version 0.0.1"), "{older}");
        assert!(older.ends_with("the components are the same"), "{older}");
        assert!(told(b"{}").starts_with("it names no version"));
    }
}
