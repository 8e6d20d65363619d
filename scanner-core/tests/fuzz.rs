//! Fuzzing on every run, without a fuzzer.

use std::path::Path;

use scanner_core::fuzz::TARGETS;

#[test]
fn every_target_holds_for_its_seeds_and_for_mutations_of_them() {
    testkit::fuzz::run(TARGETS, &Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz-seeds"));
}
