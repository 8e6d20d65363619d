//! .NET applications, frameworks, bundles and assemblies.

use insta::assert_snapshot;
use scanner_core::limits::Limits;
use scanner_core::model::{Component, FileDetail, Kind};
use testkit::{Assembly, DotnetBundle, Elf, MachO, Pe, Tree, version_resource};

use crate::{found, sbom};

const DEPS: &str = r#"{"runtimeTarget":{"name":".NETCoreApp,Version=v8.0/linux-x64"},"targets":{".NETCoreApp,Version=v8.0":{},
    ".NETCoreApp,Version=v8.0/linux-x64":{
    "App/1.0.0":{"dependencies":{"Lib":"2.0.0","newtonsoft.json":"13.0.3","Old.Reference":"1.0.0.0"},"runtime":{"App.dll":{}}},
    "Lib/2.0.0":{"runtime":{"Lib.dll":{}}},
    "Newtonsoft.Json/13.0.3":{"runtime":{"lib/net6.0/Newtonsoft.Json.dll":{}}},
    "Words/1.0.0":{"resources":{"lib/net6.0/de/Words.resources.dll":{"locale":"de"}},
    "runtimeTargets":{"runtimes/linux/native/words.so":{"rid":"linux","assetType":"native"}}},
    "Old.Reference/1.0.0.0":{"runtime":{"Old.dll":{}}},
    "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":{"runtime":{"System.Runtime.dll":{}},"native":{"libcoreclr.so":{}}}}},
    "libraries":{"App/1.0.0":{"type":"project"},"Lib/2.0.0":{"type":"project"},
    "Newtonsoft.Json/13.0.3":{"type":"package","sha512":"sha512-HrC5"},"Words/1.0.0":{"type":"package"},
    "Analyzers/3.0.0":{"type":"package"},"Old.Reference/1.0.0.0":{"type":"reference"},
    "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":{"type":"runtimepack"}}}"#;
const CONFIG: &str =
    r#"{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"8.0.0"}}}"#;

fn assembly(name: &str) -> Vec<u8> {
    Assembly::new(name, [1, 2, 3, 4]).pe().build()
}

fn application() -> Tree {
    Tree::default()
        .file("/app/App.deps.json", DEPS)
        .file("/app/App.runtimeconfig.json", CONFIG)
        .executable("/app/App", Elf::new().section(".data", DotnetBundle::data()).build())
        .file("/app/App.dll", assembly("App"))
        .file("/app/Lib.dll", assembly("Lib"))
        .file("/app/Newtonsoft.Json.dll", assembly("Newtonsoft.Json"))
        .file("/app/de/Words.resources.dll", assembly("Words.resources"))
        .file("/app/runtimes/linux/native/words.so", Elf::new().section(".text", "x").build())
}

fn component(tree: impl Into<Tree>, name: &str) -> Component {
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    sbom.components.into_iter().find(|it| it.name == name).unwrap()
}

#[test]
fn packages_projects_and_runtimes_of_an_application_are_found_with_their_files() {
    assert_snapshot!(found(application()), @"
    pkg:nuget/App@1.0.0
      dotnet /app/App.deps.json
    pkg:nuget/Lib@2.0.0
      dotnet /app/App.deps.json
    pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1
      dotnet /app/App.deps.json
    pkg:nuget/Newtonsoft.Json@13.0.3
      dotnet /app/App.deps.json
    pkg:nuget/Words@1.0.0
      dotnet /app/App.deps.json
    pkg:nuget/App@1.0.0 depends on pkg:nuget/Lib@2.0.0
    pkg:nuget/App@1.0.0 depends on pkg:nuget/Newtonsoft.Json@13.0.3
    ");
}

#[test]
fn the_application_is_told_from_its_libraries() {
    let app = component(application(), "App");
    assert_eq!(app.kind, Kind::Application);
    assert_eq!(app.properties["dotnet:frameworks"], "Microsoft.NETCore.App/8.0.0");
    assert_eq!(app.properties["nuget:library-type"], "project");
    let package = component(application(), "Newtonsoft.Json");
    assert_eq!((package.kind, package.properties.len()), (Kind::Library, 2));
    assert_eq!(package.properties["nuget:sha512"], "sha512-HrC5");
    let library = component(Tree::default().file("/opt/App.deps.json", DEPS), "App");
    assert_eq!(library.kind, Kind::Library, "nothing starts it");
}

#[test]
fn a_shared_framework_owns_its_directory() {
    let deps = r#"{"runtimeTarget":{"name":"t"},"targets":{"t":{"Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":
        {"runtime":{"System.Runtime.dll":{}}}}},"libraries":{"Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":{"type":"package"}}}"#;
    let folder = "/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1";
    let tree = Tree::default()
        .file(format!("{folder}/Microsoft.NETCore.App.deps.json"), deps)
        .file(format!("{folder}/System.Runtime.dll"), assembly("System.Runtime"))
        .file(format!("{folder}/libcoreclr.so"), Elf::new().section(".text", "x").build());
    assert_snapshot!(found(tree.clone()), @"
    pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1
      dotnet /usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1/Microsoft.NETCore.App.deps.json
    ");
    let framework = component(tree, "Microsoft.NETCore.App.Runtime.linux-x64");
    assert_eq!(framework.properties["dotnet:shared-framework"], "Microsoft.NETCore.App/8.0.1");
}

