//! CycloneDX 1.6 and 1.7. The meaning of each message and field is that of the specification's.

#![expect(missing_docs, clippy::doc_markdown, reason = "generated from proto/cyclonedx.proto")]

include!(concat!(env!("OUT_DIR"), "/cyclonedx.rs"));
