//! Documents: complete, and the same every time.

use std::collections::BTreeSet;

use scanner_core::emit::{EMITTERS, Emitter, Lifecycle, Stamp, cyclonedx, spdx3, spdx23};
use scanner_core::limits::Limits;
use scanner_core::model::{Component, FileDetail, Identity, Kind, Relation, Relationship, Sbom};
use scanner_core::path::ImagePath;
use scanner_core::views;
use serde_json::Value;
use testkit::{GoBuildInfo, Tree};

use crate::reading::{image, stamp, written};
use crate::{context, scanned};

fn example() -> Tree {
    let debian = "//- /etc/os-release\nID=debian\nVERSION_ID=12\n//- /usr/share/doc/six/copyright\nFormat: x\n\n\
         Files: *\nLicense: Custom\n//- /var/lib/dpkg/status\nPackage: six\nStatus: install ok installed\nVersion: 1\n\
         Maintainer: A & B \"C\" <a@b.org>\n//- /var/lib/dpkg/info/six.list\n/opt/six.egg-info\n\
         //- /opt/six.egg-info\nName: six\nVersion: 1.16\n//- /node_modules/cut/package.json\n{\n";
    let program =
        GoBuildInfo::new("go1.22.1", "path\ta.b/c\nmod\ta.b/c\tv1.0.0\t\ndep\td.e/f\tv1.0.0\n");
    Tree::parse(debian).executable("/app", program.elf().build())
}

fn example_sbom(files: FileDetail, threads: usize) -> Sbom {
    scanned(example(), Limits::default(), files, threads)
}

#[test]
fn the_same_content_gives_the_same_bytes_for_any_number_of_threads() {
    for emitter in EMITTERS {
        let emit = |threads| {
            let mut bytes = Vec::new();
            emitter
                .emit(&example_sbom(FileDetail::All, threads), &Stamp::default(), &mut bytes)
                .unwrap();
            bytes
        };
        assert!(!emit(1).is_empty());
        assert!(
            [1, 2, 8].map(emit).windows(2).all(|pair| pair[0] == pair[1]),
            "{}",
            emitter.format()
        );
    }
}