#[test]
fn the_description_inside_a_bundle_is_read_in_every_version_of_the_format() {
    let elf = Elf::new().section(".data", DotnetBundle::data()).build();
    let pe = Pe::new().section(".data", DotnetBundle::data()).build();
    let macho = MachO::new().section("__data", DotnetBundle::data()).build();
    let bundle = |version| {
        DotnetBundle::new(version)
            .file("App.deps.json", DEPS)
            .file("App.runtimeconfig.json", CONFIG)
    };
    let found = |program: &[u8], version| {
        found(Tree::default().executable("/app/App", bundle(version).build(program)))
    };
    let six = found(&elf, 6);
    assert_snapshot!(six, @"
    pkg:nuget/App@1.0.0
      dotnet /app/App@
    pkg:nuget/Lib@2.0.0
      dotnet /app/App@
    pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1
      dotnet /app/App@
    pkg:nuget/Newtonsoft.Json@13.0.3
      dotnet /app/App@
    pkg:nuget/Words@1.0.0
      dotnet /app/App@
    pkg:nuget/App@1.0.0 depends on pkg:nuget/Lib@2.0.0
    pkg:nuget/App@1.0.0 depends on pkg:nuget/Newtonsoft.Json@13.0.3
    ");
    assert!(found(&elf, 1) == six && found(&elf, 2) == six && found(&pe, 6) == six);
    assert_eq!(found(&macho, 6), six);
}

#[test]
fn programs_without_a_bundle_and_lying_ones_have_none() {
    let elf = Elf::new().section(".data", DotnetBundle::data()).build();
    let empty = DotnetBundle::new(6).build(&elf);
    let mut lying = DotnetBundle::new(6).file("a.deps.json", "{}").build(&elf);
    let length = lying.len();
    lying.truncate(length - 60);
    let broken = DotnetBundle::new(6).file("a.deps.json", "{").build(&elf);
    let macho = MachO::new().section("__data", DotnetBundle::data()).build();
    let text = found(
        Tree::default()
            .executable("/plain", elf)
            .executable("/plain-macho", macho)
            .executable("/empty", empty)
            .executable("/lying", lying)
            .executable("/broken", broken),
    );
    assert!(!text.contains("pkg:"), "{text}");
    assert_eq!(text.matches("! malformed").count(), 2, "{text}");
}

#[test]
fn an_assembly_that_nothing_lists_is_known_by_its_digest_and_says_what_it_is() {
    let unlisted = Assembly::new("Some.Library", [1, 2, 3, 4]).pe();
    let strings = [("FileVersion", "1.2.3.999"), ("ProductVersion", "1.2.3+c0ffee")];
    let tree = Tree::default().file("/a.dll", version_resource(unlisted, &strings).build());
    let it = component(tree, "a.dll");
    assert!(it.identity.file_digest().is_some());
    let facts: Vec<_> = it
        .properties
        .iter()
        .filter(|(key, _)| key.starts_with("dotnet:") || key.starts_with("pe:"))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    assert_eq!(
        facts,
        [
            "dotnet:assembly=Some.Library",
            "dotnet:assembly-version=1.2.3.4",
            "pe:file-version=1.2.3.999",
            "pe:product-version=1.2.3+c0ffee"
        ]
    );
}

#[test]
fn reference_assemblies_and_translations_are_told_apart() {
    let reference = Assembly::new("A", [1, 0, 0, 0]).reference().pe().build();
    let translation = Assembly::new("A.resources", [1, 0, 0, 0]).culture("de").pe().build();
    let tree = Tree::default().file("/ref/a.dll", reference).file("/de/b.dll", translation);
    let (a, b) = (component(tree.clone(), "a.dll"), component(tree, "b.dll"));
    assert_eq!(a.properties["dotnet:reference-assembly"], "true");
    assert_eq!(b.properties["dotnet:culture"], "de");
    assert!(!b.properties.contains_key("dotnet:reference-assembly"));
}
