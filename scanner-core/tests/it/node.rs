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
