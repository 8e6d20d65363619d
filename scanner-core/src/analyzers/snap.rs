//! Snaps, by the metadata that snapd itself reads.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::snap_yaml;
use crate::model::{Code, Component, Kind, License, Method, Position, Purl};
use crate::path::ImagePath;

/// Finds snaps.
pub(super) struct Snap;

impl Analyzer for Snap {
    fn id(&self) -> &'static str {
        "snap"
    }

    fn about(&self) -> About {
        About {
            claims: "each meta/snap.yaml of a snap that is mounted or unpacked where snapd has it: /snap/NAME/REVISION",
            refuses: "snap.yaml and snapcraft.yaml elsewhere; snaps that are packed files, which snapd has not mounted",
            specification: "snapcraft documentation, \"The snap format\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix("/meta/snap.yaml")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some((home, name)) = home(target.file.path) else { return Ok(()) };
        let text = target.metadata(cx.fs.limits())?;
        let snap = snap_yaml::parse(&text).map_err(|error| Fault::new(Code::Malformed, error))?;
        let version = snap.version.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let (true, Some(version)) =
            (snap.name.as_deref() == Some(&name) && is_name(&name), version)
        else {
            found.notice(Code::Incomplete, "lacks the name of its folder or a version");
            return Ok(());
        };
        let architectures = snap.architectures.join(" ");
        let purl = Purl::new("generic", &name, version)
            .namespace("snap")
            .qualifier("arch", &architectures);
        let mut component = Component::new(Kind::Application, &purl, name, version);
        component.licenses = snap.license.as_deref().and_then(License::new).into_iter().collect();
        component.folders.push(home);
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

/// The folder and the name of the snap that a file in its `meta` or `snap` folder is of.
pub(super) fn home(path: &ImagePath) -> Option<(ImagePath, String)> {
    let home = path.parent()?.parent()?;
    let folders: Vec<&[u8]> = home.components().rev().skip(1).take(2).collect();
    let [name, b"snap"] = folders.as_slice() else { return None };
    let name = str::from_utf8(name).ok()?.to_owned();
    Some((home, name))
}
