//! End to end: real builds by a real Docker, their SBOMs read back from a real registry.
//!
//! Every test ends at once, with a reason on standard error, where Docker cannot be had; in CI that is a failure.

mod attach;
mod cache;
mod documents;
mod edges;
mod encryption;
mod formats;
mod frontend;
mod hostile;
mod image;
mod links;
mod packages;
mod parameters;
mod recipes;
mod registries;
mod statements;
mod usage;
