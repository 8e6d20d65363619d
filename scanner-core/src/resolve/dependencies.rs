//! What components were built or installed to use, as far as it is in the inventory.
//!
//! Nothing is invented: what nothing installed meets gives no edge, and the list that lacks it is incomplete.

use std::collections::{BTreeMap, BTreeSet};

use super::offers::{Offered, Offers};
use super::terms::{self, Met};
use crate::limits::Limits;
use crate::model::{
    COMPLETE, Code, Component, DEPENDENCIES, INCOMPLETE, Identity, Notice, Relation, Relationship,
    TermPart, Terms,
};
use crate::path::ImagePath;

/// Names of requirements that a notice gives as examples.
const EXAMPLES: usize = 3;

/// How components depend on each other.
pub(super) struct Dependencies {
    /// The edges, each with the first file that proves it.
    pub(super) edges: Vec<Relationship>,
    /// One for each ecosystem in which something is needed that nothing meets.
    pub(super) notices: Vec<Notice>,
    /// The places of components of which not all is known that they depend on.
    incomplete: BTreeSet<usize>,
}

/// Finds out which components meet what others need.
pub(super) fn depend(components: &[Component], limits: &Limits) -> Dependencies {
    let mut resolution = Resolution::of(components, limits.matches);
    resolution.meet();
    let edge = |((from, to), proof): (&(&Identity, &Identity), &&ImagePath)| Relationship {
        from: (*from).clone(),
        relation: Relation::DependsOn,
        to: (*to).clone(),
        proof: (*proof).clone(),
    };
    let edges = resolution.edges.iter().map(edge).collect();
    let mut notices = notices(components, &resolution.unmet);
    if resolution.room == 0 {
        let limit = limits.matches;
        let message =
            format!("needs of components match over {limit} times; what is beyond is left out");
        notices.push(Notice { path: ImagePath::root(), code: Code::LimitReached, message });
    }
    let incomplete = resolution.unmet.into_keys().chain(resolution.cut).collect();
    Dependencies { edges, notices, incomplete }
}

impl Dependencies {
    /// Marks each component's list as complete or incomplete. What was claimed is not kept.
    pub(super) fn mark(&self, components: &mut [Component]) {
        for (place, component) in components.iter_mut().enumerate() {
            if self.incomplete.contains(&place) {
                component.properties.insert(DEPENDENCIES, INCOMPLETE.to_owned());
            } else if component.claims.iter().any(|it| it.requires.is_some()) {
                component.properties.entry(DEPENDENCIES).or_insert_with(|| COMPLETE.to_owned());
            }
            component.claims = Vec::new();
        }
    }
}

/// Takes away what components that are used from where they lie would need there alone.
pub(super) fn leave_out_unused(components: &mut [Component]) {
    for claims in components.iter_mut().map(|it| &mut it.claims) {
        let linked: Vec<ImagePath> = claims.iter().filter_map(|it| it.linked.clone()).collect();
        for claim in claims.iter_mut().filter(|it| it.linked.is_none()) {
            if linked.iter().any(|it| claim.lies_in(it)) {
                claim.requires = None;
            }
        }
    }
}

/// The inventory while requirements are met.
struct Resolution<'a> {
    components: &'a [Component],
    edges: BTreeMap<(&'a Identity, &'a Identity), &'a ImagePath>,
    /// What nothing meets, by the place of the component.
    unmet: BTreeMap<usize, BTreeSet<&'a str>>,
    /// The places of components of whose needs not all were looked at.
    cut: BTreeSet<usize>,
    /// How many matches may follow.
    room: usize,
}

impl<'a> Resolution<'a> {
    fn of(components: &'a [Component], room: usize) -> Self {
        let (edges, unmet, cut) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Self { components, edges, unmet, cut, room }
    }

