//! In-toto statements, which is what BuildKit takes from a generator.
//! Specification: in-toto attestation framework, Statement v1.

use serde::Serialize;

/// The predicate type of SPDX 2.3, as BuildKit demands it.
pub const SPDX: &str = "https://spdx.dev/Document";

/// A statement without subjects: BuildKit names the image.
#[derive(Serialize)]
pub struct Statement<'a, P> {
    #[serde(rename = "_type")]
    kind: &'static str,
    #[serde(rename = "predicateType")]
    predicate_type: &'static str,
    subject: [(); 0],
    predicate: &'a P,
}

impl<'a, P: Serialize> Statement<'a, P> {
    /// Wraps a predicate.
    pub fn new(predicate_type: &'static str, predicate: &'a P) -> Self {
        Self { kind: "https://in-toto.io/Statement/v1", predicate_type, subject: [], predicate }
    }
}
