//! The load commands that name libraries, and where to look for them.
//! Specification: Apple, `mach-o/loader.h`; dyld(1).

use goblin::mach::load_command::{
    LC_CODE_SIGNATURE, LC_ID_DYLIB, LC_LAZY_LOAD_DYLIB, LC_LOAD_DYLIB, LC_LOAD_DYLINKER,
    LC_LOAD_UPWARD_DYLIB, LC_LOAD_WEAK_DYLIB, LC_REEXPORT_DYLIB, LC_RPATH,
};
use scroll::{Endian, Pread as _};

/// What a program or library says of the libraries that it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Libraries {
    /// The name that it gives itself as a library.
    pub name: Option<String>,
    /// The loader that it asks for.
    pub loader: Option<String>,
    /// What it needs, as written, and how much.
    pub needed: Vec<(String, Strength)>,
    /// Where names that begin with `@rpath` are looked for.
    pub rpaths: Vec<String>,
    /// Whether it carries a signature.
    pub signed: bool,
}

/// How much a library is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Nothing is loaded without it.
    Strong,
    /// It may be missing.
    Weak,
    /// It is loaded at the first call.
    Lazy,
}

impl Libraries {
    /// Reads one load command, if it is one of these.
    pub(super) fn read(&mut self, command: u32, bytes: &[u8], order: Endian) {
        let text = || text(bytes, order);
        match command {
            LC_ID_DYLIB => self.name = text(),
            LC_LOAD_DYLINKER => self.loader = text(),
            LC_LOAD_DYLIB | LC_REEXPORT_DYLIB | LC_LOAD_UPWARD_DYLIB => {
                self.needed.extend(text().map(|it| (it, Strength::Strong)));
            }
            LC_LOAD_WEAK_DYLIB => self.needed.extend(text().map(|it| (it, Strength::Weak))),
            LC_LAZY_LOAD_DYLIB => self.needed.extend(text().map(|it| (it, Strength::Lazy))),
            LC_RPATH => self.rpaths.extend(text()),
            LC_CODE_SIGNATURE => self.signed = true,
            _ => {}
        }
    }
}

/// The text of a command: the number behind its head says where in it.
fn text(command: &[u8], order: Endian) -> Option<String> {
    let at = usize::try_from(command.pread_with::<u32>(8, order).ok()?).ok()?;
    let text = command.get(at..)?.split(|byte| *byte == 0).next()?;
    str::from_utf8(text).ok().filter(|it| !it.is_empty()).map(str::to_owned)
}
