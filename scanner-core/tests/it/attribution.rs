//! Which layer brought which package, where every layer writes the package database anew.

use scanner_core::limits::Limits;
use scanner_core::model::FileDetail;
use testkit::{Layers, OciImage, OciLayout};

use crate::images::scan_layout;

/// Each component with its layer, then each that is gone with its layers.
fn layers_of(layers: &str) -> Vec<String> {
    let layout = OciLayout::of(&OciImage::new(Layers::parse(layers))).to_directory();
    let (sbom, _) = scan_layout(layout.path(), Limits::default(), FileDetail::None);
    let name = |it: &str| it.split('?').next().unwrap().replace("pkg:deb/debian/", "");
    let there =
        sbom.components.iter().map(|it| format!("{} {}", name(it.identity.as_str()), it.layer));
    let gone = sbom.gone.iter();
    let gone =
        gone.map(|it| format!("gone {} {}-{}", name(it.identity.as_str()), it.layer, it.until));
    there.chain(gone).collect()
}

/// dpkg's database with these packages.
fn database(packages: &[(&str, &str)]) -> String {
    let stanza = |(name, version): &(&str, &str)| {
        format!(
            "Package: {name}\nStatus: install ok installed\nVersion: {version}\nArchitecture: all\n\n"
        )
    };
    let stanzas: Vec<String> = packages.iter().map(stanza).collect();
    format!("//- /var/lib/dpkg/status\n{}", stanzas.concat())
}

fn of_databases(layers: &[&[(&str, &str)]]) -> Vec<String> {
    let layers: Vec<String> =
        layers.iter().map(|it| format!("//- layer\n{}", database(it))).collect();
    layers_of(&layers.concat())
}

#[test]
fn a_package_is_of_the_layer_that_installed_it_though_others_write_the_database() {
    let found =
        of_databases(&[&[("a", "1")], &[("a", "1"), ("b", "1")], &[("a", "1"), ("b", "1")]]);
    assert_eq!(found, ["a@1 0", "b@1 1"]);
}

#[test]
fn upgrades_and_downgrades_are_of_the_layer_that_did_them() {
    let found = of_databases(&[
        &[("a", "1"), ("b", "2")],
        &[("a", "2"), ("b", "2")],
        &[("a", "2"), ("b", "1")],
    ]);
    assert_eq!(found, ["a@2 1", "b@1 2", "gone a@1 0-1", "gone b@2 0-2"]);
    let back = of_databases(&[&[("a", "1")], &[("a", "2")], &[("a", "1")]]);
    assert_eq!(back, ["a@1 2", "gone a@2 1-2"]);
}

#[test]
fn what_was_removed_and_installed_again_is_of_the_last_installation() {
    let found = of_databases(&[
        &[("a", "1"), ("z", "1")],
        &[("z", "1")],
        &[("z", "1")],
        &[("a", "1"), ("z", "1")],
    ]);
    assert_eq!(found, ["a@1 3", "z@1 0"]);
    let gone = of_databases(&[
        &[("a", "1"), ("z", "1")],
        &[("z", "1")],
        &[("a", "1"), ("z", "1")],
        &[("z", "1")],
    ]);
    assert_eq!(gone, ["z@1 0", "gone a@1 2-3"]);
}

#[test]
fn a_database_that_is_taken_away_takes_its_packages_with_it() {
    let installed = database(&[("a", "1")]);
    for away in
        ["//- removed /var/lib/dpkg/status\n", "//- removed /var/lib\n", "//- opaque /var\n"]
    {
        let found =
            layers_of(&format!("//- layer\n{installed}//- layer\n{installed}//- layer\n{away}"));
        assert_eq!(found, ["gone a@1 0-2"], "{away}");
    }
}

#[test]
fn a_database_that_is_copied_from_another_stage_replaces_the_one_that_was_there() {
    let found = of_databases(&[&[("base", "1"), ("a", "1")], &[("a", "1"), ("copied", "1")]]);
    assert_eq!(found, ["a@1 0", "copied@1 1", "gone base@1 0-1"]);
}

#[test]
fn a_database_that_is_moved_brings_nothing_new() {
    let (old, new) = ("/var/lib/dpkg/status.d/a", "/var/lib/dpkg/status");
    let stanza = "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n";
    let found = layers_of(&format!(
        "//- layer\n//- {old}\n{stanza}//- layer\n//- removed /var/lib/dpkg/status.d\n//- {new}\n{stanza}"
    ));
    assert_eq!(found, ["a@1 0"]);
}

#[test]
fn a_new_release_of_the_distribution_brings_no_package_anew() {
    let release = |version| format!("//- /etc/os-release\nID=debian\nVERSION_ID={version}\n");
    let installed = database(&[("a", "1")]);
    let found = layers_of(&format!(
        "//- layer\n{}{installed}//- layer\n{}//- layer\n{installed}",
        release("12.1"),
        release("12.2")
    ));
    assert_eq!(found, ["os:debian-12.2 1", "a@1 0", "gone os:debian-12.1 0-1"]);
}

#[test]
fn a_library_that_is_deleted_upgraded_and_brought_back_is_told_right() {
    let package = |version| {
        format!(
            "//- /app/node_modules/m/package.json\n{{\"name\":\"m\",\"version\":\"{version}\"}}\n"
        )
    };
    let layers = format!(
        "//- layer\n{}//- layer\n{}//- layer\n//- removed /app\n//- layer\n{}",
        package("1.0.0"),
        package("2.0.0"),
        package("1.0.0")
    );
    let found = layers_of(&layers);
    assert_eq!(found, ["pkg:npm/m@1.0.0 3", "gone pkg:npm/m@2.0.0 1-2"]);
}

#[test]
fn as_many_layers_as_docker_allows_are_told_apart() {
    let names: Vec<String> = (0..127).map(|number| format!("p{number:03}")).collect();
    let packages: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    let layers: Vec<&[(&str, &str)]> = (1..=127).map(|count| &packages[..count]).collect();
    let expected: Vec<String> = (0..127).map(|number| format!("p{number:03}@1 {number}")).collect();
    assert_eq!(of_databases(&layers), expected);
}
