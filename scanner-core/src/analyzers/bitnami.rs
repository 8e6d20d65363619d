//! Components of Bitnami's images, by the record that their images carry.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::bitnami_components;
use crate::model::{Code, Component, Kind, Method, Position, Purl};

/// Finds components of Bitnami.
pub(super) struct Bitnami;

const RECORD: &str = "/opt/bitnami/.bitnami_components.json";

impl Analyzer for Bitnami {
    fn id(&self) -> &'static str {
        "bitnami"
    }

    fn about(&self) -> About {
        About {
            claims: "each component of .bitnami_components.json whose folder is there (/opt/bitnami/NAME), which is its own",
            refuses: "components without a folder, which were left out or only helped to build; the architecture, which the \
                      record gives as amd64 for all",
            specification: "the record of Bitnami's images; purl type bitnami",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Path(RECORD)]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let bytes = target.file.bytes(cx.fs.limits().metadata_bytes)?;
        let record = bitnami_components::parse(&bytes)
            .map_err(|error| Fault::new(Code::Malformed, error.to_string()))?;
        let Some(home) = target.file.path.parent() else { return Ok(()) };
        for (name, installed) in record {
            let Some(version) = installed.version.as_deref().filter(|_| is_name(&name)) else {
                found.notice(Code::Incomplete, "names a component without a valid name or version");
                continue;
            };
            let Some(folder) = home.join(&name).filter(|it| cx.fs.is_directory(it)) else {
                continue;
            };
            let purl = Purl::new("bitnami", &name, version)
                .qualifier("distro", installed.distro.as_deref().unwrap_or_default());
            let mut component = Component::new(Kind::Application, &purl, &name, version);
            component.folders.push(folder);
            found.add(Method::Metadata, Position::Whole, component);
        }
        Ok(())
    }
}
