//! Protocol buffers: CycloneDX documents and the gateway of BuildKit.

pub mod cyclonedx;
pub mod gateway;
pub mod llb;
pub mod writer;
