//! Which component of one SBOM is which of the other.

use std::collections::BTreeMap;

use super::key::Key;
use crate::model::{Component, Position};

/// A component before and after.
pub(super) struct Pair<'a> {
    pub(super) old: Option<&'a Component>,
    pub(super) new: Option<&'a Component>,
    pub(super) is_one_of_several: bool,
}

/// Pairs the components, in the order of their keys.
pub(super) fn pair<'a>(old: &'a [Component], new: &'a [Component]) -> Vec<Pair<'a>> {
    let (old, new) = (sorted(old), sorted(new));
    let (mut old, mut new) = (old.as_slice(), new.as_slice());
    let mut pairs = Vec::with_capacity(old.len().max(new.len()));
    loop {
        let key = match (old.first(), new.first()) {
            (None, None) => return pairs,
            (Some((a, _)), Some((b, _))) => a.min(b),
            (Some((key, _)), None) | (None, Some((key, _))) => key,
        };
        let (group_old, rest_old) = old.split_at(count(old, key));
        let (group_new, rest_new) = new.split_at(count(new, key));
        group(group_old, group_new, &mut pairs);
        (old, new) = (rest_old, rest_new);
    }
}

type Keyed<'a> = (Key<'a>, &'a Component);

fn sorted(components: &[Component]) -> Vec<Keyed<'_>> {
    let mut keyed: Vec<Keyed<'_>> = components.iter().map(|it| (Key::of(it), it)).collect();
    keyed.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.identity.cmp(&other.identity)));
    keyed
}

/// How many at the front have a key.
fn count(keyed: &[Keyed<'_>], key: &Key<'_>) -> usize {
    keyed.iter().take_while(|(it, _)| it == key).count()
}

/// Pairs what has one key: by identity, by version, by place, and what is left over if it is one on each side.
fn group<'a>(old: &[Keyed<'a>], new: &[Keyed<'a>], pairs: &mut Vec<Pair<'a>>) {
    let is_one_of_several = old.len() > 1 || new.len() > 1;
    let mut add = |old, new| pairs.push(Pair { old, new, is_one_of_several });
    if let ([(_, old)], [(_, new)]) = (old, new) {
        return add(Some(old), Some(new));
    }
    let mut old: Vec<&Component> = old.iter().map(|(_, it)| *it).collect();
    let mut new: Vec<&Component> = new.iter().map(|(_, it)| *it).collect();
    if !old.is_empty() && !new.is_empty() {
        take(&mut old, &mut new, |it| Some(it.identity.as_str().to_owned()), &mut add);
        take(&mut old, &mut new, |it| Some(it.version.clone()), &mut add);
        take(&mut old, &mut new, place, &mut add);
        take(&mut old, &mut new, |_| Some(String::new()), &mut add);
    }
    for it in old {
        add(Some(it), None);
    }
    for it in new {
        add(None, Some(it));
    }
}

/// Takes out the pairs that share what nothing else on their side has.
fn take<'a>(
    old: &mut Vec<&'a Component>,
    new: &mut Vec<&'a Component>,
    shared: impl Fn(&Component) -> Option<String>,
    add: &mut impl FnMut(Option<&'a Component>, Option<&'a Component>),
) {
    let mut sides: BTreeMap<String, [Vec<&'a Component>; 2]> = BTreeMap::new();
    for it in old.iter() {
        if let Some(key) = shared(it) {
            sides.entry(key).or_default()[0].push(it);
        }
    }
    for it in new.iter() {
        if let Some(key) = shared(it) {
            sides.entry(key).or_default()[1].push(it);
        }
    }
    let is_paired = |it: &&Component| {
        let sides = shared(it).and_then(|key| sides.get(&key));
        sides.is_some_and(|[old, new]| old.len() == 1 && new.len() == 1)
    };
    old.retain(|it| !is_paired(it));
    new.retain(|it| !is_paired(it));
    for [old, new] in sides.values() {
        if let ([old], [new]) = (old.as_slice(), new.as_slice()) {
            add(Some(old), Some(new));
        }
    }
}

/// The file that is the component's own. A row of a database has none.
fn place(component: &Component) -> Option<String> {
    let first = component.evidence.first()?;
    let own = matches!(first.position, Position::Whole | Position::Entry(_));
    own.then(|| first.location().into_owned())
}
