//! The result of a build: what of it is scanned, and what is attached to it.

use std::collections::BTreeMap;

use anyhow::Context as _;
use proto::gateway::{Answer, Attestation, AttestationKind, Reference};
use serde::Deserialize;
use serde_json::json;

use super::parameters::Asked;
use super::step::{Target, is_generator};
use crate::modes::build_step::{Document, Order, Start, Summary};
use crate::signing_request;

/// What BuildKit's metadata calls the configuration of the image; for one of several with `/PLATFORM`.
const CONFIG: &str = "containerimage.config";

/// What BuildKit's metadata calls the list of platforms.
const PLATFORMS: &str = "refs.platforms";

/// Our part of what `--metadata-file` writes. Only keys that begin like this reach it.
const METADATA: &str = "frontend.sbom-indexer";

/// A result that was scanned.
pub(super) struct Attached {
    pub(super) platform: String,
    /// What the step wrote.
    pub(super) reference: Reference,
    /// The step's name in the build.
    pub(super) digest: String,
    pub(super) summary: Summary,
}

/// The results to scan. The step with which a generator would scan them is taken out of the answer, unless it is
/// another one's.
pub(super) fn targets(answer: &mut Answer, asked: Asked) -> anyhow::Result<Vec<Target>> {
    let references = match (&answer.references, &answer.reference) {
        (Some(several), _) => several.by_platform.clone(),
        (None, Some(one)) => [(platform(answer)?, one.clone())].into(),
        (None, None) => BTreeMap::new(),
    };
    let mut target = |(platform, reference): (String, Reference)| {
        let taken = (asked != Asked::Theirs).then(|| take_generator(answer, &platform)).flatten();
        let definition = reference.definition.filter(|it| !it.is_empty());
        Target { platform, definition, generator: taken }
    };
    Ok(references.into_iter().map(&mut target).collect())
}

/// The platform of the one result, as BuildKit writes it.
fn platform(answer: &Answer) -> anyhow::Result<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Platforms {
        platforms: Vec<Platform>,
    }
    #[derive(Deserialize)]
    struct Platform {
        #[serde(rename = "ID")]
        id: String,
    }
    let text = answer.metadata.get(PLATFORMS).context("BuildKit does not name the platform")?;
    let read: Platforms = serde_json::from_slice(text).context("BuildKit's list of platforms")?;
    Ok(read.platforms.into_iter().next().context("BuildKit names no platform")?.id)
}

/// Takes the generator's step of a platform out of the answer, and tells how it is made.
fn take_generator(answer: &mut Answer, platform: &str) -> Option<Vec<u8>> {
    let attestations = &mut answer.attestations.get_mut(platform)?.all;
    let definition = |it: &Attestation| {
        let definition = it.reference.as_ref()?.definition.clone();
        definition.filter(|it| is_generator(it))
    };
    let place = attestations.iter().position(|it| definition(it).is_some())?;
    let taken = definition(&attestations.remove(place));
    if attestations.is_empty() {
        answer.attestations.remove(platform);
    }
    taken
}

/// What is asked of the scan of one platform.
pub(super) fn order(common: &Order, target: &Target, answer: &Answer) -> anyhow::Result<Order> {
    let mut order = common.clone();
    let config = answer.metadata.get(&format!("{CONFIG}/{}", target.platform));
    if let Some(config) = config.or_else(|| answer.metadata.get(CONFIG)) {
        order.start = Start::of_config(config).context("the configuration of the image")?;
    }
    order.platform.clone_from(&target.platform);
    Ok(order)
}

/// Attaches what was written, and says so in the metadata of the build.
pub(super) fn attach(
    answer: &mut Answer,
    scans: Vec<Attached>,
    asked: Asked,
) -> anyhow::Result<()> {
    let mut said = serde_json::Map::new();
    for scan in scans {
        let attestations = scan.summary.documents.iter().map(|it| Attestation {
            kind: AttestationKind::InToto.into(),
            metadata: treatment(asked, it),
            reference: Some(scan.reference.clone()),
            path: format!("/{}", it.file),
            predicate_type: it.predicate_type.clone(),
            subjects: Vec::new(),
        });
        answer.attestations.entry(scan.platform.clone()).or_default().all.extend(attestations);
        said.insert(scan.platform, serde_json::to_value(&scan.summary)?);
    }
    let said = json!({ "version": env!("CARGO_PKG_VERSION"), "platforms": said });
    answer.metadata.insert(METADATA.to_owned(), serde_json::to_vec(&said)?);
    Ok(())
}

/// How BuildKit treats an attestation. One that the user did not ask for is in images alone, as is what is meant for
/// those who push them: files and archives are written as without us.
fn treatment(asked: Asked, document: &Document) -> BTreeMap<String, Vec<u8>> {
    let mut metadata: BTreeMap<String, Vec<u8>> = [("reason".to_owned(), b"sbom".to_vec())].into();
    if asked != Asked::Ours || document.predicate_type == signing_request::PREDICATE_TYPE {
        metadata.insert("inline-only".to_owned(), b"true".to_vec());
    }
    metadata
}
