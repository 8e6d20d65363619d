//! Applications of Erlang, Elixir and their like, compiled and ready to load.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::erlang_terms::{self, Property};
use crate::model::{Code, Component, Kind, License, Method, Position, Purl};
use crate::path::ImagePath;

/// Finds OTP applications.
pub(super) struct Erlang;

impl Analyzer for Erlang {
    fn id(&self) -> &'static str {
        "erlang"
    }

    fn about(&self) -> About {
        About {
            claims: "each NAME.app in an ebin folder (/usr/local/lib/erlang/lib/kernel-9.2/ebin), of type hex where \
                     hex_metadata.config of the same name and version lies beside it or in deps",
            refuses: "applications without vsn; .app.src of sources; hex_metadata.config alone, mix.lock, rebar.lock",
            specification: "Erlang/OTP: app(4); Hex: package metadata; purl types otp and hex",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Folder("ebin")]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Name("hex_metadata.config")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(stem) = target.file.path.file_name().strip_suffix(b".app") else { return Ok(()) };
        let text = target.metadata(cx.fs.limits())?;
        let name = property(&text, 1, "application").and_then(|it| it.atoms.into_iter().next());
        let version = value(&text, 3, "vsn");
        let (Some(name), Some(version)) = (name.filter(|it| is_name(it)), version) else {
            found.notice(Code::Incomplete, "lacks a valid name or version");
            return Ok(());
        };
        // The code server loads NAME.app for NAME.
        if name.as_bytes() != stem {
            found.notice(Code::Malformed, format!("describes {name}"));
            return Ok(());
        }
        let folder = target.file.path.parent().and_then(|it| it.parent());
        let package = folder.as_ref().and_then(|it| package(it, &name, &version, cx));
        let mut component = match &package {
            Some(package) => {
                let purl = Purl::new("hex", &package.name, &version);
                let mut component = Component::new(Kind::Library, &purl, &package.name, &version);
                component.licenses =
                    package.texts.iter().filter_map(|it| License::new(it)).collect();
                component
            }
            None => {
                Component::new(Kind::Library, &Purl::new("otp", &name, &version), &name, &version)
            }
        };
        component.folders.extend(folder);
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

/// The Hex package that an application was built from: its name, and its licences as texts.
/// Rebar keeps its metadata in the application's own folder, Mix in `deps` beside `_build`.
fn package(folder: &ImagePath, name: &str, version: &str, cx: &Context<'_>) -> Option<Property> {
    let beside = folder.join("hex_metadata.config")?;
    let mix = folder.join(format!("../../../../deps/{name}/hex_metadata.config"))?;
    let file = cx.fs.file_at(&beside).or_else(|| cx.fs.file_at(&mix))?;
    let bytes = file.bytes(cx.fs.limits().metadata_bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let same = value(&text, 1, "app")? == name && value(&text, 1, "version")? == version;
    let name = value(&text, 1, "name")?;
    let licenses = property(&text, 1, "licenses").unwrap_or_default();
    Some(Property { name, ..licenses }).filter(|_| same)
}

fn property(text: &str, level: usize, name: &str) -> Option<Property> {
    erlang_terms::properties(text, level).into_iter().find(|it| it.name == name)
}

fn value(text: &str, level: usize, name: &str) -> Option<String> {
    let texts = property(text, level, name)?.texts;
    texts.into_iter().next().filter(|it| !it.is_empty())
}
