//! What a distribution requires in the environment that it is installed in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::environment::Environment;
use super::marker;
use crate::analyzers::Context;
use crate::formats::deb822::Stanza;
use crate::formats::python_requirement::{self, Requirement};
use crate::model::{Claim, Terms};
use crate::path::ImagePath;

/// A name as names are compared (PEP 503), extras too (PEP 685).
pub(super) fn normalized(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|it| !it.is_empty());
    parts.collect::<Vec<_>>().join("-").to_lowercase()
}

/// A requirement with all that says when it holds.
struct Stated<'a> {
    /// None where it cannot be read.
    requirement: Option<Requirement<'a>>,
    /// The extra whose section it stands in.
    extra: String,
    markers: [&'a str; 2],
    text: &'a str,
}

/// Whether a requirement holds for a distribution with an extra.
enum Holds {
    Yes,
    No,
    Unknown,
}

/// What a distribution in a directory states: a claim of its own, and one for each of its extras that needs something.
/// One whose metadata has no place for it states nothing, but is there for others.
pub(super) fn claims(
    (site, listed): (&ImagePath, Option<&str>),
    metadata: &Stanza<'_>,
    (name, version): (&str, &str),
    cx: &Context<'_>,
) -> Vec<Claim> {
    let environment = Environment::of(site, cx);
    let homes: Arc<[ImagePath]> = environment.homes.as_slice().into();
    let place = homes.iter().position(|it| it == site).unwrap_or_default();
    let new = || Claim { own: place, ..Claim::new(Arc::clone(&homes)) };
    let all: Vec<Stated<'_>> = stated(metadata, listed.unwrap_or_default()).collect();
    let extras: BTreeSet<String> = all.iter().flat_map(Stated::extras).collect();
    let name = normalized(name);
    let mut own = new();
    own.provides.add(&name, version);
    own.requires = listed.map(|_| required(&all, "", &environment));
    let mut claims = vec![own];
    for extra in extras {
        let mut claim = new();
        claim.provides.add(&format!("{name}[{extra}]"), version);
        claim.requires = Some(required(&all, &extra, &environment));
        claim.extra = extra.into();
        claims.push(claim);
    }
    claims
}

/// Notes that a distribution is used from a directory.
pub(super) fn link(claims: &mut [Claim], directory: &ImagePath) {
    for claim in claims {
        claim.linked = Some(directory.clone());
    }
}

/// Has what is required looked for in a further directory, after all others.
pub(super) fn look_into(claims: &mut [Claim], directory: &ImagePath) {
    for claim in claims.iter_mut().filter(|it| !it.homes.contains(directory)) {
        claim.homes = claim.homes.iter().chain([directory]).cloned().collect();
    }
}

/// The requirements in the metadata itself, else in the list of an egg.
fn stated<'a>(metadata: &'a Stanza<'_>, listed: &'a str) -> impl Iterator<Item = Stated<'a>> {
    let stated = |text, extra: &str, marker| {
        let requirement = python_requirement::parse(text);
        let markers = [requirement.as_ref().map_or("", |it| it.marker), marker];
        Stated { requirement, extra: normalized(extra), markers, text }
    };
    let own = metadata.all("Requires-Dist").map(move |text| stated(text, "", ""));
    let listed = python_requirement::listed(listed);
    let listed = listed.map(move |it| stated(it.requirement, it.extra, it.marker));
    let mut own = own.peekable();
    let is_there = own.peek().is_some();
    own.chain(listed.filter(move |_| !is_there))
}

impl Stated<'_> {
    fn extras(&self) -> impl Iterator<Item = String> {
        let section = Some(self.extra.clone()).filter(|it| !it.is_empty());
        section.into_iter().chain(self.markers.into_iter().flat_map(marker::extras))
    }

    fn holds(&self, extra: &str, environment: &Environment<'_>) -> Holds {
        if !self.extra.is_empty() && self.extra != extra {
            return Holds::No;
        }
        let mut holds = Holds::Yes;
        for marker in self.markers.into_iter().filter(|it| !it.is_empty()) {
            let evaluate = |last| {
                marker::evaluate(marker, &|name| match name {
                    "extra" => Some(extra.to_owned()),
                    name => environment.variable(name, last),
                })
            };
            match (evaluate(false), evaluate(true)) {
                (Some(true), Some(true)) => {}
                (Some(false), Some(false)) => return Holds::No,
                _ => holds = Holds::Unknown,
            }
        }
        holds
    }
}

/// What is required for an extra beyond what is required without it.
fn required(all: &[Stated<'_>], extra: &str, environment: &Environment<'_>) -> Terms {
    let mut terms = Terms::default();
    let mut names: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for it in all {
        if !extra.is_empty() && !matches!(it.holds("", environment), Holds::No) {
            continue;
        }
        match (it.holds(extra, environment), &it.requirement) {
            (Holds::No, _) => {}
            // What or whether it requires cannot be told, so that it can neither be met nor left out.
            (Holds::Unknown, _) | (_, None) => terms.add(it.text, ""),
            (Holds::Yes, Some(requirement)) => {
                let name = normalized(requirement.name);
                for extra in &requirement.extras {
                    let part = format!("{name}[{}]", normalized(extra));
                    names.entry(part).or_default().insert(requirement.specifiers);
                }
                names.entry(name).or_default().insert(requirement.specifiers);
            }
        }
    }
    for (name, specifiers) in names {
        let all: Vec<&str> = specifiers.into_iter().filter(|it| !it.is_empty()).collect();
        terms.add(&name, &all.join(","));
    }
    terms
}
