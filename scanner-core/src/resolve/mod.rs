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

use rayon::slice::ParallelSliceMut as _;

use crate::limits::Limits;
use crate::model::{LinkGraph, Relationship};

pub use account::{Account, account};
pub use attested::confirm;
pub use bound::{Attestation, Bound, bind};
pub use files::files;
pub use identity::{Merged, merge};
pub use layers::{attribute, mark};
pub use linkage::binaries;
pub use notices::notices;
pub use shipped::{Shipped, link};
pub use usage::usage;

/// How components belong together, sorted, and whose the programs and libraries of the link graph are.
/// What is missing of that is told in the notices.
pub fn relationships(
    inventory: &mut Merged,
    graph: LinkGraph,
    limits: &Limits,
) -> (Vec<Relationship>, LinkGraph) {
    dependencies::leave_out_unused(&mut inventory.components);
    let components = &inventory.components;
    let among_files = || {
        let (links, mut edges) =
            rayon::join(|| linkage::own(graph, components), || ownership::owners(components));
        edges.extend(linkage::edges(&links));
        edges.extend(linkage::into_programs(components));
        (links, edges)
    };
    let (dependencies, (links, mut relationships)) =
        rayon::join(|| dependencies::depend(components, limits), among_files);
    dependencies.mark(&mut inventory.components);
    inventory.notices.extend(dependencies.notices);
    relationships.extend(dependencies.edges);
    relationships.par_sort();
    relationships.dedup();
    (relationships, links)
}
