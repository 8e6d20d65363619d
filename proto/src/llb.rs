//! LLB, the language of BuildKit's solver: the operations that we make, and of others' what has to be understood.
//!
//! An operation is known by the digest of its bytes, so those of others are passed on as they came; here they are
//! decoded only to follow their inputs.

use std::collections::BTreeMap;

/// A graph of operations. The last one names the result.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Definition {
    /// The operations, each an encoded [`Operation`].
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub operations: Vec<Vec<u8>>,
    /// What is said of an operation beside what it is, undecoded, by its digest.
    #[prost(btree_map = "string, bytes", tag = "2")]
    pub metadata: BTreeMap<String, Vec<u8>>,
    /// Which lines of which file operations come from, undecoded.
    #[prost(bytes = "vec", optional, tag = "3")]
    pub source: Option<Vec<u8>>,
}

/// What is said of an operation beside what it is.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OperationMetadata {
    /// That no cached result is to be taken.
    #[prost(bool, tag = "1")]
    pub ignore_cache: bool,
    /// Words for people; `llb.customname` is what progress shows.
    #[prost(btree_map = "string, string", tag = "2")]
    pub description: BTreeMap<String, String>,
}

/// One operation. One of its kinds is there, or none in the last one of a definition.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Operation {
    /// What it works on.
    #[prost(message, repeated, tag = "1")]
    pub inputs: Vec<Input>,
    /// Runs a program.
    #[prost(message, optional, tag = "2")]
    pub execution: Option<Execution>,
    /// Gets something from outside.
    #[prost(message, optional, tag = "3")]
    pub source: Option<Source>,
    /// Works on files.
    #[prost(message, optional, tag = "4")]
    pub file: Option<Files>,
    /// Lays file systems over each other.
    #[prost(message, optional, tag = "6")]
    pub merge: Option<Merge>,
    /// Takes what one file system has changed of another.
    #[prost(message, optional, tag = "7")]
    pub difference: Option<Difference>,
    /// What it runs on, undecoded.
    #[prost(bytes = "vec", optional, tag = "10")]
    pub platform: Option<Vec<u8>>,
    /// Which workers may run it, undecoded.
    #[prost(bytes = "vec", optional, tag = "11")]
    pub constraints: Option<Vec<u8>>,
}

/// One result of an operation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, prost::Message)]
pub struct Input {
    /// The digest of the operation.
    #[prost(string, tag = "1")]
    pub digest: String,
    /// Which of its results.
    #[prost(int64, tag = "2")]
    pub index: i64,
}

/// Runs a program.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Execution {
    /// The program.
    #[prost(message, optional, tag = "1")]
    pub process: Option<Process>,
    /// What it sees.
    #[prost(message, repeated, tag = "2")]
    pub mounts: Vec<Mount>,
    /// Which network it has.
    #[prost(enumeration = "Network", tag = "3")]
    pub network: i32,
}

/// A program with its arguments.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Process {
    /// The program and its arguments.
    #[prost(string, repeated, tag = "1")]
    pub arguments: Vec<String>,
    /// `NAME=VALUE`.
    #[prost(string, repeated, tag = "2")]
    pub environment: Vec<String>,
    /// The working directory.
    #[prost(string, tag = "3")]
    pub directory: String,
}

/// Which network a program has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum Network {
    /// The sandbox's own.
    Sandbox = 0,
    /// That of the host.
    Host = 1,
    /// None.
    None = 2,
}

/// A file system that a program sees.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Mount {
    /// Which input; −1 is an empty one.
    #[prost(int64, tag = "1")]
    pub input: i64,
    /// A path in it that stands for the whole.
    #[prost(string, tag = "2")]
    pub selector: String,
    /// Where.
    #[prost(string, tag = "3")]
    pub destination: String,
    /// Which result it becomes; −1 is none.
    #[prost(int64, tag = "4")]
    pub output: i64,
    /// That nothing can be written.
    #[prost(bool, tag = "5")]
    pub read_only: bool,
    /// What kind of mount; 0 is an ordinary one.
    #[prost(int32, tag = "6")]
    pub kind: i32,
    /// Whether equal content counts as the same input.
    #[prost(enumeration = "ContentCache", tag = "24")]
    pub content_cache: i32,
}

/// Whether equal content counts as the same input, for which all of it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum ContentCache {
    /// As the solver thinks best: on for what is read only.
    Default = 0,
    /// It does.
    On = 1,
    /// It does not.
    Off = 2,
}

/// Gets something from outside.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Source {
    /// `docker-image://…`, `local://…` and so on.
    #[prost(string, tag = "1")]
    pub identifier: String,
}

/// Works on files, one action after another.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Files {
    /// The actions.
    #[prost(message, repeated, tag = "2")]
    pub actions: Vec<FileAction>,
}

/// One action on files. Copying and removing are not decoded.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FileAction {
    /// What it changes: an input, or counted on from the last one the result of an earlier action; −1 is nothing.
    #[prost(int64, tag = "1")]
    pub input: i64,
    /// What it copies from, counted likewise.
    #[prost(int64, tag = "2")]
    pub secondary_input: i64,
    /// Which result of the operation it is; −1 is none.
    #[prost(int64, tag = "3")]
    pub output: i64,
    /// Makes a file.
    #[prost(message, optional, tag = "5")]
    pub make_file: Option<MakeFile>,
}

/// Makes a file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MakeFile {
    /// Where.
    #[prost(string, tag = "1")]
    pub path: String,
    /// Its permissions.
    #[prost(int32, tag = "2")]
    pub mode: i32,
    /// Its bytes.
    #[prost(bytes = "vec", tag = "3")]
    pub data: Vec<u8>,
    /// When it was made, in nanoseconds since 1970; −1 is now.
    #[prost(int64, tag = "5")]
    pub timestamp: i64,
}

/// Lays file systems over each other, the first lowest.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Merge {
    /// The file systems.
    #[prost(message, repeated, tag = "1")]
    pub inputs: Vec<Place>,
}

/// Takes what one file system has changed of another.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Difference {
    /// The other.
    #[prost(message, optional, tag = "1")]
    pub lower: Option<Place>,
    /// The one.
    #[prost(message, optional, tag = "2")]
    pub upper: Option<Place>,
}

/// One of the inputs of an operation.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Place {
    /// Which; −1 is an empty file system.
    #[prost(int64, tag = "1")]
    pub input: i64,
}
