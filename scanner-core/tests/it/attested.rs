//! SBOMs that somebody put into the image: attested, not proven.

use insta::assert_snapshot;
use testkit::{Compression, Elf, Tree, compress};

use crate::found;

const BITNAMI: &str = "//- /opt/bitnami/redis/.spdx-redis.spdx\n\
    {\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"name\":\"redis\",\"versionInfo\":\"7.2.4\",\"licenseDeclared\":\"BSD-3-Clause\",\
    \"externalRefs\":[{\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:bitnami/redis@7.2.4-0?arch=amd64&distro=debian-12\"}]}]}\n";

#[test]
fn what_bitnami_attests_is_told_from_what_its_record_proves() {
    let record = "//- /opt/bitnami/.bitnami_components.json\n\
         {\"redis\":{\"arch\":\"amd64\",\"distro\":\"debian-12\",\"type\":\"NAMI\",\"version\":\"7.2.4-0\"},\
         \"gone\":{\"version\":\"1.0-0\"},\"odd\":{}}\n\
         //- exec /opt/bitnami/redis/bin/redis\n#!/bin/sh\n";
    assert_snapshot!(found(&*format!("{BITNAMI}{record}")), @"
    attested:pkg:bitnami/redis@7.2.4-0?arch=amd64&distro=debian-12
      embedded_sbom /opt/bitnami/redis/.spdx-redis.spdx
    pkg:bitnami/redis@7.2.4-0?distro=debian-12
      bitnami /opt/bitnami/.bitnami_components.json
    ! incomplete /opt/bitnami/.bitnami_components.json: bitnami: names a component without a valid name or version
    ");
    assert_snapshot!(found(BITNAMI), @"
    attested:pkg:bitnami/redis@7.2.4-0?arch=amd64&distro=debian-12
      embedded_sbom /opt/bitnami/redis/.spdx-redis.spdx
    ");
}

#[test]
fn an_attested_thing_that_is_installed_is_linked_to_it_and_stays_apart() {
    let fixture = "//- /etc/os-release\nID=wolfi\n//- /lib/apk/db/installed\nP:zlib\nV:1.3-r0\nA:x86_64\n\n\
         //- /var/lib/db/sbom/zlib-1.3-r0.spdx.json\n\
         {\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"name\":\"zlib\",\"versionInfo\":\"1.3-r0\",\
         \"externalRefs\":[{\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:apk/wolfi/zlib@1.3-r0?arch=x86_64\"}]},\
         {\"name\":\"without a purl\"}]}\n";
    assert_snapshot!(found(fixture), @"
    attested:pkg:apk/wolfi/zlib@1.3-r0?arch=x86_64
      embedded_sbom /var/lib/db/sbom/zlib-1.3-r0.spdx.json
    os:wolfi
      distro /etc/os-release
    pkg:apk/wolfi/zlib@1.3-r0?arch=x86_64&distro=wolfi
      apk /lib/apk/db/installed:1
    ! incomplete /var/lib/db/sbom/zlib-1.3-r0.spdx.json: embedded_sbom: lists 1 components without a purl; left out
    ");
    let sbom =
        crate::sbom(fixture, scanner_core::limits::Limits::default(), crate::FileDetail::None);
    let attested = &sbom.components[0];
    assert_eq!(attested.purl(), None, "a document lists the purl once");
    assert_eq!(
        attested.properties["attested:installed-as"],
        "pkg:apk/wolfi/zlib@1.3-r0?arch=x86_64&distro=wolfi"
    );
}

#[test]
fn sboms_of_distributions_and_of_shares_are_read_and_those_elsewhere_are_not() {
    let sbom = "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"name\":\"a\",\"version\":\"1\",\"purl\":\"pkg:npm/a@1\"}]}\n";
    for place in [
        "/usr/share/sbom/app.json",
        "/usr/share/sbom/app/app.cdx.json",
        "/usr/lib/python3/a-1.dist-info/sboms/auditwheel.cdx.json",
    ] {
        let found = found(&*format!("//- {place}\n{sbom}"));
        assert_eq!(found, format!("attested:pkg:npm/a@1\n  embedded_sbom {place}\n"));
    }
    for place in
        ["/app/bom.cdx.json", "/docs/sboms/a.json", "/opt/x/.spdx-a.spdx", "/srv/a.spdx.json"]
    {
        assert_eq!(found(&*format!("//- {place}\n{sbom}")), "");
    }
    assert_snapshot!(found("//- /usr/share/sbom/a.spdx\nSPDXVersion: SPDX-2.3\n"), @"! malformed /usr/share/sbom/a.spdx: embedded_sbom: unreadable JSON of an SBOM at offset 0");
}

#[test]
fn the_sbom_inside_a_native_image_is_attested() {
    let sbom = "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"name\":\"a\",\"purl\":\"pkg:maven/g/a@1\"}]}";
    let program = |packed: &[u8], length: u64| {
        let data: [(&str, &[u8]); 2] = [("sbom", packed), ("sbom_length", &length.to_le_bytes())];
        Tree::default()
            .executable("/app", Elf::new().section(".svm_heap", [0; 16]).exports(&data).build())
    };
    let packed = compress(sbom.as_bytes(), Compression::Gzip).1;
    assert_snapshot!(found(program(&packed, packed.len() as u64)), @"
    attested:pkg:maven/g/a@1
      graalvm_sbom /app@
    bin:sha256:66023eeb877270d80a1b16aab40ae6d5d8733879472d595edc1413497aff08e7
      executable /app
    ");
    assert_snapshot!(found(program(&packed, 1 << 40)), @"
    bin:sha256:87cb63833a6281600829265509691016f0c9c4e8972ed6c727fd7ee492aca25e
      executable /app
    ! malformed /app: graalvm_sbom: SBOM larger than what holds it at offset 640
    ");
    let plain = Elf::new().exports(&[("sbom", &packed)]).build();
    assert!(!found(Tree::default().executable("/app", plain)).contains("graalvm"));
}
