//! `--layers`: documents of layers, and what the image's own says of them.

use std::fs;
use std::path::Path;

use serde_json::Value;
use sha1::Digest as _;
use testkit::{Layers, OciImage, OciLayout, digest};

use crate::{program, run};

const LAYERS: &str = "\
//- layer
//- /usr/lib/python3/dist-packages/a-1.dist-info/METADATA
Name: a
Version: 1
//- layer
//- /srv/node_modules/b/package.json
{\"name\":\"b\",\"version\":\"1.0.0\"}
//- layer
//- /srv/node_modules/c/package.json
{\"name\":\"c\",\"version\":\"1.0.0\"}
";

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    digest(bytes)["sha256:".len()..].to_owned()
}

fn property<'a>(document: &'a Value, name: &str) -> &'a str {
    let all = document.pointer("/metadata/component/properties").unwrap();
    all.as_array().unwrap().iter().find(|it| it["name"] == name).unwrap()["value"].as_str().unwrap()
}

/// Scans an image of three layers with these flags into a directory.
fn scan(out: &Path, flags: &[&str]) {
    let layout = OciLayout::of(&OciImage::new(Layers::parse(LAYERS))).to_directory();
    let source = format!("oci-layout:{}", layout.path().display());
    let mut command = program();
    command.args(["scan", &source, "-q", "--name", "x", "--layers"]).arg(out.join("out"));
    for (format, name) in [
        ("cyclonedx-json", "cdx"),
        ("cyclonedx-pb", "pb"),
        ("spdx-json", "spdx"),
        ("spdx3-json", "spdx3"),
        ("table", "table"),
    ] {
        command.arg("-o").arg(format!("{format}={}", out.join(name).display()));
    }
    let (code, log, _) = run(command.args(flags));
    assert_eq!(code, 0, "{log}");
}

#[test]
fn the_image_document_refers_to_those_of_its_layers_by_name_and_digest() {
    let out = tempfile::tempdir().unwrap();
    scan(out.path(), &[]);
    let manifest = json(&out.path().join("out/_composition.json"));
    let fragments = manifest["fragments"].as_array().unwrap();
    assert_eq!(fragments.len(), 3);
    let cdx = json(&out.path().join("cdx"));
    let links = cdx["metadata"]["component"]["externalReferences"].as_array().unwrap();
    let (mut leaves, mut names) = (Vec::new(), Vec::new());
    for (fragment, link) in fragments.iter().zip(links) {
        let path = out.path().join("out").join(fragment["location"].as_str().unwrap());
        let bytes = fs::read(&path).unwrap();
        assert_eq!(fragment["fragmentSha256"], sha256(&bytes));
        assert_eq!(link["hashes"][0]["content"], sha256(&bytes));
        let document = json(&path);
        assert_eq!(document["metadata"]["component"]["version"], fragment["layerDigest"]);
        let uuid = document["serialNumber"].as_str().unwrap().replace("urn:uuid:", "");
        assert_eq!(link["url"], format!("urn:cdx:{uuid}/1"));
        assert!(property(&document, "stellaops:stella.contentHash").starts_with("sha256:"));
        let components = document["components"].as_array().unwrap();
        names.extend(components.iter().map(|it| it["name"].as_str().unwrap().to_owned()));
        leaves.push(sha256(&bytes));
    }
    names.sort();
    assert_eq!(names, ["a", "b", "c"]);
    assert!(fragments.is_sorted_by_key(|it| it["layerDigest"].as_str().unwrap().to_owned()));
    let raw = |hex: &str| -> Vec<u8> {
        (0..32).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
    };
    let pair = |left: &str, right: &str| sha256(&[raw(left), raw(right)].concat());
    let root = pair(&pair(&leaves[0], &leaves[1]), &pair(&leaves[2], &leaves[2]));
    assert_eq!(manifest["merkleRoot"], format!("sha256:{root}"));
    assert_eq!(property(&cdx, "stellaops:merkle.root"), format!("sha256:{root}"));
    let stored = fs::read(out.path().join("out/_composition.json")).unwrap();
    assert_eq!(
        property(&cdx, "stellaops:composition.manifest"),
        format!("cas://sha256/{}", sha256(&stored))
    );
    assert_eq!(manifest["bom"]["contentHash"], property(&cdx, "stellaops:stella.contentHash"));
}

