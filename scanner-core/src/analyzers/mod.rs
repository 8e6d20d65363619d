//! What is found in images: one file an analyzer, all of them in one list.

mod apk;
mod archive;
mod attested;
mod bitnami;
mod build_id;
mod cached;
mod cargo_lock;
mod chisel;
mod composer;
mod composer_lock;
mod conan;
mod conda;
mod database;
mod declared;
mod distro;
mod dotnet;
mod dpkg;
mod embedded_sbom;
mod erlang;
mod executable;
mod executable_file;
mod findings;
mod gemfile_lock;
mod go;
mod go_mod;
mod graalvm_sbom;
mod gradle_lockfile;
mod haskell;
mod homebrew;
mod java;
mod java_runtime;
mod linkage;
mod luarocks;
mod maven_pom;
mod name;
mod nix;
mod node;
mod npm_lock;
mod nuget_lock;
mod opkg;
mod os_package;
mod package_note;
mod package_resolved;
mod packages_config;
mod pacman;
mod past;
mod pdm_lock;
mod pe_facts;
mod pear;
mod perl;
mod pipfile_lock;
mod pnpm_lock;
mod poetry_lock;
mod portage;
mod project;
mod pylock;
mod python;
mod r;
mod requirements_txt;
mod rpm;
mod ruby;
mod run;
mod runtimes;
mod rust;
mod select;
mod snap;
mod snap_manifest;
mod target;
mod uv_lock;
mod wants;
mod yarn_lock;
mod yarn_pnp;

use crate::fs::LayeredFs;
use crate::model::{Distro, FileDetail, Input, Origin};

pub use distro::distro;
pub use executable::unknown;
pub use findings::{Fault, Findings, Found};
pub use past::past;
pub use run::run;
pub use select::Select;
pub use target::{Opened, Target};
pub use wants::Wants;

/// Every analyzer, in alphabetical order.
pub const ANALYZERS: &[&dyn Analyzer] = &[
    &apk::Apk,
    &bitnami::Bitnami,
    &cargo_lock::CargoLock,
    &chisel::Chisel,
    &composer::Composer,
    &composer_lock::ComposerLock,
    &conan::Conan,
    &conda::Conda,
    &distro::OsRelease,
    &dotnet::Dotnet,
    &dpkg::Dpkg,
    &embedded_sbom::EmbeddedSbom,
    &erlang::Erlang,
    &gemfile_lock::GemfileLock,
    &go::Go,
    &go_mod::GoModules,
    &graalvm_sbom::GraalvmSbom,
    &gradle_lockfile::GradleLockfile,
    &haskell::Haskell,
    &homebrew::Homebrew,
    &java::Java,
    &java_runtime::JavaRuntime,
    &luarocks::LuaRocks,
    &maven_pom::MavenPom,
    &nix::Nix,
    &node::Node,
    &npm_lock::NpmLock,
    &nuget_lock::NugetLock,
    &opkg::Opkg,
    &package_resolved::PackageResolved,
    &packages_config::PackagesConfig,
    &pacman::Pacman,
    &pdm_lock::PdmLock,
    &pear::Pear,
    &perl::Perl,
    &pipfile_lock::PipfileLock,
    &pnpm_lock::PnpmLock,
    &poetry_lock::PoetryLock,
    &portage::Portage,
    &pylock::Pylock,
    &python::Python,
    &r::R,
    &requirements_txt::RequirementsTxt,
    &rpm::Rpm,
    &ruby::Ruby,
    &runtimes::Runtimes,
    &rust::Rust,
    &snap::Snap,
    &snap_manifest::SnapManifest,
    &uv_lock::UvLock,
    &yarn_lock::YarnLock,
    &yarn_pnp::YarnPnp,
];

/// Finds components of one kind. Without state: what it needs to know comes in the context.
pub trait Analyzer: Sync {
    /// The name of its file, which goes into evidence and never changes.
    fn id(&self) -> &'static str;

    /// What it reads, claims and refuses, for docs/analyzers.md.
    fn about(&self) -> About;

    /// The files that it wants to see. Data, so that all analyzers are matched in one pass.
    fn selects(&self) -> &'static [Select];

    /// Whether what it finds is there or only asked for. The runner marks what is only asked for.
    fn origin(&self) -> Origin {
        Origin::Installed
    }

    /// Further files that it opens on its way. Only who reads a layer from a stream asks:
    /// a file that is missing here costs another pass over its layer, and nothing else.
    fn reads(&self) -> &'static [Select] {
        &[]
    }

    /// Reads one file. What was found before an error is kept, and the error becomes a notice.
    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault>;
}

/// An analyzer in words.
pub struct About {
    /// What it claims, and from what.
    pub claims: &'static str,
    /// What it does not take for a component, although it looks like one.
    pub refuses: &'static str,
    /// The specification that it follows.
    pub specification: &'static str,
}

/// What every analyzer may look at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The image, read-only.
    pub fs: &'a LayeredFs<'a>,
    /// The distribution, where the image names one.
    pub distro: Option<&'a Distro>,
    /// What kind of tree it is.
    pub input: Input,
    /// Which files the documents will list.
    pub files: FileDetail,
}
