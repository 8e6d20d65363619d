//! What the Go linker writes about a program's modules into its binary.
//! Specification: Go's `debug/buildinfo` and `runtime/debug.BuildInfo`.

mod linker_flags;
mod markers;

use std::collections::BTreeMap;

use super::executable::{Executable, Layout};
use super::{Malformed, exact};
use crate::read::{ReadAt, window};

pub use markers::{Markers, markers};

/// The section in ELF and in Mach-O.
const SECTIONS: [&str; 2] = [".go.buildinfo", "__go_buildinfo"];
const MAGIC: &[u8] = b"\xff Go buildinf:";
/// The record begins at a multiple of this.
const ALIGNMENT: usize = 16;
/// Bytes of the record before its inline strings.
const HEADER: u64 = 32;
/// Bytes of a data segment searched where no section names the place. The linker puts the record first.
const SEARCHED: u64 = 1 << 20;
/// The linker puts marks of this length around the module list.
const MARK: usize = 16;

/// The build information of one Go binary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildInfo {
    /// Offset of the record in the file.
    pub offset: u64,
    /// The toolchain, as in `go1.22.1`.
    pub go_version: String,
    /// The path of the main package.
    pub path: String,
    /// The main module; none in binaries built outside module mode.
    pub main: Option<Module>,
    /// The modules that were linked in.
    pub dependencies: Vec<Dependency>,
    /// Build settings: `vcs.revision`, `GOOS`, `-ldflags` and others.
    pub settings: BTreeMap<String, String>,
}

impl BuildInfo {
    /// The variables that the linker was told to set, by import path and name joined by a dot.
    pub fn linked_variables(&self) -> BTreeMap<String, String> {
        self.settings.get("-ldflags").map(|it| linker_flags::variables(it)).unwrap_or_default()
    }
}

/// A module with its version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// Module path.
    pub path: String,
    /// Version; empty or `(devel)` where the build did not know it.
    pub version: String,
    /// The checksum of `go.sum`.
    pub sum: String,
}

/// A module that was linked in, and what really took its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependency {
    /// The module as required.
    pub module: Module,
    /// The module or local directory that replaced it.
    pub replacement: Option<Module>,
}

/// Reads the record of a binary; none where it is not a Go program. Strings over `limit` bytes are malformed.
/// In a file for several machines each has the same record but for its architecture; the first counts, as for Go.
pub fn read(
    file: &dyn ReadAt,
    executable: &Executable,
    limit: u64,
) -> Result<Option<BuildInfo>, Malformed> {
    let Some(layout) = executable.layouts().into_iter().next() else { return Ok(None) };
    let Some(offset) = find(file, executable, layout)? else { return Ok(None) };
    let record = exact(file, offset, HEADER, "cut build information")?;
    let flags = record.get(15).copied().unwrap_or_default();
    let (version, modules) = if flags & 2 != 0 {
        let (version, end) = inline(file, offset + HEADER, limit)?;
        (version, inline(file, end, limit)?.0)
    } else {
        let pointers = Pointers {
            file,
            layout,
            size: record.get(14).copied().unwrap_or_default(),
            big: flags & 1 != 0,
            limit,
        };
        (pointers.string(offset, 0)?, pointers.string(offset, 1)?)
    };
    let mut info = module_list(&modules);
    info.offset = offset;
    info.go_version = String::from_utf8_lossy(&version).into_owned();
    Ok(Some(info))
}

/// Finds the record: in its section, or at an aligned place of the first data segment where sections have no names
/// of Go's: in native code of Windows, and in files that were stripped of their sections.
fn find(
    file: &dyn ReadAt,
    executable: &Executable,
    layout: &Layout,
) -> Result<Option<u64>, Malformed> {
    let unnamed = match executable {
        Executable::Pe(pe) => pe.clr.is_none(),
        _ => layout.sections.is_empty(),
    };
    let section = SECTIONS.iter().find_map(|name| layout.section(name));
    let data = || layout.segments.iter().find(|it| it.data && it.size > 0 && unnamed);
    let place =
        section.map(|it| (it.offset, it.size)).or_else(|| data().map(|it| (it.offset, it.size)));
    let Some((start, size)) = place else { return Ok(None) };
    let bytes = window(file, start, size.min(SEARCHED))
        .map_err(|_| Malformed { what: "unreadable data", offset: start })?;
    let found = bytes.chunks(ALIGNMENT).position(|chunk| chunk.starts_with(MAGIC));
    Ok(found.map(|index| start + (index * ALIGNMENT) as u64))
}

