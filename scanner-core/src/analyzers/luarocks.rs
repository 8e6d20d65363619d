//! Rocks: Lua packages, as LuaRocks installed them.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::rockspec;
use crate::model::{Component, Kind, License, Method, Position, Purl, Supplier};
use crate::path::ImagePath;

/// Finds installed rocks.
pub(super) struct LuaRocks;

impl Analyzer for LuaRocks {
    fn id(&self) -> &'static str {
        "luarocks"
    }

    fn about(&self) -> About {
        About {
            claims: "each rock in a tree of LuaRocks: /usr/local/lib/luarocks/rocks-5.1/NAME/VERSION with \
                     NAME-VERSION.rockspec and rock_manifest",
            refuses: "rockspecs of sources, and those whose name is not that of their folders",
            specification: "LuaRocks: core.path, rockspec format; purl type luarocks",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix(".rockspec")]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Name("rock_manifest")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some((name, version)) = place(target.file.path) else { return Ok(()) };
        let manifest = target.file.path.parent().and_then(|it| it.join("rock_manifest"));
        let Some(manifest) = manifest.and_then(|it| cx.fs.file_at(&it)) else { return Ok(()) };
        let rockspec = rockspec::parse(&target.metadata(cx.fs.limits())?);
        let purl = Purl::new("luarocks", name, version);
        let mut component = Component::new(Kind::Library, &purl, name, version);
        component.folders.extend(target.file.path.parent());
        component.licenses =
            rockspec.license.as_deref().and_then(License::new).into_iter().collect();
        component.supplier = rockspec.maintainer.as_deref().and_then(Supplier::person);
        component.owns =
            files(target.file.path, &manifest.bytes(cx.fs.limits().metadata_bytes)?, cx);
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

/// The name and version in a path `…/rocks-5.1/NAME/VERSION/NAME-VERSION.rockspec`.
fn place(path: &ImagePath) -> Option<(&str, &str)> {
    let mut parts = path.components().rev();
    let file = str::from_utf8(parts.next()?).ok()?;
    let version = str::from_utf8(parts.next()?).ok()?;
    let name = str::from_utf8(parts.next()?).ok()?;
    let tree = parts.next()?;
    let own = format!("{name}-{version}.rockspec");
    (tree.starts_with(b"rocks-") && file == own && is_name(name)).then_some((name, version))
}

/// Where LuaRocks put the files of a rock: `share/lua/5.1`, `lib/lua/5.1` and `bin` beside `lib/luarocks/rocks-5.1`.
fn files(rockspec: &ImagePath, manifest: &[u8], cx: &Context<'_>) -> Vec<ImagePath> {
    let tree = rockspec.parent().and_then(|it| it.parent()?.parent());
    let Some((tree, top)) = tree.as_ref().and_then(|it| Some((it, it.join("../../..")?))) else {
        return Vec::new();
    };
    let lua = String::from_utf8_lossy(tree.file_name()).replace("rocks-", "");
    let listed = rockspec::manifest(&String::from_utf8_lossy(manifest), cx.fs.limits().path_bytes);
    let place = |file: &String| match file.split_once('/')? {
        ("lua", rest) => top.join(format!("share/lua/{lua}/{rest}")),
        ("lib", rest) => top.join(format!("lib/lua/{lua}/{rest}")),
        ("bin", rest) => top.join(format!("bin/{rest}")),
        _ => None,
    };
    listed.iter().filter_map(place).collect()
}
