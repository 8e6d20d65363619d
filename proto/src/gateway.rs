//! BuildKit's gateway, the service `moby.buildkit.v1.frontend.LLBBridge`: the messages that a frontend needs.
//!
//! Written from the wire facts. What is only passed on, definitions above all, is kept as the bytes that came,
//! so that fields of newer versions survive; maps are ordered, so that equal messages are equal bytes.

use std::collections::BTreeMap;

/// Asks what the daemon can do.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PingRequest {}

/// What the daemon can do.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PongResponse {
    /// What its gateway can do.
    #[prost(message, repeated, tag = "1")]
    pub frontend_capabilities: Vec<Capability>,
    /// What its solver can do.
    #[prost(message, repeated, tag = "2")]
    pub llb_capabilities: Vec<Capability>,
}

/// One thing that the daemon knows of.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Capability {
    /// Its name.
    #[prost(string, tag = "1")]
    pub id: String,
    /// Whether it may be used.
    #[prost(bool, tag = "2")]
    pub enabled: bool,
}

/// Asks for the definitions that the client gave: named contexts.
#[derive(Clone, PartialEq, prost::Message)]
pub struct InputsRequest {}

/// Those definitions, undecoded.
#[derive(Clone, PartialEq, prost::Message)]
pub struct InputsResponse {
    /// By name.
    #[prost(btree_map = "string, bytes", tag = "1")]
    pub definitions: BTreeMap<String, Vec<u8>>,
}

/// Asks for the result of a definition, or of another frontend.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SolveRequest {
    /// What to solve.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub definition: Option<Vec<u8>>,
    /// Or which frontend to ask.
    #[prost(string, tag = "2")]
    pub frontend: String,
    /// The frontend's options.
    #[prost(btree_map = "string, string", tag = "3")]
    pub frontend_options: BTreeMap<String, String>,
    /// That the caller knows results of more than a reference.
    #[prost(bool, tag = "5")]
    pub allow_result_return: bool,
    /// That the caller knows references with their definitions.
    #[prost(bool, tag = "6")]
    pub allow_result_array_ref: bool,
    /// Where to look for cached results beside the local ones.
    #[prost(message, repeated, tag = "12")]
    pub cache_imports: Vec<CacheImport>,
    /// The frontend's named contexts, undecoded.
    #[prost(btree_map = "string, bytes", tag = "13")]
    pub frontend_inputs: BTreeMap<String, Vec<u8>>,
    /// Whether to wait until it is built.
    #[prost(bool, tag = "14")]
    pub evaluate: bool,
}

/// A place of cached results.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CacheImport {
    /// What kind of place: `registry`, `gha` and so on.
    #[prost(string, tag = "1")]
    pub kind: String,
    /// Where it is.
    #[prost(btree_map = "string, string", tag = "2")]
    pub attributes: BTreeMap<String, String>,
}

/// The answer to a [`SolveRequest`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct SolveResponse {
    /// The result.
    #[prost(message, optional, tag = "3")]
    pub result: Option<Answer>,
}

/// A build's result: what is built, for one platform or several, and what is said of it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Answer {
    /// The one thing that is built.
    #[prost(message, optional, tag = "3")]
    pub reference: Option<Reference>,
    /// Or one for each platform.
    #[prost(message, optional, tag = "4")]
    pub references: Option<References>,
    /// Image configurations and whatever else a frontend says.
    #[prost(btree_map = "string, bytes", tag = "10")]
    pub metadata: BTreeMap<String, Vec<u8>>,
    /// Attestations by platform.
    #[prost(btree_map = "string, message", tag = "12")]
    pub attestations: BTreeMap<String, Attestations>,
}

/// Something built, or to be built when it is needed. Without a name it is empty.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Reference {
    /// Its name for further calls.
    #[prost(string, tag = "1")]
    pub id: String,
    /// How it is built, undecoded.
    #[prost(bytes = "vec", optional, tag = "2")]
    pub definition: Option<Vec<u8>>,
}

/// Things built, by platform.
#[derive(Clone, PartialEq, prost::Message)]
pub struct References {
    /// By platform.
    #[prost(btree_map = "string, message", tag = "1")]
    pub by_platform: BTreeMap<String, Reference>,
}

/// The attestations of one platform.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Attestations {
    /// In the order in which they are attached.
    #[prost(message, repeated, tag = "1")]
    pub all: Vec<Attestation>,
}

/// A predicate, or a bundle of statements, in a file of something built.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Attestation {
    /// Which of the two, as a number of [`AttestationKind`].
    #[prost(enumeration = "AttestationKind", tag = "1")]
    pub kind: i32,
    /// How it is to be treated.
    #[prost(btree_map = "string, bytes", tag = "2")]
    pub metadata: BTreeMap<String, Vec<u8>>,
    /// What the file is in.
    #[prost(message, optional, tag = "3")]
    pub reference: Option<Reference>,
    /// The file, or the directory of a bundle.
    #[prost(string, tag = "4")]
    pub path: String,
    /// The type of the predicate.
    #[prost(string, tag = "5")]
    pub predicate_type: String,
    /// What it is about, undecoded; none means the image itself.
    #[prost(bytes = "vec", repeated, tag = "6")]
    pub subjects: Vec<Vec<u8>>,
}

/// What an attestation's path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum AttestationKind {
    /// A file with a bare predicate.
    InToto = 0,
    /// A directory of statements.
    Bundle = 1,
}

/// Ends the build, well or with an error.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReturnRequest {
    /// What is built.
    #[prost(message, optional, tag = "1")]
    pub result: Option<Answer>,
    /// Or why not: a `google.rpc.Status`.
    #[prost(message, optional, tag = "2")]
    pub error: Option<Status>,
}

/// The answer to a [`ReturnRequest`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReturnResponse {}

/// An error as gRPC carries it (`google.rpc.Status`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Status {
    /// What kind of error.
    #[prost(int32, tag = "1")]
    pub code: i32,
    /// In words.
    #[prost(string, tag = "2")]
    pub message: String,
    /// Further facts, undecoded: the lines of the Dockerfile above all.
    #[prost(bytes = "vec", repeated, tag = "3")]
    pub details: Vec<Vec<u8>>,
}

/// Asks for a file of something built, which is built for it if need be.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReadFileRequest {
    /// The name of a [`Reference`].
    #[prost(string, tag = "1")]
    pub reference: String,
    /// The file in it.
    #[prost(string, tag = "2")]
    pub path: String,
}

/// The file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReadFileResponse {
    /// Its bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub data: Vec<u8>,
}

/// Shows the user a warning.
#[derive(Clone, PartialEq, prost::Message)]
pub struct WarnRequest {
    /// The step of the build that it is about.
    #[prost(string, tag = "1")]
    pub digest: String,
    /// How grave it is; 1 is usual.
    #[prost(int64, tag = "2")]
    pub level: i64,
    /// In one line.
    #[prost(bytes = "vec", tag = "3")]
    pub short: Vec<u8>,
    /// More lines.
    #[prost(bytes = "vec", repeated, tag = "4")]
    pub detail: Vec<Vec<u8>>,
    /// Where to read more.
    #[prost(string, tag = "5")]
    pub url: String,
}

/// The answer to a [`WarnRequest`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct WarnResponse {}
