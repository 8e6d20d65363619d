//! Who we are, and how a registry wants to be told.

mod credentials;
mod token;

pub(crate) use credentials::Credential;
pub use credentials::Credentials;
pub(crate) use token::{Token, Wanted, fetch};
