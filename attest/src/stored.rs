//! A bundle as the JSON that is stored.
//! Specification: Sigstore bundle v0.3, as `sigstore-types` writes it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use sigstore_types::Bundle;
use sigstore_types::bundle::{MediaType, SignatureContent, VerificationMaterial};

use crate::Error;

/// What stands before the envelope.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    media_type: MediaType,
    verification_material: &'a VerificationMaterial,
}

/// The bundle as JSON. Statements are large: that of an envelope is encoded into its place, and not copied before.
///
/// # Errors
/// When a part cannot be written.
pub fn to_json(bundle: &Bundle) -> Result<String, Error> {
    let SignatureContent::DsseEnvelope(envelope) = &bundle.content else {
        return bundle.to_json().map_err(|it| Error::malformed("the bundle", it));
    };
    let (media_type, verification_material) = (bundle.media_type, &bundle.verification_material);
    let head = json(&Head { media_type, verification_material })?;
    let (kind, signature) = (json(&envelope.payload_type)?, json(&envelope.signature)?);
    let head = head.strip_suffix('}').unwrap_or(&head);
    let head = format!(r#"{head},"dsseEnvelope":{{"payloadType":{kind},"payload":""#);
    let tail = format!(r#"","signatures":[{signature}]}}}}"#);
    let payload = envelope.payload.as_bytes();
    let encoded = payload.len().div_ceil(3) * 4;
    let mut text = String::with_capacity(head.len() + encoded + tail.len());
    text.push_str(&head);
    BASE64_STANDARD.encode_string(payload, &mut text);
    text.push_str(&tail);
    Ok(text)
}

fn json(part: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(part).map_err(|it| Error::malformed("the bundle", it))
}
