//! `sbom-indexer discover`: what is attached to an image, wherever a registry keeps it, and who signed it.

use std::fmt::Write as _;
use std::process::ExitCode;

use attest::trust::TrustedRoot;
use attest::verify::{Policy, verify};
use registry::{Reference, Repository};
use serde::Serialize;

use super::verify::trust;
use crate::attached::{self, Attached, Road, Subjects};
use crate::cli::{Discover, Shape};
use crate::failure::Usage;
use crate::output;
use crate::remote::Remote;

/// Asks and prints.
pub(crate) fn run(discover: &Discover) -> anyhow::Result<ExitCode> {
    let reference: Reference = discover.reference.parse().map_err(Usage)?;
    let trusted = if discover.trust.is_given() {
        Some((trust::policy(&discover.trust, None)?, trust::root(&discover.trust)?))
    } else {
        None
    };
    let remote = Remote::new(&discover.registries)?;
    let repository = remote.repository(&reference)?;
    let found = remote.wait(find(&repository, &reference, trusted.as_ref()))?;
    let text = match discover.format {
        Shape::Tree => tree(&found),
        Shape::Json => format!("{}\n", serde_json::to_string_pretty(&found)?),
    };
    output::write_stdout(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// An image or index, and what is attached to it.
#[derive(Serialize)]
struct Found {
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    digest: String,
    attached: Vec<Item>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<Found>,
}

/// One attached thing.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    road: &'static str,
    artifact_type: String,
    media_type: String,
    manifest: String,
    digest: String,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    predicate_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<Signature>,
}

/// What is known of a signature.
#[derive(Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
enum Signature {
    /// There is one, and nobody says whose counts.
    Unchecked,
    Verified {
        signer: String,
        logged: bool,
    },
    Unverified {
        why: String,
    },
}

async fn find(
    repository: &Repository,
    reference: &Reference,
    trusted: Option<&(Policy, TrustedRoot)>,
) -> anyhow::Result<Found> {
    let subjects = Subjects::of(repository, reference).await?;
    let mut found = Vec::new();
    for (platform, subject) in subjects.all() {
        let mut items = Vec::new();
        for it in attached::all(repository, subject, &subjects).await? {
            let signature = signature(repository, &it, trusted).await;
            items.push(item(it, signature));
        }
        let (platform, digest) = (platform.map(str::to_owned), subject.to_string());
        found.push(Found {
            reference: None,
            platform,
            digest,
            attached: items,
            images: Vec::new(),
        });
    }
    let images = found.split_off(found.len().min(1));
    let top = found.pop().map(|it| Found { reference: Some(reference.to_string()), images, ..it });
    top.ok_or_else(|| anyhow::anyhow!("{reference} is nothing"))
}

async fn signature(
    repository: &Repository,
    attached: &Attached,
    trusted: Option<&(Policy, TrustedRoot)>,
) -> Option<Signature> {
    if !attached.is_bundle() {
        return None;
    }
    let Some((policy, root)) = trusted else { return Some(Signature::Unchecked) };
    let bundle = attached.bundle(repository).await;
    let subject = attached.subject.to_string();
    let verdict = bundle.and_then(|it| Ok(verify(&it, &subject, policy, root)?));
    Some(match verdict {
        Ok(it) => Signature::Verified { signer: it.signer, logged: it.logged },
        Err(error) => Signature::Unverified { why: format!("{error:#}") },
    })
}

fn item(attached: Attached, signature: Option<Signature>) -> Item {
    Item {
        road: attached.road.as_str(),
        artifact_type: attached.artifact_type,
        media_type: attached.media_type,
        manifest: attached.manifest.to_string(),
        digest: attached.digest.to_string(),
        size: attached.size,
        title: attached.title,
        predicate_type: attached.predicate_type,
        signature,
    }
}

fn tree(found: &Found) -> String {
    let mut text =
        format!("{}  {}\n", found.reference.as_deref().unwrap_or_default(), found.digest);
    show(&mut text, "  ", &found.attached);
    for image in &found.images {
        let platform = image.platform.as_deref().filter(|it| !it.is_empty());
        let _ = writeln!(text, "  {}  {}", platform.unwrap_or("no platform"), image.digest);
        show(&mut text, "    ", &image.attached);
    }
    output::shown(&text)
}

fn show(text: &mut String, indent: &str, items: &[Item]) {
    for it in items {
        let kind = it.predicate_type.as_ref().unwrap_or(match it.road {
            "referrer" => &it.artifact_type,
            _ => &it.media_type,
        });
        let title = it.title.as_deref().unwrap_or("-").replace('\n', " ");
        let kind = kind.replace('\n', " ");
        let signed = match &it.signature {
            None => String::new(),
            Some(Signature::Unchecked) => "  signed, not verified".to_owned(),
            Some(Signature::Verified { signer, logged: true }) => {
                format!("  signed by {signer}, verified, logged")
            }
            Some(Signature::Verified { signer, .. }) => format!("  signed by {signer}, verified"),
            Some(Signature::Unverified { why }) => {
                format!("  NOT VERIFIED: {}", why.replace('\n', " "))
            }
        };
        // What attach tells too; the other roads have one manifest for many things.
        let digest = if it.road == Road::Referrer.as_str() { &it.manifest } else { &it.digest };
        let (road, size) = (it.road, it.size);
        let _ = writeln!(
            text,
            "{indent}{road:<8}  {title:<24}  {kind}  {digest}  {size} bytes{signed}"
        );
    }
}
