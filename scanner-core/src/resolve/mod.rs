//! From components as found to an inventory: pure passes in a fixed order.

mod account;
mod attested;
mod dependencies;
mod files;
mod identity;
mod layers;
mod notices;
mod owners;
mod ownership;
mod shipped;
mod unknown;

use crate::model::{Component, Relationship};

pub use account::{Account, account};
pub use attested::confirm;
pub use files::files;
pub use identity::{Merged, merge};
pub use layers::{attribute, mark};
pub use notices::notices;
pub use shipped::{Shipped, link};

/// How components belong together, sorted.
pub fn relationships(components: &[Component]) -> Vec<Relationship> {
    let mut relationships = ownership::owners(components);
    relationships.extend(dependencies::edges(components));
    relationships.sort();
    relationships.dedup();
    relationships
}
