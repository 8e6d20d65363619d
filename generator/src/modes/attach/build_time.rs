//! What a build itself stated of its image, by the policy `trustBuildTimeSboms`: attached as it is where a scan of the
//! layers, made as the build made its own, gives the same; told of otherwise.
//!
//! Statements of BuildKit are signed by nobody. What makes one believable is that equal content gives equal bytes.

use std::collections::BTreeMap;

use attest::Statement;
use oci_spec::image::Digest;
use registry::{Reference, Repository};
use scanner_core::documents::{self, Document};
use scanner_core::emit::{TOOL_NAME, in_toto};
use scanner_core::limits::Limits;
use scanner_core::model::View;
use serde_json::Value;

use super::report::Report;
use crate::artifacts::Artifact;
use crate::attached::{self, Attached, Subjects};
use crate::cli::{Binding, Making};
use crate::images::{self, Scanned};
use crate::made::Seen;
use crate::remote::Remote;

const NOTHING: &str = "the build states nothing of the kind";
const BY_OTHERS: &str = "the build's own is made by another program";

/// What came of the build's own documents about one image, in the order of what is to be attached.
pub(super) struct Reviewed {
    outcomes: Vec<Outcome>,
    /// The documents as a build makes them, if any were to be compared.
    scanned: Option<Scanned>,
}

/// What came of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// A scan of the layers gives the same.
    Same,
    /// There is none, as a build makes none where it is not known what is used.
    Unknown,
    /// It is scanned, for this reason.
    Scanned(String),
}

/// Where images are, and what is to be attached to them.
pub(super) struct Review<'a> {
    pub(super) remote: &'a Remote,
    pub(super) repository: &'a Repository,
    pub(super) reference: &'a Reference,
    pub(super) subjects: &'a Subjects,
    pub(super) making: &'a Making,
    pub(super) artifacts: &'a [&'a Artifact],
}

impl Review<'_> {
    /// The images with their documents, the build's own where they are believed; and what came of those, by image.
    pub(super) fn images(&self) -> anyhow::Result<(Vec<Scanned>, BTreeMap<String, Reviewed>)> {
        let (mut reviewed, mut images) = (BTreeMap::new(), Vec::new());
        for (_, digest) in self.subjects.all() {
            if !self.subjects.is_index() || *digest != self.subjects.top.digest {
                reviewed.insert(digest.to_string(), self.one(digest)?);
            }
        }
        if reviewed.values().all(Reviewed::is_whole) {
            images.extend(reviewed.values_mut().filter_map(|it| it.scanned.take()));
            return Ok((images, reviewed));
        }
        images =
            images::artifacts(self.making, self.reference, self.artifacts, false, Seen::Finished)?;
        for image in &mut images {
            if let Some(it) = image.manifest.as_ref().and_then(|digest| reviewed.get_mut(digest)) {
                it.give(image);
            }
        }
        Ok((images, reviewed))
    }

    fn one(&self, subject: &Digest) -> anyhow::Result<Reviewed> {
        let listed = attached::of_build(self.repository, subject, self.subjects);
        let mut statements = Vec::new();
        for it in self.remote.wait(listed)? {
            statements.extend(self.statement(&it, subject)?);
        }
        let parameters = match parameters(&statements) {
            Ok(parameters) => parameters,
            Err(why) => return Ok(Reviewed::none(self.artifacts.len(), &why)),
        };
        // The frontend is told what the image starts, a generator is not; nothing else says which of them it was.
        let by_frontend = self.compared(subject, &statements, &parameters, Seen::InBuild)?;
        if by_frontend.confirms() {
            return Ok(by_frontend);
        }
        self.compared(subject, &statements, &parameters, Seen::FilesAlone)
    }

    /// A statement about the image that says what is to be attached.
    fn statement(&self, it: &Attached, subject: &Digest) -> anyhow::Result<Option<Statement>> {
        let of_kind = |said: &str| self.artifacts.iter().any(|it| it.predicate_type == Some(said));
        if it.predicate_type.as_deref().is_some_and(|said| !of_kind(said)) {
            return Ok(None);
        }
        let bytes = self.remote.wait(it.content(self.repository))?;
        let statement = Statement::read(&bytes).ok();
        Ok(statement.filter(|it| it.is_about(subject.as_ref()) && of_kind(&it.predicate_type)))
    }

    /// Makes the documents as the build must have made them, and compares.
    fn compared(
        &self,
        subject: &Digest,
        statements: &[Statement],
        parameters: &Document,
        seen: Seen,
    ) -> anyhow::Result<Reviewed> {
        let making = Making {
            name: Some(parameters.sbom.name.clone()),
            files: parameters.sbom.file_detail,
            supplier: parameters.stamp.supplier.clone(),
            source_date_epoch: Some(parameters.stamp.created),
            base: None,
            binding: Binding::default(),
            ..self.making.clone()
        };
        let reference = self.reference.with_digest(subject.as_ref());
        let scanned = images::artifacts(&making, &reference, self.artifacts, false, seen)?.pop();
        let outcome = |(artifact, document): (&&Artifact, &Vec<u8>)| {
            judge(artifact, document, statements, scanned.as_ref())
        };
        let documents = scanned.iter().flat_map(|it| &it.made.documents);
        let outcomes = self.artifacts.iter().zip(documents).map(outcome);
        Ok(Reviewed { outcomes: outcomes.collect::<anyhow::Result<_>>()?, scanned })
    }
}

