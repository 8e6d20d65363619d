//! The cache of glibc's loader: which library is where, as `ldconfig` wrote it down.
//! Specification: glibc, `sysdeps/generic/dl-cache.h`: the old format, the new one, and the new one behind the old.

use scroll::{Endian, Pread as _};

use super::Malformed;

const OLD_MAGIC: &[u8] = b"ld.so-1.7.0";
const NEW_MAGIC: &[u8] = b"glibc-ld.so.cache1.1";
const EXTENSION_MAGIC: u32 = 0xeaa4_2174;
/// Bytes of headers and entries.
const OLD_HEADER: usize = 16;
const OLD_ENTRY: usize = 12;
const NEW_HEADER: usize = 48;
const NEW_ENTRY: usize = 24;
const SECTION: usize = 16;
/// The section of an extension that names processors' features.
const HWCAPS: u32 = 1;
/// Marks an entry for a processor that its extension names.
const NAMED_FEATURES: u64 = 1 << 62;
/// Bytes of the longest name or path.
const TEXT: usize = 4096;

/// A library as the cache knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The name that programs need it by.
    pub name: &'a [u8],
    /// Where it is.
    pub path: &'a [u8],
    /// What a processor must have for it to be chosen.
    pub features: Features<'a>,
}

/// What a processor must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Features<'a> {
    /// Nothing beyond what the system as a whole needs.
    None,
    /// What a subdirectory of `glibc-hwcaps` stands for: `x86-64-v3`.
    Named(&'a [u8]),
    /// Bits of older loaders, which mean something else on each kind of processor.
    Bits(u64),
}

/// Reads the entries, in the order in which the loader looks at those of one name. Entries that lead nowhere are left out.
pub fn parse(bytes: &[u8]) -> Result<Vec<Entry<'_>>, Malformed> {
    if bytes.starts_with(NEW_MAGIC) {
        return new_format(bytes, 0);
    }
    if !bytes.starts_with(OLD_MAGIC) {
        return Err(Malformed { what: "no cache of the loader", offset: 0 });
    }
    let order = old_order(bytes);
    let count = number(bytes, 12, order).ok_or(Malformed { what: "cut header", offset: 12 })?;
    let end = usize::try_from(count)
        .ok()
        .and_then(|it| it.checked_mul(OLD_ENTRY)?.checked_add(OLD_HEADER));
    let end = end
        .filter(|end| *end <= bytes.len())
        .ok_or(Malformed { what: "cut entries", offset: 16 })?;
    // The new format follows at the next place that its numbers can stand at, which is not the same on all machines.
    let behind = [end.next_multiple_of(8), end.next_multiple_of(4)];
    let new =
        behind.into_iter().find(|at| bytes.get(*at..).is_some_and(|it| it.starts_with(NEW_MAGIC)));
    match new {
        Some(at) => new_format(bytes, at),
        None => Ok(old_format(bytes, end, order)),
    }
}

/// The order of bytes in the old format, which does not tell: the one in which the number of entries fits.
fn old_order(bytes: &[u8]) -> Endian {
    let fits =
        |order| number(bytes, 12, order).is_some_and(|it| u64::from(it) * 12 <= bytes.len() as u64);
    if fits(Endian::Little) { Endian::Little } else { Endian::Big }
}

fn old_format(bytes: &[u8], strings: usize, order: Endian) -> Vec<Entry<'_>> {
    let entries = bytes.get(OLD_HEADER..strings).unwrap_or_default();
    let entry = |it: &[u8]| {
        let text =
            |at| text(bytes, strings.checked_add(usize::try_from(number(it, at, order)?).ok()?)?);
        let (name, path) = (text(4)?, text(8)?);
        Some(Entry { name, path, features: Features::None })
    };
    entries.chunks_exact(OLD_ENTRY).filter_map(entry).collect()
}

