//! What makes an [`Image`](crate::image::Image), by medium. Only this folder touches the host's file system.

pub mod directory;
