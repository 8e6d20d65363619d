//! Packages of Yarn's Plug'n'Play.

use insta::assert_snapshot;
use testkit::{Tree, Zip};

use crate::found;

fn archive(name: &str) -> Vec<u8> {
    let package = format!("{{\"name\":\"{name}\",\"version\":\"1.0.0\"}}");
    Zip::new().deflate(format!("node_modules/{name}/package.json"), package).build()
}

fn state(locations: &[(&str, &str)]) -> String {
    let packages: Vec<String> = locations
        .iter()
        .map(|(location, link)| {
            format!("[\"x\",[[\"npm:1\",{{\"packageLocation\":\"{location}\",\"linkType\":\"{link}\"}}]]]")
        })
        .collect();
    format!("{{\"__info\":[],\"packageRegistryData\":[{}]}}", packages.join(","))
}

#[test]
fn packages_are_found_in_the_archives_that_the_project_loads() {
    let state = state(&[
        ("./", "SOFT"),
        ("./.yarn/cache/a-npm-1.0.0-0.zip/node_modules/a/", "HARD"),
        ("./.yarn/__virtual__/a-virtual-1/0/cache/a-npm-1.0.0-0.zip/node_modules/a/", "HARD"),
        ("../root/.yarn/berry/cache/@s-b-npm-1.0.0-0.zip/node_modules/@s/b/", "HARD"),
        ("./.yarn/cache/other-platform.zip/node_modules/o/", "HARD"),
        ("./.yarn/unplugged/u-npm-1.0.0-0/node_modules/u/", "HARD"),
        ("./.yarn/cache/broken.zip/node_modules/broken/", "HARD"),
        ("./.yarn/cache/bare.zip/node_modules/bare/", "HARD"),
    ]);
    let tree = Tree::default()
        .file("/app/.pnp.cjs", format!("const RAW_RUNTIME_STATE =\n'{state}';\n"))
        .file("/app/.yarn/cache/a-npm-1.0.0-0.zip", archive("a"))
        .file("/root/.yarn/berry/cache/@s-b-npm-1.0.0-0.zip", archive("@s/b"))
        .file(
            "/app/.yarn/unplugged/u-npm-1.0.0-0/node_modules/u/package.json",
            "{\"name\":\"u\",\"version\":\"1.0.0\"}",
        )
        .file("/app/.yarn/cache/broken.zip", "PK")
        .file("/app/.yarn/cache/bare.zip", archive("other"))
        .file("/app/.yarn/cache/cached-only.zip", archive("cached-only"));
    assert_snapshot!(found(tree), @"
    pkg:npm/%40s/b@1.0.0
      yarn_pnp /root/.yarn/berry/cache/@s-b-npm-1.0.0-0.zip!/node_modules/@s/b/package.json
    pkg:npm/a@1.0.0
      yarn_pnp /app/.yarn/cache/a-npm-1.0.0-0.zip!/node_modules/a/package.json
    pkg:npm/u@1.0.0
      node /app/.yarn/unplugged/u-npm-1.0.0-0/node_modules/u/package.json
    ! incomplete /app/.yarn/cache/bare.zip: yarn_pnp: lacks node_modules/bare/package.json
    ! malformed /app/.yarn/cache/broken.zip: yarn_pnp: no central directory of a zip archive at offset 0
    ");
}

#[test]
fn the_data_may_be_in_a_file_of_its_own() {
    let state = state(&[("./.yarn/cache/a.zip/node_modules/a/", "HARD")]);
    let tree = Tree::default()
        .file("/app/.pnp.cjs", "const path = require('path');\n")
        .file("/app/.pnp.data.json", state)
        .file("/app/.yarn/cache/a.zip", archive("a"));
    assert_snapshot!(found(tree), @"
    pkg:npm/a@1.0.0
      yarn_pnp /app/.yarn/cache/a.zip!/node_modules/a/package.json
    ");
}

#[test]
fn a_cache_without_a_project_that_loads_from_it_proves_nothing() {
    let tree = Tree::default()
        .file("/app/.yarn/cache/a.zip", archive("a"))
        .file("/app/yarn.lock", "\"a@npm:1\":\n  version: 1.0.0\n")
        .file("/b/.pnp.cjs", "module.exports = {};\n");
    assert_snapshot!(found(tree), @"! malformed /b/.pnp.cjs: yarn_pnp: expected value at line 1 column 1");
}
