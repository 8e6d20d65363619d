//! One libFuzzer program for every target: the variable `TARGET` names the one to run.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use scanner_core::fuzz::TARGETS;

static BODY: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("TARGET").expect("TARGET names no fuzz target");
    TARGETS.iter().find(|(it, _)| *it == name).expect("TARGET names no fuzz target").1
});

fuzz_target!(|bytes: &[u8]| BODY(bytes));
