//! One component a thing: what has the same identity is the same, found more than once.

use std::collections::BTreeMap;

use super::unknown;
use crate::limits::Limits;
use crate::model::{Code, Component, Identity, Notice};

/// Components, each once.
pub struct Merged {
    /// By identity.
    pub components: Vec<Component>,
    /// What was left out on the way.
    pub notices: Vec<Notice>,
}

/// Merges components of equal identity. Of single facts the one with the first evidence counts; lists are joined.
pub fn merge(mut found: Vec<Component>, limits: &Limits) -> Merged {
    found.sort_by(|a, b| a.identity.cmp(&b.identity).then_with(|| a.evidence.cmp(&b.evidence)));
    let mut merged: BTreeMap<Identity, Component> = BTreeMap::new();
    for component in found {
        match merged.get_mut(&component.identity) {
            Some(first) => join(first, component),
            None => {
                merged.insert(component.identity.clone(), component);
            }
        }
    }
    let mut notices = Vec::new();
    for component in merged.values_mut() {
        tidy(component);
        if component.evidence.len() > limits.evidence {
            let message = format!(
                "{} is proven in {} places",
                component.identity.as_str(),
                component.evidence.len()
            );
            let path = component.evidence.get(limits.evidence).map(|it| it.path.clone());
            let message = format!("{message}; {} of them are kept", limits.evidence);
            notices.extend(path.map(|path| Notice { path, code: Code::LimitReached, message }));
            component.evidence.truncate(limits.evidence);
        }
    }
    let mut components: Vec<Component> = merged.into_values().collect();
    unknown::leave_out_owned(&mut components);
    Merged { components, notices }
}

fn join(first: &mut Component, other: Component) {
    first.licenses.extend(other.licenses);
    first.owns.extend(other.owns);
    first.recorded.extend(other.recorded);
    first.folders.extend(other.folders);
    first.within.extend(other.within);
    first.requires.extend(other.requires);
    first.claims.extend(other.claims);
    first.linked.extend(other.linked);
    first.evidence.extend(other.evidence);
    first.supplier = first.supplier.take().or(other.supplier);
    first.source = first.source.take().or(other.source);
    first.download = first.download.take().or(other.download);
    for (key, value) in other.properties {
        first.properties.entry(key).or_insert(value);
    }
}

fn tidy(component: &mut Component) {
    component.licenses.sort_unstable();
    component.licenses.dedup();
    component.owns.sort_unstable();
    component.owns.dedup();
    component.folders.sort_unstable();
    component.folders.dedup();
    component.within.sort_unstable();
    component.within.dedup();
    component.requires.sort_unstable();
    component.requires.dedup();
    component.linked.sort_unstable();
    component.linked.dedup();
    component.evidence.sort_unstable();
    component.evidence.dedup();
}
