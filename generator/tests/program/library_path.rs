//! `LD_LIBRARY_PATH` of the variables that an image is run with reaches the loader's search, whoever says it.

use std::fs;
use std::path::Path;

use testkit::{Dynamic, Elf, OciImage, OciLayout, Tree};

use crate::{program, run};

const LOADER: &str = "/lib64/ld-linux-x86-64.so.2";
const VARIABLE: &str = "LD_LIBRARY_PATH=/opt/lib";

/// A program whose library is where the loader does not look by itself.
fn tree() -> Tree {
    let needs = Dynamic { needed: &["liba.so"], ..Dynamic::default() };
    Tree::default()
        .executable(LOADER, Elf::new().library("ld-linux-x86-64.so.2").build())
        .executable("/bin/a", Elf::new().dynamic_section(&needs).interpreter(LOADER).build())
        .file("/opt/lib/liba.so", Elf::new().library("liba.so").build())
}

/// Whether the library is found, by what `scan` says of a source.
fn finds(source: &str, arguments: &[&str], cache: &Path) -> bool {
    let mut command = program();
    command.args(["scan", source, "-q", "-o", "table", "--cache-dir"]).arg(cache).args(arguments);
    let (code, log, output) = run(&mut command);
    assert_eq!(code, 0, "{log}");
    !String::from_utf8(output.stdout).unwrap().contains("library-missing")
}

#[test]
fn scans_take_it_from_the_image_and_from_the_user() {
    let cache = tempfile::tempdir().unwrap();
    let directory = tree().to_directory();
    let directory = format!("dir:{}", directory.path().display());
    assert!(!finds(&directory, &[], cache.path()));
    assert!(finds(&directory, &["--env", VARIABLE], cache.path()));

    let layout = |variables: &[&str]| OciLayout::of(&OciImage::new(tree()).env(variables));
    let [plain, set] = [&[][..], &[VARIABLE]].map(|it| layout(it).to_directory());
    let [plain, set] = [&plain, &set].map(|it| format!("oci-layout:{}", it.path().display()));
    assert!(!finds(&plain, &[], cache.path()));
    assert!(finds(&set, &[], cache.path()));
    assert!(finds(&plain, &["--env", VARIABLE], cache.path()));
    assert!(!finds(&set, &["--env", "LD_LIBRARY_PATH=/opt"], cache.path()));
}

#[test]
fn the_generator_takes_it_from_its_parameter() {
    let found = |parameter: &[(&str, &str)]| {
        let step = Tree::parse("//- dir /out\n").to_directory();
        tree().write(&step.path().join("src/core/sbom"));
        let mut command = program();
        command.env("BUILDKIT_SCAN_DESTINATION", step.path().join("out"));
        command.env("BUILDKIT_SCAN_SOURCE", step.path().join("src/core/sbom"));
        let (code, log, _) = run(command.envs(parameter.iter().copied()));
        assert_eq!(code, 0, "{log}");
        let document = fs::read_to_string(step.path().join("out/sbom.spdx.json")).unwrap();
        !document.contains("library-missing")
    };
    assert!(!found(&[]));
    assert!(found(&[("BUILDKIT_SCAN_ENV", VARIABLE)]));
}

#[test]
fn the_frontends_step_takes_it_from_the_images_configuration() {
    let found = |variables: &[&str]| {
        let step = Tree::parse("//- dir /run/out\n").to_directory();
        tree().write(&step.path().join("run/src/core/sbom"));
        let order = serde_json::json!({
            "platform": "linux/amd64", "formats": ["spdx-json"], "views": ["inventory"], "files": "none",
            "name": "app", "supplier": null, "created": 0, "threads": 1, "start": {"Env": variables},
        });
        Tree::default()
            .file("/order.json", order.to_string())
            .write(&step.path().join("run/order"));
        let (code, log, _) = run(program().args(["build-step", "scan", "--root"]).arg(step.path()));
        assert_eq!(code, 0, "{log}");
        let document = fs::read_to_string(step.path().join("run/out/sbom.spdx.json")).unwrap();
        !document.contains("library-missing")
    };
    assert!(!found(&["PATH=/bin"]));
    assert!(found(&["PATH=/bin", VARIABLE]));
}
