//! Progress of reading layers: a bar for each that is being read on a terminal, else a line for each that was.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use indicatif::{DecimalBytes, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use oci_spec::image::Digest;
use scanner_core::source::LayerEvent;

use super::{Verbosity, say};

/// Characters of a digest that are shown: enough to find it among the layers of an image.
const SHOWN: usize = 19;

/// Reports the layers of what is scanned.
pub(crate) struct Layers<'a> {
    source: &'a str,
    verbosity: Verbosity,
    bars: MultiProgress,
    style: ProgressStyle,
    started: Instant,
    seen: Mutex<Seen>,
}

/// What was heard so far.
#[derive(Default)]
struct Seen {
    /// The layers that are being read, each with how far it is.
    begun: BTreeMap<String, ProgressBar>,
    listed: u64,
    kept: u64,
    bytes: u64,
}

impl<'a> Layers<'a> {
    /// Begins to time the layers of a source.
    pub(crate) fn new(source: &'a str, verbosity: Verbosity) -> Self {
        let bars = MultiProgress::new();
        if verbosity != Verbosity::Phases {
            bars.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style =
            "{prefix} {bar:30} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec}";
        let style = ProgressStyle::with_template(style);
        Self {
            source,
            verbosity,
            bars,
            style: style.unwrap_or_else(|_| ProgressStyle::default_bar()),
            started: Instant::now(),
            seen: Mutex::default(),
        }
    }

    /// Hears what happens to a layer.
    pub(crate) fn tell(&self, layer: &Digest, event: LayerEvent) {
        let name = || layer.as_ref().chars().take(SHOWN).collect::<String>();
        let mut seen = self.seen();
        match event {
            LayerEvent::Begun(size) => {
                let bar = size.map_or_else(ProgressBar::no_length, ProgressBar::new);
                let bar = self.bars.add(bar.with_style(self.style.clone()).with_prefix(name()));
                seen.begun.insert(layer.to_string(), bar);
            }
            LayerEvent::Read(bytes) => {
                seen.bytes += bytes;
                if let Some(bar) = seen.begun.get(layer.as_ref()) {
                    bar.inc(bytes);
                }
            }
            LayerEvent::Listed(entries) => {
                seen.listed += 1;
                let Some(bar) = seen.begun.remove(layer.as_ref()) else { return };
                let (size, took) = (DecimalBytes(bar.position()), bar.elapsed().as_millis());
                bar.finish_and_clear();
                let name = name();
                self.line(&format!("layer    {name} {entries:>9} entries {size} {took:>6} ms"));
            }
            LayerEvent::Kept(entries) => {
                seen.kept += 1;
                self.line(&format!("layer    {} {entries:>9} entries, listed before", name()));
            }
        }
    }

    /// Reports that all layers were read.
    pub(crate) fn done(&self) {
        let Seen { listed, kept, bytes, .. } = *self.seen();
        if listed + kept == 0 {
            return;
        }
        let took = self.started.elapsed().as_secs_f64();
        let (all, size) = (listed + kept, DecimalBytes(bytes));
        self.line(&format!(
            "layers   {kept} of {all} were listed before, {size} read in {took:.3} s"
        ));
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, text: &str) {
        if self.verbosity == Verbosity::Phases {
            self.bars.suspend(|| say(self.source, text));
        }
    }
}
