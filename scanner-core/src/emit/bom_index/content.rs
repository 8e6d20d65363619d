//! What an index says, before it is bytes.

use std::borrow::Cow;

use crate::emit::Stamp;
use crate::model::{Component, Kind, Method, Sbom, Sha256};

/// Microseconds of a second.
const MICROSECONDS: i64 = 1_000_000;

/// Bytes of the longest name that the format can hold.
const LONGEST: usize = u16::MAX as usize;

/// The tables of an index. Names ascend by their bytes, each once.
#[derive(Clone, Debug)]
pub struct Content<'a> {
    /// The digest of the image.
    pub image: String,
    /// When it was made, in microseconds since the Unix epoch.
    pub created: i64,
    /// The digests of the layers, lowest first.
    pub layers: Vec<Cow<'a, str>>,
    /// The entrypoints.
    pub entrypoints: Vec<Cow<'a, str>>,
    /// The components.
    pub components: Vec<Row<'a>>,
}

/// A component.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// What it is called.
    pub identity: Cow<'a, str>,
    /// The layer that brought it: since then every layer up to the uppermost holds it.
    pub since: u32,
    /// The entrypoints that use it, ascending.
    pub entrypoints: Vec<u32>,
    /// What proves it.
    pub origin: Origin,
}

/// What proves a component, as version 2 tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Something that the format has no word for.
    Unknown = 0,
    /// A row of the operating system's package database.
    OsDatabase = 1,
    /// Metadata that was installed with it.
    Metadata = 2,
    /// What a compiler or linker wrote into a binary.
    Linker = 3,
    /// An SBOM that somebody put into the image.
    Attestation = 4,
    /// A bare file.
    Binary = 5,
}

impl<'a> Content<'a> {
    /// What a scan found.
    pub fn of(sbom: &'a Sbom, stamp: &Stamp) -> Self {
        let image = sbom.digest();
        let mut layers: Vec<Cow<'a, str>> =
            sbom.image.iter().flat_map(|it| &it.layers).map(|it| name(&it.digest)).collect();
        if layers.is_empty() {
            // What has no layers is one layer as a whole, called what the whole is called.
            layers.push(Cow::Owned(image.clone()));
        }
        let uppermost = layers.len() - 1;
        let (entrypoints, ranks) = entrypoints(sbom);
        let row = |it: &'a Component| Row {
            identity: name(it.identity.as_str()),
            since: u32::try_from(it.layer.min(uppermost)).unwrap_or(u32::MAX),
            entrypoints: used_by(it, sbom, &ranks),
            origin: origin(it),
        };
        let mut components: Vec<Row<'_>> = sbom.components.iter().map(row).collect();
        components.sort_unstable_by(|a, b| a.identity.cmp(&b.identity));
        Self {
            image,
            created: stamp.created.saturating_mul(MICROSECONDS),
            layers,
            entrypoints,
            components,
        }
    }
}

/// The entrypoints in order, and the place of each of the model's among them.
fn entrypoints(sbom: &Sbom) -> (Vec<Cow<'_, str>>, Vec<u32>) {
    let stated = sbom.usage.as_ref().map_or(&[][..], |it| &it.entrypoints);
    let mut sorted: Vec<Cow<'_, str>> = stated.iter().map(|it| name(it)).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let rank = |it: &String| sorted.partition_point(|other| *other < name(it));
    let ranks = stated.iter().map(|it| u32::try_from(rank(it)).unwrap_or(u32::MAX)).collect();
    (sorted, ranks)
}

fn used_by(component: &Component, sbom: &Sbom, ranks: &[u32]) -> Vec<u32> {
    let used = sbom.usage.as_ref().and_then(|it| it.components.get(&component.identity));
    let by = used.iter().flat_map(|it| &it.by);
    let mut found: Vec<u32> = by.filter_map(|it| ranks.get(*it).copied()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The best of its proofs.
fn origin(component: &Component) -> Origin {
    let of_system = matches!(component.kind, Kind::OsPackage | Kind::OperatingSystem);
    let proven = component.evidence.iter().map(|it| match it.method {
        Method::Database if of_system => Origin::OsDatabase,
        Method::Database | Method::Metadata => Origin::Metadata,
        Method::BuildInfo => Origin::Linker,
        Method::Attestation => Origin::Attestation,
        Method::Digest => Origin::Binary,
        Method::Declaration => Origin::Unknown,
    });
    let proven = proven.filter(|it| *it != Origin::Unknown);
    proven.min_by_key(|it| *it as u8).unwrap_or(Origin::Unknown)
}

/// A name; one that is too long for the format is called by its digest.
fn name(text: &str) -> Cow<'_, str> {
    match text.len() {
        0..=LONGEST => Cow::Borrowed(text),
        _ => Cow::Owned(format!("name:sha256:{}", Sha256::of(text.as_bytes()))),
    }
}
