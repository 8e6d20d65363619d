//! The loaders of an image: which C library's each is, and where it looks anyway.
//! Specification: ld.so(8); glibc, `elf/dl-load.c`; musl, `ldso/dynlink.c`.

use std::collections::BTreeMap;

use super::configuration::{Configuration, existing};
use super::places::{Place, Places};
use crate::model::{Binary, Machine, NeedKind};
use crate::read::window;

/// A loader, and how the system is set up for it.
pub(super) struct System {
    /// Whose rules it keeps.
    pub(super) libc: Libc,
    /// The loader itself; none where the image has none.
    pub(super) loader: Option<Place>,
    /// Where it looks when nothing else says where a library is.
    pub(super) default: Vec<usize>,
    /// What `$LIB` means to it.
    pub(super) lib: String,
    /// What `$PLATFORM` means to it.
    pub(super) platform: &'static str,
}

/// Whose rules a loader keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Libc {
    /// The GNU C library.
    Glibc,
    /// musl.
    Musl,
}

/// Bytes of a loader that are searched for the directories that are built into it. Real ones have 250,000.
const LOADER: u64 = 4 << 20;

/// A kind of machine: its number in ELF and whether it has 64 bits, its name for `$PLATFORM`, the directory of its
/// libraries on Debian and elsewhere, and where its loaders are by agreement.
struct Kind {
    machine: (u32, bool),
    platform: &'static str,
    multiarch: &'static str,
    lib: &'static str,
    loaders: &'static [&'static str],
}

const fn kind(
    machine: (u32, bool),
    platform: &'static str,
    multiarch: &'static str,
    lib: &'static str,
    loaders: &'static [&'static str],
) -> Kind {
    Kind { machine, platform, multiarch, lib, loaders }
}

const KINDS: &[Kind] = &[
    kind(
        (3, false),
        "i686",
        "i386-linux-gnu",
        "lib",
        &["/lib/ld-linux.so.2", "/lib/ld-musl-i386.so.1"],
    ),
    kind(
        (20, false),
        "power",
        "powerpc-linux-gnu",
        "lib",
        &["/lib/ld.so.1", "/lib/ld-musl-powerpc.so.1"],
    ),
    kind(
        (21, true),
        "power",
        "powerpc64le-linux-gnu",
        "lib64",
        &["/lib64/ld64.so.2", "/lib/ld-musl-powerpc64le.so.1"],
    ),
    kind(
        (22, true),
        "z900",
        "s390x-linux-gnu",
        "lib64",
        &["/lib/ld64.so.1", "/lib/ld-musl-s390x.so.1"],
    ),
    kind(
        (40, false),
        "v7l",
        "arm-linux-gnueabihf",
        "lib",
        &[
            "/lib/ld-linux-armhf.so.3",
            "/lib/ld-linux.so.3",
            "/lib/ld-musl-armhf.so.1",
            "/lib/ld-musl-arm.so.1",
        ],
    ),
    kind(
        (62, true),
        "x86_64",
        "x86_64-linux-gnu",
        "lib64",
        &["/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1"],
    ),
    kind(
        (62, false),
        "x86_64",
        "x86_64-linux-gnux32",
        "libx32",
        &["/libx32/ld-linux-x32.so.2", "/lib/ld-musl-x32.so.1"],
    ),
    kind(
        (183, true),
        "aarch64",
        "aarch64-linux-gnu",
        "lib64",
        &["/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-aarch64.so.1"],
    ),
    kind(
        (243, true),
        "riscv64",
        "riscv64-linux-gnu",
        "lib64/lp64d",
        &["/lib/ld-linux-riscv64-lp64d.so.1", "/lib/ld-musl-riscv64.so.1"],
    ),
    kind(
        (258, true),
        "loongarch64",
        "loongarch64-linux-gnu",
        "lib64",
        &["/lib64/ld-linux-loongarch-lp64d.so.1", "/lib/ld-musl-loongarch64.so.1"],
    ),
];

