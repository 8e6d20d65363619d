//! Programs built by Go, and the modules that were linked into them.

mod version;

use super::{About, Analyzer, Context, Fault, Findings, Opened, Select, Target};
use crate::formats::go_buildinfo::{self, BuildInfo, Dependency, Markers, Module};
use crate::model::{
    Code, Component, Counter, DEPENDENCIES, INCOMPLETE, Identity, Kind, Method, Position, Purl,
    Supplier,
};

/// The standard library as `-linkshared` and gccgo load it. A program that loads one says nothing of what is in it.
const SHARED: [&str; 2] = ["libstd.so", "libgo.so"];

/// Finds Go modules in binaries.
pub(super) struct Go;

impl Analyzer for Go {
    fn id(&self) -> &'static str {
        "go"
    }

    fn about(&self) -> About {
        About {
            claims: "the main module, every linked module (its replacement where replaced) and the standard library",
            refuses: "a main package built outside module mode; versions that the build information does not state",
            specification: "Go's debug/buildinfo, runtime/debug.BuildInfo",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Executable]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(opened) = &target.executable else { return Ok(()) };
        let Opened { headers, facts, bytes } = opened;
        let limit = cx.fs.limits().section_bytes;
        let Some(info) = go_buildinfo::read(bytes.as_ref(), headers, limit)? else {
            fall_back(&go_buildinfo::markers(bytes.as_ref(), headers, facts.as_ref()), found);
            return Ok(());
        };
        let at = || Position::Offset(info.offset);
        let modules: Vec<Component> =
            info.dependencies.iter().filter_map(dependency).chain(stdlib(&info)).collect();
        match main_module(&info, &modules) {
            Some(mut main) => {
                main.owns.push(target.file.path.clone());
                if !SHARED.iter().any(|it| opened.loads(it)) {
                    main.linked.clone_from(&main.requires);
                }
                found.add(Method::BuildInfo, at(), main);
            }
            None if info.path.is_empty() => {
                found.notice(Code::Incomplete, "is a Go program without a list of its modules");
            }
            None => found.fact("go:main-package", &info.path),
        }
        for mut module in modules {
            // Which module uses which is not in the build information.
            module.properties.insert(DEPENDENCIES, INCOMPLETE.to_owned());
            found.add(Method::BuildInfo, at(), module);
        }
        Ok(())
    }
}

/// Counts what shows that Go built a program that does not say of what; the program itself stays unknown.
fn fall_back(markers: &Markers, found: &mut Findings<'_>) {
    let toolchains = markers.line_table.unwrap_or("unknown");
    let indicators = [("build-id", markers.build_id), ("pclntab", markers.line_table.is_some())];
    let indicators: Vec<&str> =
        indicators.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect();
    for indicator in &indicators {
        let counter = Counter::new("scanner_analyzer_golang_heuristic_total")
            .label("indicator", indicator)
            .label("version_hint", toolchains);
        found.count(counter);
    }
    if !indicators.is_empty() {
        found.fact("go:indicators", indicators.join(" "));
        found.fact("go:version-hint", toolchains);
    }
}

fn main_module(info: &BuildInfo, modules: &[Component]) -> Option<Component> {
    let module = info.main.as_ref().filter(|it| !it.path.is_empty())?;
    let (version, source) = version::of(module, info);
    let mut main = component(Kind::Application, &module.path, &version);
    main.requires = modules.iter().map(|it| it.identity.clone()).collect();
    main.properties.insert("go:main-package", info.path.clone());
    let settings = [
        ("go:vcs.revision", "vcs.revision"),
        ("go:vcs.time", "vcs.time"),
        ("go:vcs.modified", "vcs.modified"),
    ];
    main.properties.extend(source.map(|it| ("go:version-source", it.to_owned())));
    main.properties.extend(version::told(module, info).map(|it| ("go:ldflags-version", it)));
    for (key, setting) in settings {
        main.properties.extend(info.settings.get(setting).map(|value| (key, value.clone())));
    }
    Some(main)
}

/// A linked module. One that a local directory replaced keeps the name and version that were required.
pub(super) fn dependency(dependency: &Dependency) -> Option<Component> {
    let local = |it: &Module| it.version.is_empty() || it.path.starts_with(['.', '/']);
    let linked =
        dependency.replacement.as_ref().filter(|it| !local(it)).unwrap_or(&dependency.module);
    if linked.path.is_empty() {
        return None;
    }
    let mut module = component(Kind::Library, &linked.path, &linked.version);
    if !linked.sum.is_empty() {
        module.properties.insert("go:sum", linked.sum.clone());
    }
    if let Some(replacement) = &dependency.replacement {
        let required = format!("{}@{}", dependency.module.path, dependency.module.version);
        let (key, value) = if local(replacement) {
            ("go:replaced-by", replacement.path.clone())
        } else {
            ("go:replaces", required)
        };
        module.properties.insert(key, value);
    }
    Some(module)
}

/// The standard library of the toolchain: `go1.22.1 X:nocoverageredesign` is version `1.22.1`.
fn stdlib(info: &BuildInfo) -> Option<Component> {
    let version = info.go_version.split_whitespace().find_map(|word| word.strip_prefix("go"))?;
    let plain = |it: &&str| {
        it.starts_with(|c: char| c.is_ascii_digit())
            && it.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
    };
    let version = version.split('-').next().filter(plain)?;
    let mut stdlib = component(Kind::Library, "stdlib", version);
    stdlib.supplier = Supplier::organization("The Go Authors");
    Some(stdlib)
}

fn component(kind: Kind, path: &str, version: &str) -> Component {
    let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
    let purl = Purl::new("golang", name, version).namespace(namespace);
    let mut component =
        Component::identified(kind, Identity::new(&purl.to_string()), path, version);
    component.supplier = path.contains('.').then(|| owner(path)).and_then(Supplier::organization);
    component
}

/// Who publishes a module: the host and account that its path begins with.
fn owner(path: &str) -> &str {
    let end = path.match_indices('/').nth(1).map_or(path.len(), |(index, _)| index);
    path.get(..end).unwrap_or(path)
}
