//! What must hold of any image, shown on random ones: the parts of its layers merge to what its flattened tree holds,
//! and each component is of the layer from which on it was there without a gap.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use scanner_core::emit::{EMITTERS, Stamp};
use scanner_core::limits::Limits;
use scanner_core::model::{Component, FileDetail, Sbom};
use scanner_core::scan::scan;
use scanner_core::source::directory;
use scanner_core::views::fragments::{merge, split};
use testkit::{Compression, OciImage, OciLayout, Tar, Tree};

use crate::images::scan_layout;
use crate::kept_layers::{Folder, scan_kept};
use crate::options;

/// What an engine has at a path.
#[derive(Clone, Debug)]
enum Node {
    File(String, bool),
    Link(String),
    Directory,
}

/// A change that a layer makes.
#[derive(Clone, Debug)]
enum Change {
    /// Puts a node somewhere.
    Put(String, Node),
    /// Another name of a file of the layers below, if there is one.
    Again(String, usize),
    /// Takes something away, if it is there.
    Remove(usize),
    /// Takes away what is in a directory.
    Empty(String),
}

/// Everything at every path, without the root.
type Flat = BTreeMap<String, Node>;

const PACKAGES: [&str; 3] = ["alpha", "beta", "gamma"];
const PLACES: [&str; 4] = ["app", "srv", "opt/one", "opt/two"];

fn file(text: impl Into<String>) -> Node {
    Node::File(text.into(), false)
}

/// dpkg's database as a whole, as every installation writes it.
fn database() -> impl Strategy<Value = Change> {
    prop::collection::vec(prop::option::of(1..3_u8), PACKAGES.len()).prop_map(|versions| {
        let stanza = |(name, version): (&&str, &Option<u8>)| {
            let version = (*version)?;
            Some(format!(
                "Package: {name}\nStatus: install ok installed\nVersion: {version}\nArchitecture: all\n\n"
            ))
        };
        let text: String = PACKAGES.iter().zip(&versions).filter_map(stanza).collect();
        Change::Put("var/lib/dpkg/status".to_owned(), file(text))
    })
}

/// Which files a package has.
fn list() -> impl Strategy<Value = Change> {
    (0..PACKAGES.len(), 0..PLACES.len()).prop_map(|(package, place)| {
        let list = format!("/.\n/{0}\n/{0}/tool\n", PLACES[place]);
        Change::Put(format!("var/lib/dpkg/info/{}.list", PACKAGES[package]), file(list))
    })
}

fn module() -> impl Strategy<Value = Change> {
    (0..PLACES.len(), 0..PACKAGES.len(), 1..3_u8).prop_map(|(place, name, version)| {
        let name = PACKAGES[name];
        let text = format!("{{\"name\":\"{name}\",\"version\":\"{version}.0.0\"}}");
        Change::Put(format!("{}/node_modules/{name}/package.json", PLACES[place]), file(text))
    })
}

fn distribution() -> impl Strategy<Value = Change> {
    (0..PLACES.len(), 0..PACKAGES.len(), 1..3_u8).prop_map(|(place, name, version)| {
        let (place, name) = (PLACES[place], PACKAGES[name]);
        let text = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}.0\n");
        Change::Put(
            format!("{place}/site-packages/{name}-{version}.0.dist-info/METADATA"),
            file(text),
        )
    })
}

fn program() -> impl Strategy<Value = Change> {
    (0..PLACES.len(), 0..2_u8).prop_map(|(place, text)| {
        let script = Node::File(format!("#!/bin/sh\n{text}\n"), true);
        Change::Put(format!("{}/tool", PLACES[place]), script)
    })
}

fn odd() -> impl Strategy<Value = Change> {
    let place = || (0..PLACES.len()).prop_map(|it| PLACES[it].to_owned());
    prop_oneof![
        place().prop_map(|place| Change::Put(place, file("in the place of a directory"))),
        place().prop_map(|place| Change::Put(place, Node::Directory)),
        (place(), 0..8_usize).prop_map(|(place, at)| Change::Again(format!("{place}/again"), at)),
        place().prop_map(|place| {
            let target = "/var/lib/dpkg/status".to_owned();
            Change::Put(format!("{place}/link"), Node::Link(target))
        }),
        place().prop_map(Change::Empty),
        Just(Change::Empty("var/lib".to_owned())),
        (0..32_usize).prop_map(Change::Remove),
        (0..32_usize).prop_map(Change::Remove),
    ]
}

fn layers() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let change = prop_oneof![3 => database(), 1 => list(), 3 => module(), 2 => distribution(), 3 => program(), 4 => odd()];
    prop::collection::vec(prop::collection::vec(change, 0..5), 1..6)
}

fn is_below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

