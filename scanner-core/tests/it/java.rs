//! Java archives.

use insta::assert_snapshot;
use testkit::{Tree, Zip};

use crate::found;

/// A tree of one archive.
pub(crate) fn jar(path: &str, zip: &Zip) -> Tree {
    Tree::default().file(path, zip.build())
}

#[test]
fn a_jar_is_what_maven_wrote_into_it() {
    let pom = "<project><parent><groupId>org.example</groupId><version>1.2</version></parent>\
        <artifactId>lib</artifactId><licenses><license><name>MIT</name></license></licenses></project>";
    let lib = Zip::new()
        .deflate("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nBuilt-By: x\r\n")
        .deflate("META-INF/maven/org.example/lib/pom.xml", pom)
        .maven("org.example", "lib", "1.2")
        .store("org/example/Lib.class", "x");
    assert_snapshot!(found(jar("/opt/lib-1.2.jar", &lib)), @"
    pkg:maven/org.example/lib@1.2
      java /opt/lib-1.2.jar!/META-INF/maven/org.example/lib/pom.properties
    ");
}

#[test]
fn a_pom_alone_states_coordinates_where_it_has_them() {
    let pom = |version: &str| {
        format!(
            "<project><groupId>g</groupId><artifactId>a</artifactId><version>{version}</version></project>"
        )
    };
    let with = |version| Zip::new().store("META-INF/maven/g/a/pom.xml", pom(version));
    let tree = jar("/stated.jar", &with("1")).and(jar("/decided.jar", &with("${revision}")));
    assert_snapshot!(found(tree), @"
    bin:sha256:66eb935e129d4fdd232daf97106a21eed782a2bd86e36335009ac4e336712c61
      java /decided.jar
    pkg:maven/g/a@1
      java /stated.jar!/META-INF/maven/g/a/pom.xml
    ! incomplete /decided.jar: java: META-INF/maven/g/a/pom.xml: lacks a group, artifact or version
    ");
}

#[test]
fn archives_inside_archives_are_found_and_belong_to_the_outer_one() {
    let inner = Zip::new().maven("g", "inner", "1");
    let middle = Zip::new().maven("g", "middle", "2").store("lib/inner-1.jar", inner.build());
    let app = Zip::new()
        .maven("org.example", "app", "3")
        .store("BOOT-INF/lib/middle-2.jar", middle.build())
        .deflate("BOOT-INF/lib/packed.JAR", inner.build())
        .behind("#!/bin/sh\nexec java -jar $0\n");
    assert_snapshot!(found(jar("/app.jar", &app)), @"
    pkg:maven/g/inner@1
      java /app.jar!/BOOT-INF/lib/middle-2.jar!/lib/inner-1.jar!/META-INF/maven/g/inner/pom.properties
      java /app.jar!/BOOT-INF/lib/packed.JAR!/META-INF/maven/g/inner/pom.properties
    pkg:maven/g/middle@2
      java /app.jar!/BOOT-INF/lib/middle-2.jar!/META-INF/maven/g/middle/pom.properties
    pkg:maven/org.example/app@3
      java /app.jar!/META-INF/maven/org.example/app/pom.properties
    pkg:maven/g/inner@1 owned by pkg:maven/g/middle@2
    pkg:maven/g/inner@1 owned by pkg:maven/org.example/app@3
    pkg:maven/g/middle@2 owned by pkg:maven/org.example/app@3
    ");
}

#[test]
fn archives_of_servers_and_tools_are_looked_into_like_jars() {
    let inner = Zip::new().maven("g", "inner", "1");
    let bundle = |name: &str| {
        Zip::new()
            .maven("g", name, "2")
            .deflate("META-INF/bundled-dependencies/inner-1.jar", inner.build())
    };
    let endings = ["ear", "hpi", "jpi", "kar", "lpkg", "nar", "par", "sar", "war"];
    for ending in endings {
        let text = found(jar(&format!("/opt/lib/a-2.{ending}"), &bundle("a")));
        assert!(text.contains("pkg:maven/g/a@2\n"), "{ending}: {text}");
        assert!(text.contains("pkg:maven/g/inner@1 owned by pkg:maven/g/a@2"), "{ending}: {text}");
    }
}

#[test]
fn what_was_built_into_a_jar_belongs_to_it() {
    let named =
        Zip::new().maven("g", "tool", "1").maven("org.log", "log", "2").maven("g", "io", "3");
    let nameless = Zip::new().maven("org.log", "log", "2").maven("g", "io", "3");
    let tree = jar("/tool-1-all.jar", &named).and(jar("/everything.jar", &nameless));
    assert_snapshot!(found(tree), @"
    bin:sha256:92898cce9b0feed323df727aaa1276329312bc2406bf4532e77f6f0747b63d48
      java /everything.jar
    pkg:maven/g/io@3
      java /everything.jar!/META-INF/maven/g/io/pom.properties
      java /tool-1-all.jar!/META-INF/maven/g/io/pom.properties
    pkg:maven/g/tool@1
      java /tool-1-all.jar!/META-INF/maven/g/tool/pom.properties
    pkg:maven/org.log/log@2
      java /everything.jar!/META-INF/maven/org.log/log/pom.properties
      java /tool-1-all.jar!/META-INF/maven/org.log/log/pom.properties
    pkg:maven/g/io@3 owned by bin:sha256:92898cce9b0feed323df727aaa1276329312bc2406bf4532e77f6f0747b63d48
    pkg:maven/g/io@3 owned by pkg:maven/g/tool@1
    pkg:maven/org.log/log@2 owned by bin:sha256:92898cce9b0feed323df727aaa1276329312bc2406bf4532e77f6f0747b63d48
    pkg:maven/org.log/log@2 owned by pkg:maven/g/tool@1
    ");
}

#[test]
fn a_jar_that_nothing_identifies_is_its_digest_with_its_manifest() {
    let manifest = "Manifest-Version: 1.0\nBundle-SymbolicName: com.google.gson;singleton:=true\n\
        Bundle-Version: 2.2.4\nImplementation-Vendor-Id: org.apache\nAutomatic-Module-Name: gson\n";
    let gson = Zip::new().store("META-INF/MANIFEST.MF", manifest).build();
    let outer = Zip::new().maven("g", "outer", "1").store("WEB-INF/lib/gson.jar", &gson);
    let tree = jar("/outer.war", &outer).file("/opt/gson-2.2.4.jar", &gson);
    let sbom = crate::sbom(
        tree,
        scanner_core::limits::Limits::default(),
        scanner_core::model::FileDetail::None,
    );
    assert_snapshot!(crate::describe(&sbom), @"
    bin:sha256:edec2bc4d4b97f28ad7df18168ff09611371762fe2ca173a5114e12a1d7f45c4
      java /opt/gson-2.2.4.jar
      java /outer.war!/WEB-INF/lib/gson.jar
    pkg:maven/g/outer@1
      java /outer.war!/META-INF/maven/g/outer/pom.properties
    ");
    let facts: Vec<String> =
        sbom.components[0].properties.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_snapshot!(facts.join("\n"), @"
    java:automatic-module-name=gson
    java:bundle-symbolic-name=com.google.gson
    java:bundle-version=2.2.4
    java:implementation-vendor-id=org.apache
    ");
}

#[test]
fn a_manifest_of_sbt_states_coordinates() {
    let manifest = "Manifest-Version: 1.0\nSpecification-Title: chill\nSpecification-Version: 0.10.0\n\
        Specification-Vendor: com.twitter\nImplementation-Title: chill\nImplementation-Version: 0.10.0\n\
        Implementation-Vendor: com.twitter\nImplementation-Vendor-Id: com.twitter\n";
    let chill = Zip::new().deflate("META-INF/MANIFEST.MF", manifest);
    assert_snapshot!(found(jar("/opt/chill_2.12-0.10.0.jar", &chill)), @"
    pkg:maven/com.twitter/chill_2.12@0.10.0
      java /opt/chill_2.12-0.10.0.jar!/META-INF/MANIFEST.MF
    ");
}

#[test]
fn debians_repository_and_local_ones_state_coordinates() {
    let empty = Zip::new().store("A.class", "x").build();
    let repository = "/usr/share/maven-repo/org/ow2/asm/asm";
    let local = "/root/.m2/repository/g/a/1";
    let pom =
        "<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version></project>";
    let tree = Tree::default()
        .file("/usr/share/java/asm-9.4.jar", &empty)
        .link("/usr/share/java/asm.jar", "asm-9.4.jar")
        .link(format!("{repository}/9.4/asm-9.4.jar"), "../../../../../../java/asm.jar")
        .link(format!("{repository}/9.x/asm-9.x.jar"), "../../../../../../java/asm.jar")
        .link(format!("{repository}/debian/asm-debian.jar"), "/usr/share/java/asm-9.4.jar")
        .file(format!("{local}/a-1.jar"), Zip::new().store("B.class", "y").build())
        .file(format!("{local}/a-1.pom"), pom)
        .file(format!("{local}/b-1.jar"), Zip::new().store("C.class", "z").build())
        .file(format!("{local}/b-1.pom"), pom);
    assert_snapshot!(found(tree), @"
    bin:sha256:d4455c01727a29545395af8f359096331f8bb3585a53d70501465db7606b7490
      java /root/.m2/repository/g/a/1/b-1.jar
    pkg:maven/g/a@1
      java /root/.m2/repository/g/a/1/a-1.jar
    pkg:maven/org.ow2.asm/asm@9.4
      java /usr/share/java/asm-9.4.jar
    ");
}

#[test]
fn an_unknown_jar_of_an_os_package_is_accounted_for_by_it() {
    let tree = Tree::parse(
        "//- /etc/os-release\nID=debian\nVERSION_ID=12\n//- /var/lib/dpkg/status\n\
         Package: libx-java\nStatus: install ok installed\nVersion: 1-1\nArchitecture: all\n\
         //- /var/lib/dpkg/info/libx-java.list\n/usr/share/java/x.jar\n",
    );
    let shaded = Zip::new().maven("g", "a", "1").maven("g", "b", "1");
    assert_snapshot!(found(tree.and(jar("/usr/share/java/x.jar", &shaded))), @"
    os:debian-12
      distro /etc/os-release
    pkg:deb/debian/libx-java@1-1?arch=all&distro=debian-12
      dpkg /var/lib/dpkg/status:1
    pkg:maven/g/a@1
      java /usr/share/java/x.jar!/META-INF/maven/g/a/pom.properties
    pkg:maven/g/b@1
      java /usr/share/java/x.jar!/META-INF/maven/g/b/pom.properties
    pkg:maven/g/a@1 owned by pkg:deb/debian/libx-java@1-1?arch=all&distro=debian-12
    pkg:maven/g/b@1 owned by pkg:deb/debian/libx-java@1-1?arch=all&distro=debian-12
    ");
}

#[test]
fn an_unknown_jar_of_a_python_package_stays_and_one_of_a_java_runtime_does_not() {
    let empty = Zip::new().store("A.class", "x");
    let tree = Tree::parse(
        "//- /lib/pyx-1.dist-info/METADATA\nName: pyx\nVersion: 1\n\
         //- /lib/pyx-1.dist-info/RECORD\npyx/x.jar,,\n\
         //- /opt/jdk/release\nJAVA_VERSION=\"21.0.4\"\n//- exec /opt/jdk/bin/java\n",
    );
    let jdk = Zip::new().store("B.class", "y");
    let tree = tree.and(jar("/lib/pyx/x.jar", &empty)).and(jar("/opt/jdk/lib/jrt-fs.jar", &jdk));
    assert_snapshot!(found(tree), @"
    bin:sha256:2b4a4166a3e88bd79e6006af54fb515fd9552226b624305673bb9e86af4ffe96
      java /lib/pyx/x.jar
    pkg:generic/jre@21.0.4
      java_runtime /opt/jdk/release
    pkg:pypi/pyx@1
      python /lib/pyx-1.dist-info/METADATA
    bin:sha256:2b4a4166a3e88bd79e6006af54fb515fd9552226b624305673bb9e86af4ffe96 owned by pkg:pypi/pyx@1
    ");
}

#[test]
fn an_unpacked_archive_is_found_and_a_build_folder_is_not() {
    let properties = "groupId=g\nartifactId=a\nversion=1\n";
    let fixture = format!(
        "//- /webapps/ROOT/META-INF/maven/g/a/pom.properties\n{properties}\
         //- /src/target/maven-archiver/pom.properties\n{properties}\
         //- /src/pom.xml\n<project><groupId>g</groupId><artifactId>b</artifactId><version>1</version></project>\n"
    );
    assert_snapshot!(found(&*fixture), @"
    pkg:maven/g/a@1
      java /webapps/ROOT/META-INF/maven/g/a/pom.properties
    ");
}

#[test]
fn signed_and_multi_release_jars_are_like_any_other() {
    let manifest =
        "Manifest-Version: 1.0\nMulti-Release: true\n\nName: A.class\nSHA-256-Digest: x\n";
    let signed = Zip::new()
        .deflate("META-INF/MANIFEST.MF", manifest)
        .deflate("META-INF/SIGNER.SF", "Signature-Version: 1.0\n")
        .store("META-INF/SIGNER.RSA", "x")
        .maven("g", "a", "1")
        .store("META-INF/versions/9/META-INF/maven/g/other/pom.properties", "groupId=g\n");
    assert_snapshot!(found(jar("/a.jar", &signed)), @"
    pkg:maven/g/a@1
      java /a.jar!/META-INF/maven/g/a/pom.properties
    ");
}

#[test]
fn records_without_coordinates_give_notices() {
    let broken = Zip::new()
        .deflate("META-INF/maven/g/a/pom.properties", "groupId=g\nartifactId=a\nversion=${v}\n")
        .deflate("META-INF/maven/g/b/pom.xml", "<project>")
        .maven("g", "c", "1");
    let tree = jar("/c.jar", &broken).file("/not.jar", "PK no archive").file("/empty.war", "");
    assert_snapshot!(found(tree), @"
    pkg:maven/g/c@1
      java /c.jar!/META-INF/maven/g/c/pom.properties
    ! malformed /c.jar: java: META-INF/maven/g/b/pom.xml: the root node was opened but never closed
    ! incomplete /c.jar: java: META-INF/maven/g/a/pom.properties: lacks a group, artifact or version
    ! malformed /empty.war: java: no central directory of a zip archive at offset 0
    ! malformed /not.jar: java: no central directory of a zip archive at offset 0
    ");
}

#[test]
fn archives_that_lie_lose_what_they_lie_about() {
    let properties = |artifact: &str| format!("groupId=g\nartifactId={artifact}\nversion=1\n");
    let name = |artifact: &str| format!("META-INF/maven/g/{artifact}/pom.properties");
    let lies = Zip::new()
        .maven("g", "app", "1")
        .deflate(name("short"), properties("short"))
        .claiming_size(20)
        .deflate(name("long"), properties("long"))
        .claiming_size(90)
        .deflate(name("huge"), properties("huge"))
        .claiming_size(u32::MAX)
        .maven("g", "stored", "1")
        .claiming_size(90)
        .maven("g", "odd", "1")
        .claiming_method(99)
        .maven("g", "app", "1")
        .sharing(0)
        .store("lib/cut.jar", "PK\x05\x06");
    assert_snapshot!(found(jar("/app.jar", &lies)), @"
    pkg:maven/g/app@1
      java /app.jar!/META-INF/maven/g/app/pom.properties
    ! malformed /app.jar: java: 4 entries are left out; the first is an entry that lies about its size at offset 328
    ! malformed /app.jar: java: META-INF/maven/g/long/pom.properties: an entry that is not what its record says at offset 224
    ! malformed /app.jar: java: META-INF/maven/g/short/pom.properties: an entry that is not what its record says at offset 118
    ! malformed /app.jar: java: lib/cut.jar: no central directory of a zip archive at offset 0
    ");
}