    /// Meets what components need in any case, then what they need for the optional parts that others ask for.
    fn meet(&mut self) {
        let offers = Offers::of(self.components);
        let mut pending = Vec::new();
        for (component, it) in self.components.iter().enumerate() {
            self.exact(component, it);
            let always = it.claims.iter().enumerate().filter(|(_, it)| it.extra.is_empty());
            pending.extend(always.map(|(claim, _)| Offered { component, claim }));
        }
        let mut seen: BTreeSet<Offered> = pending.iter().copied().collect();
        while let Some(next) = pending.pop() {
            for part in self.claim(next, &offers) {
                if seen.insert(part) {
                    pending.push(part);
                }
            }
        }
    }

    /// What is needed by its identity.
    fn exact(&mut self, place: usize, component: &'a Component) {
        let Some(proof) = component.evidence.first() else { return };
        for to in component.requires.iter().filter(|it| **it != component.identity) {
            match Component::find(self.components, to) {
                Some(to) => {
                    self.edges.entry((&component.identity, &to.identity)).or_insert(&proof.path);
                }
                None => {
                    self.unmet.entry(place).or_default().insert(to.as_str());
                }
            }
        }
    }

    /// What a claim asks for; gives the optional parts that it asks for.
    fn claim(&mut self, place: Offered, offers: &Offers<'a>) -> Vec<Offered> {
        let Some(component) = self.components.get(place.component) else { return Vec::new() };
        let Some(claim) = component.claims.get(place.claim) else { return Vec::new() };
        let mut parts = Vec::new();
        for term in claim.requires.iter().flat_map(Terms::iter) {
            if self.room == 0 {
                self.cut.insert(place.component);
                break;
            }
            let room = &mut self.room;
            let offered = |name, constraint| {
                let found = offers.offered(component, claim, (name, constraint)).take(*room);
                let found: BTreeSet<Offered> = found.collect();
                *room -= found.len();
                found
            };
            let Met { by: met, missing } = terms::meet(term.clone(), place.component, offered);
            if self.room == 0 {
                self.cut.insert(place.component);
                // Whether a condition holds is not known where not all was looked at.
                if term.clone().any(|it| matches!(it, TermPart::Join(_))) {
                    continue;
                }
            }
            if let Some(name) = missing {
                self.unmet.entry(place.component).or_default().insert(name);
            }
            // What provides what it needs itself has no need of others that do so too.
            let itself = met.iter().any(|it| it.component == place.component);
            for it in met {
                let Some(other) = self.components.get(it.component) else { continue };
                if !itself {
                    let edge = (&component.identity, &other.identity);
                    let proof = self.edges.entry(edge).or_insert(&claim.proof);
                    *proof = (*proof).min(&claim.proof);
                }
                if other.claims.get(it.claim).is_some_and(|it| !it.extra.is_empty()) {
                    parts.push(it);
                }
            }
        }
        parts
    }
}

/// One notice an ecosystem.
fn notices(components: &[Component], unmet: &BTreeMap<usize, BTreeSet<&str>>) -> Vec<Notice> {
    let mut ecosystems: BTreeMap<&str, Vec<(&Component, &BTreeSet<&str>)>> = BTreeMap::new();
    for (place, names) in unmet {
        if let Some(component) = components.get(*place) {
            ecosystems.entry(component.identity.ecosystem()).or_default().push((component, names));
        }
    }
    let notice = |(ecosystem, of): (&str, Vec<(&Component, &BTreeSet<&str>)>)| {
        let count: usize = of.iter().map(|(_, names)| names.len()).sum();
        let each = of
            .iter()
            .flat_map(|(it, names)| names.iter().map(|name| format!("{name} of {}", it.name)));
        let examples: Vec<String> = each.take(EXAMPLES).collect();
        let message = format!(
            "{ecosystem}: requirements that nothing installed meets: {count} ({}{}), of components: {}; what these \
             depend on is incomplete",
            examples.join(", "),
            if count > EXAMPLES { ", …" } else { "" },
            of.len(),
        );
        Notice { path: ImagePath::root(), code: Code::DependencyMissing, message }
    };
    ecosystems.into_iter().map(notice).collect()
}