#[test]
fn protocol_buffers_refer_to_those_of_the_layers_by_name_and_digest() {
    let out = tempfile::tempdir().unwrap();
    scan(out.path(), &[]);
    let image = fs::read(out.path().join("pb")).unwrap();
    let image = String::from_utf8_lossy(&image);
    let layers = fs::read_dir(out.path().join("out/layers")).unwrap();
    let layers: Vec<_> = layers.map(|it| it.unwrap().path()).collect();
    assert_eq!(layers.len(), 3);
    for layer in layers {
        let protobuf = fs::read(layer.join("sbom.cdx.pb")).unwrap();
        let text = String::from_utf8_lossy(&protobuf);
        let name = text.split("urn:uuid:").nth(1).unwrap();
        let link = format!("urn:cdx:{}/1", &name[..36]);
        assert!(image.contains(&link), "{link}");
        assert!(image.contains(&sha256(&protobuf)));
    }
}

#[test]
fn both_versions_of_spdx_refer_to_documents_in_their_own_form() {
    let out = tempfile::tempdir().unwrap();
    scan(out.path(), &[]);
    let manifest = json(&out.path().join("out/_composition.json"));
    let layer =
        |at: usize| manifest["fragments"][at]["layerDigest"].as_str().unwrap()[7..].to_owned();
    let spdx = json(&out.path().join("spdx"));
    let references = spdx["externalDocumentRefs"].as_array().unwrap();
    assert_eq!(references.len(), 3);
    for (at, reference) in references.iter().enumerate() {
        let path = out.path().join(format!("out/layers/{}/sbom.spdx.json", layer(at)));
        assert_eq!(reference["spdxDocument"], json(&path)["documentNamespace"]);
        let digest = sha1::Sha1::digest(fs::read(path).unwrap());
        let digest = scanner_core::model::hex(digest.as_slice());
        let checksum = &reference["checksum"];
        assert_eq!(
            (&checksum["algorithm"], &checksum["checksumValue"]),
            (&"SHA1".into(), &digest.into())
        );
    }
    let spdx3 = json(&out.path().join("spdx3"));
    let graph = spdx3["@graph"].as_array().unwrap();
    let document = graph.iter().find(|it| it["type"] == "SpdxDocument").unwrap();
    for (at, map) in document["import"].as_array().unwrap().iter().enumerate() {
        let location = format!("layers/{}/sbom.spdx3.json", layer(at));
        assert_eq!(map["locationHint"], location);
        let bytes = fs::read(out.path().join("out").join(location)).unwrap();
        assert_eq!(map["verifiedUsing"][0]["hashValue"], sha256(&bytes));
        assert!(
            String::from_utf8(bytes).unwrap().contains(map["externalSpdxId"].as_str().unwrap())
        );
    }
}

#[test]
fn documents_of_layers_are_kept_with_those_of_the_image() {
    let (cold, warm) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cache = tempfile::tempdir().unwrap();
    let flags = ["--cache-dir", cache.path().to_str().unwrap()];
    scan(cold.path(), &flags);
    scan(warm.path(), &flags);
    for name in ["cdx", "spdx", "spdx3", "out/_composition.json"] {
        let read = |out: &tempfile::TempDir| fs::read(out.path().join(name)).unwrap();
        assert!(read(&cold) == read(&warm), "{name}");
    }
    let count =
        |out: &tempfile::TempDir| fs::read_dir(out.path().join("out/layers")).unwrap().count();
    assert_eq!((count(&cold), count(&warm)), (3, 3));
}

#[test]
fn a_directory_has_no_layers() {
    let root = tempfile::tempdir().unwrap();
    let (code, log, _) = run(program().arg("scan").arg(root.path()).args(["-q", "--layers", "x"]));
    assert!(code == 2 && log.contains("a directory has no layers"), "{log}");
}
