//! What a scan of one thing is made into: every document that was asked for, kept for the next time.

use std::borrow::Cow;

use rayon::prelude::*;
use scanner_core::emit::{Emitter, Lifecycle, Stamp};
use scanner_core::model::{Code, Input, Outcome, Sbom, View};
use scanner_core::views;

use crate::cli::Making;
use crate::layers::{Layers, emit};

/// What is made of everything that is scanned, whoever asks for it.
pub(crate) struct Job<'a> {
    pub(crate) making: &'a Making,
    /// The documents, those of one view beside each other.
    pub(crate) documents: Vec<Wanted>,
    /// Whether layers get documents of their own.
    pub(crate) layers: bool,
    pub(crate) input: Input,
    pub(crate) called: Called,
    pub(crate) seen: Seen,
}

/// As what an image is scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// As it is in the end: layers with a manifest and a configuration.
    Finished,
    /// As the frontend sees it while it is built: files, and what they start.
    InBuild,
    /// As a generator sees it: files, of which nothing says what they start.
    FilesAlone,
}

/// A document that is wanted.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) emitter: &'static dyn Emitter,
    pub(crate) view: View,
}

/// What documents call an image whose name the user does not say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Called {
    /// What its source calls it.
    AsFound,
    /// The repository and the digest of its manifest, whichever tag led to it.
    ByDigest,
}

/// The documents of one scan.
pub(crate) struct Made {
    pub(crate) components: usize,
    pub(crate) notices: usize,
    /// Whether it is known what the entrypoint uses.
    pub(crate) usage_known: bool,
    /// Whether another scan of the same would give the same, whatever state this machine is in.
    pub(crate) lasting: bool,
    /// One for each document that was asked for.
    pub(crate) documents: Vec<Vec<u8>>,
    /// Those of the layers, by their paths.
    pub(crate) layers: Vec<(String, Vec<u8>)>,
}

impl Made {
    /// Makes every document that is asked for, on the threads of the pool that it is called in.
    pub(crate) fn new(job: &Job<'_>, inventory: &Sbom) -> anyhow::Result<Self> {
        let lifecycle = match job.seen {
            Seen::Finished => Lifecycle::PostBuild,
            Seen::InBuild | Seen::FilesAlone => Lifecycle::Build,
        };
        let stamp = Stamp { lifecycle, ..job.making.stamp(inventory) };
        let usage = inventory.usage.as_ref();
        let mut made = Self {
            components: inventory.components.len(),
            notices: inventory.notices.len(),
            usage_known: usage.is_some_and(|it| it.outcome != Outcome::Unresolved),
            lasting: inventory.notices.iter().all(|it| it.code != Code::Unreadable),
            documents: Vec::new(),
            layers: Vec::new(),
        };
        for (at, wanted) in job.documents.chunk_by(|a, b| a.view == b.view).enumerate() {
            let mut sbom = match wanted.first().map(|it| it.view) {
                Some(View::Usage) => Cow::Owned(views::usage(inventory)),
                _ => Cow::Borrowed(inventory),
            };
            (made.components, made.notices) = (sbom.components.len(), sbom.notices.len());
            // Layers have documents of one view, the first.
            let mut layers =
                if job.layers && at == 0 { Some(Layers::new(&sbom, &stamp)?) } else { None };
            let documents: anyhow::Result<Vec<_>> = match &mut layers {
                Some(layers) => {
                    let compose = |it: &Wanted| layers.compose(sbom.to_mut(), &stamp, it.emitter);
                    wanted.iter().map(compose).collect()
                }
                None => wanted.par_iter().map(|it| emit(it.emitter, &sbom, &stamp)).collect(),
            };
            made.documents.extend(documents?);
            made.layers.extend(layers.map(|it| it.files).unwrap_or_default());
        }
        Ok(made)
    }

    /// The size of all documents.
    pub(crate) fn bytes(&self) -> usize {
        self.documents.iter().map(Vec::len).sum()
    }

    /// As it is kept.
    pub(crate) fn parts(&self) -> Vec<Vec<u8>> {
        let used = u8::from(self.usage_known);
        let numbers = format!("{} {} {used}", self.components, self.notices).into_bytes();
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
        let mut numbers = numbers.split(' ').map(|it| it.parse::<usize>().ok());
        let mut number = || numbers.next().flatten();
        let (components, notices, used) = (number()?, number()?, number()?);
        (rest.len() == documents).then_some(Self {
            components,
            notices,
            usage_known: used == 1,
            lasting: true,
            documents: rest,
            layers,
        })
    }
}