impl System {
    /// The loader that a path names, as a binary for such a machine would find it.
    fn new(
        path: &str,
        machine: Machine,
        places: &mut Places<'_>,
        conf: &mut Configuration,
    ) -> Self {
        let name = path.rsplit('/').next().unwrap_or_default();
        let kind = KINDS.iter().find(|it| it.machine == (machine.number, machine.is_64_bit));
        let loader = places.at(path);
        let platform = kind.map_or("", |it| it.platform);
        if let Some(architecture) = musl_architecture(name) {
            let default = conf.musl(places.fs, architecture);
            let default = existing(places, &default);
            return Self { libc: Libc::Musl, loader, default, lib: "lib".to_owned(), platform };
        }
        let built_in = loader.map(|it| built_in(it, places)).unwrap_or_default();
        let directories = if built_in.is_empty() { usual(kind) } else { built_in };
        let lib = directories.first().map_or("lib", |it| it.trim_matches('/')).to_owned();
        let default = existing(places, &directories);
        Self { libc: Libc::Glibc, loader, default, lib, platform }
    }
}

/// Of the name of a loader of musl, the name that musl has for its machine.
fn musl_architecture(name: &str) -> Option<&str> {
    name.strip_prefix("ld-musl-")?.split('.').next()
}

/// Where loaders of this kind look, where none is at hand that would tell.
fn usual(kind: Option<&Kind>) -> Vec<String> {
    let own = kind.into_iter().flat_map(|it| [it.multiarch, it.lib].map(|it| (it, it == "lib")));
    let own = own.filter(|(_, plain)| !plain).flat_map(|(name, _)| {
        if name.contains('-') {
            [format!("/lib/{name}"), format!("/usr/lib/{name}")]
        } else {
            [format!("/{name}"), format!("/usr/{name}")]
        }
    });
    own.chain(["/lib".to_owned(), "/usr/lib".to_owned()]).collect()
}

/// The directories that were built into a loader of glibc: texts in a row that begin and end with a slash.
fn built_in(loader: Place, places: &Places<'_>) -> Vec<String> {
    let path = places.files.get(loader.file).map(|(path, _)| path);
    let open = path.and_then(|path| places.fs.file_at(path));
    let bytes = open.as_ref().and_then(|it| window(it.open().ok()?.as_ref(), 0, LOADER).ok());
    let bytes = bytes.unwrap_or_default();
    let is_directory = |text: &&[u8]| {
        text.len() > 2 && text.len() < 256 && text.starts_with(b"/") && text.ends_with(b"/")
    };
    let mut texts = bytes.split(|byte| *byte == 0).peekable();
    while let Some(text) = texts.next() {
        if !is_directory(&text) || !texts.peek().is_some_and(is_directory) {
            continue;
        }
        let row = std::iter::once(text).chain(texts.by_ref().take_while(is_directory));
        return row.map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    }
    Vec::new()
}

/// All loaders that the binaries of an image may be given to.
#[derive(Default)]
pub(super) struct Systems {
    all: Vec<System>,
    by_path: BTreeMap<(String, Machine), usize>,
}

impl Systems {
    /// A loader by its place.
    pub(super) fn get(&self, place: usize) -> Option<&System> {
        self.all.get(place)
    }

    /// The loader that a binary is given to: the one that it names; for a library the one of its C library.
    pub(super) fn of(
        &mut self,
        binary: &Binary,
        places: &mut Places<'_>,
        conf: &mut Configuration,
    ) -> Option<usize> {
        let machine = *binary.machines.first()?;
        let named = binary.interpreter.as_deref();
        let path = named.or_else(|| usual_loader(binary, machine, places)).unwrap_or_default();
        let key = (path.to_owned(), machine);
        if let Some(known) = self.by_path.get(&key) {
            return Some(*known);
        }
        let system = System::new(path, machine, places, conf);
        self.all.push(system);
        self.by_path.insert(key, self.all.len() - 1);
        Some(self.all.len() - 1)
    }
}

/// The loader of a library's machine: of two that are there the one whose C library it needs.
fn usual_loader(
    binary: &Binary,
    machine: Machine,
    places: &mut Places<'_>,
) -> Option<&'static str> {
    let kind = KINDS.iter().find(|it| it.machine == (machine.number, machine.is_64_bit))?;
    let is_there = |it: &&&str| places.at(it).is_some_and(|it| places.fits(it.file, machine));
    let there: Vec<&'static str> = kind.loaders.iter().filter(is_there).copied().collect();
    let is_musl = |path: &str| path.contains("ld-musl-");
    let needs_musl = || {
        let mut needed = binary.needs.iter().filter(|it| it.kind == NeedKind::Needed);
        needed.any(|it| it.names.iter().any(|it| it == "libc.so" || it.starts_with("libc.musl-")))
    };
    let wanted = there.len() > 1 && needs_musl();
    there.iter().find(|it| is_musl(it) == wanted).or(there.first()).copied()
}
