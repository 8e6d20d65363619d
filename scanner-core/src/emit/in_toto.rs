//! In-toto statements, which is what BuildKit takes from a generator.
//! Specification: in-toto attestation framework, Statement v1.

use super::json::Json;

/// The predicate type of SPDX 2.3, as BuildKit demands it.
pub const SPDX: &str = "https://spdx.dev/Document";

/// What stands before the predicate of a statement without subjects, for BuildKit names the image, and what ends it.
pub(super) fn around(predicate_type: &str) -> [Vec<u8>; 2] {
    let mut json = Json::default();
    json.open(b'{');
    json.key("_type").word("https://in-toto.io/Statement/v1");
    json.key("predicateType").word(predicate_type);
    json.key("subject").list(|_| {});
    json.key("predicate");
    let before = json.take();
    json.close(b'}');
    [before, json.take()]
}
