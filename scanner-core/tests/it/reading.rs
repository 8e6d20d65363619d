//! Documents as input: our own come back as they were, those of other tools as components and dependencies.

use std::collections::BTreeMap;

use scanner_core::documents::{self, Document};
use scanner_core::emit::{EMITTERS, Emitter, Lifecycle, Stamp};
use scanner_core::limits::Limits;
use scanner_core::model::{
    Base, BaseMethod, Certainty, Code, Component, FileDetail, Frame, ImageFacts, LayerFacts,
    Outcome, Past, Relation, Relationship, Sbom, Usage, Used,
};
use scanner_core::path::ImagePath;
use testkit::{GoBuildInfo, Tree};

use crate::{context, scanned};

/// An image of one layer with what the model can hold: every kind of component, relation, proof and fact.
pub(crate) fn image() -> Sbom {
    let tree = "//- /etc/os-release\nID=debian\nVERSION_ID=12\nNAME=Debian GNU/Linux\nID_LIKE=a b\n\
         //- /usr/share/doc/six/copyright\nFormat: x\n\nFiles: *\nLicense: Custom\n\
         //- /var/lib/dpkg/status\nPackage: six\nStatus: install ok installed\nVersion: 1\n\
         Source: six-source (2)\nMaintainer: A & B \"C\" <a@b.org>\n\
         //- /var/lib/dpkg/info/six.list\n/opt/six.egg-info\n\
         //- /opt/six.egg-info\nName: six\nVersion: 1.16\nLicense: MIT OR Apache-2.0\n\
         //- /node_modules/@a/b/package.json\n{\"name\":\"@a/b\",\"version\":\"1.0.0\",\"license\":\"ISC\",\"author\":\"P <p@q.org>\"}\n\
         //- /node_modules/cut/package.json\n{\n\
         //- /META-INF/maven/g/a/pom.properties\ngroupId=g\nartifactId=a\nversion=1\n";
    let program =
        GoBuildInfo::new("go1.22.1", "path\ta.b/c\nmod\ta.b/c\tv1.0.0\t\ndep\td.e/f\tv1.0.0\n");
    let tree = Tree::parse(tree)
        .executable("/app", program.elf().build())
        .executable("/unknown", testkit::Elf::default().build());
    let mut sbom = scanned(tree, Limits::default(), FileDetail::All, 2);
    let layer = |number: u8| LayerFacts {
        digest: format!("sha256:{number:064x}"),
        diff_id: format!("sha256:{:064x}", number + 16),
        created_by: Some(format!("RUN step {number} # \"x\"")),
    };
    sbom.image = Some(ImageFacts {
        run: scanner_core::model::RunConfig::default(),
        manifest: Some(format!("sha256:{}", "ab".repeat(32))),
        config: format!("sha256:{}", "cd".repeat(32)),
        platform: "linux/arm64/v8".to_owned(),
        created: Some(1_700_000_000),
        layers: vec![layer(0), layer(1)],
        base: Some(Base {
            layers: Some(1),
            method: BaseMethod::Given,
            contradicted: false,
            name: Some("base:1".to_owned()),
            digest: None,
        }),
    });
    "registry.example:5000/team/App:v1".clone_into(&mut sbom.name);
    for component in &mut sbom.components {
        component.layer = 1;
        let diff_id = format!("sha256:{:064x}", 17);
        component.properties.insert("layer:diff-id", diff_id);
        component.properties.insert("a:lines", "one\ntwo \\ three".to_owned());
        component.evidence.iter_mut().for_each(|it| it.layer = 1);
    }
    sbom.files.iter_mut().for_each(|it| it.layer = 1);
    let of_debian = |it: &&Component| it.identity.as_str().starts_with("pkg:deb/");
    let past = sbom.components.iter().find(of_debian).unwrap();
    let (name, version) = ("six".to_owned(), "1".to_owned());
    let identity = past.identity.clone();
    sbom.gone = vec![Past { identity, name, version, layer: 0, until: 1 }];
    sbom.usage = Some(usage(&sbom));
    let of_owner = |it: &&Relationship| it.relation == Relation::OwnedBy;
    let mut twice = sbom.relationships.iter().find(of_owner).unwrap().clone();
    twice.proof = ImagePath::normalize("/opt/also.egg-info").unwrap();
    sbom.relationships.push(twice);
    sbom.sort();
    sbom
}

