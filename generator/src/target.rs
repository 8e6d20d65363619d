//! One image to scan, and what decides what is written of it.

use scanner_core::model::Sbom;
use scanner_core::source::Found;

use crate::attestations::Attestations;
use crate::cache::{Cache, Key};
use crate::cli::{Making, ReadingFlags};
use crate::made::{Job, Made};

/// An image as a scan was asked for it.
pub(crate) struct Target {
    /// What progress calls it.
    pub(crate) shown: String,
    key: Key,
}

impl Target {
    /// `several` tells whether it is one of the platforms of an image.
    pub(crate) fn new(
        job: &Job<'_>,
        found: &Found,
        several: bool,
        attestations: &Attestations,
    ) -> Self {
        let (name, platform) = (&found.name, found.facts.platform.replace('/', "-"));
        let shown = if several { format!("{name} {platform}") } else { name.clone() };
        Self { shown, key: key(job, found).with("attestations", &attestations.key()) }
    }

    /// What an earlier scan made of it, if that is kept.
    pub(crate) fn kept(&self, job: &Job<'_>, cache: Option<&Cache>) -> Option<Made> {
        Made::of(cache?.result(&self.key)?, job.documents.len())
    }

    /// Makes the documents, and keeps them for the next scan.
    pub(crate) fn make(
        &self,
        job: &Job<'_>,
        sbom: &Sbom,
        cache: Option<&Cache>,
    ) -> anyhow::Result<Made> {
        let made = Made::new(job, sbom)?;
        if let Some(cache) = cache.filter(|_| made.lasting) {
            cache.keep_result(&self.key, &made.parts());
        }
        Ok(made)
    }
}

/// Everything that decides what is written of an image.
/// Every flag is named here: a new one does not compile before it is said whether it does.
fn key(job: &Job<'_>, found: &Found) -> Key {
    let Job { making, documents, layers, input, called: _, seen } = job; // it is in the image's name
    let Making {
        name: _, // it is in the image's own
        files,
        supplier,
        base: _, // it is in the image's facts
        run,
        binding: _, // what it leads to is in the key by itself
        reading,
        source_date_epoch,
        quiet: _,
    } = making;
    let ReadingFlags {
        spill_dir: _,
        spill_limit,
        cache: _,
        registries: _, // where from does not matter: digests tell what it is
        threads: _,
    } = reading;
    let formats: Vec<(&str, &str)> =
        documents.iter().map(|it| (it.emitter.format(), it.view.as_str())).collect();
    Key::default()
        .with("name", &found.name)
        .with("facts", &format!("{:?}", found.facts))
        .with("formats", &format!("{formats:?}"))
        .with("layers", &layers.to_string())
        .with("files", &format!("{files:?}"))
        .with("input", &format!("{input:?}"))
        .with("supplier", &format!("{supplier:?}"))
        .with("run", &format!("{run:?}"))
        .with("spill limit", &spill_limit.to_string())
        .with("seen", &format!("{seen:?}"))
        .with("created", &format!("{source_date_epoch:?}"))
}
