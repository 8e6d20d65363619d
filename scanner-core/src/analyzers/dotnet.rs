//! .NET applications and frameworks, and the packages that they were put together from.

use std::collections::{BTreeMap, BTreeSet};

use super::{About, Analyzer, Context, Fault, Findings, Opened, Select, Target, declared};
use crate::formats::deps_json::{self, Asset, Library};
use crate::formats::dotnet_bundle::{self, Place};
use crate::formats::runtime_config::{self, RuntimeConfig};
use crate::model::{
    COMPLETE, Code, Component, DEPENDENCIES, INCOMPLETE, Identity, Kind, Method, Position, Purl,
};
use crate::path::ImagePath;
use crate::read::window;

/// Finds what `*.deps.json` lists.
pub(super) struct Dotnet;

/// How the names of runtimes begin that an application brings with it: the name of the package follows.
const RUNTIME_PACK: &str = "runtimepack.";

impl Analyzer for Dotnet {
    fn id(&self) -> &'static str {
        "dotnet"
    }

    fn about(&self) -> About {
        About {
            claims: "each package, project and runtime that brings files to the target of a *.deps.json, beside an \
                     application, in a shared framework or inside a single-file bundle",
            refuses: "libraries for compilers alone, references to assemblies, other targets; assemblies that no \
                      *.deps.json lists, whose names are not those of packages",
            specification: "dotnet/sdk, runtime-configuration-file.md; dotnet/designs, bundler.md; purl type nuget",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix(".deps.json"), Select::Executable]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Suffix(".runtimeconfig.json")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        match &target.executable {
            Some(executable) => bundle(found, target, executable, cx),
            None => file(found, target, cx),
        }
    }
}

/// Reads a `NAME.deps.json`, and the `NAME.runtimeconfig.json` beside it.
fn file(found: &mut Findings<'_>, target: &Target<'_>, cx: &Context<'_>) -> Result<(), Fault> {
    let path = target.file.path;
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().strip_suffix(b".deps.json"))
    else {
        return Ok(());
    };
    let limit = cx.fs.limits().metadata_bytes;
    let bytes = target.file.bytes(limit)?;
    let config = beside(&folder, name, ".runtimeconfig.json");
    let config = config.and_then(|it| cx.fs.file_at(&it)?.bytes(limit).ok());
    let home = Home {
        config: config.and_then(|it| runtime_config::parse(&it).ok()),
        framework: framework(path),
        own: ["", ".exe", ".deps.json", ".runtimeconfig.json"]
            .iter()
            .filter_map(|ending| beside(&folder, name, ending))
            .collect(),
        folder,
    };
    let libraries = deps_json::parse(&bytes).map_err(declared::malformed)?;
    for component in components(&libraries, &home, cx) {
        found.add(Method::Metadata, Position::Whole, component);
    }
    Ok(())
}

/// Reads the descriptions inside a program that is a bundle.
fn bundle(
    found: &mut Findings<'_>,
    target: &Target<'_>,
    Opened { headers, bytes, .. }: &Opened<'_>,
    cx: &Context<'_>,
) -> Result<(), Fault> {
    let limits = cx.fs.limits();
    let Some(bundle) = dotnet_bundle::read(bytes.as_ref(), headers, limits.section_bytes)? else {
        return Ok(());
    };
    let part = |place: Place| -> Result<Vec<u8>, Fault> {
        if place.size > limits.metadata_bytes {
            return Err(Fault::new(Code::LimitReached, "has a too long description"));
        }
        Ok(window(bytes.as_ref(), place.offset, place.size)?)
    };
    let (Some(deps), Some(folder)) = (bundle.deps, target.file.path.parent()) else {
        return Ok(());
    };
    let config = bundle.runtime_config.map(part).transpose()?;
    let config = config.map(|it| runtime_config::parse(&it)).transpose();
    let home = Home {
        config: Some(config.map_err(declared::malformed)?.unwrap_or_default()),
        framework: None,
        own: vec![target.file.path.clone()],
        folder,
    };
    let libraries = deps_json::parse(&part(deps)?).map_err(declared::malformed)?;
    for component in components(&libraries, &home, cx) {
        found.add(Method::BuildInfo, Position::Offset(deps.offset), component);
    }
    Ok(())
}

/// What libraries are installed as part of.
struct Home {
    /// Where the files of the libraries are.
    folder: ImagePath,
    /// What it runs on, if it is an application.
    config: Option<RuntimeConfig>,
    /// The shared framework that it is, as `NAME/VERSION`.
    framework: Option<String>,
    /// The files that are the application's own.
    own: Vec<ImagePath>,
}

fn components<'l>(libraries: &'l [Library], home: &Home, cx: &Context<'_>) -> Vec<Component> {
    let listed: Vec<&'l Library> = libraries.iter().filter(|it| is_installed(it)).collect();
    let identities: BTreeMap<(String, &str), Identity> =
        listed.iter().map(|it| (key(&it.name, &it.version), identity(it))).collect();
    let used: BTreeSet<(String, &str)> =
        libraries.iter().flat_map(|it| &it.dependencies).map(|(name, it)| key(name, it)).collect();
    let mut graph = Uses::new(libraries, cx.fs.limits().records);
    let component = |library: &&'l Library| {
        let is_root = is_project(library) && !used.contains(&key(&library.name, &library.version));
        let mut component = component(library, is_root, home);
        let places = library.assets.iter().flat_map(|it| places(&home.folder, it));
        component.owns.extend(places.filter(|path| cx.fs.file_at(path).is_some()));
        let whole = graph.of(library, &identities, &mut component.requires);
        let on_framework = home.config.as_ref().is_some_and(|it| it.required().next().is_some());
        // Of an application the framework that it runs on is not listed.
        let state = if whole && !(is_root && on_framework) { COMPLETE } else { INCOMPLETE };
        component.properties.insert(DEPENDENCIES, state.to_owned());
        // The directory of a shared framework is that of the one package that it was made from.
        if home.framework.is_some() && listed.len() == 1 {
            component.folders.push(home.folder.clone());
        }
        component
    };
    listed.iter().map(component).collect()
}

