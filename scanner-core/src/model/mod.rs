//! Plain data: what a scan knows. No input or output, no serialization.

mod binary;
mod claim;
mod component;
mod composition;
mod counter;
mod digest;
mod distro;
mod evidence;
mod executable;
mod image;
mod license;
mod link;
mod notice;
mod origin;
mod past;
mod properties;
mod purl;
mod purl_pattern;
mod relationship;
mod sbom;
mod stack;
mod trace;
mod usage;

pub use binary::{Binary, BinaryRole, Format, Linkage, Machine, Need, NeedKind};
pub use claim::{Claim, Join, TermPart, Terms};
pub use component::{
    ATTESTED_BY, ATTESTED_OF, COMPLETE, Component, DEPENDENCIES, INCOMPLETE, INSTALLED_AS,
    Identity, Kind, RecordedDigest, Source, Supplier,
};
pub use composition::{Composition, Part};
pub use counter::{Counter, Counts};
pub use digest::{Digesting, Hex, Sha256, hex, unhex};
pub use distro::Distro;
pub use evidence::{Evidence, Method, Position};
pub use executable::ExecutableFile;
pub use image::{Base, BaseMethod, ImageFacts, LayerFacts};
pub use license::License;
pub use link::{Difference, Edge, How, LinkGraph, LinkedFile, Loaded, Missing};
pub use notice::{Code, Notice};
pub use origin::{Input, Origin};
pub use past::Past;
pub use properties::{Key, Properties};
pub use purl::Purl;
pub use purl_pattern::PurlPattern;
pub use relationship::{Relation, Relationship};
pub use sbom::{FileDetail, FileRecord, Sbom};
pub use stack::Frame;
pub use trace::{
    Diagnostic, Hop, HopKind, Place, Reason, RunConfig, RunOrigin, Terminal, TerminalKind, Trace,
};
pub use usage::{Certainty, Outcome, Usage, Used, View};
