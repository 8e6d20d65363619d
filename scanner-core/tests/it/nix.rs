//! The store of Nix.

use insta::assert_snapshot;
use testkit::{Tree, sqlite};

use crate::found;

const STORE: &str = "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A store in which each of these rows is: name, deriver, content address.
fn store(rows: &[[&str; 3]], there: &[&str]) -> Tree {
    let path =
        |name: &&str| if name.is_empty() { String::new() } else { format!("{STORE}-{name}") };
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|[name, deriver, address]| {
            let [x, none] = ["x", ""].map(str::to_owned);
            vec![
                none.clone(),
                path(name),
                x.clone(),
                x,
                path(deriver),
                none.clone(),
                none.clone(),
                none,
                (*address).to_owned(),
            ]
        })
        .collect();
    let rows: Vec<Vec<&str>> =
        rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let tree = Tree::default().file("/nix/var/nix/db/db.sqlite", sqlite("ValidPaths", &rows));
    there
        .iter()
        .fold(tree, |tree, name| tree.executable(format!("{STORE}-{name}/bin/x"), "#!/bin/sh\n"))
}

#[test]
fn valid_paths_that_are_there_are_packages_and_own_what_is_in_them() {
    let tree = store(
        &[
            ["hello-2.12.1", "hello-2.12.1.drv", ""],
            ["glibc-2.38-44-bin", "glibc-2.38-44.drv", ""],
            ["glibc-2.38-44", "", ""],
            ["gone-1.0", "", ""],
            ["hello-2.12.1.tar.gz", "hello-2.12.1.tar.gz.drv", "fixed:sha256:x"],
            ["builder.sh", "", ""],
        ],
        &[
            "hello-2.12.1",
            "glibc-2.38-44-bin",
            "glibc-2.38-44",
            "hello-2.12.1.tar.gz",
            "builder.sh",
        ],
    );
    assert_snapshot!(found(tree), @"
    bin:sha256:a8076d3d28d21e02012b20eaf7dbf75409a6277134439025f282e368e3305abf
      executable /nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-builder.sh/bin/x
      executable /nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-hello-2.12.1.tar.gz/bin/x
    pkg:nix/glibc@2.38-44
      nix /nix/var/nix/db/db.sqlite@
      nix /nix/var/nix/db/db.sqlite@
    pkg:nix/hello@2.12.1
      nix /nix/var/nix/db/db.sqlite@
    ");
}

#[test]
fn a_store_without_its_database_proves_nothing() {
    let text = found(&*format!("//- exec {STORE}-hello-2.12.1/bin/hello\n#!/bin/sh\n"));
    assert!(!text.contains("pkg:nix"), "{text}");
    assert_snapshot!(found("//- /nix/var/nix/db/db.sqlite\nx\n"), @"! malformed /nix/var/nix/db/db.sqlite: nix: is no SQLite database");
}
