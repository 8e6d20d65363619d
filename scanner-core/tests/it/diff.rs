//! What changed between two images, and which layer did it.

use std::fmt::Write as _;

use scanner_core::diff::{Diff, Metadata, diff};
use scanner_core::emit::{DIFF_EMITTERS, Stamp};
use scanner_core::limits::Limits;
use scanner_core::model::{Certainty, FileDetail, Outcome, Sbom, Usage, Used};
use serde_json::Value;
use testkit::{OciImage, OciLayout};

use crate::images::scan_layout;

const BASE: &str = "//- layer\n//- /etc/os-release\nID=debian\nVERSION_ID=12\n\
    //- /var/lib/dpkg/status\nPackage: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9\n\n\
    Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7.88.1-10+deb12u5\n\n\
    Package: gone\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n";

const NEWER_BASE: &str = "//- layer\n//- /etc/os-release\nID=debian\nVERSION_ID=12\n\
    //- /var/lib/dpkg/status\nPackage: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9+deb12u1\n\n\
    Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7.88.1-10+deb12u5\n";

fn image(layers: &str, history: &[&str]) -> Sbom {
    let layout = OciLayout::of(&OciImage::new(layers).history(history)).to_directory();
    scan_layout(layout.path(), Limits::default(), FileDetail::None).0
}

fn package(directory: &str, name: &str, version: &str) -> String {
    format!(
        "//- {directory}/node_modules/{name}/package.json\n{{\"name\":\"{name}\",\"version\":\"{version}\"}}\n"
    )
}

