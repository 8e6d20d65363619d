//! What builds asked for: `attach --requested` attaches and signs that, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use attest::Statement;
use registry::Repository;
use scanner_core::model::View;

use crate::attached::{self, Subjects};
use crate::cli::Sign;
use crate::failure::Usage;
use crate::signing_request::{PREDICATE_TYPE, Signatory, SigningRequest};

/// The requests about images, by the digests of their manifests.
pub(super) struct Requests(BTreeMap<String, SigningRequest>);

impl Requests {
    /// Reads what builds left beside the images.
    pub(super) async fn of(repository: &Repository, subjects: &Subjects) -> anyhow::Result<Self> {
        let mut found = BTreeMap::new();
        for (_, image) in subjects.all() {
            let stated = attached::of_build(repository, image, subjects).await?;
            let is_request = |it: &str| it == PREDICATE_TYPE;
            for it in
                stated.iter().filter(|it| it.predicate_type.as_deref().is_some_and(is_request))
            {
                let statement = Statement::read(&it.content(repository).await?)?;
                if statement.is_about(image.as_ref()) {
                    let request = request(statement);
                    let request =
                        request.with_context(|| format!("the signing request of {image}"))?;
                    found.insert(image.to_string(), request);
                }
            }
        }
        Ok(Self(found))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something is asked for about an image.
    pub(super) fn ask_about(&self, image: &str) -> bool {
        self.0.contains_key(image)
    }

    /// Makes sure that whoever signs is who is asked for.
    pub(super) fn check(&self, sign: &Sign) -> Result<(), Usage> {
        let other = self.0.iter().find(|(_, it)| !it.by.is(sign));
        other.map_or(Ok(()), |(image, it)| {
            let flags = it.by.flags();
            Err(Usage(format!("the build of {image} asks for {flags}: give that if you agree")))
        })
    }

    /// The formats that are asked for.
    pub(super) fn formats(&self) -> Vec<String> {
        let all: BTreeSet<&String> = self.0.values().flat_map(|it| &it.formats).collect();
        all.into_iter().cloned().collect()
    }

    /// The views that are asked for.
    pub(super) fn views(&self) -> Vec<View> {
        let all = |it: &View| self.0.values().any(|asked| asked.views.contains(it.as_str()));
        [View::Inventory, View::Usage].into_iter().filter(all).collect()
    }
}

/// What is asked for; an error where it is asked in words that no build of ours writes.
fn request(statement: Statement) -> anyhow::Result<SigningRequest> {
    let request: SigningRequest = serde_json::from_value(statement.predicate)?;
    Signatory::read(&request.by.sign, request.by.attestor.clone()).map_err(Usage)?;
    Ok(request)
}
