//! Interpreters and toolchains that no package brought, as official images have them in `/usr/local`.

mod node;
mod place;
mod table;

use self::place::Home;
use self::table::{RUNTIMES, Runtime};
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::model::{Component, Kind, Method, Position, Purl};
use crate::path::ImagePath;

/// Finds runtimes.
pub(super) struct Runtimes;

impl Analyzer for Runtimes {
    fn id(&self) -> &'static str {
        "runtimes"
    }

    fn about(&self) -> About {
        About {
            claims: "Node.js, Python, Ruby, PHP, Perl, Go and Rust, by the file of their build that states their version \
                     (include/node/node_version.h, include/python3.X/patchlevel.h, rbconfig.rb, php_version.h, Config.pm, go/VERSION, \
                     multirust-channel-manifest.toml), where their program lies in the same prefix (bin/node); Node.js also by the address \
                     of its headers inside a program named node",
            refuses: "runtimes that a package of the operating system owns, which is that package; headers and libraries without the \
                      program; versions in names of files",
            specification: "node_version.h, process.release; patchlevel.h; mkconfig.rb; php_version.h; configpm; go/VERSION; rustup's manifests",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[
            Select::Name("node_version.h"),
            Select::Name("patchlevel.h"),
            Select::Name("rbconfig.rb"),
            Select::Name("php_version.h"),
            Select::Suffix("/Config.pm"),
            Select::Name("VERSION"),
            Select::Name("multirust-channel-manifest.toml"),
            Select::Executable,
        ]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let path = target.file.path;
        if let Some(opened) = &target.executable {
            let stated = if node::is_named(path) { node::version(opened)? } else { None };
            if let Some((offset, version)) = stated {
                let component = component("node", &version, vec![path.clone()]);
                found.add(Method::BuildInfo, Position::Offset(offset), component);
            }
            return Ok(());
        }
        for runtime in RUNTIMES {
            let Some(home) = Home::of(path, runtime, cx) else { continue };
            let text = target.metadata(cx.fs.limits())?;
            if let Some(version) = (runtime.version)(&text).filter(|it| is_version(it)) {
                let mut component = component(runtime.name, &version, home.own);
                component.folders.extend(home.folder);
                found.add(Method::Metadata, Position::Whole, component);
            }
        }
        Ok(())
    }
}

/// The first of `own` is the program.
fn component(name: &str, version: &str, own: Vec<ImagePath>) -> Component {
    let mut component =
        Component::new(Kind::Application, &Purl::new("generic", name, version), name, version);
    let program = own.first().map(|it| it.display().into_owned());
    component.properties.extend(program.map(|it| ("runtime:program", it)));
    component.owns = own;
    component
}

/// Whether a text begins like a version and holds nothing that no version has.
fn is_version(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_digit())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || ".-+".contains(it))
}

impl Runtime {
    /// The places of its programs and libraries below its prefix. `word` is what stood for `*` in its marker.
    fn programs(&self, word: &str) -> impl Iterator<Item = String> {
        self.programs.iter().map(move |it| it.replace('*', word))
    }
}
