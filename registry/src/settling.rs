//! When a list that others write to as well has settled: not every registry refuses to overwrite what one has not seen.

use std::time::Duration;

use tokio::time::Instant;

use crate::settings::chance;

/// How often the list is looked at.
const ROUNDS: u32 = 50;
/// How often it must hold what was written to it, a pause before each look, where others have overwritten it once.
/// Otherwise one look will do: whoever read the list before it was written has written it by then.
const CONTESTED: u32 = 6;
/// The pause at least. Others read and write the list in less.
const PAUSE: Duration = Duration::from_millis(150);
/// How much longer the pause is than reading and writing the list takes us: others may be slower.
const PATIENCE: u32 = 4;
/// What the pause is measured by at most, however slow one answer was.
const LONGEST: Duration = Duration::from_secs(5);

/// How far a change of a list has come.
#[derive(Default)]
pub(crate) struct Settling {
    rounds: u32,
    /// How often it was as it should be, since it was last written.
    settled: u32,
    written: bool,
    contested: bool,
    longest: Duration,
    /// When to look again; never if it has settled.
    pub(crate) due: Option<Instant>,
}

impl Settling {
    /// The list is not as it should be, and is written.
    pub(crate) fn changes(&mut self) {
        self.settled = 0;
        self.contested |= self.written;
    }

    /// The registry has taken the list.
    pub(crate) fn is_written(&mut self) {
        self.written = true;
    }

    /// Somebody else was faster.
    pub(crate) fn is_contested(&mut self) {
        self.contested = true;
    }

    /// The list is as it should be.
    pub(crate) fn stands(&mut self) {
        self.settled += 1;
    }

    /// Ends a round that took so long, and says whether the list is settled, or may still be.
    pub(crate) fn went_on(&mut self, took: Duration) -> bool {
        self.rounds += 1;
        if self.settled >= if self.contested { CONTESTED } else { 1 } {
            self.due = None;
            return true;
        }
        self.longest = self.longest.max(PAUSE).max(took * PATIENCE).min(LONGEST);
        self.due = Some(Instant::now() + self.pause());
        self.rounds < ROUNDS
    }

    /// How long to wait. Who writes against others had better not do so in step with them.
    fn pause(&self) -> Duration {
        let (least, spread) = if self.contested { (0.5, 1.0) } else { (1.0, 0.25) };
        self.longest.mul_f64(least + spread * chance())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_answer_does_not_make_every_look_wait_for_minutes() {
        let mut settling = Settling::default();
        settling.changes();
        settling.is_contested();
        assert!(settling.went_on(Duration::from_mins(1)));
        assert!(settling.pause() <= LONGEST.mul_f64(1.5) && settling.pause() >= PAUSE);
    }

    #[test]
    fn what_others_overwrite_must_stand_longer() {
        for (contested, looks) in [(false, 1), (true, CONTESTED)] {
            let mut settling = Settling::default();
            settling.changes();
            settling.is_written();
            if contested {
                settling.changes();
            }
            assert!(settling.went_on(Duration::ZERO) && settling.due.is_some());
            for _ in 0..looks {
                assert!(settling.due.is_some());
                settling.stands();
                assert!(settling.went_on(Duration::ZERO));
            }
            assert!(settling.due.is_none());
        }
    }
}
