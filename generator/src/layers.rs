//! `--layers`: the documents of an image's layers, and the manifest of what the image's own are composed of.

use std::path::Path;

use anyhow::Context as _;
use scanner_core::emit::composition::{FILE, manifest, merkle_root, part};
use scanner_core::emit::{EMITTERS, Emitter, Stamp};
use scanner_core::model::{Composition, Part, Sbom, Sha256};
use scanner_core::views::fragments::{Fragment, split};

use crate::failure::Usage;
use crate::output;

/// The formats in which layers have documents of their own, and the names of those.
const FORMATS: [(&str, &str); 4] = [
    ("cyclonedx-json", "sbom.cdx.json"),
    ("cyclonedx-pb", "sbom.cdx.pb"),
    ("spdx-json", "sbom.spdx.json"),
    ("spdx3-json", "sbom.spdx3.json"),
];

/// The documents of the layers of one image.
pub(crate) struct Layers {
    fragments: Vec<Fragment>,
    /// Paths below the directory, and what is there.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    parts: Vec<(&'static str, Vec<Part>)>,
    manifest: Option<Sha256>,
}

impl Layers {
    /// Makes the CycloneDX documents and the manifest, which are there whatever formats are asked for.
    pub(crate) fn new(sbom: &Sbom, stamp: &Stamp) -> anyhow::Result<Self> {
        let mut fragments = split(sbom);
        if fragments.is_empty() {
            let why = "a directory has no layers: leave --layers out, or scan an image";
            return Err(Usage(why.to_owned()).into());
        }
        fragments.sort_by(|a, b| a.diff_id().cmp(b.diff_id()));
        let mut layers = Self { fragments, files: Vec::new(), parts: Vec::new(), manifest: None };
        let emitter = emitter(FORMATS[0].0)?;
        let parts = layers.make(emitter, FORMATS[0].1, stamp)?;
        let content = Sha256::of(&emit(emitter, sbom, stamp)?);
        let manifest = manifest(&parts, content, &sbom.digest(), stamp.created)?;
        layers.manifest = Some(Sha256::of(&manifest));
        layers.files.push((FILE.to_owned(), manifest));
        layers.parts.push((FORMATS[0].0, parts));
        Ok(layers)
    }

    /// Makes the image's document in a format, which refers to those of the layers in the same format.
    pub(crate) fn compose(
        &mut self,
        sbom: &mut Sbom,
        stamp: &Stamp,
        emitter: &dyn Emitter,
    ) -> anyhow::Result<Vec<u8>> {
        let format = FORMATS.iter().find(|(format, _)| *format == emitter.format());
        let known = self.parts.iter().find(|(format, _)| *format == emitter.format());
        let parts = match (known, format) {
            (Some((_, parts)), _) => parts.clone(),
            (None, Some((format, name))) => {
                let parts = self.make(emitter, name, stamp)?;
                self.parts.push((format, parts.clone()));
                parts
            }
            (None, None) => Vec::new(),
        };
        let of_manifest = self.parts.first().map_or(&[][..], |(_, parts)| parts);
        let merkle_root = merkle_root(of_manifest);
        let own = Composition { manifest: self.manifest, merkle_root, parts, content: None };
        composed(sbom, stamp, emitter, own)
    }

    /// Makes the documents of all layers in one format.
    fn make(
        &mut self,
        emitter: &dyn Emitter,
        name: &str,
        stamp: &Stamp,
    ) -> anyhow::Result<Vec<Part>> {
        let mut parts = Vec::new();
        for fragment in &mut self.fragments {
            let diff_id = fragment.diff_id().to_owned();
            let bytes = composed(&mut fragment.sbom, stamp, emitter, Composition::default())?;
            let hex = diff_id.rsplit(':').next().unwrap_or_default();
            let location = format!("layers/{hex}/{name}");
            parts.push(part(diff_id, &location, &bytes).context("it has no name of its own")?);
            self.files.push((location, bytes));
        }
        Ok(parts)
    }
}

/// Writes the documents below a directory.
pub(crate) fn write(files: &[(String, Vec<u8>)], directory: &Path) -> anyhow::Result<()> {
    for (name, bytes) in files {
        let path = directory.join(name);
        let parent = path.parent().unwrap_or(directory);
        std::fs::create_dir_all(parent)
            .with_context(|| format!("cannot make {}", parent.display()))?;
        output::write_whole(&path, bytes)?;
    }
    Ok(())
}

/// Makes a document that says of itself what its content is without that.
fn composed(
    sbom: &mut Sbom,
    stamp: &Stamp,
    emitter: &dyn Emitter,
    composition: Composition,
) -> anyhow::Result<Vec<u8>> {
    sbom.composition = None;
    let content = Some(Sha256::of(&emit(emitter, sbom, stamp)?));
    sbom.composition = Some(Composition { content, ..composition });
    let bytes = emit(emitter, sbom, stamp);
    sbom.composition = None;
    bytes
}

/// Makes one document.
pub(crate) fn emit(emitter: &dyn Emitter, sbom: &Sbom, stamp: &Stamp) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let result = emitter.emit(sbom, stamp, &mut bytes);
    result.with_context(|| format!("cannot write {}", emitter.format()))?;
    Ok(bytes)
}

fn emitter(format: &str) -> anyhow::Result<&'static dyn Emitter> {
    let found = EMITTERS.iter().find(|it| it.format() == format).copied();
    found.with_context(|| format!("no format is called {format}"))
}
