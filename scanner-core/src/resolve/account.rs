//! Every executable is accounted for: owned by a package, identified otherwise, or unknown.

use std::collections::BTreeMap;

use super::owners::{Owner, Owners};
use crate::model::{Component, Counter, Counts, ExecutableFile, Origin};

/// What became of the executables.
pub struct Account {
    /// How many are owned and identified.
    pub counts: Counts,
    /// Those that nothing owns or identifies, with the components that are inside them.
    pub unknown: Vec<ExecutableFile>,
}

/// Finds out what every executable belongs to.
pub fn account(components: &[Component], executables: Vec<ExecutableFile>) -> Account {
    let owners = Owners::of(components, executables.iter().map(|it| &it.path));
    let states: Vec<Option<Owner>> =
        executables.iter().map(|it| Owner::of(&owners.owners(&it.path))).collect();
    let mut counts = Counts::default();
    for (state, name) in [(Owner::Package, "owned"), (Owner::Component, "identified")] {
        let count = states.iter().filter(|it| **it == Some(state)).count();
        counts.add(Counter::executables(name), count as u64);
    }
    let unknown = executables.into_iter().zip(states).filter(|(_, state)| state.is_none());
    let mut unknown: Vec<ExecutableFile> = unknown.map(|(it, _)| it).collect();
    contents(components, &mut unknown);
    Account { counts, unknown }
}

/// Notes the components that each file proves: they are inside it.
fn contents(components: &[Component], unknown: &mut [ExecutableFile]) {
    let mut by_path: BTreeMap<_, _> =
        unknown.iter_mut().map(|it| (it.path.clone(), &mut it.contains)).collect();
    for component in components.iter().filter(|it| it.identity.origin() == Origin::Installed) {
        for evidence in &component.evidence {
            if let Some(contains) = by_path.get_mut(&evidence.path) {
                contains.push(component.identity.clone());
            }
        }
    }
}
