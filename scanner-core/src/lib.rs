//! Image → [`Sbom`](model::Sbom) → bytes.
//!
//! The pipeline is one synchronous function, [`scan`](scan::scan), that knows no network, environment, clock or
//! global state. See ARCHITECTURE.md for the map.

pub mod analyzers;
mod by_hash;
pub mod diff;
pub mod documents;
pub mod emit;
pub mod entrytrace;
pub mod formats;
pub mod fs;
pub mod fuzz;
pub mod image;
pub mod limits;
pub mod model;
pub mod native;
pub mod parallel;
pub mod path;
pub mod read;
pub mod resolve;
pub mod scan;
pub mod source;
pub mod versions;
pub mod views;