fn put(flat: &mut Flat, path: &str, node: Node) {
    for (at, _) in path.match_indices('/') {
        if !matches!(flat.get(&path[..at]), Some(Node::Directory)) {
            flat.insert(path[..at].to_owned(), Node::Directory);
        }
    }
    if !matches!(node, Node::Directory) {
        flat.retain(|it, _| !is_below(it, path));
    }
    flat.insert(path.to_owned(), node);
}

/// Lays what one layer has over the rest. Directories merge; anything else stands alone.
fn lay(upper: Flat, flat: &mut Flat) {
    for (path, node) in upper {
        if !matches!(node, Node::Directory) {
            flat.retain(|it, _| !is_below(it, &path));
        }
        flat.insert(path, node);
    }
}

/// Makes the archive of a layer, and what an engine with overlayfs has after it.
fn apply(before: &Flat, changes: &[Change]) -> (Flat, Vec<u8>) {
    let (mut flat, mut upper, mut tar) = (before.clone(), Flat::new(), Tar::default());
    let nth = |at: &usize| before.keys().nth(at % before.len().max(1));
    for change in changes {
        match change {
            Change::Remove(at) => {
                let Some(path) = nth(at) else { continue };
                flat.retain(|it, _| it != path && !is_below(it, path));
                let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
                tar = tar.file(format!("{directory}/.wh.{name}"), "");
            }
            Change::Empty(path) => {
                flat.retain(|it, _| !is_below(it, path));
                put(&mut upper, path, Node::Directory);
                tar = tar.directory(path).file(format!("{path}/.wh..wh..opq"), "");
            }
            Change::Put(..) | Change::Again(..) => {}
        }
    }
    let files = before.iter().filter(|(_, node)| matches!(node, Node::File(..)));
    let files: Vec<(&String, &Node)> = files.collect();
    for change in changes {
        match change {
            Change::Put(path, node) => {
                put(&mut upper, path, node.clone());
                tar = match node {
                    Node::File(text, false) => tar.file(path, text),
                    Node::File(text, true) => tar.member(b'0', path, "", 0o755, text),
                    Node::Link(target) => tar.symlink(path, target),
                    Node::Directory => tar.directory(path),
                };
            }
            Change::Again(path, at) => {
                let Some((target, node)) = files.get(at % files.len().max(1)) else { continue };
                // In its own layer the name would mean something else.
                let clash = |(it, node): (&String, &Node)| {
                    it == *target || !matches!(node, Node::Directory) && is_below(target, it)
                };
                if is_below(path, target) || upper.iter().any(clash) {
                    continue;
                }
                put(&mut upper, path, (*node).clone());
                tar = tar.hardlink(path, target);
            }
            Change::Remove(_) | Change::Empty(_) => {}
        }
    }
    lay(upper, &mut flat);
    (flat, tar.build())
}

fn tree(flat: &Flat) -> Tree {
    let empty = Tree::default();
    let directories = flat.iter().filter(|(_, node)| matches!(node, Node::Directory));
    let marks: Vec<String> = directories.map(|(path, _)| format!("//- dir /{path}\n")).collect();
    flat.iter().fold(empty.and(Tree::parse(&marks.concat())), |tree, (path, node)| match node {
        Node::File(text, false) => tree.file(path, text),
        Node::File(text, true) => tree.executable(path, text),
        Node::Link(target) => tree.link(path, target),
        Node::Directory => tree,
    })
}

fn scan_tars(tars: &[Vec<u8>]) -> Sbom {
    let image = OciImage::of_tars(tars.to_vec()).compression(Compression::None);
    let layout = OciLayout::of(&image).to_directory();
    scan_layout(layout.path(), Limits::default(), FileDetail::All).0
}

fn scan_tree(flat: &Flat) -> Sbom {
    let root = tree(flat).to_directory();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (limits, files) = (Limits::default(), FileDetail::All);
    let image = directory::open(root.path(), "fixture".to_owned(), &limits).unwrap();
    scan(&image, &options(files, limits), &pool)
}

