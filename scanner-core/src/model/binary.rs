//! What a program or library says of what it is and of what it loads.

/// A program or library in machine code, as far as loading it is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binary {
    /// The format of the file.
    pub format: Format,
    /// The kinds of machine that it is for: one, but for files that hold a program for each of several.
    pub machines: Vec<Machine>,
    /// Whether it is run or loaded.
    pub role: BinaryRole,
    /// How it comes to its libraries.
    pub linkage: Linkage,
    /// The build ID that the linker gave it: `gnu-build-id:…`, `macho-uuid:…`.
    pub build_id: Option<String>,
    /// Whether it carries a signature, which nobody has checked.
    pub signed: bool,
    /// The name that it gives itself as a library.
    pub name: Option<String>,
    /// The loader that it asks for.
    pub interpreter: Option<String>,
    /// What it asks for, in the order in which it is loaded.
    pub needs: Vec<Need>,
    /// Directories that it names for what it and its libraries need.
    pub rpath: Vec<String>,
    /// Directories that it names for what it needs itself. Where there are any, `rpath` has no force.
    pub runpath: Vec<String>,
    /// Whether libraries are not to be looked for where the system keeps its own.
    pub no_default_directories: bool,
    /// The versions of symbols that it needs, with the library that must define them.
    pub versions_needed: Vec<(String, Vec<String>)>,
    /// The versions of symbols that it defines.
    pub versions_defined: Vec<String>,
}

/// The format of a binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Unix and its like.
    Elf,
    /// macOS and its like.
    MachO,
    /// Windows.
    Pe,
}

/// A kind of machine. Only what is for the same kind can be loaded together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Machine {
    /// The number that the format has for it.
    pub number: u32,
    /// Whether addresses have 64 bits.
    pub is_64_bit: bool,
    /// Whether the lowest byte of a number comes first.
    pub little_endian: bool,
    /// What of the kind it is, `e_flags` of ELF.
    pub flags: u32,
}

/// Whether a binary is run or loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BinaryRole {
    /// It is run.
    Program,
    /// Programs load it.
    Library,
}

/// How a binary comes to its libraries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Linkage {
    /// A loader puts them together when it is run.
    Dynamic,
    /// All of them are inside it, at fixed addresses.
    Static,
    /// All of them are inside it, and it can be loaded anywhere.
    StaticPie,
}

/// Something that a binary asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// How much it is asked for.
    pub kind: NeedKind,
    /// Its name or path as written; of several that serve alike the one that is tried first in front.
    pub names: Vec<String>,
}

/// How much something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NeedKind {
    /// The program or loader that the kernel starts in its place.
    Interpreter,
    /// It is loaded into every program because configuration or environment say so.
    Preload,
    /// The binary is not loaded without it.
    Needed,
    /// It is loaded where it is there.
    Weak,
    /// It is loaded when it is first called.
    Delayed,
    /// It may be loaded on demand, and the binary says that it does not work without it.
    OnDemandRequired,
    /// It may be loaded on demand.
    OnDemand,
}

impl NeedKind {
    /// Whether nothing works without it.
    pub fn is_vital(self) -> bool {
        matches!(self, Self::Interpreter | Self::Needed)
    }

    /// Whether it is there from the start, and not only once it is called.
    pub fn is_immediate(self) -> bool {
        !matches!(self, Self::Delayed | Self::OnDemandRequired | Self::OnDemand)
    }

    /// The name used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interpreter => "interpreter",
            Self::Preload => "preload",
            Self::Needed => "needed",
            Self::Weak => "weak",
            Self::Delayed => "delayed",
            Self::OnDemandRequired => "on-demand-required",
            Self::OnDemand => "on-demand",
        }
    }
}

impl Linkage {
    /// The name used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dynamic => "dynamic",
            Self::Static => "static",
            Self::StaticPie => "static-pie",
        }
    }
}
