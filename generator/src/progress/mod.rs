//! Progress on standard error: a spinner on a terminal, else one line a phase with counts and milliseconds.

mod layers;

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use scanner_core::scan::Phase;

use crate::output;
pub(crate) use layers::Layers;

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// Reports the phases of one scan.
pub(crate) struct Progress<'a> {
    target: &'a str,
    verbosity: Verbosity,
    spinner: ProgressBar,
    started: Instant,
    last: Mutex<Instant>,
}

/// Whether anything is reported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Nothing but errors.
    Quiet,
    /// What came out in the end.
    Result,
    /// A line a phase.
    Phases,
}

impl<'a> Progress<'a> {
    /// Begins to time a scan.
    pub(crate) fn new(target: &'a str, verbosity: Verbosity) -> Self {
        let on_terminal = verbosity == Verbosity::Phases && std::io::stderr().is_terminal();
        let spinner = if on_terminal { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        Self::with(spinner, target, verbosity)
    }

    /// The same for an image whose layers have bars beside it.
    pub(crate) fn beside(layers: &Layers<'_>, target: &'a str) -> Self {
        Self::with(layers.spinner(), target, layers.verbosity)
    }

    fn with(spinner: ProgressBar, target: &'a str, verbosity: Verbosity) -> Self {
        let now = Instant::now();
        if !spinner.is_hidden() {
            spinner.enable_steady_tick(TICK);
        }
        Self { target, verbosity, spinner, started: now, last: Mutex::new(now) }
    }

    /// Reports the end of a phase.
    pub(crate) fn phase(&self, phase: Phase, count: usize) {
        let unit = match phase {
            Phase::Walk => "entries",
            Phase::Analyze => "findings",
            Phase::Link => "programs and libraries",
            Phase::Account => "unknown executables",
            Phase::Resolve => "components",
            Phase::Trace => "hops",
            Phase::Digest => "files",
        };
        if self.verbosity != Verbosity::Phases {
            return;
        }
        let now = Instant::now();
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let took = now.duration_since(*last).as_millis();
        *last = now;
        let line = format!("{:<8} {count:>9} {unit} {took:>6} ms", phase.as_str());
        if self.spinner.is_hidden() { self.line(&line) } else { self.spinner.set_message(line) }
    }

    /// Reports the end of the scan.
    pub(crate) fn done(&self, components: usize, notices: usize, bytes: usize) {
        let seconds = self.started.elapsed().as_secs_f64();
        let memory = peak_memory()
            .map_or_else(|| "unknown".to_owned(), |bytes| format!("{} MB", bytes / 1_000_000));
        let line = format!(
            "done     {components} components, {notices} notices, {bytes} bytes in {seconds:.3} s, peak memory {memory}"
        );
        self.spinner.finish_and_clear();
        self.line(&line);
    }

    /// Says something that the user should read.
    pub(crate) fn line(&self, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            self.spinner.suspend(|| say(self.target, text));
        }
    }
}

fn say(target: &str, text: &str) {
    output::tell(&format!("[{target}] {text}"));
}

/// Says something that matters beyond one scan.
pub(crate) fn warn(text: &str) {
    output::tell(&format!("sbom-indexer: warning: {text}"));
}

/// The most memory that the process has held, in bytes (proc(5), `VmHWM`).
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}
