//! A header blob: what rpm knows of one package, as tagged values.
//! Specification: rpm's `docs/manual/format_v4.md` and `lib/header.cc`, for headers without the leading magic.

use std::collections::BTreeMap;

use super::{ByteOrder, Malformed};

const ORDER: ByteOrder = ByteOrder::Big;
/// Bytes before the index, and of each of its entries.
const START: usize = 8;
const ENTRY: usize = 16;
/// The most tags, and values of one tag, that rpm itself takes.
const MOST_TAGS: usize = 0xffff;
const MOST_VALUES: usize = 0xf_ffff;
/// The kinds of values that are read here.
const CHAR: u32 = 1;
const INT16: u32 = 3;
const INT32: u32 = 4;
const STRING: u32 = 6;
const STRING_ARRAY: u32 = 8;
const I18N_STRING: u32 = 9;
/// Names of values.
const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const VENDOR: u32 = 1011;
const LICENSE: u32 = 1014;
const ARCH: u32 = 1022;
const FILE_STATES: u32 = 1029;
const FILE_MODES: u32 = 1030;
const FILE_DIGESTS: u32 = 1035;
const SOURCE_RPM: u32 = 1044;
const PROVIDE_NAMES: u32 = 1047;
const REQUIRE_FLAGS: u32 = 1048;
const REQUIRE_NAMES: u32 = 1049;
const REQUIRE_VERSIONS: u32 = 1050;
const PROVIDE_FLAGS: u32 = 1112;
const PROVIDE_VERSIONS: u32 = 1113;
const DIR_INDEXES: u32 = 1116;
const BASE_NAMES: u32 = 1117;
const DIR_NAMES: u32 = 1118;
const FILE_DIGEST_ALGORITHM: u32 = 5011;
const MODULARITY_LABEL: u32 = 5096;
/// Flags of dependencies: `<`, `>` and `=`, and what rpm itself must be able to do or may be missing.
const LESS: u32 = 1 << 1;
const GREATER: u32 = 1 << 2;
const EQUAL: u32 = 1 << 3;
const MISSING_OK: u32 = 1 << 19;
const RPMLIB: u32 = 1 << 24;
/// The part of a mode that tells a file's type, and the type of directories.
const FILE_TYPE: u16 = 0o170_000;
const DIRECTORY: u16 = 0o040_000;
/// The states of files that are there: `normal` and `netshared`.
const INSTALLED: [u8; 2] = [0, 3];

/// What a header says of its package. What it does not say is empty.
pub struct Header<'a> {
    /// Name.
    pub name: String,
    /// Epoch, where one is stated.
    pub epoch: Option<u32>,
    /// Version.
    pub version: String,
    /// Release.
    pub release: String,
    /// Architecture.
    pub architecture: String,
    /// The file name of the source package that it was built from.
    pub source_rpm: String,
    /// Who distributes it.
    pub vendor: String,
    /// Licence.
    pub license: String,
    /// The module, stream, version and context that it was built in.
    pub modularity_label: String,
    store: Store<'a>,
}

/// A file of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path<'a> {
    /// Its directory, which ends with a slash.
    pub directory: &'a [u8],
    /// Its name in there.
    pub name: &'a [u8],
    /// The digest that it had when it was packed, in hexadecimal digits; empty for links.
    pub digest: &'a [u8],
}

/// What a package requires or provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    /// Its name: of a package, a library, a file, or a term over such in parentheses.
    pub name: &'a [u8],
    /// `<`, `<=`, `=`, `>=` or `>`; empty where no version is stated.
    pub operator: &'static str,
    /// The version.
    pub version: &'a [u8],
    /// Whether it asks for an ability of rpm itself: `rpmlib(CompressedFileNames)`.
    pub of_rpm: bool,
    /// Whether it may be missing.
    pub is_weak: bool,
}

/// The values of a header.
struct Store<'a> {
    index: BTreeMap<u32, Entry>,
    data: &'a [u8],
    /// Where the data begins.
    start: usize,
}

/// Where the values of one tag are.
#[derive(Clone, Copy)]
struct Entry {
    kind: u32,
    offset: usize,
    count: usize,
}

impl<'a> Header<'a> {
    /// Reads a blob.
    pub fn read(blob: &'a [u8]) -> Result<Self, Malformed> {
        let store = Store::read(blob)?;
        Ok(Self {
            name: store.text(NAME)?,
            epoch: store.numbers(EPOCH, INT32)?.and_then(|it| ORDER.u32(it, 0)),
            version: store.text(VERSION)?,
            release: store.text(RELEASE)?,
            architecture: store.text(ARCH)?,
            source_rpm: store.text(SOURCE_RPM)?,
            vendor: store.text(VENDOR)?,
            license: store.text(LICENSE)?,
            modularity_label: store.text(MODULARITY_LABEL)?,
            store,
        })
    }

    /// The files that it has installed. Directories are none, and neither are files
    /// that were left out at installation or that another package has replaced.
    pub fn files(&self) -> Result<Vec<Path<'a>>, Malformed> {
        let (store, mut files) = (&self.store, Vec::new());
        let (directories, names) = (store.texts(DIR_NAMES)?, store.texts(BASE_NAMES)?);
        let indexes = store.numbers(DIR_INDEXES, INT32)?.unwrap_or_default();
        let states = store.numbers(FILE_STATES, CHAR)?.unwrap_or_default();
        let modes = store.numbers(FILE_MODES, INT16)?.unwrap_or_default();
        let digests = store.texts(FILE_DIGESTS)?;
        for (place, name) in names.into_iter().enumerate() {
            let state = states.get(place).copied().unwrap_or_default();
            let mode = ORDER.u16(modes, 2 * place).unwrap_or_default();
            let index = ORDER.u32(indexes, 4 * place).and_then(|it| usize::try_from(it).ok());
            let directory = index.and_then(|it| directories.get(it));
            let directory = directory.ok_or_else(|| store.malformed("file without a directory"))?;
            if INSTALLED.contains(&state) && mode & FILE_TYPE != DIRECTORY {
                let digest = digests.get(place).copied().unwrap_or_default();
                files.push(Path { directory, name, digest });
            }
        }
        Ok(files)
    }
}

