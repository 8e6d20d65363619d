//! One libFuzzer program for every target: the variable `TARGET` names the one to run.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static BODY: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("TARGET").expect("TARGET names no fuzz target");
    let mut targets = scanner_core::fuzz::TARGETS.iter().chain(registry::fuzz::TARGETS);
    targets.find(|(it, _)| *it == name).expect("TARGET names no fuzz target").1
});

fuzz_target!(|bytes: &[u8]| BODY(bytes));
