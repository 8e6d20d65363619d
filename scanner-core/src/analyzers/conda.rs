//! Packages of a conda environment.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::conda_meta::{self, CondaMeta};
use crate::model::{Code, Component, Kind, License, Method, Position, Purl};

/// Finds packages that conda, mamba or pixi installed.
pub(super) struct Conda;

impl Analyzer for Conda {
    fn id(&self) -> &'static str {
        "conda"
    }

    fn about(&self) -> About {
        About {
            claims: "each record in the conda-meta folder of an environment (/opt/conda/conda-meta)",
            refuses: "records without name or version; the cache of archives in pkgs; history and environment files",
            specification: "conda: PrefixRecord; purl type conda",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Folder("conda-meta")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        if !target.file.path.as_bytes().ends_with(b".json") {
            return Ok(());
        }
        let bytes = target.file.bytes(cx.fs.limits().metadata_bytes)?;
        let record = conda_meta::parse(&bytes)
            .map_err(|error| Fault::new(Code::Malformed, error.to_string()))?;
        let (Some(name), Some(version)) =
            (record.name.as_deref().filter(|it| is_name(it)), record.version.as_deref())
        else {
            found.notice(Code::Incomplete, "lacks a valid name or version");
            return Ok(());
        };
        let mut component = component(name, version, &record);
        let environment = target.file.path.parent().and_then(|it| it.parent());
        if let Some(environment) = environment {
            component.owns = record.files.iter().filter_map(|it| environment.join(it)).collect();
        }
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

fn component(name: &str, version: &str, record: &CondaMeta) -> Component {
    let purl = Purl::new("conda", name, version)
        .qualifier("build", record.build.as_deref().unwrap_or_default())
        .qualifier("channel", record.channel().unwrap_or_default())
        .qualifier("subdir", record.subdir.as_deref().unwrap_or_default())
        .qualifier("type", record.archive_type().unwrap_or_default());
    let mut component = Component::new(Kind::Library, &purl, name, version);
    component.licenses = record.license.as_deref().and_then(License::new).into_iter().collect();
    component.download = record.download().map(str::to_owned);
    component
}
