//! Go modules that a `go.mod` requires.

use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use super::{declared, go};
use crate::formats::go_buildinfo::{Dependency, Module};
use crate::formats::go_mod::{self, GoMod, Required};
use crate::model::{Method, Origin, Position};

/// Finds Go modules that a `go.mod` requires.
pub(super) struct GoModules;

impl Analyzer for GoModules {
    fn id(&self) -> &'static str {
        "go_mod"
    }

    fn about(&self) -> About {
        About {
            claims: "each required module (its replacement where replaced) with its checksum of go.sum, as declared",
            refuses: "the main module; what go.sum lists beside; go and toolchain lines, which are minima",
            specification: "Go Modules Reference",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("go.mod")]
    }

    fn origin(&self) -> Origin {
        Origin::Declared
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let manifest = go_mod::parse(&declared::text(target, cx)?);
        let sums = sums(target, cx);
        let sums = go_mod::sums(&sums);
        for required in &manifest.required {
            let sum = |it: &Module| sums.get(&(&*it.path, &*it.version)).map(|it| (*it).to_owned());
            let mut dependency = dependency(required, &manifest);
            for module in std::iter::once(&mut dependency.module).chain(&mut dependency.replacement)
            {
                module.sum = sum(module).unwrap_or_default();
            }
            if let Some(component) = go::dependency(&dependency) {
                found.add(Method::Declaration, Position::Line(required.line), component);
            }
        }
        Ok(())
    }
}

/// The text of the `go.sum` beside a `go.mod`; empty where there is none that can be read.
fn sums(target: &Target<'_>, cx: &Context<'_>) -> String {
    let path = target.file.path.parent().and_then(|folder| folder.join("go.sum"));
    let file = path.and_then(|path| cx.fs.file_at(&path));
    let bytes = file.and_then(|file| file.bytes(cx.fs.limits().lockfile_bytes).ok());
    bytes.map(|it| String::from_utf8_lossy(&it).into_owned()).unwrap_or_default()
}

/// A requirement in the form in which a binary would record it.
fn dependency(required: &Required, manifest: &GoMod) -> Dependency {
    let module = |path: &str, version: &str| Module {
        path: path.to_owned(),
        version: version.to_owned(),
        sum: String::new(),
    };
    Dependency {
        module: module(&required.path, &required.version),
        replacement: manifest.replacement(required).map(|it| module(&it.by, &it.by_version)),
    }
}