/// What libraries use. One that brings no files of its own stands for those that it uses.
struct Uses<'a> {
    libraries: BTreeMap<(String, &'a str), &'a Library>,
    /// How many may still be followed.
    steps: usize,
}

impl<'a> Uses<'a> {
    fn new(libraries: &'a [Library], steps: usize) -> Self {
        let libraries = libraries.iter().map(|it| (key(&it.name, &it.version), it)).collect();
        Self { libraries, steps }
    }

    /// Adds what a library uses, and tells whether that is all.
    fn of(
        &mut self,
        library: &'a Library,
        identities: &BTreeMap<(String, &str), Identity>,
        found: &mut Vec<Identity>,
    ) -> bool {
        let mut pending: Vec<&(String, String)> = library.dependencies.iter().collect();
        let mut seen = BTreeSet::new();
        while let Some((name, version)) = pending.pop() {
            let key = key(name, version);
            if let Some(identity) = identities.get(&key) {
                found.push(identity.clone());
            } else if seen.insert(key.clone()) {
                let Some(steps) = self.steps.checked_sub(1) else { return false };
                self.steps = steps;
                let other = self.libraries.get(&key);
                pending.extend(other.iter().flat_map(|it| &it.dependencies));
            }
        }
        true
    }
}

/// Whether a library brings files to the target and is known by the name of a package or project.
fn is_installed(library: &Library) -> bool {
    let named = matches!(&*library.kind, "package" | "runtimepack") || is_project(library);
    named && !library.assets.is_empty() && !library.name.is_empty() && !library.version.is_empty()
}

fn is_project(library: &Library) -> bool {
    matches!(&*library.kind, "project" | "msbuildproject")
}

fn component(library: &Library, is_root: bool, home: &Home) -> Component {
    let is_application = is_root && home.config.is_some();
    let kind = if is_application { Kind::Application } else { Kind::Library };
    let (identity, name) = (identity(library), package_name(library));
    let mut component = Component::identified(kind, identity, name, &*library.version);
    let properties = &mut component.properties;
    if library.kind != "package" {
        properties.insert("nuget:library-type", library.kind.clone());
    }
    properties.extend(library.sha512.clone().map(|it| ("nuget:sha512", it)));
    properties.extend(home.framework.clone().map(|it| ("dotnet:shared-framework", it)));
    if is_application {
        let join = |names: Vec<String>| Some(names.join(", ")).filter(|it| !it.is_empty());
        let name = |it: &runtime_config::Framework| format!("{}/{}", it.name, it.version);
        let config = home.config.iter();
        let required = config.clone().flat_map(|it| it.required().map(name)).collect();
        let included = config.flat_map(|it| it.included().iter().map(name)).collect();
        properties.extend(join(required).map(|it| ("dotnet:frameworks", it)));
        properties.extend(join(included).map(|it| ("dotnet:included-frameworks", it)));
        component.owns.extend(home.own.iter().cloned());
    }
    component
}

fn identity(library: &Library) -> Identity {
    Identity::new(&Purl::new("nuget", package_name(library), &library.version).to_string())
}

/// The name of the package; that of a runtime has a mark of the SDK before it.
fn package_name(library: &Library) -> &str {
    let pack = library.name.strip_prefix(RUNTIME_PACK).filter(|_| library.kind == "runtimepack");
    pack.unwrap_or(&library.name)
}

/// Names of packages are compared without case.
fn key<'a>(name: &str, version: &'a str) -> (String, &'a str) {
    (name.to_lowercase(), version)
}

/// Where the host looks for a file of a library: as stated, by its path, by its name, by its language and name.
fn places(folder: &ImagePath, asset: &Asset) -> Vec<ImagePath> {
    let name = asset.path.rsplit('/').next().unwrap_or_default();
    let by_name = match &asset.locale {
        Some(locale) => format!("{locale}/{name}"),
        None => name.to_owned(),
    };
    let all = asset.local.iter().chain([&asset.path, &by_name]);
    // A package has no files outside of the folder.
    let inside = all.filter_map(|it| folder.join(it)).filter(|it| it.is_below(folder));
    let mut places: Vec<ImagePath> = inside.collect();
    places.dedup();
    places
}

/// `NAME/VERSION` of the shared framework whose list this is: `shared/NAME/VERSION/NAME.deps.json`.
fn framework(path: &ImagePath) -> Option<String> {
    let mut parts = path.components().rev();
    let file = parts.next()?.strip_suffix(b".deps.json")?;
    let (version, name, shared) = (parts.next()?, parts.next()?, parts.next()?);
    (shared == b"shared" && name == file)
        .then(|| format!("{}/{}", String::from_utf8_lossy(name), String::from_utf8_lossy(version)))
}

fn beside(folder: &ImagePath, name: &[u8], ending: &str) -> Option<ImagePath> {
    folder.join([name, ending.as_bytes()].concat())
}
