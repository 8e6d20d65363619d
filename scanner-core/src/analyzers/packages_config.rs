//! NuGet packages that a `packages.config` lists.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::packages_config;
use crate::model::{Origin, Purl};

/// Finds NuGet packages that a `packages.config` lists.
pub(super) struct PackagesConfig;

impl Analyzer for PackagesConfig {
    fn id(&self) -> &'static str {
        "packages_config"
    }

    fn about(&self) -> About {
        About {
            claims: "each package with its version, those for development too, as declared",
            refuses: "packages of project files, whose versions are minima",
            specification: "NuGet documentation, \"packages.config reference\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("packages.config")]
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
        let text = declared::text(target, cx)?;
        let pins =
            packages_config::parse(&text, cx.fs.limits().xml_nodes).map_err(declared::malformed)?;
        declared::add(found, pins, |it| Purl::new("nuget", &it.name, &it.version));
        Ok(())
    }
}
