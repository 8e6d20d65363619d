//! What the usage view costs by itself: the link graph of a tree that is analyzed already, one trace in it, and that of a
//! long entrypoint in a tree of its own.
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
use testkit::Tree;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A script with the idioms of official images of databases.
const ENTRYPOINT: &str = include_str!("entrypoint.sh");

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let tree = var("TREE").unwrap_or_else(|_| "/".to_owned());
    given(&mut criterion, Path::new(&tree));
    written(&mut criterion);
    criterion.final_summary();
}

/// The link graph of the tree that is asked for, and the trace in it.
fn given(criterion: &mut Criterion, tree: &Path) {
    let limits = Limits::default();
    let Ok(image) = directory::open(tree, tree.display().to_string(), &limits) else { return };
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
    trace(criterion, "trace", &fs, &words);
}

/// The trace of a long script.
fn written(criterion: &mut Criterion) {
    let programs = [
        "awk",
        "bash",
        "checker",
        "chown",
        "client",
        "date",
        "dump",
        "find",
        "gosu",
        "gunzip",
        "id",
        "installer",
        "mkdir",
        "pwgen",
        "server",
        "sleep",
        "zstd",
    ];
    let tree = programs
        .iter()
        .fold(Tree::default(), |tree, name| tree.executable(format!("/bin/{name}"), "\u{7f}ELF"));
    let passwd = "root:x:0:0::/root:/bin/bash\ndb:x:9:9::/var/lib/db:/bin/bash\n";
    let root =
        tree.executable("/entrypoint.sh", ENTRYPOINT).file("/etc/passwd", passwd).to_directory();
    let limits = Limits::default();
    let Ok(image) = directory::open(root.path(), "written".to_owned(), &limits) else { return };
    trace(criterion, "script", &LayeredFs::merge(&image, limits), "/entrypoint.sh server");
}

/// One trace.
fn trace(criterion: &mut Criterion, name: &str, fs: &LayeredFs<'_>, words: &str) {
    let run = RunConfig {
        entrypoint: words.split_whitespace().map(str::to_owned).collect(),
        env: vec![("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin".to_owned())],
        ..RunConfig::default()
    };
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| entrytrace::trace(fs, black_box(&run), true).hops.len());
    });
}
