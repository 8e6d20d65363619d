//! What is found in images: one file an analyzer, all of them in one list.

mod apk;
mod composer;
mod conda;
mod distro;
mod dpkg;
mod erlang;
mod executable;
mod findings;
mod go;
mod haskell;
mod homebrew;
mod java;
mod java_runtime;
mod luarocks;
mod name;
mod node;
mod opkg;
mod os_package;
mod package_note;
mod pacman;
mod perl;
mod portage;
mod python;
mod r;
mod rpm;
mod ruby;
mod run;
mod rust;
mod select;
mod target;

use crate::fs::LayeredFs;
use crate::model::Distro;

pub use distro::distro;
pub use executable::unknown;
pub use findings::{Fault, Findings, Found};
pub use run::run;
pub use select::Select;
pub use target::{Opened, Target};

/// Every analyzer, in alphabetical order.
pub const ANALYZERS: &[&dyn Analyzer] = &[
    &apk::Apk,
    &composer::Composer,
    &conda::Conda,
    &distro::OsRelease,
    &dpkg::Dpkg,
    &erlang::Erlang,
    &go::Go,
    &haskell::Haskell,
    &homebrew::Homebrew,
    &java::Java,
    &java_runtime::JavaRuntime,
    &luarocks::LuaRocks,
    &node::Node,
    &opkg::Opkg,
    &pacman::Pacman,
    &perl::Perl,
    &portage::Portage,
    &python::Python,
    &r::R,
    &rpm::Rpm,
    &ruby::Ruby,
    &rust::Rust,
];

/// Finds components of one kind. Without state: what it needs to know comes in the context.
pub trait Analyzer: Sync {
    /// The name of its file, which goes into evidence and never changes.
    fn id(&self) -> &'static str;

    /// What it reads, claims and refuses, for docs/analyzers.md.
    fn about(&self) -> About;

    /// The files that it wants to see. Data, so that all analyzers are matched in one pass.
    fn selects(&self) -> &'static [Select];

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
}
