//! Packages of Yarn's Plug'n'Play.

use insta::assert_snapshot;
use testkit::{Tree, Zip};

use crate::dependencies::dependencies;
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
      yarn_pnp /app/.yarn/unplugged/u-npm-1.0.0-0/node_modules/u/package.json
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

/// The archive of a package of a version, with further fields of its `package.json`.
fn packed(name: &str, version: &str, fields: &str) -> Vec<u8> {
    let package = format!("{{\"name\":\"{name}\",\"version\":\"{version}\"{fields}}}");
    Zip::new().store(format!("node_modules/{name}/package.json"), package).build()
}

/// Two versions of a package, one by another name; one package in two virtual instances; an unplugged one; and what is
/// not there.
fn entries() -> String {
    let entry = |(name, reference): (&str, &str), location: &str, more: &str| {
        format!(
            "[\"{name}\",[[\"{reference}\",{{\"packageLocation\":\"./.yarn/{location}/node_modules/{name}/\",\"linkType\":\"HARD\",\
             \"packageDependencies\":[[\"{name}\",\"{reference}\"]{more}]}}]]]"
        )
    };
    [
        entry(
            ("a", "npm:1.0.0"),
            "cache/a-1.0.0.zip",
            r#",["b","npm:1.0.0"],["newer",["b","npm:2.0.0"]],["peer","virtual:1#npm:1.0.0"],["u","npm:1.0.0"],
            ["fsevents","npm:2.0.0"],["gone","npm:1.0.0"],["odd",7]"#,
        ),
        entry(("b", "npm:1.0.0"), "cache/b-1.0.0.zip", ""),
        entry(("b", "npm:2.0.0"), "cache/b-2.0.0.zip", r#",["peer","virtual:2#npm:1.0.0"]"#),
        entry(
            ("peer", "virtual:1#npm:1.0.0"),
            "__virtual__/peer-virtual-1/0/cache/peer-1.0.0.zip",
            r#",["host","npm:1.0.0"],["types",null],["b",null]"#,
        ),
        entry(
            ("peer", "virtual:2#npm:1.0.0"),
            "__virtual__/peer-virtual-2/0/cache/peer-1.0.0.zip",
            r#",["host",null],["types",null],["b","npm:2.0.0"]"#,
        ),
        entry(("host", "npm:1.0.0"), "cache/host-1.0.0.zip", r#",["lacks",null]"#),
        entry(("u", "npm:1.0.0"), "unplugged/u-npm-1.0.0-0", r#",["b","npm:1.0.0"]"#),
        entry(("fsevents", "npm:2.0.0"), "cache/fsevents-2.0.0.zip", ""),
        entry(("other", "npm:1.0.0"), "cache/other-1.0.0.zip", r#",["b","npm:2.0.0"]"#),
    ]
    .join(",")
}

#[test]
fn packages_depend_on_exactly_what_the_state_lets_them_load() {
    let state = format!("{{\"__info\":[],\"packageRegistryData\":[{}]}}", entries());
    let optional = r#","optionalDependencies":{"fsevents":"2"}"#;
    let peers = r#","peerDependenciesMeta":{"types":{"optional":true}}"#;
    let tree = [
        ("a", "1.0.0", optional),
        ("b", "1.0.0", r#","dependencies":{"host":"1"}"#),
        ("b", "2.0.0", ""),
        ("peer", "1.0.0", peers),
        ("host", "1.0.0", ""),
    ]
    .iter()
    .fold(
        Tree::default().file("/app/.pnp.data.json", state),
        |tree, (name, version, fields)| {
            let archive = format!("/app/.yarn/cache/{name}-{version}.zip");
            tree.file(archive, packed(name, version, fields))
        },
    );
    let unplugged = "/app/.yarn/unplugged/u-npm-1.0.0-0/node_modules/u";
    let package = |name: &str, needs: &str| {
        format!(r#"{{"name":"{name}","version":"1.0.0","dependencies":{{"{needs}":"1"}}}}"#)
    };
    let tree = tree
        .file(format!("{unplugged}/package.json"), package("u", "b"))
        .file(format!("{unplugged}/node_modules/in/package.json"), package("in", "x"));
    assert_snapshot!(dependencies(tree), @"
    a 1.0.0 -> b 1.0.0, b 2.0.0, peer 1.0.0, u 1.0.0 …
    b 1.0.0 ->
    b 2.0.0 -> peer 1.0.0
    host 1.0.0 ->  …
    in 1.0.0 ->  …
    peer 1.0.0 -> b 2.0.0, host 1.0.0
    u 1.0.0 -> b 1.0.0
    ! dependency-missing /: npm: requirements that nothing installed meets: 4 (? of a, gone of a, lacks of host, …), of components: 3; what these depend on is incomplete
    ");
}

#[test]
fn unplugged_packages_of_a_state_that_cannot_be_read_state_nothing() {
    let tree = Tree::default().file("/app/.pnp.cjs", "module.exports = {};\n").file(
        "/app/.yarn/unplugged/u-npm-1.0.0-0/node_modules/u/package.json",
        r#"{"name":"u","version":"1.0.0","dependencies":{"b":"1"}}"#,
    );
    assert_snapshot!(dependencies(tree), @"! malformed /app/.pnp.cjs: yarn_pnp: expected value at line 1 column 1");
}
