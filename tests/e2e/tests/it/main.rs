//! End to end: real builds by a real Docker, their SBOMs read back from a real registry.
//!
//! Every test ends at once, with a reason on standard error, where Docker cannot be had; in CI that is a failure.

#[cfg(feature = "all")]
mod attach;
mod documents;
#[cfg(feature = "all")]
mod formats;
#[cfg(feature = "all")]
mod frontend;
mod hostile;
mod image;
mod packages;
mod parameters;
#[cfg(feature = "all")]
mod registries;
mod statements;
