//! What a scan of one thing is written as: every document that was asked for, made and written, or kept for the next time.

use std::path::{Path, PathBuf};

use scanner_core::emit::{Lifecycle, Stamp};
use scanner_core::model::{Code, Sbom, View};
use scanner_core::views;

use crate::cli::Scan;
use crate::layers::{self, Layers, emit};
use crate::output;
use crate::progress::Progress;

/// The documents of one scan.
pub(crate) struct Made {
    components: usize,
    pub(crate) notices: usize,
    /// Whether another scan of the same would give the same, whatever state this machine is in.
    pub(crate) lasting: bool,
    /// One for each output that was asked for.
    documents: Vec<Vec<u8>>,
    /// Those of the layers, by their paths.
    layers: Vec<(String, Vec<u8>)>,
}

impl Made {
    /// Makes every document that is asked for.
    pub(crate) fn new(scan: &Scan, sbom: Sbom) -> anyhow::Result<Self> {
        let mut sbom = match scan.view {
            View::Inventory => sbom,
            View::Usage => views::usage(&sbom),
        };
        let made = sbom.image.as_ref().and_then(|image| image.created);
        let stamp = Stamp {
            created: scan.source_date_epoch.or(made).unwrap_or(0),
            supplier: scan.supplier.clone(),
            lifecycle: Lifecycle::PostBuild,
        };
        let mut layers = match &scan.layers {
            Some(_) => Some(Layers::new(&sbom, &stamp)?),
            None => None,
        };
        let document = |it: &crate::cli::Output| match &mut layers {
            Some(layers) => layers.compose(&mut sbom, &stamp, it.emitter),
            None => emit(it.emitter, &sbom, &stamp),
        };
        let documents = scan.outputs.iter().map(document).collect::<anyhow::Result<_>>()?;
        Ok(Self {
            components: sbom.components.len(),
            notices: sbom.notices.len(),
            lasting: sbom.notices.iter().all(|it| it.code != Code::Unreadable),
            documents,
            layers: layers.map(|it| it.files).unwrap_or_default(),
        })
    }

    /// As it is kept.
    pub(crate) fn parts(&self) -> Vec<Vec<u8>> {
        let numbers = format!("{} {}", self.components, self.notices).into_bytes();
        let layers =
            self.layers.iter().flat_map(|(name, it)| [name.clone().into_bytes(), it.clone()]);
        std::iter::once(numbers).chain(self.documents.iter().cloned()).chain(layers).collect()
    }

    /// What was kept as such parts; none if they are not of so many documents.
    pub(crate) fn of(mut parts: Vec<Vec<u8>>, documents: usize) -> Option<Self> {
        let mut rest = parts.split_off(parts.len().min(1));
        let layers = rest.split_off(rest.len().min(documents));
        let layer = |pair: &[Vec<u8>]| match pair {
            [name, bytes] => Some((String::from_utf8(name.clone()).ok()?, bytes.clone())),
            _ => None,
        };
        let layers = layers.chunks(2).map(layer).collect::<Option<_>>()?;
        let numbers = String::from_utf8(parts.pop()?).ok()?;
        let (components, notices) = numbers.split_once(' ')?;
        let (components, notices) = (components.parse().ok()?, notices.parse().ok()?);
        (rest.len() == documents).then_some(Self {
            components,
            notices,
            lasting: true,
            documents: rest,
            layers,
        })
    }

    /// Writes every document to where it belongs.
    pub(crate) fn write(
        &self,
        scan: &Scan,
        platform: Option<&str>,
        progress: &Progress<'_>,
    ) -> anyhow::Result<()> {
        for (output, bytes) in scan.outputs.iter().zip(&self.documents) {
            match &output.path {
                Some(path) => output::write_whole(&for_platform(path, platform), bytes)?,
                None => output::write_stdout(bytes)?,
            }
        }
        if let Some(directory) = &scan.layers {
            let directory = platform.map_or(directory.clone(), |it| directory.join(it));
            layers::write(&self.layers, &directory)?;
        }
        let bytes = self.documents.iter().map(Vec::len).sum();
        progress.done(self.components, self.notices, bytes);
        Ok(())
    }
}

/// The path of a document that is written once a platform: `sbom.spdx.json` is `sbom.linux-arm64.spdx.json`.
fn for_platform(path: &Path, platform: Option<&str>) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str());
    let (Some(platform), Some(name)) = (platform, name) else { return path.to_owned() };
    path.with_file_name(match name.split_once('.') {
        Some((stem, rest)) if !stem.is_empty() => format!("{stem}.{platform}.{rest}"),
        _ => format!("{name}.{platform}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_has_a_document_of_its_own() {
        let path = |path: &str| for_platform(Path::new(path), Some("linux-arm64"));
        assert_eq!(path("out/sbom.spdx.json"), Path::new("out/sbom.linux-arm64.spdx.json"));
        assert_eq!(path("sbom"), Path::new("sbom.linux-arm64"));
        assert_eq!(for_platform(Path::new("sbom.json"), None), Path::new("sbom.json"));
    }
}
