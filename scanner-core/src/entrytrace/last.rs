//! What may be the last command that a way waited for: where nothing takes the script's place, the script ends in it.

use super::world::Hops;

/// The commands that may be the last one.
#[derive(Clone, Debug)]
pub(super) struct Last {
    hops: Hops,
    /// Whether it may still be what it was where the way began.
    unchanged: bool,
}

impl Default for Last {
    /// Where a way begins.
    fn default() -> Self {
        Self { hops: Hops::default(), unchanged: true }
    }
}

impl Last {
    /// This one, whatever was the last before.
    pub(super) fn of(hop: usize) -> Self {
        Self { hops: [hop].into_iter().collect(), unchanged: false }
    }

    /// One of those of two ways.
    pub(super) fn or(&mut self, other: &Self) {
        self.hops.add(&other.hops);
        self.unchanged |= other.unchanged;
    }

    /// What it is if the way begins after another.
    pub(super) fn after(&self, before: &Self) -> Self {
        let mut last = Self { hops: self.hops.clone(), unchanged: false };
        if self.unchanged {
            last.or(before);
        }
        last
    }

    /// Whether nothing was run since the way began.
    pub(super) fn is_unchanged(&self) -> bool {
        self.unchanged && self.hops.iter().next().is_none()
    }

    /// The hops of these commands, the first ones first.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.hops.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_may_run_nothing_leaves_what_was_the_last_before() {
        let hops = |it: &Last| it.iter().collect::<Vec<_>>();
        let mut inside = Last::of(2);
        inside.or(&Last::default());
        assert_eq!(hops(&inside.after(&Last::of(1))), [1, 2]);
        assert_eq!(hops(&Last::of(2).after(&Last::of(1))), [2]);
        assert_eq!(hops(&Last::default().after(&Last::of(1))), [1]);
    }
}
