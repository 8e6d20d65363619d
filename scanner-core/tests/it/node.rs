//! npm packages.

use insta::assert_snapshot;
use scanner_core::limits::Limits;
use scanner_core::model::FileDetail;

use crate::{found, sbom};

#[test]
fn nested_scoped_and_aliased_packages_are_found_and_projects_are_not() {
    let fixture = "//- /app/package.json\n{\"name\":\"app\",\"version\":\"1.0.0\"}\n\
         //- /app/node_modules/@babel/core/package.json\n{\"name\":\"@babel/core\",\"version\":\"7.0.0\"}\n\
         //- /app/node_modules/a/package.json\n{\"name\":\"a\",\"version\":\"1.0.0\"}\n\
         //- /app/node_modules/a/node_modules/ms/package.json\n{\"name\":\"ms\",\"version\":\"2.0.0\"}\n\
         //- /app/node_modules/old-ms/package.json\n{\"name\":\"ms\",\"version\":\"0.7.1\"}\n\
         //- /app/node_modules/a/esm/package.json\n{\"type\":\"module\"}\n\
         //- /app/node_modules/a/test/node_modules/fake/package.json\n{\"name\":\"fake\",\"version\":\"9.9.9\"}\n\
         //- /app/package-lock.json\n{\"packages\":{\"node_modules/only-locked\":{\"version\":\"1.0.0\"}}}\n";
    assert_snapshot!(found(fixture), @"
    pkg:npm/%40babel/core@7.0.0
      node /app/node_modules/@babel/core/package.json
    pkg:npm/a@1.0.0
      node /app/node_modules/a/package.json
    pkg:npm/ms@0.7.1
      node /app/node_modules/old-ms/package.json
    pkg:npm/ms@2.0.0
      node /app/node_modules/a/node_modules/ms/package.json
    ");
}

#[test]
fn the_same_package_in_two_places_is_one_component_with_two_proofs() {
    let package = "{\"name\":\"ms\",\"version\":\"2.0.0\"}\n";
    let fixture = format!(
        "//- /a/node_modules/ms/package.json\n{package}//- /b/node_modules/ms/package.json\n{package}"
    );
    assert_snapshot!(found(&*fixture), @"
    pkg:npm/ms@2.0.0
      node /a/node_modules/ms/package.json
      node /b/node_modules/ms/package.json
    ");
}

#[test]
fn broken_and_nameless_files_give_notices() {
    let fixture = "//- /a/node_modules/cut/package.json\n{\"name\":\"cut\",\n\
         //- /a/node_modules/nameless/package.json\n{}\n//- dir /a/node_modules/folder/package.json\n";
    assert_snapshot!(found(fixture), @"
    ! malformed /a/node_modules/cut/package.json: node: EOF while parsing a value at line 2 column 0
    ! incomplete /a/node_modules/nameless/package.json: node: lacks a valid name or version
    ");
}

fn package(path: &str, name: &str, more: &str) -> String {
    format!("//- {path}/package.json\n{{\"name\":\"{name}\",\"version\":\"1.0.0\"{more}}}\n")
}

#[test]
fn stores_of_other_installers_are_found_and_links_into_them_count_once() {
    let store = "/app/node_modules";
    let fixture = package(&format!("{store}/.pnpm/@s+a@1.0.0/node_modules/@s/a"), "@s/a", "")
        + &package(&format!("{store}/.store/b-npm-1.0.0-0123456789/package"), "b", "")
        + &package(&format!("{store}/.store/c@1.0.0/node_modules/c"), "c", "")
        + &package("/app/.yarn/unplugged/d-npm-1.0.0-0123456789/node_modules/d", "d", "")
        + "//- link /app/node_modules/@s/a ../.pnpm/@s+a@1.0.0/node_modules/@s/a\n\
           //- link /app/node_modules/.pnpm/node_modules/@s ../../@s\n";
    assert_snapshot!(found(&*fixture), @"
    pkg:npm/%40s/a@1.0.0
      node /app/node_modules/.pnpm/@s+a@1.0.0/node_modules/@s/a/package.json
    pkg:npm/b@1.0.0
      node /app/node_modules/.store/b-npm-1.0.0-0123456789/package/package.json
    pkg:npm/c@1.0.0
      node /app/node_modules/.store/c@1.0.0/node_modules/c/package.json
    pkg:npm/d@1.0.0
      node /app/.yarn/unplugged/d-npm-1.0.0-0123456789/node_modules/d/package.json
    ");
}

#[test]
fn members_of_a_workspace_are_found_where_a_link_leads_to_them() {
    let fixture = package("/ws", "ws", "")
        + &package("/ws/packages/alpha", "@ws/alpha", "")
        + &package("/ws/packages/beta", "beta", "")
        + &package("/ws/packages/alpha/fixtures/x", "x", "")
        + "//- link /ws/node_modules/@ws/alpha ../../packages/alpha\n\
           //- link /ws/node_modules/x ../elsewhere\n\
           //- /ws/packages/nameless/package.json\n{}\n//- /ws/packages/broken/package.json\n{\n";
    assert_snapshot!(found(&*fixture), @"
    pkg:npm/%40ws/alpha@1.0.0
      node /ws/packages/alpha/package.json
    ");
    let sbom = sbom(&*fixture, Limits::default(), FileDetail::None);
    assert_eq!(sbom.components[0].properties["npm:workspace"], "/ws/node_modules/@ws/alpha");
}

#[test]
fn bundled_packages_belong_to_the_one_that_brings_them() {
    let fixture =
        package("/node_modules/npm", "npm", ",\"bundleDependencies\":[\"a\",\"../x\",\"gone\"]")
            + &package(
                "/node_modules/npm/node_modules/a",
                "a",
                ",\"dependencies\":{\"b\":\"*\",\"c\":\"*\"}",
            )
            + &package("/node_modules/npm/node_modules/a/node_modules/c", "c", "")
            + &package("/node_modules/npm/node_modules/a/test", "fixture", "")
            + &package("/node_modules/npm/node_modules/b", "b", ",\"dependencies\":{\"a\":\"*\"}")
            + &package("/node_modules/npm/node_modules/later", "later", "");
    assert_snapshot!(found(&*fixture), @"
    pkg:npm/a@1.0.0
      node /node_modules/npm/node_modules/a/package.json
    pkg:npm/b@1.0.0
      node /node_modules/npm/node_modules/b/package.json
    pkg:npm/c@1.0.0
      node /node_modules/npm/node_modules/a/node_modules/c/package.json
    pkg:npm/later@1.0.0
      node /node_modules/npm/node_modules/later/package.json
    pkg:npm/npm@1.0.0
      node /node_modules/npm/package.json
    pkg:npm/a@1.0.0 owned by pkg:npm/npm@1.0.0
    pkg:npm/a@1.0.0 depends on pkg:npm/b@1.0.0
    pkg:npm/a@1.0.0 depends on pkg:npm/c@1.0.0
    pkg:npm/b@1.0.0 owned by pkg:npm/npm@1.0.0
    pkg:npm/b@1.0.0 depends on pkg:npm/a@1.0.0
    pkg:npm/c@1.0.0 owned by pkg:npm/npm@1.0.0
    ");
}

#[test]
fn programs_outside_of_node_modules_are_found_where_a_link_starts_them_or_corepack_unpacked_them() {
    let yarn = ",\"bin\":{\"yarn\":\"./bin/yarn.js\",\"yarnpkg\":\"./bin/yarn.js\"}";
    let corepack = "/root/.cache/node/corepack/v1/pnpm/1.0.0";
    let fixture = package("/opt/yarn-v1.0.0", "yarn", yarn)
        + "//- exec /opt/yarn-v1.0.0/bin/yarn\n#!/bin/sh\n\
           //- link /usr/local/bin/yarn /opt/yarn-v1.0.0/bin/yarn\n"
        + &package(corepack, "pnpm", ",\"bin\":\"bin/pnpm.cjs\"")
        + &format!("//- {corepack}/.corepack\n{{}}\n")
        + &package("/usr/lib/node_modules_22/npm", "npm", "")
        + &package("/opt/copied", "copied", ",\"bin\":\"copied.js\"")
        + "//- exec /usr/local/bin/copied\n#!/bin/sh\ncopied\n"
        + &package("/opt/other", "other", ",\"bin\":\"other.js\"")
        + "//- link /usr/local/bin/other /opt/copied/x\n//- /opt/broken/package.json\n{\n";
    assert_snapshot!(found(&*fixture), @"
    bin:sha256:c9b8c16744848eb082fb47419c89e48101ed689153cb7bbce630e8c087c940ff
      executable /usr/local/bin/copied
    pkg:npm/npm@1.0.0
      node /usr/lib/node_modules_22/npm/package.json
    pkg:npm/pnpm@1.0.0
      node /root/.cache/node/corepack/v1/pnpm/1.0.0/package.json
    pkg:npm/yarn@1.0.0
      node /opt/yarn-v1.0.0/package.json
    ");
}

#[test]
fn the_cache_of_yarn_and_that_of_conda_are_not_installed() {
    let cache = "/usr/local/share/.cache/yarn/v6/npm-a-1.0.0-0123-integrity/node_modules/a";
    let conda = "/opt/conda/pkgs/nodejs-20.9.0-h_0";
    let fixture = package(cache, "a", "")
        + &format!("//- {cache}/.yarn-metadata.json\n{{}}\n")
        + &package(&format!("{conda}/lib/node_modules/npm"), "npm", "")
        + &format!("//- {conda}/info/index.json\n{{}}\n")
        + &package("/app/node_modules/b", "b", "");
    assert_snapshot!(found(&*fixture), @"
    pkg:npm/b@1.0.0
      node /app/node_modules/b/package.json
    ");
}
