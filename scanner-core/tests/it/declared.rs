//! What lockfiles and manifests of a build context ask for. In a root file system none of them proves anything.

use insta::assert_snapshot;
use scanner_core::analyzers::ANALYZERS;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Origin};
use scanner_core::resolve::{Shipped, link};
use testkit::Tree;

use crate::{context, declared, describe, sbom};

#[test]
fn crates_of_a_cargo_lock() {
    let fixture = "//- /Cargo.lock\nversion = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n\n\
         [[package]]\nname = \"serde\"\nversion = \"1.0.0\"\nsource = \"registry+https://example.org/index\"\n";
    assert_snapshot!(declared(fixture), @"
    declared:pkg:cargo/serde@1.0.0
      cargo_lock /Cargo.lock:7
    ");
}

#[test]
fn php_packages_of_a_composer_lock() {
    let fixture = "//- /composer.lock\n{\"packages\":[{\"name\":\"Monolog/Monolog\",\"version\":\"3.5.0\"}]}\n";
    assert_snapshot!(declared(fixture), @"
    declared:pkg:composer/monolog/monolog@3.5.0
      composer_lock /composer.lock
    ");
}

#[test]
fn gems_of_a_gemfile_lock() {
    let fixture = "//- /Gemfile.lock\nPATH\n  remote: .\n  specs:\n    mine (1.0)\n\nGEM\n  remote: https://rubygems.org/\n  \
         specs:\n    nokogiri (1.16.0-x86_64-linux)\n    racc (1.7.3)\n";
    assert_snapshot!(declared(fixture), @"
    declared:pkg:gem/nokogiri@1.16.0?platform=x86_64-linux
      gemfile_lock /Gemfile.lock:9
    declared:pkg:gem/racc@1.7.3
      gemfile_lock /Gemfile.lock:10
    ");
}

#[test]
fn go_modules_of_a_go_mod_with_replacements_and_checksums() {
    let fixture = "//- /go.mod\nmodule example.org/app\n\ngo 1.22\n\nrequire (\n\tgithub.com/A/b v1.0.0\n\t\
         github.com/c/d v1.0.0 // indirect\n)\n\nreplace github.com/c/d => github.com/fork/d v1.0.1\n\
         //- /go.sum\ngithub.com/A/b v1.0.0 h1:x=\ngithub.com/A/b v1.0.0/go.mod h1:y=\ngithub.com/old/e v0.1.0 h1:z=\n";
    assert_snapshot!(declared(fixture), @"
    declared:pkg:golang/github.com/a/b@v1.0.0
      go_mod /go.mod:6
    declared:pkg:golang/github.com/fork/d@v1.0.1
      go_mod /go.mod:7
    ");
    let sbom = context(fixture, Limits::default());
    assert_eq!(sbom.components[0].properties["go:sum"], "h1:x=");
}

#[test]
fn java_modules_of_gradle_lockfiles() {
    let fixture = "//- /gradle.lockfile\norg.slf4j:slf4j-api:2.0.9=runtimeClasspath\nempty=\n\
         //- /gradle/dependency-locks/compile.lockfile\norg.example:old:1.0\n//- /other.lockfile\na:b:1\n";
    assert_snapshot!(declared(fixture), @"
    declared:pkg:maven/org.example/old@1.0
      gradle_lockfile /gradle/dependency-locks/compile.lockfile:1
    declared:pkg:maven/org.slf4j/slf4j-api@2.0.9
      gradle_lockfile /gradle.lockfile:1
    ");
}

#[test]
fn java_libraries_of_a_pom_with_properties_and_versions_of_a_parent_beside_it() {
    let fixture = "//- /pom.xml\n<project><groupId>org.example</groupId><artifactId>parent</artifactId><version>1</version>\n\
         <properties><slf4j.version>2.0.9</slf4j.version></properties><dependencyManagement><dependencies>\n\
         <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.2</version></dependency>\n\
         <dependency><groupId>unused</groupId><artifactId>unused</artifactId><version>1</version></dependency>\n\
         </dependencies></dependencyManagement></project>\n\
         //- /app/pom.xml\n<project><parent><groupId>org.example</groupId><artifactId>parent</artifactId><version>1</version></parent>\n\
         <artifactId>app</artifactId><dependencies>\n\
         <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId><version>${slf4j.version}</version></dependency>\n\
         <dependency><groupId>junit</groupId><artifactId>junit</artifactId><scope>test</scope></dependency>\n\
         <dependency><groupId>${project.groupId}</groupId><artifactId>lib</artifactId><version>${project.version}</version></dependency>\n\
         <dependency><groupId>a</groupId><artifactId>hard</artifactId><version>[1.5]</version><classifier>linux</classifier></dependency>\n\
         <dependency><groupId>a</groupId><artifactId>range</artifactId><version>[1.0,2.0)</version></dependency>\n\
         <dependency><groupId>a</groupId><artifactId>unstated</artifactId><version>${elsewhere}</version></dependency>\n\
         </dependencies></project>\n";
    assert_snapshot!(declared(fixture), @"
    declared:pkg:maven/a/hard@1.5?classifier=linux
      maven_pom /app/pom.xml:6
    declared:pkg:maven/junit/junit@4.13.2
      maven_pom /app/pom.xml:4
    declared:pkg:maven/org.example/lib@1
      maven_pom /app/pom.xml:5
    declared:pkg:maven/org.slf4j/slf4j-api@2.0.9
      maven_pom /app/pom.xml:3
    ! not-pinned /app/pom.xml: maven_pom: names 2 dependencies without an exact version; left out
    ");
}

#[test]
fn npm_packages_of_a_package_lock_and_of_a_shrinkwrap_that_overrules_it() {
    let lock = |version: &str| {
        format!(
            "{{\"lockfileVersion\":3,\"packages\":{{\"\":{{}},\"node_modules/@s/a\":{{\"version\":\"{version}\"}}}}}}\n"
        )
    };
    let fixture = format!(
        "//- /package-lock.json\n{}//- /b/package-lock.json\n{}//- /b/npm-shrinkwrap.json\n{}",
        lock("1.0.0"),
        lock("2.0.0"),
        lock("3.0.0")
    );
    assert_snapshot!(declared(&*fixture), @"
    declared:pkg:npm/%40s/a@1.0.0
      npm_lock /package-lock.json
    declared:pkg:npm/%40s/a@3.0.0
      npm_lock /b/npm-shrinkwrap.json
    ");
}

#[test]
fn npm_packages_of_a_pnpm_lock() {
    let fixture = "//- /pnpm-lock.yaml\nlockfileVersion: '9.0'\n\npackages:\n\n  '@s/a@1.0.0':\n    resolution: {integrity: sha512-x}\n";
    assert_snapshot!(declared(fixture), @"
    declared:pkg:npm/%40s/a@1.0.0
      pnpm_lock /pnpm-lock.yaml
    ");
}

#[test]
fn npm_packages_of_a_yarn_lock() {
    let fixture = "//- /yarn.lock\n# yarn lockfile v1\n\n\n\"@s/a@^1.0.0\":\n  version \"1.0.0\"\n\
         //- /berry/yarn.lock\n__metadata:\n  version: 8\n\n\"b@npm:^2.0.0\":\n  version: 2.0.0\n  resolution: \"b@npm:2.0.0\"\n  linkType: hard\n";
    assert_snapshot!(declared(fixture), @"
    declared:pkg:npm/%40s/a@1.0.0
      yarn_lock /yarn.lock:4
    declared:pkg:npm/b@2.0.0
      yarn_lock /berry/yarn.lock
    ");
}

#[test]
fn nuget_packages_of_a_packages_lock() {
    let fixture = "//- /packages.lock.json\n{\"version\":1,\"dependencies\":{\"net8.0\":{\"A.B\":{\"type\":\"Direct\",\"resolved\":\"1.0.0\"},\
         \"mine\":{\"type\":\"Project\"}}}}\n//- /other.lock.json\n{}\n";
    assert_snapshot!(declared(fixture), @"
    declared:pkg:nuget/A.B@1.0.0
      nuget_lock /packages.lock.json
    ");
}

#[test]
fn nuget_packages_of_a_packages_config() {
    let fixture = "//- /old/packages.config\n<packages>\n<package id=\"A.B\" version=\"1.0.0\" targetFramework=\"net48\"/>\n\
         <package id=\"C\"/>\n</packages>\n//- /web.config\n<packages><package id=\"D\" version=\"1.0.0\"/></packages>\n";
    assert_snapshot!(declared(fixture), @"
    declared:pkg:nuget/A.B@1.0.0
      packages_config /old/packages.config:2
    ! not-pinned /old/packages.config: packages_config: names 1 dependencies without an exact version; left out
    ");
}

#[test]
fn python_packages_of_the_lockfiles_of_every_tool() {
    let row = "name = \"a\"\nversion = \"1.0\"\n";
    let fixture = format!(
        "//- /pdm.lock\n[[package]]\n{row}//- /poetry.lock\n[[package]]\n{row}\
         //- /uv.lock\n[[package]]\n{row}source = {{ registry = \"https://example.org\" }}\n\
         //- /pylock.toml\n[[packages]]\n{row}//- /Pipfile.lock\n{{\"default\":{{\"a\":{{\"version\":\"==1.0\"}}}}}}\n\
         //- /requirements.txt\nA == 1.0\nb>=1\n"
    );
    assert_snapshot!(declared(&*fixture), @"
    declared:pkg:pypi/a@1.0
      pipfile_lock /Pipfile.lock
      pdm_lock /pdm.lock:1
      poetry_lock /poetry.lock:1
      pylock /pylock.toml:1
      requirements_txt /requirements.txt:1
      uv_lock /uv.lock:1
    ! not-pinned /requirements.txt: requirements_txt: names 1 dependencies without an exact version; left out
    ");
}

#[test]
fn swift_packages_of_a_package_resolved() {
    let fixture = "//- /Package.resolved\n{\"pins\":[{\"identity\":\"swift-nio\",\"kind\":\"remoteSourceControl\",\
         \"location\":\"https://github.com/apple/swift-nio\",\"state\":{\"revision\":\"c0ffee\",\"version\":\"2.62.0\"}},\
         {\"identity\":\"tip\",\"kind\":\"remoteSourceControl\",\"location\":\"https://example.org/a/tip.git\",\
         \"state\":{\"branch\":\"main\",\"revision\":\"c0ffee\"}},\
         {\"identity\":\"mona.LinkedList\",\"kind\":\"registry\",\"location\":\"\",\"state\":{\"version\":\"1.2.3\"}}],\"version\":2}\n\
         //- /App.xcworkspace/xcshareddata/swiftpm/Package.resolved\n{\"object\":{\"pins\":[{\"package\":\"RxFlow\",\
         \"repositoryURL\":\"git@github.com:RxSwiftCommunity/RxFlow.git\",\"state\":{\"version\":\"2.12.4\"}}]},\"version\":1}\n\
         //- /.build/checkouts/swift-nio/Package.resolved\n{\"pins\":[{\"identity\":\"x\",\"location\":\"https://example.org/x/y\",\
         \"state\":{\"version\":\"1.0.0\"}}],\"version\":2}\n";
    assert_snapshot!(declared(fixture), @"
    declared:pkg:swift/example.org/a/tip
      package_resolved /Package.resolved
    declared:pkg:swift/github.com/RxSwiftCommunity/RxFlow@2.12.4
      package_resolved /App.xcworkspace/xcshareddata/swiftpm/Package.resolved
    declared:pkg:swift/github.com/apple/swift-nio@2.62.0
      package_resolved /Package.resolved
    ! incomplete /Package.resolved: package_resolved: names 1 packages of a registry without its host; left out
    ");
    let sbom = context(fixture, Limits::default());
    let place = Some("git+https://example.org/a/tip.git@c0ffee");
    assert_eq!(sbom.components[0].download.as_deref(), place);
}

#[test]
fn what_is_installed_and_what_is_declared_are_two_rows() {
    let fixture = "//- /package-lock.json\n{\"packages\":{\"node_modules/a\":{\"version\":\"1.0.0\"}}}\n\
         //- /node_modules/a/package.json\n{\"name\":\"a\",\"version\":\"1.0.0\"}\n";
    let sbom = context(fixture, Limits::default());
    assert_snapshot!(describe(&sbom), @"
    declared:pkg:npm/a@1.0.0
      npm_lock /package-lock.json
    pkg:npm/a@1.0.0
      node /node_modules/a/package.json
    ");
    let origins: Vec<_> = sbom.components.iter().map(|it| it.properties.get("origin")).collect();
    assert_eq!(origins, [Some(&"declared".to_owned()), None]);
}

#[test]
fn what_is_declared_here_and_installed_there_is_linked_whatever_the_spelling() {
    let mut asking = context(
        "//- /uv.lock\n[[package]]\nname = \"ruamel-yaml\"\nversion = \"0.18\"\nsource = { registry = \"x\" }\n\
         [[package]]\nname = \"six\"\nversion = \"1.16\"\nsource = { registry = \"x\" }\n\
         //- /node_modules/c/package.json\n{\"name\":\"c\",\"version\":\"1.0.0\"}\n",
        Limits::default(),
    );
    let shipping = sbom(
        "//- /opt/ruamel.yaml-0.18.dist-info/METADATA\nName: ruamel.yaml\nVersion: 0.18\n\
         //- /opt/six-1.17.dist-info/METADATA\nName: six\nVersion: 1.17\n\
         //- /node_modules/c/package.json\n{\"name\":\"c\",\"version\":\"1.0.0\"}\n",
        Limits::default(),
        FileDetail::None,
    );
    assert_eq!(link(&mut asking, &shipping), Shipped { declared: 2, shipped: 1 });
    let shipped: Vec<_> = asking
        .components
        .iter()
        .filter_map(|it| Some((it.identity.as_str(), it.properties.get("shipped")?.as_str())))
        .collect();
    assert_eq!(shipped, [("declared:pkg:pypi/ruamel-yaml@0.18", "pkg:pypi/ruamel.yaml@0.18")]);
}

#[test]
fn lockfiles_of_dependencies_declare_nothing_for_the_project() {
    let lock = "{\"packages\":{\"node_modules/a\":{\"version\":\"1.0.0\"}}}\n";
    let fixture = format!(
        "//- /node_modules/b/package-lock.json\n{lock}//- /vendor/c/requirements.txt\nd==1\n\
         //- /go/pkg/mod/example.org/e@v1.0.0/go.mod\nrequire example.org/f v1.0.0\n"
    );
    assert_snapshot!(declared(&*fixture), @"");
}

#[test]
fn broken_lockfiles_and_impossible_names_give_notices() {
    let fixture = "//- /Cargo.lock\n[[package]\n//- /package-lock.json\n{\n//- /pnpm-lock.yaml\npackages: [\n//- /pom.xml\n<project>\n\
         //- /composer.lock\n{\"packages\":[{\"name\":\"a b\",\"version\":\"1\"}]}\n";
    assert_snapshot!(describe(&context(fixture, Limits::default())), @"
    ! malformed /Cargo.lock: cargo_lock: not the TOML that it should be at offset 10
    ! incomplete /composer.lock: composer_lock: names a package without a name or with an impossible one
    ! malformed /package-lock.json: npm_lock: EOF while parsing an object at line 2 column 0
    ! malformed /pnpm-lock.yaml: pnpm_lock: expected mapping start at line 1, column 11
    ! malformed /pom.xml: maven_pom: the root node was opened but never closed
    ");
}

#[test]
fn every_analyzer_of_what_is_asked_for_is_shown_to_prove_nothing_in_a_root_file_system() {
    // Each fixture of this file goes through `declared`, which scans it as a root file system too.
    let fixtures = include_str!("declared.rs");
    for analyzer in ANALYZERS.iter().filter(|it| it.origin() == Origin::Declared) {
        let shown = format!("\n      {} /", analyzer.id());
        assert!(fixtures.contains(&shown), "no fixture shows {}", analyzer.id());
    }
}

#[test]
fn lockfiles_and_manifests_that_nothing_reads_prove_nothing_anywhere() {
    let names = [
        "Podfile.lock",
        "bun.lock",
        "cabal.project.freeze",
        "conan.lock",
        "cpanfile.snapshot",
        "deno.lock",
        "environment.yml",
        "flake.lock",
        "go.sum",
        "mix.lock",
        "node_modules/.package-lock.json",
        "package.json",
        "pubspec.lock",
        "pyproject.toml",
        "rebar.lock",
        "renv.lock",
        "snapcraft.yaml",
        "stack.yaml.lock",
        "vcpkg.json",
    ];
    let text = "{\"name\":\"a\",\"version\":\"1.0.0\",\"packages\":{\"node_modules/a\":{\"version\":\"1.0.0\"}},\
                \"pins\":[{\"identity\":\"a\",\"state\":{\"version\":\"1.0.0\"}}]}\n";
    let tree = Tree::default();
    let tree = names.iter().fold(tree, |tree, name| tree.file(format!("/app/{name}"), text));
    assert_eq!(declared(tree), "");
}
