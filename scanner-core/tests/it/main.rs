//! What a scan finds in fixtures. A test is a fixture and an expectation, nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a scan of a fixture that fails is a failed test"
)]

mod attested;
mod attribution;
mod base;
mod base_image;
mod bom_index;
mod boolean_dependencies;
mod chisel;
mod composer;
mod conan;
mod conda;
mod declared;
mod dependencies;
mod depth;
mod diff;
mod documents;
mod dotnet;
mod entrytrace;
mod entrytrace_bounds;
mod entrytrace_calls;
mod entrytrace_constructs;
mod entrytrace_decisions;
mod entrytrace_input;
mod entrytrace_launchers;
mod entrytrace_runtimes;
mod entrytrace_servers;
mod entrytrace_words;
mod entrytrace_working;
mod erlang;
mod executables;
mod expected_reads;
mod foreign;
mod go;
mod haskell;
mod homebrew;
mod hostile;
mod images;
mod java;
mod java_runtime;
mod kept_layers;
mod language_dependencies;
mod layer_properties;
mod layers;
mod limits;
mod link_truth;
mod loader_order;
mod luarocks;
mod native;
mod nix;
mod node;
mod opened;
mod opkg;
mod os_packages;
mod ownership;
mod pacman;
mod pear;
mod perl;
mod portage;
mod python;
mod r;
mod reading;
mod rpm;
mod ruby;
mod runtimes;
mod rust;
mod schema;
mod snap;
mod sources;
mod streams;
mod usage;
mod yarn_pnp;

use std::fmt::Write as _;

use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Input, Position, Relation, Sbom};
use scanner_core::scan::{Options, Tracing, scan};
use scanner_core::source::directory;
use testkit::{OciImage, OciLayout, Tree};

/// Scans a fixture and tells what was found, as text.
pub(crate) fn found(tree: impl Into<Tree>) -> String {
    describe(&sbom(tree, Limits::default(), FileDetail::None))
}

/// Scans a fixture on two threads.
pub(crate) fn sbom(tree: impl Into<Tree>, limits: Limits, files: FileDetail) -> Sbom {
    scanned(tree, limits, files, 2)
}

/// Scans a fixture, as a directory and as an image, and finds the same in both.
pub(crate) fn scanned(
    tree: impl Into<Tree>,
    limits: Limits,
    files: FileDetail,
    threads: usize,
) -> Sbom {
    scanned_as(Input::RootFs, tree, limits, files, threads)
}

/// Scans a fixture as a build context and tells what was found.
/// The same files in a root file system must prove nothing.
pub(crate) fn declared(tree: impl Into<Tree>) -> String {
    let tree = tree.into();
    assert_eq!(found(tree.clone()), "");
    describe(&context(tree, Limits::default()))
}

/// How an unpacked image is scanned.
pub(crate) fn options(files: FileDetail, limits: Limits) -> Options<'static> {
    let tracing = Tracing::default();
    Options { input: Input::RootFs, files, tracing, limits, progress: &|_, _| {} }
}

/// What the linkers of a tree's programs put into them.
pub(crate) fn linked(tree: Tree) -> Vec<String> {
    let sbom = scanned(tree, Limits::default(), FileDetail::None, 2);
    let edges = sbom.relationships.iter().filter(|it| it.relation == Relation::LinksStatically);
    edges.map(|it| format!("{} has {}", it.from.as_str(), it.to.as_str())).collect()
}

/// Scans a fixture as a build context.
pub(crate) fn context(tree: impl Into<Tree>, limits: Limits) -> Sbom {
    scanned_as(Input::Context, tree, limits, FileDetail::None, 2)
}

fn scanned_as(
    input: Input,
    tree: impl Into<Tree>,
    limits: Limits,
    files: FileDetail,
    threads: usize,
) -> Sbom {
    let tree = tree.into();
    let root = tree.to_directory();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let image =
        pool.install(|| directory::open(root.path(), "fixture".to_owned(), &limits)).unwrap();
    let sbom = scan(&image, &Options { input, ..options(files, limits) }, &pool);
    // What a bound on a listing cuts off is not the same in all sources.
    let defaults = Limits::default();
    let listed = (limits.entries, limits.path_bytes) == (defaults.entries, defaults.path_bytes);
    if input == Input::RootFs && listed {
        let layout = OciLayout::of(&OciImage::new(tree)).to_directory();
        let (other, passes) = images::scan_layout(layout.path(), limits, files);
        assert_eq!(describe(&other), describe(&sbom), "an image gives something else");
        let why = "analyzers read files that none of them selects: add them to its reads()";
        assert!(passes == 0 || files == FileDetail::All, "{why}");
    }
    sbom
}

/// The components with their evidence, then the relationships, then the notices.
pub(crate) fn describe(sbom: &Sbom) -> String {
    let mut text = String::new();
    for component in &sbom.components {
        let _ = writeln!(text, "{}", component.identity.as_str());
        for evidence in &component.evidence {
            let place = match &evidence.position {
                Position::Whole => String::new(),
                Position::Line(line) => format!(":{line}"),
                Position::Offset(_) => "@".to_owned(),
                Position::Entry(entry) => format!("!/{entry}"),
            };
            let _ = writeln!(text, "  {} {}{place}", evidence.analyzer, evidence.path.display());
        }
    }
    for it in &sbom.relationships {
        let word = match it.relation {
            Relation::OwnedBy => "owned by",
            Relation::DependsOn => "depends on",
            Relation::LinksTo => "links to",
            // Stands beside the dependency; `go` and `rust` look at it.
            Relation::LinksStatically => continue,
        };
        let _ = writeln!(text, "{} {word} {}", it.from.as_str(), it.to.as_str());
    }
    for notice in &sbom.notices {
        let _ = writeln!(text, "! {notice}");
    }
    text
}
