//! What may be the last command that a way waited for: where nothing takes the script's place, the script ends in it.

use super::world::Hops;

/// The commands that may be the last one.
#[derive(Clone, Debug)]
pub(super) struct Last {
    led: Commands,
    /// Those of ways that the configuration leads less than this one, and that came to the same.
    beside: Commands,
}

/// Commands of which one is the last.
#[derive(Clone, Debug, Default)]
struct Commands {
    hops: Hops,
    /// Whether it may still be what it was where the way began.
    unchanged: bool,
}

impl Commands {
    fn add(&mut self, other: &Self) {
        self.hops.add(&other.hops);
        self.unchanged |= other.unchanged;
    }

    /// Those that are no longer unchanged.
    fn changed(&self) -> Self {
        Self { hops: self.hops.clone(), unchanged: false }
    }
}

impl Default for Last {
    /// Where a way begins.
    fn default() -> Self {
        let led = Commands { unchanged: true, ..Commands::default() };
        Self { led, beside: Commands::default() }
    }
}

impl Last {
    /// This one, whatever was the last before.
    pub(super) fn of(hop: usize) -> Self {
        let led = Commands { hops: [hop].into_iter().collect(), unchanged: false };
        Self { led, beside: Commands::default() }
    }

    /// One of those of two ways.
    pub(super) fn or(&mut self, other: &Self) {
        self.led.add(&other.led);
        self.beside.add(&other.beside);
    }

    /// The same where the configuration leads the other way less than this one.
    pub(super) fn or_beside(&mut self, other: &Self) {
        self.beside.add(&other.led);
        self.beside.add(&other.beside);
    }

    /// What it is if the way begins after another.
    pub(super) fn after(&self, before: &Self) -> Self {
        let mut last = Self { led: self.led.changed(), beside: self.beside.changed() };
        if self.led.unchanged {
            last.or(before);
        }
        if self.beside.unchanged {
            last.or_beside(before);
        }
        last
    }

    /// Whether, as far as the configuration leads it, maybe nothing was run since the way began.
    pub(super) fn may_be_unchanged(&self) -> bool {
        self.led.unchanged
    }

    /// Whether nothing was run since the way began.
    pub(super) fn is_unchanged(&self) -> bool {
        self.led.unchanged && self.iter().next().is_none()
    }

    /// The one that it is for certain.
    pub(super) fn only(&self) -> Option<usize> {
        let mut hops = self.led.hops.iter();
        hops.next().filter(|_| !self.led.unchanged && hops.next().is_none())
    }

    /// The hops of these commands.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.led.hops.iter().chain(self.beside.hops.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_may_run_nothing_leaves_what_was_the_last_before() {
        let told = |it: &Last| (it.only(), it.iter().collect::<Vec<_>>());
        let mut inside = Last::of(2);
        inside.or(&Last::default());
        assert_eq!(told(&inside.after(&Last::of(1))), (None, vec![1, 2]));
        assert_eq!(told(&Last::of(2).after(&Last::of(1))), (Some(2), vec![2]));
        assert_eq!(told(&Last::default().after(&Last::of(1))), (Some(1), vec![1]));
        let mut led = Last::of(2);
        led.or_beside(&Last::default());
        assert_eq!(told(&led.after(&Last::of(1))), (Some(2), vec![2, 1]));
        let mut unchanged = Last::default();
        unchanged.or_beside(&Last::of(2));
        assert_eq!(told(&unchanged.after(&Last::of(1))), (Some(1), vec![1, 2]));
    }
}