fn usage(sbom: &Sbom) -> Usage {
    let frame = |file: &str, function: Option<&str>, line| Frame {
        file: file.to_owned(),
        function: function.map(str::to_owned),
        line,
    };
    let used = |certainty| Used {
        certainty,
        by: vec![0, 1],
        why: vec!["/app".to_owned(), "/lib/x".to_owned()],
        stack: vec![
            frame("/app", None, None),
            frame("/e.sh", Some("main"), Some(3)),
            frame("image-configuration", None, None),
        ],
    };
    let some = sbom.components.iter().zip([Certainty::Entrypoint, Certainty::Possible]);
    Usage {
        outcome: Outcome::Resolved,
        entrypoints: vec!["/app".to_owned(), "/bin/other".to_owned()],
        components: some
            .map(|(it, how)| (it.identity.clone(), used(how)))
            .collect::<BTreeMap<_, _>>(),
    }
}

pub(crate) fn stamp() -> Stamp {
    Stamp {
        created: 1_700_000_001,
        supplier: Some("Example".to_owned()),
        lifecycle: Lifecycle::Build,
    }
}

pub(crate) fn written(emitter: &dyn Emitter, sbom: &Sbom, stamp: &Stamp) -> Vec<u8> {
    let mut bytes = Vec::new();
    emitter.emit(sbom, stamp, &mut bytes).unwrap();
    bytes
}

fn read(bytes: &[u8]) -> Document {
    documents::read(bytes, &Limits::default()).unwrap()
}

/// Formats that are read.
fn formats() -> impl Iterator<Item = &'static dyn Emitter> {
    let read = |format: &str| format.starts_with("cyclonedx") || format.starts_with("spdx");
    EMITTERS.iter().copied().filter(move |it| read(it.format()))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("},{", "},\n{").replace(",\"", ",\n\"")
}

#[test]
fn our_own_documents_come_back_byte_for_byte() {
    for sbom in [
        image(),
        context(
            Tree::parse("//- /go.mod\nmodule a.b/c\nrequire d.e/f v1.0.0\n"),
            Limits::default(),
        ),
    ] {
        for emitter in formats() {
            let first = written(emitter, &sbom, &stamp());
            let document = read(&first);
            assert_eq!(document.dropped, Vec::<String>::new(), "{}", emitter.format());
            let second = written(emitter, &document.sbom, &document.stamp);
            assert_eq!(text(&first), text(&second), "{}", emitter.format());
        }
    }
}

#[test]
fn an_inventory_without_components_comes_back_without_any() {
    let empty = Sbom { name: "scratch".to_owned(), ..Sbom::default() };
    for emitter in formats() {
        let first = written(emitter, &empty, &stamp());
        let document = read(&first);
        assert!(document.sbom.components.is_empty(), "{}", emitter.format());
        let second = written(emitter, &document.sbom, &document.stamp);
        assert_eq!(text(&first), text(&second), "{}", emitter.format());
    }
}

#[test]
fn json_and_protocol_buffers_say_the_same() {
    let sbom = image();
    for (json, protobuf) in
        [("cyclonedx-json", "cyclonedx-pb"), ("cyclonedx-json@1.7", "cyclonedx-pb@1.7")]
    {
        let of = |name: &str| formats().find(|it| it.format() == name).unwrap();
        let (json, protobuf) = (of(json), of(protobuf));
        let first = written(json, &sbom, &stamp());
        let middle = read(&written(protobuf, &read(&first).sbom, &stamp()));
        assert_eq!(text(&written(json, &middle.sbom, &middle.stamp)), text(&first));
    }
}

