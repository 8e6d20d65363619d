//! What makes an [`Image`](crate::image::Image), by medium. Only this folder touches the host's file system.

mod base;
mod beneath;
mod blob;
mod cache;
mod config;
mod decompress;
pub mod directory;
pub mod docker_archive;
mod error;
mod found;
mod host;
pub mod oci_layout;
mod platform;
mod spill;
mod store;
mod tar_layer;
mod verify;
mod watch;

use std::sync::Arc;

use crate::image::{Keep, Passing};
use crate::limits::Limits;

pub use base::give as give_base;
pub use blob::{Blob, Contents};
pub use cache::{Claim, LayerCache, Place};
pub use error::SourceError;
pub use found::{Found, read_all};
pub use oci_layout::{Reference, Request};
pub use platform::{Platform, Platforms};
pub use spill::Spill;
pub use watch::{LayerEvent, Watch};

/// What reading layers needs.
#[derive(Clone)]
pub struct Reading<'a> {
    /// The bounds.
    pub limits: &'a Limits,
    /// Where contents are kept.
    pub spill: Arc<Spill>,
    /// How much of each content to keep while it streams by. What is missing later costs another pass over its layer.
    pub keep: &'a (dyn Fn(&Passing<'_>) -> Keep + Sync),
    /// Where listed layers are kept for other scans; none if that is not wanted.
    pub cache: Option<Arc<dyn LayerCache>>,
    /// Who hears how far the layers are.
    pub watch: &'a Watch<'a>,
}