/// Places of the new format count from its first byte.
fn new_format(bytes: &[u8], start: usize) -> Result<Vec<Entry<'_>>, Malformed> {
    let malformed = |what| Malformed { what, offset: start as u64 };
    let bytes = bytes.get(start..).unwrap_or_default();
    // 2: little endian, 3: big endian, 0: an older ldconfig, of this very machine.
    let order = match bytes.get(28).map(|it| it & 3) {
        Some(3) => Endian::Big,
        Some(0) if number(bytes, 20, Endian::Little).is_some_and(|it| it >> 16 != 0) => Endian::Big,
        _ => Endian::Little,
    };
    let count = number(bytes, 20, order).ok_or_else(|| malformed("cut header"))?;
    let size = usize::try_from(count).ok().and_then(|it| it.checked_mul(NEW_ENTRY));
    let entries = size.and_then(|size| bytes.get(NEW_HEADER..)?.get(..size));
    let entries = entries.ok_or_else(|| malformed("cut entries"))?;
    let names = hwcaps(bytes, order).unwrap_or_default();
    let entry = |it: &[u8]| {
        let text = |at| text(bytes, usize::try_from(number(it, at, order)?).ok()?);
        let features = match it.pread_with::<u64>(16, order).ok()? {
            0 => Features::None,
            bits if bits & NAMED_FEATURES != 0 => {
                let index = usize::try_from(bits & 0xffff_ffff).ok()?;
                Features::Named(names.get(index).copied()?)
            }
            bits => Features::Bits(bits),
        };
        Some(Entry { name: text(4)?, path: text(8)?, features })
    };
    Ok(entries.chunks_exact(NEW_ENTRY).filter_map(entry).collect())
}

/// The names of features that the extension lists.
fn hwcaps(bytes: &[u8], order: Endian) -> Option<Vec<&[u8]>> {
    let at = usize::try_from(number(bytes, 32, order)?).ok().filter(|at| *at > 0)?;
    let extension = bytes.get(at..)?;
    if number(extension, 0, order)? != EXTENSION_MAGIC {
        return None;
    }
    let count = usize::try_from(number(extension, 4, order)?).ok()?;
    let sections = extension.get(8..)?.chunks_exact(SECTION).take(count);
    let section = sections.into_iter().find(|it| number(it, 0, order) == Some(HWCAPS))?;
    let place = |at| usize::try_from(number(section, at, order)?).ok();
    let places = bytes.get(place(8)?..)?.get(..place(12)?)?.chunks_exact(4);
    places.map(|it| text(bytes, usize::try_from(number(it, 0, order)?).ok()?)).collect()
}

fn number(bytes: &[u8], at: usize, order: Endian) -> Option<u32> {
    bytes.pread_with(at, order).ok()
}

/// The text that ends with a NUL byte.
fn text(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let rest = bytes.get(at..)?;
    let end = rest.iter().take(TEXT).position(|byte| *byte == 0).filter(|end| *end > 0)?;
    rest.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIBRARIES: &[(&str, &str, Option<&str>)] = &[
        ("libz.so.1", "/usr/lib/glibc-hwcaps/x86-64-v3/libz.so.1", Some("x86-64-v3")),
        ("libz.so.1", "/usr/lib/libz.so.1", None),
    ];

    fn read(bytes: &[u8]) -> Vec<(String, String, bool)> {
        let text = |it: &[u8]| String::from_utf8(it.to_vec()).unwrap();
        let entry = |it: &Entry<'_>| (text(it.name), text(it.path), it.features == Features::None);
        parse(bytes).unwrap().iter().map(entry).collect()
    }

    fn expected() -> Vec<(String, String, bool)> {
        let row = |(name, path, features): &(&str, &str, Option<&str>)| {
            ((*name).to_owned(), (*path).to_owned(), features.is_none())
        };
        LIBRARIES.iter().map(row).collect()
    }

    #[test]
    fn both_formats_and_the_two_together_are_read() {
        assert_eq!(read(&testkit::LdSoCache::new(LIBRARIES).build()), expected());
        assert_eq!(
            read(&testkit::LdSoCache::new(LIBRARIES).behind_the_old_format().build()),
            expected()
        );
        let old = read(&testkit::LdSoCache::new(LIBRARIES).old_format().build());
        assert_eq!(
            old.iter().map(|it| &*it.1).collect::<Vec<_>>(),
            LIBRARIES.iter().map(|it| it.1).collect::<Vec<_>>()
        );
    }

    #[test]
    fn features_have_the_names_of_their_directories() {
        let bytes = testkit::LdSoCache::new(LIBRARIES).build();
        assert_eq!(parse(&bytes).unwrap()[0].features, Features::Named(b"x86-64-v3"));
    }

    #[test]
    fn what_is_cut_is_malformed() {
        let bytes = testkit::LdSoCache::new(LIBRARIES).build();
        assert!(parse(&bytes[..60]).is_err());
        assert!(parse(b"").is_err());
        assert!(parse(b"ld.so-1.7.0\0\xff\xff\xff\xff").is_err());
    }
}
