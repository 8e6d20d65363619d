//! The build information that the Go linker writes.
//! Specification: Go's `debug/buildinfo`.

use crate::elf::{BASE, Elf};

/// A record under construction.
#[derive(Clone, Debug)]
pub struct GoBuildInfo {
    version: String,
    modules: String,
}

impl GoBuildInfo {
    /// A record of this toolchain, with the lines of the module list as `go version -m` prints them.
    pub fn new(version: &str, modules: &str) -> Self {
        Self { version: version.to_owned(), modules: modules.to_owned() }
    }

    fn module_list(&self) -> Vec<u8> {
        let mark = [0x30_u8; 16];
        [&mark, self.modules.as_bytes(), &mark].concat()
    }

    /// The record of Go 1.18 and later: lengths and strings follow one another.
    pub fn inline(&self) -> Vec<u8> {
        let mut it = b"\xff Go buildinf:\x08\x02".to_vec();
        it.resize(32, 0);
        for string in [self.version.as_bytes(), &self.module_list()] {
            it.extend(variable_length(string.len()));
            it.extend(string);
        }
        it
    }

    /// The record before Go 1.18, as the first section of an [`Elf`]: pointers to strings behind it.
    pub fn pointers(&self) -> Vec<u8> {
        let start = BASE + Elf::first_section() as u64;
        let (version, modules) = (self.version.as_bytes(), self.module_list());
        let mut it = b"\xff Go buildinf:\x08\x00".to_vec();
        for word in [start + 32, start + 48] {
            it.extend(word.to_le_bytes());
        }
        let strings = start + 64;
        for word in
            [strings, version.len() as u64, strings + version.len() as u64, modules.len() as u64]
        {
            it.extend(word.to_le_bytes());
        }
        [it, version.to_vec(), modules].concat()
    }

    /// An ELF program that holds the record of newer toolchains.
    pub fn elf(&self) -> Elf {
        Elf::new().section(".go.buildinfo", self.inline())
    }
}

fn variable_length(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}
