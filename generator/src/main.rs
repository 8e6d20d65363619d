//! The `sbom-indexer` program.

fn main() {}
