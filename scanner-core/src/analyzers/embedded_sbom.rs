//! SBOMs that somebody put into the image: what they say is there is attested, not proven.

use super::{About, Analyzer, Context, Fault, Findings, Select, Target, attested};
use crate::formats::embedded_sbom;
use crate::model::{Origin, Position};
use crate::path::ImagePath;

/// Finds components that SBOMs in the image list.
pub(super) struct EmbeddedSbom;

/// Directories that hold nothing but SBOMs, with the directories below them.
const PLACES: [&str; 2] = ["/usr/share/sbom", "/var/lib/db/sbom"];
/// Where Bitnami installs its components, each with an SBOM of its own.
const BITNAMI: &str = "/opt/bitnami";

impl Analyzer for EmbeddedSbom {
    fn id(&self) -> &'static str {
        "embedded_sbom"
    }

    fn about(&self) -> About {
        About {
            claims: "each component with a purl in SPDX 2, SPDX 3 and CycloneDX documents (JSON) in /usr/share/sbom, /var/lib/db/sbom, \
                     the sboms folder of a .dist-info, and .spdx-NAME.spdx of Bitnami, as attested",
            refuses: "SBOMs elsewhere; components without a purl; other forms than JSON",
            specification: "SPDX 2.3, SPDX 3.0.1, CycloneDX 1.6, PEP 770",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[
            Select::In(PLACES[0]),
            Select::In(PLACES[1]),
            Select::Suffix(".spdx.json"),
            Select::Suffix(".cdx.json"),
            Select::Suffix(".spdx"),
            Select::Folder("sboms"),
        ]
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
        if !counts(target.file.path, cx) {
            return Ok(());
        }
        let bytes = target.file.bytes(cx.fs.limits().lockfile_bytes)?;
        attested::add(found, embedded_sbom::parse(&bytes)?, &Position::Whole);
        Ok(())
    }
}

/// Whether an SBOM at this place is about the image, and not a part of something that is about SBOMs.
fn counts(path: &ImagePath, cx: &Context<'_>) -> bool {
    let below = |place: &str| {
        let place = ImagePath::normalize(place).and_then(|it| cx.fs.resolve(&it).ok());
        place.is_some_and(|it| path.is_below(&it))
    };
    let bitnami = || {
        let name = path.file_name();
        name.starts_with(b".spdx-") && name.ends_with(b".spdx") && below(BITNAMI)
    };
    let distribution = || {
        let mut folders = path.components().rev().skip(1);
        folders.next() == Some(b"sboms")
            && folders.next().is_some_and(|it| it.ends_with(b".dist-info"))
    };
    distribution() || bitnami() || PLACES.iter().any(|it| below(it))
}