fn emitted(diff: &Diff<'_>, format: &str) -> String {
    let emitter = DIFF_EMITTERS.iter().find(|it| it.format() == format).unwrap();
    let mut bytes = Vec::new();
    emitter.emit(diff, &Stamp::default(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The changes, a line each, and the layers.
fn told(old: &Sbom, new: &Sbom) -> String {
    let diff = diff(old, new, Metadata::Compared);
    let mut text = String::new();
    for it in &diff.layers {
        let _ = writeln!(text, "layer {:?} {:?} {}", it.old, it.new, it.is.as_str());
    }
    text + &emitted(&diff, "table")
}

/// An image in two builds: the base got an update, the application another dependency and a step more.
fn builds() -> (Sbom, Sbom) {
    let old = format!(
        "{BASE}//- layer\n{}{}//- layer\n{}",
        package("/app", "left-pad", "1.3.0"),
        package("/app", "old-only", "1.0.0"),
        package("/tool", "kept", "1.0.0"),
    );
    let new = format!(
        "{NEWER_BASE}//- layer\n{}{}//- layer\n{}//- layer\n//- removed /tool/node_modules/kept\n",
        package("/app", "left-pad", "1.2.0"),
        package("/app", "new-only", "2.0.0"),
        package("/tool", "kept", "1.0.0"),
    );
    let old = image(&old, &["ADD rootfs /", "COPY app /app", "COPY tool /tool"]);
    let new = image(&new, &["ADD rootfs /", "COPY app /app", "COPY tool /tool", "RUN rm -r /tool"]);
    (old, new)
}

#[test]
fn every_change_is_attributed_to_the_layer_that_brought_it_about() {
    let (old, new) = builds();
    insta::assert_snapshot!(told(&old, &new), @r"
    layer Some(0) Some(0) rebuilt
    layer Some(1) Some(1) rebuilt
    layer Some(2) Some(2) same
    layer None Some(3) added
    CHANGE      TYPE  NAME      OLD     NEW             LAYER  USAGE
    removed     deb   gone      1                       0
    upgraded    deb   libc6     2.36-9  2.36-9+deb12u1  0      possible
    removed     npm   kept      1.0.0                   3
    downgraded  npm   left-pad  1.3.0   1.2.0           1      possible
    added       npm   new-only          2.0.0           1      possible
    removed     npm   old-only  1.0.0                   1
    1 added, 3 removed, 1 upgraded, 1 downgraded
    ");
}

#[test]
fn an_image_does_not_differ_from_itself_in_other_order() {
    let (sbom, _) = builds();
    let mut shuffled = sbom.clone();
    shuffled.components.reverse();
    assert!(diff(&sbom, &shuffled, Metadata::Compared).changes.is_empty());
    let (old, new) = builds();
    let mut reversed = new.clone();
    reversed.components.reverse();
    assert_eq!(told(&old, &new), told(&old, &reversed));
}

#[test]
fn of_several_versions_only_those_are_paired_of_which_it_is_certain() {
    let trees = |versions: [&str; 3]| {
        let places = ["/a", "/b", "/c"];
        let packages = places.iter().zip(versions).filter(|(_, version)| !version.is_empty());
        packages.map(|(place, version)| package(place, "lodash", version)).collect::<String>()
    };
    let told = |old, new| {
        let (old, new) = (image(&trees(old), &[]), image(&trees(new), &[]));
        let diff = diff(&old, &new, Metadata::Compared);
        let version = |it: Option<&scanner_core::model::Component>| {
            it.map_or("-".to_owned(), |it| it.version.clone())
        };
        let words = diff.changes.iter().map(|it| {
            assert!(it.is_one_of_several);
            format!("{}→{}", version(it.old), version(it.new))
        });
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(told(["1.0.0", "2.0.0", ""], ["1.0.1", "2.0.1", ""]), "1.0.0→1.0.1 2.0.0→2.0.1");
    assert_eq!(told(["1.0.0", "2.0.0", ""], ["1.0.0", "", "3.0.0"]), "2.0.0→3.0.0");
    assert_eq!(told(["1.0.0", "2.0.0", ""], ["", "", "3.0.0"]), "1.0.0→- 2.0.0→- -→3.0.0");
}

#[test]
fn metadata_of_one_version_are_compared_and_those_of_the_image_around_are_not() {
    let package = |license: &str| {
        format!(
            "//- /m/node_modules/a/package.json\n{{\"name\":\"a\",\"version\":\"1.0.0\",\"license\":\"{license}\"}}\n"
        )
    };
    let old = image(&package("MIT"), &["COPY m /m"]);
    let new = image(
        &format!("//- layer\n//- /x\n//- layer\n{}", package("ISC")),
        &["COPY x /x", "COPY m /m"],
    );
    let changes = diff(&old, &new, Metadata::Compared);
    let fields: Vec<String> = changes.changes[0]
        .fields
        .iter()
        .map(|it| format!("{} {:?} {:?}", it.name, it.old, it.new))
        .collect();
    assert_eq!(fields, ["licenses [\"MIT\"] [\"ISC\"]"]);
    assert_eq!(changes.layers[changes.changes[0].layer.unwrap()].new, Some(1));
    assert!(diff(&old, &new, Metadata::Left).changes.is_empty());
}

#[test]
fn a_program_that_nothing_identifies_is_known_by_its_place() {
    let image = |text: &str| {
        let tree = testkit::Tree::default()
            .executable("/bin/tool", format!("#!/bin/sh\n{text}\n").into_bytes());
        let layout = OciLayout::of(&OciImage::new(tree)).to_directory();
        scan_layout(layout.path(), Limits::default(), FileDetail::None).0
    };
    let (old, new) = (image("echo 1"), image("echo 2"));
    let changes = diff(&old, &new, Metadata::Compared).changes;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].kind.as_str(), "version_changed");
    assert!(changes[0].old.is_some() && changes[0].new.is_some());
}

/// Two builds, in the second of which the entrypoint uses left-pad.
fn used_builds() -> (Sbom, Sbom) {
    let (old, mut new) = builds();
    let used = new.components.iter().find(|it| it.name == "left-pad").unwrap();
    let used = (
        used.identity.clone(),
        Used { certainty: Certainty::Entrypoint, by: vec![0], why: Vec::new(), stack: Vec::new() },
    );
    new.usage = Some(Usage {
        outcome: Outcome::Resolved,
        entrypoints: vec!["/usr/bin/node".to_owned()],
        components: [used].into(),
    });
    (old, new)
}

#[test]
fn the_document_says_what_changed_and_where() {
    let (old, new) = used_builds();
    let diff = diff(&old, &new, Metadata::Compared);
    let document: Value = serde_json::from_str(&emitted(&diff, "json")).unwrap();
    let change = &document["changes"][3];
    assert_eq!(change["direction"], "downgraded");
    assert_eq!(change["usage"], "entrypoint");
    assert_eq!(change["layer"], 1);
    assert_eq!(document["layers"][1]["createdBy"], "COPY app /app");
    assert_eq!(document["layers"][1]["summary"]["added"], 1);
}

#[test]
fn a_comment_shows_the_changes_by_layer() {
    let (old, new) = used_builds();
    let comment = emitted(&diff(&old, &new, Metadata::Compared), "markdown");
    assert!(
        comment
            .starts_with("### fixture&#58;latest: 1 added, 3 removed, 1 upgraded, 1 downgraded\n"),
        "{comment}"
    );
    assert!(
        comment.contains("<summary>New layer 3: RUN rm -r /tool — 1 removed</summary>"),
        "{comment}"
    );
    assert!(
        comment.contains("| downgraded | left-pad (npm) | 1.3.0 | 1.2.0 | **yes** |"),
        "{comment}"
    );
}

#[test]
fn a_comment_keeps_to_the_length_that_is_taken() {
    let many: String = (0..3_000).map(|it| package("/a", &format!("p{it}"), "1.0.0")).collect();
    let (old, new) = (image("//- /x\n", &[]), image(&many, &[]));
    let comment = emitted(&diff(&old, &new, Metadata::Compared), "markdown");
    assert!(comment.len() < 65_536);
    assert!(
        comment.ends_with(" further changes are in `diff.json`.\n"),
        "{}",
        &comment[comment.len() - 99..]
    );
}

#[test]
fn a_side_without_layers_is_said_to_have_none() {
    let (old, mut new) = builds();
    new.image = None;
    let diff = diff(&old, &new, Metadata::Left);
    assert!(diff.layers.iter().all(|it| it.new.is_none()));
    let table = emitted(&diff, "table");
    assert!(table.contains("! The new side does not tell its layers."), "{table}");
    assert!(table.contains("metadata are not compared"), "{table}");
}
