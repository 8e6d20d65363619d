//! Fuzzing on every run, without a fuzzer.

use std::collections::BTreeSet;
use std::path::Path;

use registry::fuzz::TARGETS;

#[test]
fn every_target_holds_for_its_seeds_and_for_mutations_of_them() {
    testkit::fuzz::run(TARGETS, &Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz-seeds"));
}

#[test]
fn every_header_has_a_target() {
    let headers = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/headers").read_dir().unwrap();
    let names = headers.map(|it| it.unwrap().path().file_stem().unwrap().to_owned());
    let headers: BTreeSet<_> = names.filter(|it| it != "mod").collect();
    let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).into()).collect();
    assert!(!headers.is_empty() && headers.is_subset(&targets), "{headers:?} {targets:?}");
}
