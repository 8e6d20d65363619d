//! npm packages.

use insta::assert_snapshot;

use crate::found;

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
    ! incomplete /a/node_modules/nameless/package.json: node: lacks a name or version
    ");
}
