//! References, beside a reader of others.

use oci_spec::distribution;
use registry::Reference;

/// What references are made of, right and wrong.
const PIECES: [&str; 24] = [
    "a",
    "b1",
    "library",
    "localhost",
    "docker.io",
    "index.docker.io",
    "r.example",
    "5000",
    "latest",
    "v1.0-rc_1",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "sha256",
    "/",
    "/",
    "/",
    ":",
    ":",
    "@",
    ".",
    "_",
    "__",
    "-",
    "--",
    " ",
];

#[test]
fn references_are_read_as_another_library_reads_them() {
    let (mut state, mut taken) = (7_u64, 0);
    for _ in 0..40_000 {
        let mut text = String::new();
        state = next(state);
        for _ in 0..=state % 8 {
            state = next(state);
            text.push_str(PIECES[usize::try_from(state).unwrap() % PIECES.len()]);
        }
        let expected = text.parse::<distribution::Reference>().ok();
        // That library takes a piece with a low line for a host, which none can have.
        let expected = expected.filter(|it| !it.registry().contains('_'));
        let found = text.parse::<Reference>().ok();
        taken += usize::from(found.is_some());
        assert_eq!(found.map(|it| it.to_string()), expected.map(|it| it.to_string()), "{text}");
    }
    assert!(taken > 2_000, "{taken}");
}

/// The next of numbers without order (Knuth's linear congruences), its lowest bits left out.
fn next(state: u64) -> u64 {
    state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 1
}
