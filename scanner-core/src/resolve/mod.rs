//! From components as found to an inventory: pure passes in a fixed order.

mod account;
mod attested;
mod bound;
mod dependencies;
mod files;
mod identity;
mod layers;
mod linkage;
mod notices;
mod offers;
mod owners;
mod ownership;
mod shipped;
mod terms;
mod unknown;
mod usage;

use crate::limits::Limits;
use crate::model::{LinkGraph, Relationship};

pub use account::{Account, account};
pub use attested::confirm;
pub use bound::{Attestation, Bound, bind};
pub use files::files;
pub use identity::{Merged, merge};
pub use layers::{attribute, mark};
pub use linkage::{binaries, own};
pub use notices::notices;
pub use shipped::{Shipped, link};
pub use usage::usage;

/// How components belong together, sorted. What is missing of that is told in the notices.
pub fn relationships(
    inventory: &mut Merged,
    links: &LinkGraph,
    limits: &Limits,
) -> Vec<Relationship> {
    let dependencies = dependencies::depend(&mut inventory.components, limits);
    inventory.notices.extend(dependencies.notices);
    let mut relationships = ownership::owners(&inventory.components);
    relationships.extend(dependencies.edges);
    relationships.extend(linkage::edges(links));
    relationships.extend(linkage::into_programs(&inventory.components));
    relationships.sort();
    relationships.dedup();
    relationships
}
