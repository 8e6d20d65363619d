//! Which layer brought which component.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Component, Identity, ImageFacts, Past};

/// What is there to the end.
const FOREVER: usize = usize::MAX;

/// Sets the layer of every component: the one from which on it has been there without a gap.
/// Gives the components that are gone, each as it was last, by identity.
pub fn attribute(components: &mut [Component], past: Vec<Past>) -> Vec<Past> {
    let mut lives: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    for it in &past {
        lives.entry(row(&it.identity)).or_default().push((it.layer, it.until));
    }
    let mut present = BTreeSet::new();
    for component in components {
        let now = component.evidence.iter().map(|it| (it.layer, FOREVER));
        let row = row(&component.identity);
        let mut runs: Vec<(usize, usize)> = lives.get(&row).cloned().unwrap_or_default();
        runs.extend(now);
        component.layer = last_run(runs).map_or(0, |(from, _)| from);
        present.insert(row);
    }
    let mut gone: BTreeMap<String, Past> = BTreeMap::new();
    for it in past {
        let row = row(&it.identity);
        if !present.contains(&row) {
            gone.entry(row).or_insert(it);
        }
    }
    let run = |(row, it): (String, Past)| {
        let (layer, until) = last_run(lives.remove(&row)?)?;
        Some(Past { layer, until, ..it })
    };
    let mut gone: Vec<Past> = gone.into_iter().filter_map(run).collect();
    gone.sort_unstable();
    gone
}

/// Writes the layer of every component into its properties.
pub fn mark(components: &mut [Component], image: &ImageFacts) {
    for component in components {
        let diff_id = image.layers.get(component.layer).map(|it| it.diff_id.clone());
        let part = image.part(component.layer).map(str::to_owned);
        let facts = [("layer:diff-id", diff_id), ("layer:part", part)];
        component
            .properties
            .extend(facts.into_iter().filter_map(|(key, value)| Some((key, value?))));
    }
}

/// The last time without a gap.
fn last_run(mut lives: Vec<(usize, usize)>) -> Option<(usize, usize)> {
    lives.sort_unstable();
    lives.into_iter().reduce(
        |run, next| {
            if next.0 <= run.1 { (run.0, run.1.max(next.1)) } else { next }
        },
    )
}

/// What stays the same of a component while a layer changes nothing of it.
/// A new release of the distribution changes the purls of all its packages, and none of their rows.
fn row(identity: &Identity) -> String {
    let text = identity.as_str();
    let Some((purl, qualifiers)) = text.split_once('?') else { return text.to_owned() };
    let own: Vec<&str> = qualifiers.split('&').filter(|it| !it.starts_with("distro=")).collect();
    format!("{purl}?{}", own.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_on_while_one_life_follows_another() {
        assert_eq!(last_run(vec![(2, 5), (0, 2), (5, FOREVER)]), Some((0, FOREVER)));
        assert_eq!(last_run(vec![(0, 2), (3, FOREVER)]), Some((3, FOREVER)));
        assert_eq!(last_run(vec![(1, 7), (2, 3)]), Some((1, 7)));
    }

    #[test]
    fn a_row_does_not_change_with_the_distribution() {
        let row = |text| row(&Identity::new(text));
        let (old, new) = (
            "pkg:apk/alpine/a@1?arch=x&distro=alpine-3.19.1",
            "pkg:apk/alpine/a@1?arch=x&distro=alpine-3.19.2",
        );
        assert_eq!(row(old), row(new));
        assert_ne!(row("pkg:apk/alpine/a@1?arch=x"), row("pkg:apk/alpine/a@1?arch=y"));
    }
}
