//! The working directory of a process, as far as it is known.

use std::sync::Arc;

use super::value::{Known, Value, Why};
use crate::model::Reason;
use crate::path::ImagePath;

/// A working directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Directory {
    At(ImagePath),
    /// Nothing tells beforehand where the process has gone.
    Unknown(Arc<Why>),
}

impl Directory {
    /// Where a change to another directory leads.
    pub(super) fn to(&self, target: &Value) -> Self {
        let unknown = |why: &Why| {
            let message = format!("the working directory is not known: {}", why.message);
            Self::Unknown(Why::new(why.reason, message))
        };
        match (&target.known, self) {
            (Known::No(why), _) => unknown(why),
            (_, Self::Unknown(_)) if !target.text.starts_with('/') => self.clone(),
            _ => self.join(&target.text).map_or_else(
                || unknown(&Why { reason: Reason::MissingFile, message: "it is no path".into() }),
                Self::At,
            ),
        }
    }

    /// The path that a name means; none if it is no path, or nobody knows in which directory.
    pub(super) fn join(&self, name: impl AsRef<[u8]>) -> Option<ImagePath> {
        match self {
            Self::At(path) => path.join(name),
            Self::Unknown(_) if name.as_ref().first() == Some(&b'/') => ImagePath::normalize(name),
            Self::Unknown(_) => None,
        }
    }

    /// The path, if it is known.
    pub(super) fn path(&self) -> Option<&ImagePath> {
        if let Self::At(path) = self { Some(path) } else { None }
    }

    /// Why nobody knows what a name means here.
    pub(super) fn hides(&self, name: &str) -> Option<&Arc<Why>> {
        match self {
            Self::Unknown(why) if !name.starts_with('/') => Some(why),
            _ => None,
        }
    }

    /// What `pwd` prints.
    pub(super) fn value(&self) -> Value {
        match self {
            Self::At(path) => Value::sure(path.display()),
            Self::Unknown(why) => Value::unknown("$PWD", Arc::clone(why)),
        }
    }

    /// Why something is not found: it may be where the process has gone.
    pub(super) fn excuse(&self, reason: Reason, message: String) -> (Reason, String) {
        let absent = matches!(
            reason,
            Reason::CommandNotFound
                | Reason::MissingFile
                | Reason::JarNotFound
                | Reason::ModuleNotFound
        );
        match self {
            Self::Unknown(why) if absent => (why.reason, format!("{message}, or {}", why.message)),
            _ => (reason, message),
        }
    }
}
