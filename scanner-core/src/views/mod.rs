//! Parts of an inventory, each an [`Sbom`](crate::model::Sbom) of its own that every emitter can write.

pub mod fragments;
mod unlayered;
mod usage;

pub use unlayered::unlayered;
pub use usage::usage;
