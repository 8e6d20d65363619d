//! What changed between two images: image → layer → component.

mod attribution;
mod key;
mod layers;
mod metadata;
mod pairs;

use crate::model::{Certainty, Component, Sbom};
use crate::versions::Order;

use attribution::Attribution;
pub use layers::{LayerPair, Match};
pub use metadata::Field;

/// What changed from one SBOM to another. Equal SBOMs give equal changes in equal order.
#[derive(Debug)]
pub struct Diff<'a> {
    /// The earlier one.
    pub old: &'a Sbom,
    /// The later one.
    pub new: &'a Sbom,
    /// The layers of both, lowest first: those that they share, those that were rebuilt, and those of one alone.
    pub layers: Vec<LayerPair>,
    /// The changes, by what changed.
    pub changes: Vec<Change<'a>>,
    /// Whether metadata were compared.
    pub metadata: Metadata,
}

/// Whether metadata of components that have the same version are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metadata {
    /// They are.
    Compared,
    /// They are not: the two are told in different ways, which would differ more than the images.
    Left,
}

/// One change.
#[derive(Debug)]
pub struct Change<'a> {
    /// What happened.
    pub kind: Kind,
    /// The component as it was.
    pub old: Option<&'a Component>,
    /// The component as it is.
    pub new: Option<&'a Component>,
    /// What differs beside the version.
    pub fields: Vec<Field>,
    /// The layer that brought it about, as a place in [`Diff::layers`]; none where that is not known.
    pub layer: Option<usize>,
    /// Whether the new image uses it; none of what is gone.
    pub usage: Option<Usage>,
    /// Whether the image has it in several versions, so that what became what cannot be told.
    pub is_one_of_several: bool,
}

/// What happened to a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another version, or is a file with other content.
    VersionChanged(Direction),
    /// It has the same version, and something else about it differs.
    MetadataChanged,
}

/// Which of two versions is the later one in the order of their ecosystem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The new one.
    Upgraded,
    /// The old one.
    Downgraded,
    /// Neither: they are equal in that order, or there is none for them.
    Unordered,
}

/// Whether the new image uses a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Its entrypoint does, certainly or on some ways.
    Used(Certainty),
    /// It does not.
    Unused,
    /// That is not known.
    Unknown,
}

impl Usage {
    /// The name used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Used(certainty) => certainty.as_str(),
            Self::Unused => "unused",
            Self::Unknown => "unknown",
        }
    }

    /// What an SBOM says of one of its components.
    pub fn of(component: &Component, sbom: &Sbom) -> Self {
        let Some(usage) = &sbom.usage else { return Self::Unknown };
        let used = usage.components.get(&component.identity);
        used.map_or(Self::Unused, |it| Self::Used(it.certainty))
    }
}

impl Kind {
    /// The name used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::VersionChanged(_) => "version_changed",
            Self::MetadataChanged => "metadata_changed",
        }
    }
}

impl Direction {
    /// The name used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upgraded => "upgraded",
            Self::Downgraded => "downgraded",
            Self::Unordered => "unordered",
        }
    }
}

/// Compares two SBOMs.
pub fn diff<'a>(old: &'a Sbom, new: &'a Sbom, metadata: Metadata) -> Diff<'a> {
    let layers = layers::pair(old, new);
    let attribution = Attribution::new(&layers, new);
    let changes = pairs::pair(&old.components, &new.components);
    let changes = changes.into_iter().filter_map(|pair| {
        let (kind, fields) = kind(&pair, metadata)?;
        Some(Change {
            kind,
            old: pair.old,
            new: pair.new,
            fields,
            layer: attribution.layer(&pair),
            usage: pair.new.map(|it| Usage::of(it, new)),
            is_one_of_several: pair.is_one_of_several,
        })
    });
    let changes = changes.collect();
    Diff { old, new, layers, changes, metadata }
}

/// What happened to a pair; none if nothing did.
fn kind(pair: &pairs::Pair<'_>, metadata: Metadata) -> Option<(Kind, Vec<Field>)> {
    let (old, new) = match (pair.old, pair.new) {
        (Some(old), Some(new)) => (old, new),
        (Some(_), None) => return Some((Kind::Removed, Vec::new())),
        (None, Some(_)) => return Some((Kind::Added, Vec::new())),
        (None, None) => return None,
    };
    let is_other_file = old.identity != new.identity && old.identity.file_digest().is_some();
    if old.version != new.version || is_other_file {
        return Some((Kind::VersionChanged(direction(old, new)), Vec::new()));
    }
    if metadata == Metadata::Left {
        return None;
    }
    let fields = metadata::compare(old, new);
    (!fields.is_empty()).then_some((Kind::MetadataChanged, fields))
}

fn direction(old: &Component, new: &Component) -> Direction {
    let purl_type = new.identity.purl().and_then(|it| it.strip_prefix("pkg:"));
    let purl_type = purl_type.and_then(|it| it.split('/').next()).unwrap_or_default();
    let order = Order::of_type(purl_type);
    match order.and_then(|it| it.compare(&old.version, &new.version)) {
        Some(std::cmp::Ordering::Less) => Direction::Upgraded,
        Some(std::cmp::Ordering::Greater) => Direction::Downgraded,
        Some(std::cmp::Ordering::Equal) | None => Direction::Unordered,
    }
}
