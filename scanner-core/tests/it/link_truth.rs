//! The link graph beside the loader's own answer: for each program of a tree, what `ld.so --list` printed inside it.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "reads trees that lie beside the repository, and says which"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, LinkGraph, LinkedFile, NeedKind};
use scanner_core::path::ImagePath;
use scanner_core::scan::scan;
use scanner_core::source::directory;
use serde_json::{Value, json};

use crate::options;

/// Trees and the answers beside them. `CORPUS` names where they are; without it they are looked for beside the
/// repository.
fn trees() -> Vec<(PathBuf, Value)> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let corpus =
        std::env::var_os("CORPUS").map_or_else(|| workspace.join("../corpus"), PathBuf::from);
    let cases = ["open", "roots"].map(|it| fs::read_dir(corpus.join(it)));
    let cases = cases.into_iter().flatten().flatten().map(|it| it.unwrap().path());
    let mut found: Vec<(PathBuf, Value)> = Vec::new();
    for case in cases {
        let Ok(answer) = fs::read(case.join("elf.json")) else { continue };
        let root = ["root", "rootfs"].map(|it| case.join(it)).into_iter().find(|it| it.is_dir());
        found.extend(root.map(|root| (root, serde_json::from_slice(&answer).unwrap())));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn graph(root: &Path) -> LinkGraph {
    let limits = Limits::default();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let image = pool.install(|| directory::open(root, "tree".to_owned(), &limits)).unwrap();
    let files = FileDetail::None;
    let options = options(files, limits);
    scan(&image, &options, &pool).links
}

/// Names of libraries and the paths that they stand for.
type Libraries = BTreeMap<String, String>;

/// What the loader printed.
fn stated(program: &Value) -> Libraries {
    let closure = program["closure"].as_object().unwrap();
    closure
        .iter()
        .map(|(name, it)| (name.clone(), it["realpath"].as_str().unwrap().to_owned()))
        .collect()
}

/// What the graph has.
fn found(program: &str, graph: &LinkGraph) -> Libraries {
    let Some(place) = graph.place(&ImagePath::normalize(program).unwrap()) else {
        return Libraries::from([("no such program".to_owned(), String::new())]);
    };
    // The answers leave out the loader, which is there before everything else.
    let loaded = graph.process(place).into_iter();
    let loaded =
        loaded.filter(|it| !it.edge.name.rsplit('/').next().unwrap().starts_with("ld-linux"));
    let path = |to: usize| graph.files[to].path.display().into_owned();
    loaded.map(|it| (it.edge.name.clone(), path(it.edge.to))).collect()
}

/// What a file says of itself and what it belongs to, in the manner of the answers.
fn says(file: &LinkedFile) -> Value {
    let needed = file.binary.needs.iter().filter(|it| it.kind == NeedKind::Needed);
    let needed: Vec<&String> = needed.flat_map(|it| &it.names).collect();
    let list = |paths: &[String]| (!paths.is_empty()).then(|| paths.join(":"));
    // The answers know packages of Debian alone.
    let owner =
        file.owner.as_ref().and_then(|it| it.purl()).filter(|it| it.starts_with("pkg:deb/"));
    let name =
        |it: &str| it.rsplit('/').next().unwrap().split('@').next().unwrap().replace("%2B", "+");
    let owner = owner.map(name);
    json!({
        "needed": needed, "soname": file.binary.name, "rpath": list(&file.binary.rpath),
        "runpath": list(&file.binary.runpath), "owner": owner,
    })
}

#[test]
fn every_program_loads_what_its_loader_says() {
    let trees = trees();
    if trees.is_empty() {
        println!("skipped: no trees with elf.json beside the repository; set CORPUS");
    }
    for (root, answer) in trees {
        let graph = graph(&root);
        let mut compared = 0;
        for program in answer["programs"].as_array().unwrap() {
            let path = program["realpath"].as_str().unwrap();
            assert_eq!(found(path, &graph), stated(program), "{path} of {}", root.display());
            compared += 1;
        }
        let mut files = 0;
        for (path, stated) in answer["files"].as_object().unwrap() {
            let file = graph.file(&ImagePath::normalize(path).unwrap()).unwrap();
            assert_eq!(says(file), *stated, "{path} of {}", root.display());
            files += 1;
        }
        println!("{}: {files} files say and belong to what readelf and dpkg say", root.display());
        println!("{}: {compared} programs load what the loader says", root.display());
    }
}
