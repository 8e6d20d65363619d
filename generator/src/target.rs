//! One image to scan, and what decides what is written of it.

use scanner_core::model::Sbom;
use scanner_core::source::Found;

use crate::cache::{Cache, Key};
use crate::cli::{ReadingFlags, Scan};
use crate::made::Made;

/// An image as a scan was asked for it.
pub(crate) struct Target {
    /// What progress calls it.
    pub(crate) shown: String,
    /// What tells its documents from those of other platforms.
    pub(crate) platform: Option<String>,
    key: Key,
}

impl Target {
    pub(crate) fn new(scan: &Scan, found: &Found) -> Self {
        let platform = scan.all_platforms.then(|| found.facts.platform.replace('/', "-"));
        let name = &found.name;
        let shown = platform.as_ref().map_or(name.clone(), |it| format!("{name} {it}"));
        Self { shown, platform, key: key(scan, found) }
    }

    /// What an earlier scan made of it, if that is kept.
    pub(crate) fn kept(&self, scan: &Scan, cache: Option<&Cache>) -> Option<Made> {
        Made::of(cache?.result(&self.key)?, scan.outputs.len())
    }

    /// Makes the documents, and keeps them for the next scan.
    pub(crate) fn make(
        &self,
        scan: &Scan,
        sbom: Sbom,
        cache: Option<&Cache>,
    ) -> anyhow::Result<Made> {
        let made = Made::new(scan, sbom)?;
        if let Some(cache) = cache.filter(|_| made.lasting) {
            cache.keep_result(&self.key, &made.parts());
        }
        Ok(made)
    }
}

/// Everything that decides what is written of an image.
/// Every flag is named here: a new one does not compile before it is said whether it does.
fn key(scan: &Scan, found: &Found) -> Key {
    let Scan {
        source: _,
        outputs,
        layers,
        view,
        name: _, // it is in the image's own
        files,
        context,
        supplier,
        run,
        platform: _,
        all_platforms: _,
        base: _, // it is in the image's facts
        reading,
        source_date_epoch,
        strict: _,
        quiet: _,
    } = scan;
    let ReadingFlags {
        spill_dir: _,
        spill_limit,
        cache: _,
        registries: _, // where from does not matter: digests tell what it is
        threads: _,
    } = reading;
    let formats: Vec<&str> = outputs.iter().map(|it| it.emitter.format()).collect();
    Key::default()
        .with("name", &found.name)
        .with("facts", &format!("{:?}", found.facts))
        .with("formats", &format!("{formats:?}"))
        .with("layers", &layers.is_some().to_string())
        .with("view", view.as_str())
        .with("files", &format!("{files:?}"))
        .with("context", &context.to_string())
        .with("supplier", &format!("{supplier:?}"))
        .with("run", &format!("{run:?}"))
        .with("spill limit", &spill_limit.to_string())
        .with("created", &format!("{source_date_epoch:?}"))
}
