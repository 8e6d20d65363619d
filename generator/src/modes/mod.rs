//! The ways in, one file each.

pub(crate) mod cache;
pub(crate) mod export;
pub(crate) mod generator;
pub(crate) mod local;
