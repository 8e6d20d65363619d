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
    pub(super) verbosity: Verbosity,
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
        let phases = verbosity == Verbosity::Phases;
        // On anything but a terminal it draws nothing.
        let shown = phases.then(ProgressDrawTarget::stderr);
        Self::on(shown.unwrap_or_else(ProgressDrawTarget::hidden), source, verbosity)
    }

    fn on(target: ProgressDrawTarget, source: &'a str, verbosity: Verbosity) -> Self {
        let bars = MultiProgress::with_draw_target(target);
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

    /// A spinner beside the bars.
    pub(super) fn spinner(&self) -> ProgressBar {
        self.bars.add(ProgressBar::new_spinner())
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

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use indicatif::{ProgressDrawTarget, TermLike};

    use super::*;

    /// A terminal that keeps what was written to it since it was cleared.
    #[derive(Clone, Debug, Default)]
    struct Terminal(Arc<Mutex<Vec<String>>>);

    impl Terminal {
        /// The bars that were drawn last.
        fn bars(&self) -> Vec<String> {
            let lines = self.0.lock().unwrap();
            lines.iter().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
        }
    }

    impl TermLike for Terminal {
        fn width(&self) -> u16 {
            120
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push(text.to_owned());
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            self.0.lock().unwrap().clear();
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn digest(letter: &str) -> Digest {
        format!("sha256:{}", letter.repeat(64)).parse().unwrap()
    }

    #[test]
    fn each_layer_that_is_being_read_has_a_bar_with_how_far_it_is_and_how_fast() {
        let terminal = Terminal::default();
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let layers = Layers::on(target, "app:1", Verbosity::Phases);
        let (a, b) = (digest("a"), digest("b"));
        layers.tell(&a, LayerEvent::Begun(Some(20_000_000)));
        layers.tell(&b, LayerEvent::Begun(None));
        layers.tell(&a, LayerEvent::Read(5_000_000));
        layers.tell(&b, LayerEvent::Read(7_000));
        let bars = terminal.bars().join("\n");
        let shown = |name: &str, how_far: &str| {
            let line = bars.lines().find(|it| it.contains(&format!("sha256:{}", name.repeat(12))));
            line.is_some_and(|it| it.contains(how_far) && it.ends_with("B/s"))
        };
        assert!(shown("a", "5.00 MB/20.00 MB "), "{bars}");
        assert!(shown("b", "7.00 kB/"), "{bars}");
        layers.tell(&a, LayerEvent::Listed(3));
        layers.tell(&digest("c"), LayerEvent::Kept(4));
        let bars = terminal.bars().join("\n");
        assert!(!bars.contains("sha256:aaaa") && !bars.contains("sha256:cccc"), "{bars}");
        layers.tell(&b, LayerEvent::Listed(1));
        assert_eq!(terminal.bars(), [] as [&str; 0]);
        let Seen { listed, kept, bytes, .. } = *layers.seen();
        assert_eq!((listed, kept, bytes), (2, 1, 5_007_000));
    }
}
