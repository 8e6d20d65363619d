//! What a build itself stated of its image, in the index beside it, and the documents that a scan of the layers gives if
//! it is made as the build made its own.
//!
//! Statements of BuildKit are signed by nobody. What makes one believable is that equal content gives equal bytes.

use attest::Statement;
use oci_spec::image::Digest;
use registry::{Reference, Repository};
use scanner_core::documents::{self, Document};
use scanner_core::emit::{TOOL_NAME, in_toto};
use scanner_core::limits::Limits;
use serde_json::Value;

use crate::artifacts::Artifact;
use crate::attached::{self, Attached, Subjects};
use crate::cli::{Binding, Making};
use crate::images::{self, Scanned};
use crate::made::Seen;
use crate::remote::Remote;

/// That there is none.
pub(crate) const NOTHING: &str = "the build states nothing of the kind";
const BY_OTHERS: &str = "the build's own is made by another program";
/// How BuildKit calls what it has scanned beside the result: the context and stages.
const BESIDE: &str = "sbom-";

/// Images and what may be stated of them.
pub(crate) struct Build<'a> {
    pub(crate) remote: &'a Remote,
    pub(crate) repository: &'a Repository,
    pub(crate) reference: &'a Reference,
    pub(crate) subjects: &'a Subjects,
    pub(crate) making: &'a Making,
}

/// A statement of a build.
pub(crate) struct Stated {
    pub(crate) statement: Statement,
    /// Its bytes.
    pub(crate) payload: Vec<u8>,
}

impl Build<'_> {
    /// The statements about an image whose type is wanted.
    pub(crate) fn statements(
        &self,
        subject: &Digest,
        wanted: impl Fn(&str) -> bool,
    ) -> anyhow::Result<Vec<Stated>> {
        let listed = attached::of_build(self.repository, subject, self.subjects);
        let mut found = Vec::new();
        for it in self.remote.wait(listed)? {
            found.extend(self.statement(&it, subject, &wanted)?);
        }
        Ok(found)
    }

    fn statement(
        &self,
        it: &Attached,
        subject: &Digest,
        wanted: impl Fn(&str) -> bool,
    ) -> anyhow::Result<Option<Stated>> {
        if it.predicate_type.as_deref().is_some_and(|said| !wanted(said)) {
            return Ok(None);
        }
        let payload = self.remote.wait(it.content(self.repository))?;
        let statement = Statement::read(&payload).ok();
        let statement =
            statement.filter(|it| it.is_about(subject.as_ref()) && wanted(&it.predicate_type));
        Ok(statement.map(|statement| Stated { statement, payload }))
    }

    /// The documents of an image as the build must have made them.
    pub(crate) fn scanned(
        &self,
        subject: &Digest,
        artifacts: &[&Artifact],
        parameters: &Document,
        seen: Seen,
    ) -> anyhow::Result<Option<Scanned>> {
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
        Ok(images::artifacts(&making, &reference, artifacts, false, seen)?.pop())
    }
}

/// What the build was told of how to make its documents, as an SBOM of this very version tells; else why there is none.
/// The SBOM of the result is asked first, where the context and stages have some too.
pub(crate) fn parameters(statements: &[Stated]) -> Result<Document, String> {
    let (prefix, ours) = (format!("{TOOL_NAME}-"), env!("CARGO_PKG_VERSION"));
    let (mut beside, mut why) = (None, NOTHING.to_owned());
    for it in statements {
        let bytes = it.statement.predicate.to_string().into_bytes();
        let Ok(document) = documents::read(&bytes, &Limits::default()) else { continue };
        why = match document.tools.iter().find_map(|it| it.strip_prefix(&prefix)) {
            Some(version) if version == ours && is_beside(&document.sbom.name) => {
                beside = Some(document);
                continue;
            }
            Some(version) if version == ours => return Ok(document),
            Some(it) => format!("the build's own is made by version {it}, and this is {ours}"),
            None => BY_OTHERS.to_owned(),
        };
    }
    beside.ok_or(why)
}

/// Whether a document of this name may be of something else than the result of the build.
pub(crate) fn is_beside(name: &str) -> bool {
    name.starts_with(BESIDE)
}

impl Stated {
    /// Whether the build states what is in a document, and nothing else.
    pub(crate) fn is(&self, artifact: &Artifact, document: &[u8]) -> anyhow::Result<bool> {
        let Statement { predicate_type, predicate, .. } = &self.statement;
        if artifact.predicate_type != Some(predicate_type) {
            return Ok(false);
        }
        let ours: Value = serde_json::from_slice(&artifact.predicate(document)?)?;
        let rewritten = || predicate_type == in_toto::SPDX && essence(predicate) == essence(&ours);
        Ok(*predicate == ours || rewritten())
    }
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