/// All documents, without what only an image with layers has.
fn documents(mut sbom: Sbom) -> Vec<String> {
    sbom.name = String::new();
    sbom.image = None;
    sbom.gone.clear();
    for component in &mut sbom.components {
        component.layer = 0;
        component.properties.retain(|key, _| !key.starts_with("layer:"));
    }
    let document = |emitter: &&dyn scanner_core::emit::Emitter| {
        let mut bytes = Vec::new();
        emitter.emit(&sbom, &Stamp::default(), &mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    EMITTERS.iter().map(document).collect()
}

/// From when to when something was there the last time, by the images of the lowest layers.
fn last_run(prefixes: &[BTreeSet<String>], identity: &str) -> (usize, usize) {
    let last = prefixes.iter().rposition(|it| it.contains(identity)).unwrap();
    let gap = prefixes[..last].iter().rposition(|it| !it.contains(identity));
    (gap.map_or(0, |it| it + 1), last + 1)
}

fn identities(components: &[Component]) -> BTreeSet<String> {
    components.iter().map(|it| it.identity.as_str().to_owned()).collect()
}

/// What programs would be called if nothing owned them. They are of the layer that brought them, not of the one
/// that took away the package that owned them.
fn programs(flat: &Flat) -> impl Iterator<Item = String> {
    flat.values().filter_map(|node| match node {
        Node::File(text, true) => Some(format!("bin:{}", testkit::digest(text.as_bytes()))),
        _ => None,
    })
}

fn parts_merge(layers: &[Vec<Change>]) -> Result<(), TestCaseError> {
    let (mut flat, mut tars) = (Flat::new(), Vec::new());
    for changes in layers {
        let (after, tar) = apply(&flat, changes);
        flat = after;
        tars.push(tar);
    }
    let sbom = scan_tars(&tars);
    let parts = split(&sbom);
    let components: usize = parts.iter().map(|it| it.sbom.components.len()).sum();
    prop_assert_eq!(components, sbom.components.len());
    let whole = Sbom {
        components: Vec::new(),
        relationships: Vec::new(),
        files: Vec::new(),
        ..sbom.clone()
    };
    let merged = merge(whole, parts);
    // How it is run, an image's configuration says; a tree has none.
    let (usage, trace, counts) = (sbom.usage.clone(), sbom.trace.clone(), sbom.counts.clone());
    let flattened = Sbom { usage, trace, counts, ..scan_tree(&flat) };
    let (expected, merged, flattened) = (documents(sbom), documents(merged), documents(flattened));
    for ((expected, merged), flattened) in expected.iter().zip(merged).zip(flattened) {
        prop_assert_eq!(expected, &merged);
        prop_assert_eq!(expected, &flattened);
    }
    Ok(())
}

#[test]
fn what_a_layer_makes_a_directory_is_no_target_of_its_hard_links() {
    let srv = || "srv".to_owned();
    let below = vec![Change::Put(srv(), file("in the place of a directory"))];
    let above = vec![Change::Again("opt/one/again".to_owned(), 0), Change::Empty(srv())];
    parts_merge(&[below, above]).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_parts_of_the_layers_merge_to_what_the_flattened_tree_holds(layers in layers()) {
        parts_merge(&layers)?;
    }

    #[test]
    fn a_component_is_of_the_layer_since_which_it_is_there_without_a_gap(layers in layers()) {
        let (mut flat, mut tars, mut prefixes) = (Flat::new(), Vec::new(), Vec::new());
        for changes in &layers {
            let (after, tar) = apply(&flat, changes);
            flat = after;
            tars.push(tar);
            let mut there = identities(&scan_tree(&flat).components);
            there.extend(programs(&flat));
            prefixes.push(there);
        }
        let sbom = scan_tars(&tars);
        // A program is told by its content, and a package may come to own one of its copies.
        let owned = prefixes.iter().flatten().any(|it| it.starts_with("pkg:deb/"));
        for component in sbom.components.iter().filter(|it| !owned || it.identity.purl().is_some()) {
            let (from, _) = last_run(&prefixes, component.identity.as_str());
            prop_assert_eq!(component.layer, from, "{:?}", component.identity);
        }
        let all: BTreeSet<&String> = prefixes.iter().flatten().collect();
        let there = prefixes.last().unwrap();
        let gone: Vec<(String, usize, usize)> = (sbom.gone.iter())
            .map(|it| (it.identity.as_str().to_owned(), it.layer, it.until)).collect();
        let expected = all.into_iter().filter(|it| !there.contains(*it) && !it.starts_with("bin:"));
        let expected: Vec<(String, usize, usize)> = expected
            .map(|it| { let (from, until) = last_run(&prefixes, it); (it.clone(), from, until) })
            .collect();
        prop_assert_eq!(gone, expected);
    }

    #[test]
    fn kept_layers_give_what_listed_ones_give(layers in layers()) {
        let (mut flat, mut tars) = (Flat::new(), Vec::new());
        for changes in &layers {
            let (after, tar) = apply(&flat, changes);
            flat = after;
            tars.push(tar);
        }
        let cache = Folder::new();
        // The lower layers may have been kept by a scan of another image.
        scan_kept(&tars[..tars.len() / 2], Some(Arc::clone(&cache)), FileDetail::None);
        for files in [FileDetail::Evidence, FileDetail::All] {
            let plain = format!("{:?}", scan_kept(&tars, None, files));
            for _ in 0..2 {
                let kept = scan_kept(&tars, Some(Arc::clone(&cache)), files);
                prop_assert_eq!(&plain, &format!("{kept:?}"));
            }
        }
    }
}