#[test]
fn every_component_relationship_file_and_notice_of_the_model_is_in_the_spdx_document() {
    let sbom = example_sbom(FileDetail::All, 2);
    let document = predicate(&sbom, usize::MAX);
    let purls = document["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["externalRefs"][0]["referenceLocator"].as_str());
    let expected: Vec<&str> = sbom.components.iter().filter_map(|it| it.identity.purl()).collect();
    assert_eq!(purls.collect::<Vec<_>>(), expected);
    assert_eq!(document["packages"].as_array().unwrap().len(), sbom.components.len() + 1);
    assert_eq!(document["files"].as_array().unwrap().len(), sbom.files.len());
    assert_eq!(document["annotations"].as_array().unwrap().len(), sbom.notices.len());
    let relations = document["relationships"].as_array().unwrap();
    let count =
        |relation: &str| relations.iter().filter(|it| it["relationshipType"] == relation).count();
    assert_eq!((count("DEPENDS_ON"), count("STATIC_LINK")), (2, 2));
    assert_eq!(relations.iter().filter(|it| it["comment"].is_string()).count(), 1);
    assert_eq!(
        count("METAFILE_OF"),
        sbom.components.iter().map(|it| it.evidence.len()).sum::<usize>()
    );
}

#[test]
fn every_component_relationship_and_notice_of_the_model_is_in_the_cyclonedx_document() {
    let sbom = example_sbom(FileDetail::None, 2);
    let bom: Value =
        serde_json::from_slice(&written(&cyclonedx::JSON_1_6, &sbom, &Stamp::default())).unwrap();
    let components = bom["components"].as_array().unwrap();
    let references: Vec<&str> =
        components.iter().map(|it| it["bom-ref"].as_str().unwrap()).collect();
    assert_eq!(
        references,
        sbom.components.iter().map(|it| it.identity.as_str()).collect::<Vec<_>>()
    );
    let occurrences =
        components.iter().map(|it| it["evidence"]["occurrences"].as_array().unwrap().len());
    assert_eq!(
        occurrences.sum::<usize>(),
        sbom.components.iter().map(|it| it.evidence.len()).sum::<usize>()
    );
    let owned = components.iter().find(|it| it["properties"].to_string().contains("owned-by"));
    assert!(owned.unwrap()["purl"].as_str().unwrap().starts_with("pkg:pypi/"));
    let dependencies = bom["dependencies"].as_array().unwrap();
    let edges = dependencies.iter().filter_map(|it| it["dependsOn"].as_array());
    assert_eq!(edges.map(Vec::len).collect::<Vec<_>>(), [2]);
    let none = dependencies.iter().find(|it| it["dependsOn"].is_null()).unwrap();
    let whole = bom["compositions"].as_array().unwrap().iter();
    let whole = whole.filter(|it| it["aggregate"] == "complete");
    let whole: Vec<&Value> = whole.flat_map(|it| it["dependencies"].as_array().unwrap()).collect();
    assert!(whole.contains(&&none["ref"]), "what needs nothing is not told from the unknown");
    assert_eq!(bom["annotations"].as_array().unwrap().len(), sbom.notices.len());
    assert_eq!(bom["compositions"][0]["aggregate"], "incomplete");
}

#[test]
fn every_component_relationship_file_and_notice_of_the_model_is_in_the_spdx3_document() {
    let sbom = example_sbom(FileDetail::Evidence, 2);
    let mut bytes = Vec::new();
    spdx3::Spdx3.emit(&sbom, &Stamp::default(), &mut bytes).unwrap();
    let document: Value = serde_json::from_slice(&bytes).unwrap();
    let graph = document["@graph"].as_array().unwrap();
    let count = |key: &str, value: &str| graph.iter().filter(|it| it[key] == value).count();
    assert_eq!(count("type", "software_Package"), sbom.components.len() + 1);
    assert_eq!(count("type", "software_File"), sbom.files.len());
    assert_eq!(count("type", "Annotation"), sbom.notices.len());
    let edges = |relation: &str| -> usize {
        let found = graph.iter().filter(|it| it["relationshipType"] == relation);
        found.map(|it| it["to"].as_array().unwrap().len()).sum()
    };
    assert_eq!((edges("dependsOn"), edges("hasStaticLink")), (2, 2));
    assert_eq!(edges("contains"), sbom.components.len() + 1);
    assert_eq!(
        edges("hasEvidence"),
        sbom.components.iter().map(|it| it.evidence.len()).sum::<usize>()
    );
}

#[test]
fn spdx3_says_in_which_phase_things_are_linked_and_asked_for() {
    let scopes = |sbom: &Sbom| {
        let document: Value =
            serde_json::from_slice(&written(&spdx3::Spdx3, sbom, &Stamp::default())).unwrap();
        let graph = document["@graph"].as_array().unwrap().clone();
        let scoped = graph.iter().filter(|it| it["type"] == "LifecycleScopedRelationship");
        let word = |it: &Value, key: &str| it[key].as_str().unwrap().to_owned();
        let mut found: Vec<String> = scoped
            .map(|it| format!("{} {}", word(it, "relationshipType"), word(it, "scope")))
            .collect();
        found.sort();
        assert!(graph.iter().all(|it| it["type"] != "Relationship" || it["scope"].is_null()));
        found
    };
    let mut sbom = example_sbom(FileDetail::None, 2);
    let link = |it: &Relationship| Relationship { relation: Relation::LinksTo, ..it.clone() };
    let found: Vec<Relationship> = sbom.relationships.iter().take(1).map(link).collect();
    sbom.relationships.extend(found);
    sbom.sort();
    assert_eq!(scopes(&sbom), ["hasDynamicLink runtime", "hasStaticLink build"]);
    let lock = "//- /Cargo.lock\nversion = 3\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
         source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
    let declared = context(Tree::parse(lock), Limits::default());
    assert_eq!(scopes(&declared), ["dependsOn build"]);
}

#[test]
fn a_verification_code_is_given_exactly_where_the_files_of_a_package_are_listed() {
    let all = predicate(&example_sbom(FileDetail::All, 2), usize::MAX);
    let analyzed: Vec<&Value> = all["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["filesAnalyzed"] == true && it["name"] == "six")
        .collect();
    assert_eq!(analyzed.len(), 1);
    let file = all["files"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["fileName"] == "opt/six.egg-info")
        .unwrap();
    let sha1 = file["checksums"][0]["checksumValue"].as_str().unwrap();
    let code: [u8; 20] = <sha1::Sha1 as sha1::Digest>::digest(sha1).into();
    let stated =
        analyzed[0]["packageVerificationCode"]["packageVerificationCodeValue"].as_str().unwrap();
    assert_eq!(u128::from_str_radix(&stated[..32], 16).unwrap().to_be_bytes(), code[..16]);
    let none = predicate(&example_sbom(FileDetail::None, 2), usize::MAX);
    assert!(none["packages"].as_array().unwrap().iter().all(|it| it["filesAnalyzed"] == false));
    assert!(none.get("files").is_none());
}

#[test]
fn a_statement_keeps_to_any_size_and_says_what_it_left_out() {
    let sbom = example_sbom(FileDetail::All, 2);
    let full = spdx23::statement(&sbom, &Stamp::default(), usize::MAX).unwrap();
    assert!(full.dropped.is_empty());
    let mut sizes = vec![full.bytes.len()];
    for limit in (2_500..full.bytes.len()).rev().step_by(500) {
        let statement = spdx23::statement(&sbom, &Stamp::default(), limit).unwrap();
        assert!(statement.bytes.len() <= limit, "{limit}");
        assert!(!statement.dropped.is_empty());
        let text = String::from_utf8(statement.bytes).unwrap();
        assert!(text.contains("detail-dropped"), "{limit}");
        sizes.push(text.len());
    }
    assert!(sizes.len() > 3);
}

#[test]
fn the_moment_and_the_supplier_come_from_the_stamp() {
    let stamp =
        Stamp { created: 1_700_000_000, supplier: Some("Example".to_owned()), ..Stamp::default() };
    let bytes =
        spdx23::statement(&example_sbom(FileDetail::None, 2), &stamp, usize::MAX).unwrap().bytes;
    let statement: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(statement["predicate"]["creationInfo"]["created"], "2023-11-14T22:13:20Z");
    assert_eq!(statement["predicate"]["packages"][0]["supplier"], "Organization: Example");
}

#[test]
fn every_emitter_writes_the_same_of_a_model_that_was_made_in_another_order() {
    let sbom = image();
    for emitter in EMITTERS {
        let first = written(*emitter, &sbom, &stamp());
        for turn in 1..4 {
            let mut other = sbom.clone();
            for component in &mut other.components {
                let proofs = component.evidence.len();
                component.evidence.rotate_left(turn % proofs);
                component.licenses.reverse();
                component.owns.reverse();
            }
            other.components.rotate_left(turn);
            other.relationships.reverse();
            other.files.rotate_left(turn);
            other.notices.reverse();
            other.sort();
            assert_eq!(written(*emitter, &other, &stamp()), first, "{}", emitter.format());
        }
    }
}

#[test]
fn protocol_buffers_are_what_their_library_writes_too() {
    use prost::Message as _;
    let bytes = written(&cyclonedx::PROTOBUF_1_6, &image(), &stamp());
    let bom = proto::cyclonedx::Bom::decode(bytes.as_slice()).unwrap();
    assert_eq!(bom.spec_version, "1.6");
    assert_eq!(bom.components.len(), image().components.len());
    assert_eq!(bom.encode_to_vec(), bytes);
}

#[test]
fn the_view_of_usage_lists_what_is_used_and_says_where_that_is_not_known() {
    let sbom = image();
    let used = views::usage(&sbom);
    assert_eq!(used.components.len(), 2);
    let text = String::from_utf8(written(&cyclonedx::JSON_1_6, &used, &stamp())).unwrap();
    assert!(text.contains(r#"{"name":"stellaops:view","value":"usage"}"#), "{text}");
    assert!(text.contains(r#"{"name":"stellaops:usage","value":"possible"}"#), "{text}");
    let whole = String::from_utf8(written(&cyclonedx::JSON_1_6, &sbom, &stamp())).unwrap();
    assert!(whole.contains(r#"{"name":"stellaops:usage","value":"no"}"#));
    let unknown = views::usage(&Sbom { usage: None, ..sbom });
    assert!(unknown.components.is_empty());
    let text = String::from_utf8(written(&spdx23::Spdx23, &unknown, &stamp())).unwrap();
    assert!(text.contains("stellaops:usage:outcome=unknown") && text.contains("usage-unknown"));
}

#[test]
fn documents_of_many_pieces_have_every_component_with_its_own_dependencies() {
    const COUNT: usize = 700;
    let identity = |it: usize| Identity::new(&format!("pkg:npm/package-{:03}@1", it % COUNT));
    let edges = (0..COUNT).filter(|it| it % 5 > 0).flat_map(|it| [(it, it * 7), (it, it + 300)]);
    let edge = |(from, to)| Relationship {
        from: identity(from),
        relation: Relation::DependsOn,
        to: identity(to),
        proof: ImagePath::root(),
    };
    let component = |it| Component::identified(Kind::Library, identity(it), "n", "1");
    let mut sbom = Sbom {
        components: (0..COUNT).map(component).collect(),
        relationships: edges.map(edge).collect(),
        ..Sbom::default()
    };
    sbom.sort();
    let stated: Vec<(&str, &str)> =
        sbom.relationships.iter().map(|it| (it.from.as_str(), it.to.as_str())).collect();

    let bom: Value =
        serde_json::from_slice(&written(&cyclonedx::JSON_1_6, &sbom, &stamp())).unwrap();
    assert_eq!(bom["components"].as_array().unwrap().len(), COUNT);
    let dependencies = bom["dependencies"].as_array().unwrap().iter();
    let json = dependencies.flat_map(|it| {
        let to = it["dependsOn"].as_array().unwrap();
        to.iter().map(|to| (it["ref"].as_str().unwrap(), to.as_str().unwrap()))
    });
    assert_eq!(json.collect::<Vec<_>>(), stated);

    let bytes = written(&cyclonedx::PROTOBUF_1_6, &sbom, &stamp());
    let bom = <proto::cyclonedx::Bom as prost::Message>::decode(bytes.as_slice()).unwrap();
    assert_eq!(bom.components.len(), COUNT);
    let wire = bom.dependencies.iter();
    let wire = wire.flat_map(|it| it.dependencies.iter().map(|to| (&*it.r#ref, &*to.r#ref)));
    assert_eq!(wire.collect::<Vec<_>>(), stated);

    let document: Value =
        serde_json::from_slice(&written(&spdx23::Spdx23, &sbom, &stamp())).unwrap();
    assert_eq!(document["packages"].as_array().unwrap().len(), COUNT + 1);
    let relations = document["relationships"].as_array().unwrap().iter();
    let depends = relations.filter(|it| it["relationshipType"] == "DEPENDS_ON");
    assert_eq!(depends.count(), stated.len());

    let document: Value = serde_json::from_slice(&written(&spdx3::Spdx3, &sbom, &stamp())).unwrap();
    let graph = document["@graph"].as_array().unwrap();
    let ids: Vec<&str> = graph.iter().filter_map(|it| it["spdxId"].as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "each element is there once");
    // Elements that are alone of their sort come first: the document, what was scanned, the SBOM and the tool.
    assert!(ids[4..].is_sorted());
    let depends = graph.iter().filter(|it| it["relationshipType"] == "dependsOn");
    let ends = depends.map(|it| it["to"].as_array().unwrap().len());
    assert_eq!(ends.sum::<usize>(), stated.len());
}

#[test]
fn a_document_is_named_after_all_that_it_says() {
    let name = |emitter: &dyn Emitter, sbom: &Sbom| {
        let bytes = written(emitter, sbom, &stamp());
        let text = String::from_utf8_lossy(&bytes);
        let (_, after) = ["urn:uuid:", "stella-ops.org/spdx/"]
            .iter()
            .find_map(|it| text.split_once(*it))
            .unwrap();
        after[..36].to_owned()
    };
    let sbom = image();
    let mut other = sbom.clone();
    other.components.last_mut().unwrap().properties.insert("x:y", "z".to_owned());
    let emitters: [&dyn Emitter; 4] =
        [&cyclonedx::JSON_1_6, &cyclonedx::PROTOBUF_1_6, &spdx23::Spdx23, &spdx3::Spdx3];
    let names = emitters.map(|it| name(it, &sbom));
    let all: BTreeSet<&String> = names.iter().collect();
    assert_eq!(all.len(), names.len(), "forms of the same content have names of their own");
    for (emitter, name_before) in emitters.iter().zip(&names) {
        assert_eq!(&name(*emitter, &sbom), name_before);
        assert_ne!(&name(*emitter, &other), name_before, "{}", emitter.format());
    }
}

#[test]
fn documents_say_when_in_the_life_of_the_image_they_were_made() {
    for (lifecycle, phase, kind) in
        [(Lifecycle::Build, "build", "build"), (Lifecycle::PostBuild, "post-build", "analyzed")]
    {
        let stamp = Stamp { lifecycle, ..Stamp::default() };
        let read = |emitter: &dyn Emitter| -> Value {
            serde_json::from_slice(&written(emitter, &image(), &stamp)).unwrap()
        };
        assert_eq!(read(&cyclonedx::JSON_1_6)["metadata"]["lifecycles"][0]["phase"], phase);
        let document = read(&spdx3::Spdx3);
        let graph = document["@graph"].as_array().unwrap();
        let sbom = graph.iter().find(|it| it["type"] == "software_Sbom").unwrap();
        assert_eq!(sbom["software_sbomType"][0], kind);
    }
}

fn predicate(sbom: &Sbom, limit: usize) -> Value {
    let statement = spdx23::statement(sbom, &Stamp::default(), limit).unwrap();
    let mut statement: Value = serde_json::from_slice(&statement.bytes).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "https://spdx.dev/Document");
    statement["predicate"].take()
}
