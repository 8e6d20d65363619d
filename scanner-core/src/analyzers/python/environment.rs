//! The environment that a distribution is installed in: where its interpreter looks for others, and what is known of
//! that interpreter.
//!
//! Specification: Python's `site` module, PEP 405; Debian's `dist-packages`.

use crate::analyzers::Context;
use crate::path::ImagePath;

/// Minor versions of Python 3 that are looked for.
const MINORS: std::ops::Range<u32> = 0..40;

/// An environment.
pub(super) struct Environment<'a> {
    /// The directories that its interpreter looks into, in this order.
    pub(super) homes: Vec<ImagePath>,
    /// `X.Y` of the interpreter, where it is known.
    version: Option<String>,
    cx: &'a Context<'a>,
}

impl<'a> Environment<'a> {
    /// The environment of a directory of distributions.
    pub(super) fn of(site: &ImagePath, cx: &'a Context<'a>) -> Self {
        let (prefix, version, name) = match place(site) {
            Some((prefix, version, name)) => (Some(prefix), Some(version), name),
            None if site.as_bytes() == b"/usr/lib/python3/dist-packages" => {
                (None, only(&["/usr"], cx).map(|(_, version)| version), "dist-packages")
            }
            None => match only(&["/usr/local", "/usr"], cx) {
                Some((prefix, version)) => {
                    let name = if prefix == "/usr" && debian(cx) { "dist" } else { "site" };
                    let name = if name == "dist" { "dist-packages" } else { "site-packages" };
                    (ImagePath::normalize(prefix), Some(version), name)
                }
                None => (None, None, ""),
            },
        };
        let directory = |version: &String| {
            let prefixes = prefixes(prefix, version, cx).into_iter();
            prefixes.flat_map(|it| directories(&it, version, name)).collect()
        };
        let mut homes: Vec<ImagePath> = version.as_ref().map(directory).unwrap_or_default();
        homes.retain(|it| cx.fs.is_directory(it));
        // What no interpreter looks into by itself is named to it, and then comes first.
        if !homes.contains(site) {
            homes.insert(0, site.clone());
        }
        Self { homes, version, cx }
    }

    /// The value of a variable of markers, for the first or the last release of its version.
    pub(super) fn variable(&self, name: &str, last: bool) -> Option<String> {
        let version = self.version.as_deref();
        Some(match name {
            "python_version" => version?.to_owned(),
            "python_full_version" | "implementation_version" => {
                format!("{}.{}", version?, if last { 999 } else { 0 })
            }
            "os_name" => "posix".to_owned(),
            "sys_platform" => "linux".to_owned(),
            "platform_system" => "Linux".to_owned(),
            "implementation_name" => "cpython".to_owned(),
            "platform_python_implementation" => "CPython".to_owned(),
            "platform_machine" => self.machine()?,
            _ => return None,
        })
    }

    /// The machine that modules of the standard library were built for: `_bz2.cpython-311-x86_64-linux-gnu.so`.
    fn machine(&self) -> Option<String> {
        let version = self.version.as_deref()?;
        let prefixes = ["/usr/local", "/usr"].iter().filter_map(ImagePath::normalize);
        let own = self.homes.iter().filter_map(|it| it.parent()?.parent()?.parent());
        let folders = own.chain(prefixes).flat_map(|it| libraries(&it, version));
        folders.filter_map(|it| it.join("lib-dynload")).find_map(|folder| {
            let mut names = self.cx.fs.names_in(&folder);
            names.find_map(|name| {
                let (_, rest) = str::from_utf8(name).ok()?.split_once(".cpython-")?;
                let (_, platform) = rest.split_once('-')?;
                let machine = platform.split_once("-linux")?.0;
                Some(if machine == "i386" { "i686" } else { machine }.to_owned())
            })
        })
    }
}

/// `PREFIX/lib/pythonX.Y/NAME`: prefix, version and name.
fn place(site: &ImagePath) -> Option<(ImagePath, String, &'static str)> {
    let name = match site.file_name() {
        b"site-packages" => "site-packages",
        b"dist-packages" => "dist-packages",
        _ => return None,
    };
    let library = site.parent()?;
    let version = str::from_utf8(library.file_name()).ok()?.strip_prefix("python")?;
    let folder = library.parent().filter(|it| matches!(it.file_name(), b"lib" | b"lib64"))?;
    version.contains('.').then_some((folder.parent()?, version.to_owned(), name))
}

/// `lib/pythonX.Y` and `lib64/pythonX.Y` of a prefix.
fn libraries(prefix: &ImagePath, version: &str) -> Vec<ImagePath> {
    let folders = ["lib", "lib64"].iter();
    folders.filter_map(|it| prefix.join(format!("{it}/python{version}"))).collect()
}

/// The directories of distributions in a prefix; Debian's is shared by all versions.
fn directories(prefix: &ImagePath, version: &str, name: &str) -> Vec<ImagePath> {
    let own = libraries(prefix, version).into_iter().filter_map(|it| it.join(name));
    let shared = prefix.join("lib/python3/dist-packages").filter(|_| name == "dist-packages");
    own.chain(shared).collect()
}

/// The prefixes whose distributions the interpreter of one finds: a virtual environment its own, with those of what it
/// was made from where it says so; an installation its own; what has no interpreter those of the system's.
fn prefixes(own: Option<ImagePath>, version: &str, cx: &Context<'_>) -> Vec<ImagePath> {
    let system = || ["/usr/local", "/usr"].iter().filter_map(ImagePath::normalize);
    let Some(own) = own else { return system().collect() };
    let configuration = own.join("pyvenv.cfg").and_then(|it| cx.fs.file_at(&it));
    if let Some(file) = configuration {
        let bytes = file.bytes(cx.fs.limits().metadata_bytes).unwrap_or_default();
        let shares = String::from_utf8_lossy(&bytes).lines().any(|line| {
            let (key, value) = line.split_once('=').unwrap_or_default();
            key.trim() == "include-system-site-packages" && value.trim() == "true"
        });
        return std::iter::once(own).chain(system().filter(|_| shares)).collect();
    }
    let of_system = own.as_bytes() == b"/usr";
    if !of_system && has_library(&own, version, cx) {
        return vec![own];
    }
    let first = Some(&own).filter(|it| !system().any(|of| of == **it)).cloned();
    let system = system().filter(|it| !of_system || *it == own || !has_library(it, version, cx));
    first.into_iter().chain(system).collect()
}

/// Whether a prefix has the standard library of a version.
fn has_library(prefix: &ImagePath, version: &str, cx: &Context<'_>) -> bool {
    let module = |it: ImagePath| cx.fs.file_at(&it.join("os.py")?);
    libraries(prefix, version).into_iter().any(|it| module(it).is_some())
}

/// The only Python 3 in some prefixes; none where there are more.
fn only(prefixes: &[&'static str], cx: &Context<'_>) -> Option<(&'static str, String)> {
    let all = prefixes.iter().flat_map(|prefix| {
        MINORS.filter_map(move |minor| {
            let (version, path) = (format!("3.{minor}"), ImagePath::normalize(prefix)?);
            has_library(&path, &version, cx).then_some((*prefix, version))
        })
    });
    let mut found: Vec<_> = all.take(2).collect();
    found.pop().filter(|_| found.is_empty())
}

fn debian(cx: &Context<'_>) -> bool {
    let shared = ImagePath::normalize("/usr/lib/python3/dist-packages");
    shared.is_some_and(|it| cx.fs.is_directory(&it))
}
