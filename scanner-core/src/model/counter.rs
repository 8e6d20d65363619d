//! What a scan counts, for people and for monitoring.

use std::collections::BTreeMap;
use std::fmt;

use super::Key;

/// Something that is counted. Displays in the manner of Prometheus: `executables{state="owned"}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counter {
    name: Key,
    labels: BTreeMap<Key, String>,
}

/// How often each counted thing was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<Counter, u64>);

impl Counter {
    /// A counter without labels.
    pub fn new(name: impl Into<Key>) -> Self {
        Self { name: name.into(), labels: BTreeMap::new() }
    }

    /// The programs, libraries and scripts that are `owned` by a package of the operating system, otherwise
    /// `identified`, or `unknown`.
    pub fn executables(state: &str) -> Self {
        Self::new("executables").label("state", state)
    }

    /// Reads what `Display` writes. What is not of that form is a name as a whole.
    pub fn parse(text: &str) -> Self {
        Self::labelled(text).unwrap_or_else(|| Self::new(text.to_owned()))
    }

    fn labelled(text: &str) -> Option<Self> {
        let (name, labels) = text.strip_suffix("\"}")?.split_once('{')?;
        let mut counter = Self::new(name.to_owned());
        for label in labels.split("\",") {
            let (key, value) = label.split_once("=\"")?;
            counter = counter.label(key.to_owned(), value);
        }
        (counter.to_string() == text).then_some(counter)
    }

    /// Adds a label.
    #[must_use]
    pub fn label(mut self, key: impl Into<Key>, value: &str) -> Self {
        self.labels.insert(key.into(), value.to_owned());
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
        f.write_str(&self.name)?;
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
        assert_eq!(Counter::parse(&counter.to_string()), counter);
        assert_eq!(Counter::parse("a{b"), Counter::new("a{b"));
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
