//! What the usage view costs by itself: the link graph of a tree that is analyzed already, and one trace in it.
//! `TREE=DIRECTORY TRACE='COMMAND ARGUMENT…' cargo bench -p scanner-core --bench usage`.

#![expect(clippy::disallowed_methods, reason = "the caller says which tree")]

use std::env::var;
use std::hint::black_box;
use std::path::Path;

use criterion::Criterion;
use scanner_core::analyzers::{self, Context};
use scanner_core::entrytrace;
use scanner_core::fs::LayeredFs;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Input, RunConfig};
use scanner_core::native::{self, Environment};
use scanner_core::resolve;
use scanner_core::source::directory;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let tree = var("TREE").unwrap_or_else(|_| "/".to_owned());
    let limits = Limits::default();
    let Ok(image) = directory::open(Path::new(&tree), tree.clone(), &limits) else { return };
    let fs = LayeredFs::merge(&image, limits);
    let cx = Context { fs: &fs, distro: None, input: Input::RootFs, files: FileDetail::None };
    let found = analyzers::run(&cx);
    let environment = Environment::default();
    criterion.bench_function("link", |bencher| {
        bencher.iter(|| {
            let binaries = resolve::binaries(black_box(&found.executables));
            native::link(&fs, binaries, &environment).graph.files.len()
        });
    });
    let words = var("TRACE").unwrap_or_default();
    let run = RunConfig {
        entrypoint: words.split_whitespace().map(str::to_owned).collect(),
        env: vec![("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin".to_owned())],
        ..RunConfig::default()
    };
    criterion.bench_function("trace", |bencher| {
        bencher.iter(|| entrytrace::trace(&fs, black_box(&run), true).hops.len());
    });
    criterion.final_summary();
}