impl<'a> Header<'a> {
    /// What must be installed for it to work.
    pub fn requires(&self) -> Result<Vec<Named<'a>>, Malformed> {
        self.relations(REQUIRE_NAMES, REQUIRE_VERSIONS, REQUIRE_FLAGS)
    }

    /// What it provides, which its own name is a part of.
    pub fn provides(&self) -> Result<Vec<Named<'a>>, Malformed> {
        self.relations(PROVIDE_NAMES, PROVIDE_VERSIONS, PROVIDE_FLAGS)
    }

    fn relations(
        &self,
        names: u32,
        versions: u32,
        flags: u32,
    ) -> Result<Vec<Named<'a>>, Malformed> {
        let (names, versions) = (self.store.texts(names)?, self.store.texts(versions)?);
        let flags = self.store.numbers(flags, INT32)?.unwrap_or_default();
        let relation = |(place, name): (usize, &'a [u8])| {
            let flags = ORDER.u32(flags, 4 * place).unwrap_or_default();
            let version = versions.get(place).copied().unwrap_or_default();
            let operator = match (flags & LESS > 0, flags & GREATER > 0, flags & EQUAL > 0) {
                _ if version.is_empty() => "",
                (true, _, true) => "<=",
                (true, ..) => "<",
                (_, true, true) => ">=",
                (_, true, _) => ">",
                (.., true) => "=",
                _ => "",
            };
            let version = if operator.is_empty() { &[] } else { version };
            let of_rpm = flags & RPMLIB > 0 || name.starts_with(b"rpmlib(");
            Named { name, operator, version, of_rpm, is_weak: flags & MISSING_OK > 0 }
        };
        Ok(names.into_iter().enumerate().map(relation).collect())
    }
}

impl Header<'_> {
    /// The algorithm of its files' digests, by the name of the digest; none where it is another than those.
    /// Packages from before there was a choice do not name it.
    pub fn digest_algorithm(&self) -> Result<Option<&'static str>, Malformed> {
        let number = self.store.numbers(FILE_DIGEST_ALGORITHM, INT32)?;
        Ok(match number.and_then(|it| ORDER.u32(it, 0)) {
            None | Some(1) => Some("md5"),
            Some(2) => Some("sha1"),
            Some(8) => Some("sha256"),
            Some(9) => Some("sha384"),
            Some(10) => Some("sha512"),
            Some(_) => None,
        })
    }
}

impl<'a> Store<'a> {
    fn read(blob: &'a [u8]) -> Result<Self, Malformed> {
        let malformed = |what| Malformed { what, offset: 0 };
        let word = |at| ORDER.u32(blob, at).and_then(|it| usize::try_from(it).ok());
        let (Some(tags @ 1..=MOST_TAGS), Some(size)) = (word(0), word(4)) else {
            return Err(malformed("bad start of a header"));
        };
        let start = START + tags * ENTRY;
        let data = blob.get(start..).filter(|data| data.len() == size);
        let data = data.ok_or(malformed("header of another size"))?;
        let mut index = BTreeMap::new();
        for entry in blob.get(START..start).unwrap_or_default().chunks(ENTRY) {
            let word = |at| ORDER.u32(entry, at).unwrap_or_default();
            let place = |at| usize::try_from(word(at)).unwrap_or(usize::MAX);
            // What installation added stands behind what was built, and counts before it.
            index.insert(word(0), Entry { kind: word(4), offset: place(8), count: place(12) });
        }
        Ok(Self { index, data, start })
    }

    /// A text, or the first of several.
    fn text(&self, tag: u32) -> Result<String, Malformed> {
        let texts = self.texts(tag)?;
        Ok(texts.first().map(|it| String::from_utf8_lossy(it).into_owned()).unwrap_or_default())
    }

    /// The texts of a tag, each of which ends with a NUL byte.
    fn texts(&self, tag: u32) -> Result<Vec<&'a [u8]>, Malformed> {
        let Some(entry) = self.index.get(&tag) else { return Ok(Vec::new()) };
        let bad = || self.malformed("bad text");
        if !matches!(entry.kind, STRING | STRING_ARRAY | I18N_STRING) || entry.count > MOST_VALUES {
            return Err(bad());
        }
        let mut rest = self.data.get(entry.offset..).ok_or_else(bad)?;
        let mut texts = Vec::new();
        for _ in 0..entry.count {
            let end = rest.iter().position(|byte| *byte == 0).ok_or_else(bad)?;
            texts.push(rest.get(..end).unwrap_or_default());
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        Ok(texts)
    }

    /// The bytes of a tag's numbers; none where it is not there.
    fn numbers(&self, tag: u32, kind: u32) -> Result<Option<&'a [u8]>, Malformed> {
        let Some(entry) = self.index.get(&tag) else { return Ok(None) };
        let width = match kind {
            INT32 => 4,
            INT16 => 2,
            _ => 1,
        };
        let end = entry.count.checked_mul(width).and_then(|size| entry.offset.checked_add(size));
        let bytes = end.and_then(|end| self.data.get(entry.offset..end));
        let bytes = bytes.filter(|_| entry.kind == kind);
        bytes.map(Some).ok_or_else(|| self.malformed("bad numbers"))
    }

    fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { what, offset: self.start as u64 }
    }
}
