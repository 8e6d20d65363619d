//! What a build itself stated of its image, by the policy `trustBuildTimeSboms`: attached as it is where a scan of the
//! layers, made as the build made its own, gives the same; told of otherwise.

use std::collections::BTreeMap;

use oci_spec::image::Digest;
use scanner_core::documents::Document;
use scanner_core::model::View;

use super::report::Report;
use crate::artifacts::Artifact;
use crate::images::{self, Scanned};
use crate::made::Seen;
use crate::stated::{self, Build, NOTHING, Stated};

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

/// Images, and what is to be attached to them.
pub(super) struct Review<'a> {
    pub(super) build: Build<'a>,
    pub(super) artifacts: &'a [&'a Artifact],
}

impl Review<'_> {
    /// The images with their documents, the build's own where they are believed; and what came of those, by image.
    pub(super) fn images(&self) -> anyhow::Result<(Vec<Scanned>, BTreeMap<String, Reviewed>)> {
        let (mut reviewed, mut images) = (BTreeMap::new(), Vec::new());
        for (_, digest) in self.build.subjects.all() {
            if !self.build.subjects.is_index() || *digest != self.build.subjects.top.digest {
                reviewed.insert(digest.to_string(), self.one(digest)?);
            }
        }
        if reviewed.values().all(Reviewed::is_whole) {
            images.extend(reviewed.values_mut().filter_map(|it| it.scanned.take()));
            return Ok((images, reviewed));
        }
        let Build { making, reference, .. } = self.build;
        images = images::artifacts(making, reference, self.artifacts, false, Seen::Finished)?;
        for image in &mut images {
            if let Some(it) = image.manifest.as_ref().and_then(|digest| reviewed.get_mut(digest)) {
                it.give(image);
            }
        }
        Ok((images, reviewed))
    }

    fn one(&self, subject: &Digest) -> anyhow::Result<Reviewed> {
        let of_kind = |said: &str| self.artifacts.iter().any(|it| it.predicate_type == Some(said));
        let statements = self.build.statements(subject, of_kind)?;
        let parameters = match stated::parameters(&statements) {
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

    /// Makes the documents as the build must have made them, and compares.
    fn compared(
        &self,
        subject: &Digest,
        statements: &[Stated],
        parameters: &Document,
        seen: Seen,
    ) -> anyhow::Result<Reviewed> {
        let scanned = self.build.scanned(subject, self.artifacts, parameters, seen)?;
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
    statements: &[Stated],
    scanned: Option<&Scanned>,
) -> anyhow::Result<Outcome> {
    if artifact.view == Some(View::Usage) && scanned.is_some_and(|it| !it.made.usage_known) {
        return Ok(Outcome::Unknown);
    }
    let Some(kind) = artifact.predicate_type else {
        return Ok(Outcome::Scanned("a build states no documents of this kind".to_owned()));
    };
    if !statements.iter().any(|it| it.statement.predicate_type == kind) {
        return Ok(Outcome::Scanned(NOTHING.to_owned()));
    }
    for it in statements {
        if it.is(artifact, document)? {
            return Ok(Outcome::Same);
        }
    }
    Ok(Outcome::Scanned("the build's own is not what the layers give".to_owned()))
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
