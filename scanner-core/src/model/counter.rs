//! What a scan counts, for people and for monitoring.

use std::collections::BTreeMap;
use std::fmt;

/// Something that is counted. Displays in the manner of Prometheus: `executables{state="owned"}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counter {
    name: &'static str,
    labels: BTreeMap<&'static str, String>,
}

/// How often each counted thing was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<Counter, u64>);

impl Counter {
    /// A counter without labels.
    pub fn new(name: &'static str) -> Self {
        Self { name, labels: BTreeMap::new() }
    }

    /// The programs, libraries and scripts that are `owned` by a package of the operating system, otherwise
    /// `identified`, or `unknown`.
    pub fn executables(state: &str) -> Self {
        Self::new("executables").label("state", state)
    }

    /// Adds a label.
    #[must_use]
    pub fn label(mut self, key: &'static str, value: &str) -> Self {
        self.labels.insert(key, value.to_owned());
        self
    }
}

impl Counts {
    /// Adds to a counter, which is there from then on.
    pub fn add(&mut self, counter: Counter, count: u64) {
        *self.0.entry(counter).or_default() += count;
    }

    /// Adds all of the other.
    pub fn join(&mut self, other: Self) {
        for (counter, count) in other.0 {
            self.add(counter, count);
        }
    }

    /// The counters in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Counter, u64)> {
        self.0.iter().map(|(counter, count)| (counter, *count))
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self.labels.iter().map(|(key, value)| format!("{key}={value:?}"));
        let labels = labels.collect::<Vec<_>>().join(",");
        f.write_str(self.name)?;
        if labels.is_empty() { Ok(()) } else { write!(f, "{{{labels}}}") }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<String> =
            self.iter().map(|(counter, count)| format!("{counter} {count}")).collect();
        f.write_str(&counts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_reads_as_prometheus_has_it() {
        let counter = Counter::executables("owned").label("format", "elf");
        assert_eq!(counter.to_string(), "executables{format=\"elf\",state=\"owned\"}");
        assert_eq!(Counter::new("scans").to_string(), "scans");
    }

    #[test]
    fn counts_add_up() {
        let (mut one, mut two) = (Counts::default(), Counts::default());
        one.add(Counter::new("a"), 1);
        two.add(Counter::new("a"), 2);
        two.add(Counter::new("b"), 0);
        one.join(two);
        assert_eq!(one.iter().map(|(_, count)| count).collect::<Vec<_>>(), [3, 0]);
    }
}
