//! Progress of reading layers: a bar for each that is being read on a terminal, else a line for each that was.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
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
    /// Those that are being read.
    begun: Mutex<BTreeMap<String, Begun>>,
    started: Instant,
    listed: AtomicU64,
    kept: AtomicU64,
    bytes: AtomicU64,
}

struct Begun {
    bar: ProgressBar,
    at: Instant,
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
            begun: Mutex::default(),
            started: Instant::now(),
            listed: AtomicU64::new(0),
            kept: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        }
    }

    /// Hears what happens to a layer.
    pub(crate) fn tell(&self, layer: &Digest, event: LayerEvent) {
        let name: String = layer.as_ref().chars().take(SHOWN).collect();
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            LayerEvent::Begun(size) => {
                let bar = size.map_or_else(ProgressBar::no_length, ProgressBar::new);
                let bar = self.bars.add(bar.with_style(self.style.clone()).with_prefix(name));
                begun.insert(layer.to_string(), Begun { bar, at: Instant::now(), bytes: 0 });
            }
            LayerEvent::Read(bytes) => {
                self.bytes.fetch_add(bytes, Ordering::Relaxed);
                if let Some(layer) = begun.get_mut(layer.as_ref()) {
                    layer.bytes += bytes;
                    layer.bar.inc(bytes);
                }
            }
            LayerEvent::Listed(entries) => {
                self.listed.fetch_add(1, Ordering::Relaxed);
                let Some(Begun { bar, at, bytes }) = begun.remove(layer.as_ref()) else { return };
                bar.finish_and_clear();
                let took = at.elapsed().as_millis();
                let size = DecimalBytes(bytes);
                self.line(&format!("layer    {name} {entries:>9} entries {size} {took:>6} ms"));
            }
            LayerEvent::Kept(entries) => {
                self.kept.fetch_add(1, Ordering::Relaxed);
                self.line(&format!("layer    {name} {entries:>9} entries, listed before"));
            }
        }
    }

    /// Reports that all layers were read.
    pub(crate) fn done(&self) {
        let count = |it: &AtomicU64| it.load(Ordering::Relaxed);
        let (listed, kept, bytes) = (count(&self.listed), count(&self.kept), count(&self.bytes));
        if listed + kept == 0 {
            return;
        }
        let took = self.started.elapsed().as_secs_f64();
        let (all, size) = (listed + kept, DecimalBytes(bytes));
        self.line(&format!(
            "layers   {kept} of {all} were listed before, {size} read in {took:.3} s"
        ));
    }

    fn line(&self, text: &str) {
        if self.verbosity == Verbosity::Phases {
            self.bars.suspend(|| say(self.source, text));
        }
    }
}
