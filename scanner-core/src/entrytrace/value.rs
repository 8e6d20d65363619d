//! What a word of a script comes to, and how sure that is.

use std::sync::Arc;

use ecow::EcoString;

use crate::model::Reason;

/// A text of a running script.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
pub(super) struct Value {
    /// The text; of an unknown value, how it is written.
    pub(super) text: EcoString,
    pub(super) known: Known,
}

/// How sure a value is.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
pub(super) enum Known {
    /// It is the same whenever the image is run.
    Sure,
    /// It is this as the image is configured; who runs it may change it.
    Likely(Arc<Why>),
    /// Nothing tells it beforehand.
    No(Arc<Why>),
}

/// What a value depends on.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
pub(super) struct Why {
    pub(super) reason: Reason,
    pub(super) message: String,
}

impl Why {
    pub(super) fn new(reason: Reason, message: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { reason, message: message.into() })
    }
}

impl Value {
    pub(super) fn sure(text: impl Into<EcoString>) -> Self {
        Self { text: text.into(), known: Known::Sure }
    }

    pub(super) fn likely(text: impl Into<EcoString>, why: Arc<Why>) -> Self {
        Self { text: text.into(), known: Known::Likely(why) }
    }

    pub(super) fn unknown(written: impl Into<EcoString>, why: Arc<Why>) -> Self {
        Self { text: written.into(), known: Known::No(why) }
    }

    /// The text, if nothing but the configuration is needed to tell it.
    pub(super) fn text(&self) -> Option<&str> {
        (!matches!(self.known, Known::No(_))).then_some(&*self.text)
    }

    pub(super) fn why(&self) -> Option<&Arc<Why>> {
        match &self.known {
            Known::Sure => None,
            Known::Likely(why) | Known::No(why) => Some(why),
        }
    }

    /// Adds another text after this one. The whole is as sure as the less sure of both.
    pub(super) fn push(&mut self, other: &Self) {
        if self.text.is_empty() {
            self.text.clone_from(&other.text);
        } else {
            self.text.push_str(&other.text);
        }
        self.known.weaken(&other.known);
    }

    /// Another text that is as sure as this one.
    pub(super) fn with(&self, text: impl Into<EcoString>) -> Self {
        Self { text: text.into(), known: self.known.clone() }
    }

    /// What a test of this value says, given what it says of the text.
    pub(super) fn test(&self, test: impl FnOnce(&str) -> bool) -> Truth {
        match &self.known {
            Known::Sure => Truth::Sure(test(&self.text)),
            Known::Likely(why) => Truth::Likely(test(&self.text), Arc::clone(why)),
            Known::No(why) => Truth::Unknown(Arc::clone(why)),
        }
    }
}

impl Known {
    pub(super) fn weaken(&mut self, other: &Self) {
        let worse = matches!(
            (&*self, other),
            (Self::Sure, Self::Likely(_) | Self::No(_)) | (Self::Likely(_), Self::No(_))
        );
        if worse {
            *self = other.clone();
        }
    }
}

/// Whether something holds, as far as that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    /// It does or does not, whenever the image is run.
    Sure(bool),
    /// It does or does not as the image is configured.
    Likely(bool, Arc<Why>),
    /// Nothing tells it beforehand.
    Unknown(Arc<Why>),
}

impl Truth {
    pub(super) fn not(self) -> Self {
        match self {
            Self::Sure(it) => Self::Sure(!it),
            Self::Likely(it, why) => Self::Likely(!it, why),
            Self::Unknown(_) => self,
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Sure(true), it) | (it, Self::Sure(true)) => it,
            (Self::Sure(false), _) | (_, Self::Sure(false)) => Self::Sure(false),
            (Self::Likely(false, why), _) | (_, Self::Likely(false, why)) => {
                Self::Likely(false, why)
            }
            (Self::Unknown(why), _) | (_, Self::Unknown(why)) => Self::Unknown(why),
            (it, _) => it,
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    /// The same, if both say it; otherwise what the first depends on.
    pub(super) fn meet(self, other: &Self) -> Self {
        let says = |it: &Self| match it {
            Self::Sure(holds) | Self::Likely(holds, _) => Some(*holds),
            Self::Unknown(_) => None,
        };
        if self == *other || says(&self).is_some() && says(&self) == says(other) {
            return self;
        }
        Self::Unknown(match (other, &self) {
            (Self::Unknown(why) | Self::Likely(_, why), _)
            | (Self::Sure(_), Self::Unknown(why) | Self::Likely(_, why)) => Arc::clone(why),
            (Self::Sure(_), Self::Sure(_)) => {
                Why::new(Reason::DynamicCommandOutput, "the script goes several ways")
            }
        })
    }
}
