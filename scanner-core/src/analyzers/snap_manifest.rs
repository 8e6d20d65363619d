//! What snapcraft says it put into a snap: nothing of the snap itself can tell whether it is true.

use super::snap::home;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::snap_yaml;
use crate::model::{Code, Component, Kind, Method, Origin, Position, Purl};

/// Finds packages that snapcraft put into snaps.
pub(super) struct SnapManifest;

impl Analyzer for SnapManifest {
    fn id(&self) -> &'static str {
        "snap_manifest"
    }

    fn about(&self) -> About {
        About {
            claims: "each package of Debian's form in the primed-stage-packages of a snap's snap/manifest.yaml, as attested",
            refuses: "manifests that do not name the distribution that the snap was built on",
            specification: "snapcraft documentation, \"Build information in snaps\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix("/snap/manifest.yaml")]
    }

    fn origin(&self) -> Origin {
        Origin::Attested
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        if home(target.file.path).is_none() {
            return Ok(());
        }
        let text = target.metadata(cx.fs.limits())?;
        let manifest =
            snap_yaml::parse(&text).map_err(|error| Fault::new(Code::Malformed, error))?;
        let Some(distribution) = manifest.snapcraft_os_release_id.as_deref() else {
            return Ok(());
        };
        let release = manifest.snapcraft_os_release_version_id.as_deref().unwrap_or_default();
        let distro = format!("{distribution}-{release}");
        for (name, version) in manifest.packages() {
            let purl = Purl::new("deb", name, version)
                .namespace(distribution)
                .qualifier("distro", distro.trim_end_matches('-'));
            let component = Component::new(Kind::Library, &purl, name, version);
            found.add(Method::Attestation, Position::Whole, component);
        }
        Ok(())
    }
}