/// A string with its length before it as a variable-length number (Go 1.18 and later), and where it ends.
fn inline(file: &dyn ReadAt, at: u64, limit: u64) -> Result<(Vec<u8>, u64), Malformed> {
    let malformed = Malformed { what: "bad string length", offset: at };
    let Ok(prefix) = window(file, at, 10) else { return Err(malformed) };
    let mut length = 0_u64;
    for (index, byte) in prefix.iter().enumerate() {
        length |= u64::from(byte & 0x7f)
            .checked_shl(7 * u32::try_from(index).unwrap_or(64))
            .unwrap_or_default();
        if byte & 0x80 == 0 {
            let start = at + index as u64 + 1;
            if length > limit {
                return Err(malformed);
            }
            return Ok((exact(file, start, length, "cut string")?, start + length));
        }
    }
    Err(malformed)
}

/// The form before Go 1.18: the record points to string headers, which point to the bytes.
struct Pointers<'a> {
    file: &'a dyn ReadAt,
    layout: &'a Layout,
    size: u8,
    big: bool,
    limit: u64,
}

impl Pointers<'_> {
    fn string(&self, record: u64, index: u64) -> Result<Vec<u8>, Malformed> {
        if !matches!(self.size, 4 | 8) {
            return Err(Malformed { what: "bad pointer size", offset: record });
        }
        let width = u64::from(self.size);
        let header = self.address(self.number(record + 16 + index * width)?)?;
        let (data, length) = (self.number(header)?, self.number(header.saturating_add(width))?);
        if length == 0 {
            return Ok(Vec::new());
        }
        if length > self.limit {
            return Err(Malformed { what: "bad string length", offset: header });
        }
        exact(self.file, self.address(data)?, length, "cut string")
    }

    fn address(&self, address: u64) -> Result<u64, Malformed> {
        let range = self.layout.file_range(address);
        range
            .map(|(offset, _)| offset)
            .ok_or(Malformed { what: "pointer out of the file", offset: address })
    }

    fn number(&self, at: u64) -> Result<u64, Malformed> {
        let bytes = exact(self.file, at, self.size.into(), "cut pointer")?;
        let join = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Ok(if self.big { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) })
    }
}

/// Reads the module list: lines of fields between tabs, in the linker's marks.
fn module_list(bytes: &[u8]) -> BuildInfo {
    let mut info = BuildInfo::default();
    let inner = bytes
        .len()
        .checked_sub(MARK)
        .and_then(|end| bytes.get(MARK..end))
        .filter(|it| it.ends_with(b"\n"));
    let text = String::from_utf8_lossy(inner.unwrap_or_default());
    for line in text.lines() {
        let mut fields = line.split('\t');
        let tag = fields.next().unwrap_or_default();
        let mut field = || fields.next().unwrap_or_default().to_owned();
        match tag {
            "path" => info.path = field(),
            "mod" => info.main = Some(Module { path: field(), version: field(), sum: field() }),
            "dep" => {
                let module = Module { path: field(), version: field(), sum: field() };
                info.dependencies.push(Dependency { module, replacement: None });
            }
            "=>" => {
                let replacement = Module { path: field(), version: field(), sum: field() };
                if let Some(last) = info.dependencies.last_mut() {
                    last.replacement = Some(replacement);
                }
            }
            "build" => {
                let setting = field();
                if let Some((key, value)) = setting.split_once('=') {
                    info.settings.insert(unquote(key), unquote(value));
                }
            }
            _ => {}
        }
    }
    info
}

/// A string that Go quotes where it has blanks or quotes. Control characters stay in their escaped form.
fn unquote(text: &str) -> String {
    match text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => text.trim_matches('`').to_owned(),
    }
}
