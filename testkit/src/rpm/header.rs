//! A header blob: what rpm keeps of one package.
//! Specification: rpm's `docs/manual/format_v4.md`.

use super::word;

const REGION: u32 = 63;
const CHAR: u32 = 1;
const INT16: u32 = 3;
const INT32: u32 = 4;
const STRING: u32 = 6;
const BIN: u32 = 7;
const STRING_ARRAY: u32 = 8;

/// A header under construction. Tags are known by their numbers.
#[derive(Clone, Debug, Default)]
pub struct RpmHeader {
    values: Vec<Value>,
    /// Values that installation adds behind the immutable region.
    added: Vec<Value>,
}

#[derive(Clone, Debug)]
struct Value {
    tag: u32,
    kind: u32,
    count: usize,
    bytes: Vec<u8>,
}

impl RpmHeader {
    /// The header of a package: tags 1000, 1001, 1002 and 1022.
    pub fn new(name: &str, version: &str, release: &str) -> Self {
        let it = Self::default().text(1000, name).text(1001, version).text(1002, release);
        it.text(1022, "x86_64")
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, tag: u32, text: impl AsRef<[u8]>) -> Self {
        self.value(tag, STRING, 1, [text.as_ref(), b"\0"].concat())
    }

    /// Adds a list of texts.
    #[must_use]
    pub fn texts(self, tag: u32, texts: &[&str]) -> Self {
        let bytes = texts.iter().flat_map(|it| [it.as_bytes(), b"\0"].concat()).collect();
        self.value(tag, STRING_ARRAY, texts.len(), bytes)
    }

    /// Adds 32-bit numbers.
    #[must_use]
    pub fn numbers(self, tag: u32, numbers: &[u32]) -> Self {
        let bytes = numbers.iter().flat_map(|it| it.to_be_bytes()).collect();
        self.value(tag, INT32, numbers.len(), bytes)
    }

    /// Adds files, each with its mode and state: tags 1029, 1030, 1116, 1117 and 1118.
    #[must_use]
    pub fn files(self, files: &[(&str, u16, u8)]) -> Self {
        let mut directories: Vec<&str> = Vec::new();
        let (mut indexes, mut names) = (Vec::new(), Vec::new());
        for (path, _, _) in files {
            let (directory, name) = path.split_at(path.rfind('/').unwrap() + 1);
            let known = directories.iter().position(|it| *it == directory);
            indexes.push(word(known.unwrap_or(directories.len())));
            if known.is_none() {
                directories.push(directory);
            }
            names.push(name);
        }
        let modes = files.iter().flat_map(|it| it.1.to_be_bytes()).collect();
        let states = files.iter().map(|it| it.2).collect();
        let it = self.texts(1117, &names).texts(1118, &directories).numbers(1116, &indexes);
        it.value(1030, INT16, files.len(), modes).added(1029, CHAR, files.len(), states)
    }

    /// Adds bytes under a tag that nobody reads, to make the header large.
    #[must_use]
    pub fn padding(self, size: usize) -> Self {
        self.value(65_000, BIN, size, (0..=u8::MAX).cycle().take(size).collect())
    }

    /// Adds a text behind the immutable region, where it replaces one of the same tag.
    #[must_use]
    pub fn replaced(self, tag: u32, text: &str) -> Self {
        self.added(tag, STRING, 1, [text.as_bytes(), b"\0"].concat())
    }

    fn value(mut self, tag: u32, kind: u32, count: usize, bytes: Vec<u8>) -> Self {
        self.values.push(Value { tag, kind, count, bytes });
        self
    }

    fn added(mut self, tag: u32, kind: u32, count: usize, bytes: Vec<u8>) -> Self {
        self.added.push(Value { tag, kind, count, bytes });
        self
    }

    /// The finished blob.
    pub fn build(&self) -> Vec<u8> {
        let (mut index, mut data) = (Vec::new(), Vec::new());
        let mut values = self.values.clone();
        values.sort_by_key(|it| it.tag);
        for value in &values {
            place(value, &mut index, &mut data);
        }
        let region = 16 * (values.len() + 1);
        let mut first = Vec::new();
        let trailer = data.len();
        entry([REGION, BIN, word(trailer), 16], &mut first);
        entry([REGION, BIN, 0_u32.wrapping_sub(word(region)), 16], &mut data);
        for value in &self.added {
            place(value, &mut index, &mut data);
        }
        let tags = (first.len() + index.len()) / 16;
        let start = [word(tags).to_be_bytes(), word(data.len()).to_be_bytes()].concat();
        [start, first, index, data].concat()
    }
}

fn place(value: &Value, index: &mut Vec<u8>, data: &mut Vec<u8>) {
    let alignment = match value.kind {
        INT16 => 2,
        INT32 => 4,
        _ => 1,
    };
    data.resize(data.len().next_multiple_of(alignment), 0);
    entry([value.tag, value.kind, word(data.len()), word(value.count)], index);
    data.extend(&value.bytes);
}

fn entry(words: [u32; 4], to: &mut Vec<u8>) {
    to.extend(words.iter().flat_map(|it| it.to_be_bytes()));
}
