//! The ways in, one file each, and what several of them do.

pub(crate) mod attach;
pub(crate) mod build_step;
pub(crate) mod cache;
pub(crate) mod diff;
pub(crate) mod discover;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod frontend;
pub(crate) mod generator;
pub(crate) mod index;
pub(crate) mod local;
mod targets;
pub(crate) mod trace;
pub(crate) mod verify;