#[test]
fn each_format_tells_the_others_what_they_have_in_common() {
    let sbom = image();
    let facts = |sbom: &Sbom| {
        let component = |it: &Component| {
            let facts = (&it.name, &it.version, it.kind, it.layer, &it.properties);
            format!("{} {facts:?} {:?} {:?}", it.identity.as_str(), it.source, it.evidence)
        };
        let components: Vec<String> = sbom.components.iter().map(component).collect();
        let owned = sbom.relationships.iter().map(|it| format!("{it:?}"));
        let owned: Vec<String> = owned.filter(|it| it.contains("OwnedBy")).collect();
        let whole = (&sbom.name, &sbom.image, &sbom.gone, &sbom.usage, sbom.view, &sbom.counts);
        format!("{}\n{}\n{whole:?}", components.join("\n"), owned.join("\n"))
    };
    for emitter in formats() {
        let document = read(&written(emitter, &sbom, &stamp()));
        assert_eq!(facts(&document.sbom), facts(&sbom), "{}", emitter.format());
        assert_eq!(document.stamp.created, stamp().created, "{}", emitter.format());
        assert_eq!(document.stamp.supplier, stamp().supplier, "{}", emitter.format());
    }
}

#[test]
fn documents_of_other_tools_give_components_and_dependencies_and_what_was_dropped() {
    let bom = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","serialNumber":"urn:uuid:0",
      "metadata":{"tools":[{"vendor":"v","name":"other","version":"2"}],"component":{"type":"container","name":"img","bom-ref":"r"}},
      "components":[
        {"type":"library","bom-ref":"1","name":"a","group":"@s","version":"1","purl":"pkg:npm/%40s/a@1","cpe":"x",
         "licenses":[{"license":{"id":"MIT"}}],"evidence":{"identity":{"field":"purl","confidence":0.8}}},
        {"type":"library","bom-ref":"2","name":"a","group":"@s","version":"1","purl":"pkg:npm/@s/a@1"},
        {"type":"application","bom-ref":"3","name":"tool","hashes":[{"alg":"SHA-256","content":"HASH"}],
         "components":[{"type":"library","bom-ref":"4","name":"inner","version":"2"}]},
        {"type":"file","name":"/etc/x"}],
      "dependencies":[{"ref":"3","dependsOn":["1","9"]},{"ref":"r","dependsOn":["1"]}]}"#;
    let document = read(bom.replace("HASH", &"ab".repeat(32)).as_bytes());
    let found: Vec<&str> = document.sbom.components.iter().map(|it| it.identity.as_str()).collect();
    let file = format!("bin:sha256:{}", "ab".repeat(32));
    assert_eq!(found, [&*file, "name:inner@2", "pkg:npm/%40s/a@1"]);
    assert_eq!(document.sbom.components[2].name, "@s/a");
    assert_eq!(document.sbom.relationships.len(), 1);
    assert_eq!(
        (document.tools, document.format),
        (vec!["other 2".to_owned()], "CycloneDX 1.5 JSON".to_owned())
    );
    insta::assert_snapshot!(document.dropped.join("\n"), @r"
    components of the same identity as another, joined with it
    components that are plain files or have no name
    components[].cpe
    components[].evidence
    dependencies of what was scanned
    dependencies on what is no component
    metadata.tools[].vendor
    that components are inside others
    ");
    let codes: Vec<Code> = document.sbom.notices.iter().map(|it| it.code).collect();
    assert_eq!(codes, [Code::ForeignDocument, Code::NotTakenOver]);
}

