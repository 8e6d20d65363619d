//! Image → Sbom → bytes.