/// Compares a document with what the build states.
fn judge(
    artifact: &Artifact,
    document: &[u8],
    statements: &[Statement],
    scanned: Option<&Scanned>,
) -> anyhow::Result<Outcome> {
    if artifact.view == Some(View::Usage) && scanned.is_some_and(|it| !it.made.usage_known) {
        return Ok(Outcome::Unknown);
    }
    let Some(kind) = artifact.predicate_type else {
        return Ok(Outcome::Scanned("a build states no documents of this kind".to_owned()));
    };
    let ours: Value = serde_json::from_slice(&artifact.predicate(document)?)?;
    let mut stated = statements.iter().filter(|it| it.predicate_type == kind).peekable();
    if stated.peek().is_none() {
        return Ok(Outcome::Scanned(NOTHING.to_owned()));
    }
    let rewritten =
        |it: &Statement| kind == in_toto::SPDX && essence(&it.predicate) == essence(&ours);
    let same = stated.any(|it| it.predicate == ours || rewritten(it));
    let differs = "the build's own is not what the layers give".to_owned();
    Ok(if same { Outcome::Same } else { Outcome::Scanned(differs) })
}

/// What is left of SPDX when BuildKit has written a generator's document anew: it names itself as a creator too, and
/// leaves out lists that are empty. What is attached is the document as it was. The parser bounds the depth.
fn essence(value: &Value) -> Value {
    let counts = |it: &Value| {
        let creator = it.as_str().is_some_and(|it| it.starts_with("Tool: buildkit-"));
        !creator && it.as_array().is_none_or(|it| !it.is_empty())
    };
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(_, it)| counts(it));
            Value::Object(members.map(|(name, it)| (name.clone(), essence(it))).collect())
        }
        Value::Array(items) => items.iter().filter(|it| counts(it)).map(essence).collect(),
        other => other.clone(),
    }
}

/// What the build was told of how to make its documents, as an SBOM of this very version tells; else why there is none.
fn parameters(statements: &[Statement]) -> Result<Document, String> {
    let (prefix, ours) = (format!("{TOOL_NAME}-"), env!("CARGO_PKG_VERSION"));
    let mut why = NOTHING.to_owned();
    for statement in statements {
        let bytes = statement.predicate.to_string().into_bytes();
        let Ok(document) = documents::read(&bytes, &Limits::default()) else { continue };
        why = match document.tools.iter().find_map(|it| it.strip_prefix(&prefix)) {
            Some(version) if version == ours => return Ok(document),
            Some(it) => format!("the build's own is made by version {it}, and this is {ours}"),
            None => BY_OTHERS.to_owned(),
        };
    }
    Err(why)
}

impl Reviewed {
    /// A review of an image of which the build says nothing that could be compared.
    fn none(artifacts: usize, why: &str) -> Self {
        Self { outcomes: vec![Outcome::Scanned(why.to_owned()); artifacts], scanned: None }
    }

    fn confirms(&self) -> bool {
        self.outcomes.contains(&Outcome::Same)
    }

    /// Whether no document has to be made in another way.
    fn is_whole(&self) -> bool {
        self.scanned.is_some() && !self.outcomes.iter().any(|it| matches!(it, Outcome::Scanned(_)))
    }

    /// Puts the build's own documents in the place of those of a scan.
    fn give(&mut self, image: &mut Scanned) {
        let Some(scanned) = self.scanned.take() else { return };
        let documents = image.made.documents.iter_mut().zip(scanned.made.documents);
        for ((document, own), outcome) in documents.zip(&self.outcomes) {
            if *outcome == Outcome::Same {
                *document = own;
            }
        }
    }

    /// Tells what came of each document.
    pub(super) fn tell(&self, artifacts: &[&Artifact], report: &mut Report) {
        for (artifact, outcome) in artifacts.iter().zip(&self.outcomes) {
            match outcome {
                Outcome::Same => report.reused(artifact.file),
                Outcome::Unknown => {}
                Outcome::Scanned(why) => report.scanned(artifact.file, why),
            }
        }
    }
}