#[test]
fn spdx_of_other_tools_is_read_with_its_own_words() {
    let spdx = r#"{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"x","creationInfo":{"created":"2024-01-01T00:00:00Z","creators":["Tool: syft-1"]},
      "packages":[{"SPDXID":"R","name":"img","versionInfo":"sha256:HASH","primaryPackagePurpose":"CONTAINER"},
        {"SPDXID":"A","name":"a","versionInfo":"1","licenseDeclared":"LicenseRef-x","externalRefs":[
          {"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"c"},
          {"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:deb/debian/a@1?arch=x"}]},
        {"SPDXID":"B","name":"b","versionInfo":"NOASSERTION","supplier":"NOASSERTION"}],
      "files":[{"SPDXID":"F","fileName":"x"}],
      "hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-x","extractedText":"Custom"}],
      "relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"R"},
        {"spdxElementId":"R","relationshipType":"CONTAINS","relatedSpdxElement":"A"},
        {"spdxElementId":"B","relationshipType":"DEPENDENCY_OF","relatedSpdxElement":"A"},
        {"spdxElementId":"A","relationshipType":"OTHER","relatedSpdxElement":"F"}]}"#;
    let document = read(spdx.replace("HASH", &"ab".repeat(32)).as_bytes());
    let sbom = &document.sbom;
    assert_eq!(sbom.components.len(), 2);
    assert_eq!(sbom.components[1].licenses[0].declared, "Custom");
    let edge = &sbom.relationships[0];
    assert_eq!((edge.from.as_str(), edge.to.as_str()), ("pkg:deb/debian/a@1?arch=x", "name:b"));
    assert_eq!(sbom.image.as_ref().unwrap().manifest, Some(format!("sha256:{}", "ab".repeat(32))));
    assert_eq!(
        document.dropped,
        ["files", "packages[].externalRefs", "relationships of type OTHER"]
    );
    assert_eq!(document.stamp.created, 1_704_067_200);
}

#[test]
fn the_epoch_of_an_rpm_is_part_of_its_version_wherever_it_stands() {
    let version = |stated: &str| {
        let bom = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
            {"type":"library","name":"a","version":"STATED","purl":"pkg:rpm/fedora/a@1.0-1?epoch=2"}]}"#;
        read(bom.replace("STATED", stated).as_bytes()).sbom.components[0].version.clone()
    };
    assert_eq!(version("1.0-1"), "2:1.0-1");
    assert_eq!(version("2:1.0-1"), "2:1.0-1");
}

#[test]
fn a_byte_order_mark_before_json_is_passed_over() {
    let bom = "\u{feff}{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"}";
    assert_eq!(read(bom.as_bytes()).format, "CycloneDX 1.6 JSON");
}

#[test]
fn a_statement_is_read_as_what_it_states() {
    let sbom = image();
    let statement = scanner_core::emit::spdx23::statement(&sbom, &stamp(), usize::MAX).unwrap();
    let document = read(&statement.bytes);
    assert_eq!(document.dropped, Vec::<String>::new());
    assert_eq!(document.sbom.components.len(), sbom.components.len());
}

#[test]
fn what_is_no_document_is_refused_with_place_and_reason() {
    let error =
        |bytes: &[u8], limits: &Limits| documents::read(bytes, limits).unwrap_err().to_string();
    let limits = Limits::default();
    assert!(error(b"{}", &limits).contains("no known format"));
    for other in [&b"<?xml version=\"1.0\"?>"[..], b"SPDXVersion: SPDX-2.3", b"BOMIDX1\x01", b""] {
        assert!(error(other, &limits).contains("no known format"));
    }
    assert!(error(b"{\"bomFormat\":", &limits).contains("byte 12"));
    let old = br#"{"bomFormat":"CycloneDX","specVersion":"1.2"}"#;
    assert!(error(old, &limits).contains("CycloneDX 1.2 JSON; read are"));
    let wrong = br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":[]}]}"#;
    let message = error(wrong, &limits);
    assert!(message.contains("components[0].name") && message.contains("byte 66"), "{message}");
    let small = Limits { document_bytes: 10, ..limits };
    assert!(error(old, &small).contains("over 10 bytes"));
    let few = Limits { document_objects: 1, ..limits };
    assert!(error(wrong, &few).contains("over 1 objects at byte"));
    let mut cut = written(formats().nth(2).unwrap(), &image(), &stamp());
    cut.truncate(cut.len() / 2);
    assert!(
        error(&cut, &limits).contains("it is longer than the document"),
        "{}",
        error(&cut, &limits)
    );
}
