//! The libraries that PE files need: those that are loaded with them, and those that are loaded at the first call.
//! Specification: Microsoft, "PE Format, The .idata Section" and "Delay-Load Import Tables".

use super::little_endian as number;
use super::pe::{Directory, Pe};
use crate::read::{ReadAt, window};

/// Bytes of an entry, and where in it the address of the name is.
const IMPORT: (u64, usize) = (20, 12);
const DELAYED: (u64, usize) = (32, 4);
/// Libraries of one table. Large programs have two hundred.
const LIBRARIES: u64 = 4096;
/// Bytes of the longest name.
const NAME: u64 = 260;

/// What a PE file imports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imports {
    /// Names of libraries that are loaded with it.
    pub needed: Vec<String>,
    /// Names of libraries that are loaded at the first call.
    pub delayed: Vec<String>,
}

/// Reads the names. Tables that cannot be read have none.
pub fn read(file: &dyn ReadAt, pe: &Pe) -> Imports {
    Imports {
        needed: pe.imports.map_or_else(Vec::new, |it| names(file, pe, it, IMPORT)),
        delayed: pe.delayed_imports.map_or_else(Vec::new, |it| names(file, pe, it, DELAYED)),
    }
}

fn names(file: &dyn ReadAt, pe: &Pe, table: Directory, (size, name): (u64, usize)) -> Vec<String> {
    // The size that the headers state is often wrong; what ends the table is an entry without a name.
    let Some((offset, rest)) = pe.file_range(table.address) else { return Vec::new() };
    let entries = window(file, offset, rest.min(LIBRARIES * size)).unwrap_or_default();
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut found: Vec<String> = Vec::new();
    for entry in entries.chunks_exact(size) {
        let address = entry.get(name..name + 4).map_or(0, number);
        let text =
            u32::try_from(address).ok().filter(|it| *it > 0).and_then(|it| text(file, pe, it));
        let Some(text) = text else { break };
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

fn text(file: &dyn ReadAt, pe: &Pe, address: u32) -> Option<String> {
    let (offset, size) = pe.file_range(address)?;
    let bytes = window(file, offset, size.min(NAME)).ok()?;
    let text = bytes.split(|byte| *byte == 0).next()?;
    let printable = text.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    let text = str::from_utf8(text).ok().filter(|it| !it.is_empty() && printable)?;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::executable::Executable;

    fn imports(file: &[u8]) -> Imports {
        let Some(Executable::Pe(pe)) = Executable::read(&file, 1 << 16).unwrap() else {
            panic!("no PE file")
        };
        read(&file, &pe)
    }

    #[test]
    fn libraries_are_named_in_the_order_of_the_tables() {
        let file = testkit::Pe::new()
            .imports(&["KERNEL32.dll", "a.dll", "KERNEL32.dll"], &["late.dll"])
            .build();
        let expected = Imports {
            needed: vec!["KERNEL32.dll".to_owned(), "a.dll".to_owned()],
            delayed: vec!["late.dll".to_owned()],
        };
        assert_eq!(imports(&file), expected);
        assert_eq!(imports(&testkit::Pe::new().build()), Imports::default());
    }
}
