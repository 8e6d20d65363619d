//! Who offers what is needed: components by their names in a database or directory, by files that they own, and by
//! files that prove them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::model::{Claim, Component, Origin, Terms};
use crate::path::ImagePath;
use crate::versions::Order;

/// Everything that components of an inventory offer to each other.
pub(super) struct Offers<'a> {
    components: &'a [Component],
    /// Databases and directories, each of one ecosystem.
    homes: BTreeMap<Home<'a>, usize>,
    /// In order.
    names: Vec<Offer<'a>>,
    /// Owners of the files that are needed by their paths.
    files: BTreeMap<&'a [u8], Vec<usize>>,
    /// The files that prove components which are needed by them, in order.
    proofs: Vec<(&'a [u8], usize)>,
}

type Home<'a> = (&'a str, &'a ImagePath);

/// A name in a home.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Offer<'a> {
    home: usize,
    name: &'a str,
    by: Offered,
    version: &'a str,
}

/// What is offered: a component, or what a claim of it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Offered {
    /// The place of the component in the inventory.
    pub(super) component: usize,
    /// The place of the claim among those of the component.
    pub(super) claim: usize,
}

/// Every claim, with the place of its component and its own.
fn claims(components: &[Component]) -> impl Iterator<Item = (Offered, &Component, &Claim)> {
    components.iter().enumerate().flat_map(|(component, it)| {
        let claims = it.claims.iter().enumerate();
        claims.map(move |(claim, claimed)| (Offered { component, claim }, it, claimed))
    })
}

impl<'a> Offers<'a> {
    pub(super) fn of(components: &'a [Component]) -> Self {
        let mut homes = BTreeMap::new();
        for (_, component, claim) in claims(components) {
            if let Some(home) = claim.home() {
                let number = homes.len();
                homes.entry((component.identity.ecosystem(), home)).or_insert(number);
            }
        }
        let mut names = Vec::new();
        for (by, component, claim) in claims(components) {
            let home = claim.home().map(|it| (component.identity.ecosystem(), it));
            let Some(home) = home.and_then(|it| homes.get(&it).copied()) else { continue };
            let offered = claim.provides.names();
            names.extend(offered.map(|(name, version)| Offer { home, name, by, version }));
        }
        names.sort_unstable();
        Self { components, homes, names, files: files(components), proofs: proofs(components) }
    }

    /// Who offers a name to a component, in versions that meet a constraint. Nothing has an empty name.
    pub(super) fn offered<'s>(
        &'s self,
        of: &'s Component,
        claim: &'s Claim,
        (name, constraint): (&'s str, &'s str),
    ) -> impl Iterator<Item = Offered> + 's {
        let ecosystem = of.identity.ecosystem();
        let order = Order::of_type(ecosystem);
        let admits = move |it: &&Offer<'_>| {
            constraint.is_empty() || order.is_some_and(|of| of.admits(constraint, it.version))
        };
        let homes = claim.homes.iter().filter_map(move |it| self.homes.get(&(ecosystem, it)));
        let mut named = homes.map(move |it| self.named(*it, name));
        let (mut first, mut latest) = (None, None);
        if claim.latest {
            let later = |a: &&Offer<'_>, b: &&Offer<'_>| {
                order.and_then(|it| it.compare(a.version, b.version)).unwrap_or(Ordering::Equal)
            };
            latest = named.flatten().filter(admits).max_by(later);
        } else {
            // What stands in an earlier home hides what has the same name in later ones.
            first = named.find(|it| !it.is_empty());
        }
        let named = first.into_iter().flatten().filter(admits).chain(latest).map(|it| it.by);
        let owners = self.files.get(name.as_bytes()).filter(|_| !claim.homes.is_empty());
        let owners = owners.into_iter().flatten().copied();
        let owners = owners.filter(move |it| self.ecosystem(*it) == ecosystem);
        let by_proof = if claim.homes.is_empty() { name } else { "" };
        let places = owners.chain(self.proven(by_proof.as_bytes()));
        named.chain(places.map(|component| Offered { component, claim: 0 }))
    }

    fn named(&self, home: usize, name: &str) -> &[Offer<'a>] {
        let start = self.names.partition_point(|it| (it.home, it.name) < (home, name));
        let rest = self.names.get(start..).unwrap_or_default();
        rest.get(..rest.partition_point(|it| (it.home, it.name) == (home, name)))
            .unwrap_or_default()
    }

    fn proven(&self, path: &[u8]) -> impl Iterator<Item = usize> {
        let start = self.proofs.partition_point(|(it, _)| *it < path);
        let rest = self.proofs.get(start..).unwrap_or_default();
        rest.iter().take_while(move |(it, _)| *it == path).map(|(_, component)| *component)
    }

    fn ecosystem(&self, component: usize) -> &str {
        self.components.get(component).map_or("", |it| it.identity.ecosystem())
    }
}

/// The owners of files that are needed by their paths. Lists are walked once, however long they are.
fn files(components: &[Component]) -> BTreeMap<&[u8], Vec<usize>> {
    let of_homes = claims(components).filter(|(_, _, it)| !it.homes.is_empty());
    let needed = of_homes.flat_map(|(_, _, it)| it.requires.iter().flat_map(Terms::names));
    let paths = needed.filter(|(name, _)| name.starts_with('/'));
    let mut files: BTreeMap<&[u8], Vec<usize>> =
        paths.map(|(name, _)| (name.as_bytes(), Vec::new())).collect();
    let owners = components.iter().enumerate().filter(|(_, it)| !it.claims.is_empty());
    for (place, component) in owners.filter(|_| !files.is_empty()).collect::<Vec<_>>() {
        for path in &component.owns {
            if let Some(owners) = files.get_mut(path.as_bytes()) {
                owners.push(place);
            }
        }
    }
    files
}

/// The files that prove components, where some are needed by them. What lies in an archive is not what it is.
fn proofs(components: &[Component]) -> Vec<(&[u8], usize)> {
    if !claims(components).any(|(_, _, it)| it.homes.is_empty()) {
        return Vec::new();
    }
    let places = components
        .iter()
        .enumerate()
        .filter(|(_, it)| it.within.is_empty() && it.identity.origin() == Origin::Installed);
    let mut proofs: Vec<(&[u8], usize)> = places
        .flat_map(|(place, it)| it.evidence.iter().map(move |it| (it.path.as_bytes(), place)))
        .collect();
    proofs.sort_unstable();
    proofs.dedup();
    proofs
}
