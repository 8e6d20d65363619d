//! SQLite databases: the rows of a table, read page by page.
//! Specification: <https://www.sqlite.org/fileformat2.html>, sections 1.3 (header), 1.6 (B-tree pages) and 2.1 (records).

mod wal;

use self::wal::Log;
use super::{ByteOrder, Malformed, exact};
use crate::read::{ReadAt, window};

const MAGIC: &[u8] = b"SQLite format 3\0";
/// Bytes of the file's header, which take room from the first page.
const HEADER: usize = 100;
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;
const BIG: ByteOrder = ByteOrder::Big;

/// An open database, with its log laid over it.
pub struct Sqlite<'a> {
    file: &'a dyn ReadAt,
    log: Option<Log<'a>>,
    page_size: u64,
    /// Bytes of a page that SQLite itself uses.
    usable: u64,
}

/// A record: the content of one row.
pub struct Row<'a> {
    /// Where it begins, in bytes from the start of the database.
    pub offset: u64,
    size: u64,
    /// The bytes of it that are in the row's own page.
    start: &'a [u8],
    /// The page that holds the rest; 0 where there is none.
    pub next: u32,
}

/// Where a text or blob of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// Where it begins, in bytes from the start of the database.
    pub offset: u64,
    /// Its size in bytes, within its row.
    pub size: u64,
    /// Bytes of it in the row's own page.
    pub inline: u64,
}

/// One page of those that hold what has no room in a row's own page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where its bytes begin.
    pub offset: u64,
    /// How many it has room for.
    pub size: u64,
    /// The next page.
    pub next: u32,
}

impl<'a> Sqlite<'a> {
    /// Opens a file and its log; none where the file is not SQLite.
    pub fn open(
        file: &'a dyn ReadAt,
        log: Option<&'a dyn ReadAt>,
    ) -> Result<Option<Self>, Malformed> {
        let malformed = |what| Malformed { what, offset: 0 };
        let mut header =
            window(file, 0, HEADER as u64).map_err(|_| malformed("unreadable header"))?;
        if !header.starts_with(MAGIC) {
            return Ok(None);
        }
        let log = log.and_then(Log::read);
        if let Some((log, offset)) = log.as_ref().and_then(|it| Some((it, it.pages.get(&1)?))) {
            header = exact(log.file, *offset, HEADER as u64, "cut log")?;
        }
        // One byte pair cannot hold 65536, which is written as 1.
        let page_size = match BIG.u16(&header, 16).map(u64::from) {
            Some(1) => 65536,
            Some(size @ 512..) if size.is_power_of_two() => size,
            _ => return Err(malformed("bad page size")),
        };
        if log.as_ref().is_some_and(|log| log.page_size != page_size) {
            return Err(malformed("log with another page size"));
        }
        let reserved = header.get(20).copied().map_or(0, u64::from);
        let usable = page_size - reserved;
        // The format demands at least this, and the sizes below rest on it.
        if usable < 480 {
            return Err(malformed("bad size of reserved space"));
        }
        Ok(Some(Self { file, log, page_size, usable }))
    }

    /// Shows every row of a table, and tells of the first thing that is wrong.
    pub fn rows(
        &self,
        table: &str,
        see: &mut dyn FnMut(&Row<'_>) -> Result<(), Malformed>,
    ) -> Option<Malformed> {
        let (mut root, mut problem) = (None, None);
        self.tree(1, &mut problem, &mut |row| {
            root = root.or(row.root_of(table));
            Ok(())
        });
        match root {
            Some(root) => self.tree(root, &mut problem, see),
            None => {
                problem.get_or_insert(Malformed { what: "no such table", offset: HEADER as u64 });
            }
        }
        problem
    }

    /// The number of bytes of a page.
    pub fn page_size(&self) -> u64 {
        self.page_size
    }

    /// Shows every row of a tree.
    fn tree(
        &self,
        root: u32,
        problem: &mut Option<Malformed>,
        see: &mut dyn FnMut(&Row<'_>) -> Result<(), Malformed>,
    ) {
        for leaf in self.leaves(root, problem) {
            if let Err(it) = self.leaf(leaf, see) {
                problem.get_or_insert(it);
            }
        }
    }

    /// Bytes within one page, at their offset in the database.
    pub fn bytes(&self, offset: u64, size: u64) -> Result<Vec<u8>, Malformed> {
        let page = u32::try_from(offset / self.page_size + 1).unwrap_or(u32::MAX);
        match self.log.as_ref().and_then(|log| Some((log.file, log.pages.get(&page)?))) {
            Some((log, start)) => exact(log, start + offset % self.page_size, size, "cut log"),
            None => exact(self.file, offset, size, "cut page"),
        }
    }

    /// A page of a record that has no room in its row's own page.
    pub fn link(&self, number: u32) -> Result<Link, Malformed> {
        let offset = self.offset(number)?;
        let next = BIG.u32(&self.bytes(offset, 4)?, 0).unwrap_or_default();
        Ok(Link { offset: offset + 4, size: self.usable - 4, next })
    }

    /// The leaves of a tree, in the order of its keys.
    fn leaves(&self, root: u32, problem: &mut Option<Malformed>) -> Vec<u32> {
        // Each page is in one tree once.
        let logged = self.log.as_ref().map_or(0, |log| log.pages.len() as u64);
        let mut pages = self.file.size() / self.page_size + logged;
        let (mut pending, mut leaves) = (vec![root], Vec::new());
        while let Some(number) = pending.pop() {
            let children = self.children(number).and_then(|children| {
                let circle = Malformed { what: "circle of pages", offset: self.offset(number)? };
                pages = pages.checked_sub(children.len() as u64).ok_or(circle)?;
                Ok(children)
            });
            match children {
                Ok(children) if children.is_empty() => leaves.push(number),
                Ok(children) => pending.extend(children.iter().rev()),
                Err(it) => drop(problem.get_or_insert(it)),
            }
        }
        leaves
    }

    /// The pages below a page of a tree; none below a leaf.
    fn children(&self, number: u32) -> Result<Vec<u32>, Malformed> {
        let (page, header) = self.page(number)?;
        let bad = || Malformed { what: "bad page of a table", offset: header as u64 };
        let read = || {
            let count = usize::from(BIG.u16(&page, header + 3)?);
            let child = |index| BIG.u32(&page, BIG.u16(&page, header + 12 + 2 * index)?.into());
            let last = BIG.u32(&page, header + 8)?;
            (0..count).map(child).chain([Some(last)]).collect::<Option<_>>()
        };
        match page.get(header) {
            Some(&LEAF) => Ok(Vec::new()),
            Some(&INTERIOR) => read().ok_or_else(bad),
            _ => Err(bad()),
        }
    }

    /// Shows every row of a leaf, and tells of the first that is wrong.
    fn leaf(
        &self,
        number: u32,
        see: &mut dyn FnMut(&Row<'_>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        let (page, header) = self.page(number)?;
        let offset = self.offset(number)?;
        let count = BIG.u16(&page, header + 3).unwrap_or_default();
        let mut result = Ok(());
        for index in 0..usize::from(count) {
            let row = BIG.u16(&page, header + 8 + 2 * index);
            let row = row.and_then(|at| self.row(&page, offset, at.into()));
            let row = row.ok_or(Malformed { what: "bad row", offset });
            result = result.and(row.and_then(|row| see(&row)));
        }
        result
    }

    fn row<'b>(&self, page: &'b [u8], offset: u64, at: usize) -> Option<Row<'b>> {
        let (size, at) = number(page, at)?;
        let (_key, at) = number(page, at)?;
        // How much of a record stays in its row's own page (section 1.6).
        let most = self.usable - 35;
        let here = if size <= most {
            size
        } else {
            let least = (self.usable - 12) * 32 / 255 - 23;
            let fitting = least + (size - least) % (self.usable - 4);
            if fitting <= most { fitting } else { least }
        };
        let end = at + usize::try_from(here).ok()?;
        let next = if here < size { BIG.u32(page, end)? } else { 0 };
        Some(Row { offset: offset + at as u64, size, start: page.get(at..end)?, next })
    }

    /// A page of a table, and where in it its header begins.
    fn page(&self, number: u32) -> Result<(Vec<u8>, usize), Malformed> {
        let page = self.bytes(self.offset(number)?, self.page_size)?;
        Ok((page, if number == 1 { HEADER } else { 0 }))
    }

    fn offset(&self, number: u32) -> Result<u64, Malformed> {
        let before = number.checked_sub(1).ok_or(Malformed { what: "page 0", offset: 0 })?;
        Ok(u64::from(before) * self.page_size)
    }
}

impl Row<'_> {
    /// The type code of a column, and where its value begins.
    fn column(&self, index: usize) -> Option<(u64, usize)> {
        let (header, mut at) = number(self.start, 0)?;
        let mut value = usize::try_from(header).ok()?;
        for _ in 0..index {
            let (code, next) = number(self.start, at)?;
            value = value.checked_add(usize::try_from(width(code)).ok()?)?;
            at = next;
        }
        Some((number(self.start, at)?.0, value))
    }

    /// A text or blob, as far as it is in the row's own page.
    pub fn text(&self, index: usize) -> Option<&[u8]> {
        let (code, at) = self.column(index)?;
        let size = usize::try_from(width(code)).ok().filter(|_| code >= 12)?;
        self.start.get(at..at.checked_add(size)?)
    }

    /// Where a text or blob is.
    pub fn value(&self, index: usize) -> Option<Value> {
        let (code, at) = self.column(index)?;
        let inline = self.start.len().checked_sub(at).filter(|_| code >= 12)? as u64;
        let size = width(code);
        if size > self.size.checked_sub(at as u64)? {
            return None;
        }
        Some(Value { offset: self.offset + at as u64, size, inline: inline.min(size) })
    }

    /// The first page of a table, if that is what a row of the schema describes.
    fn root_of(&self, table: &str) -> Option<u32> {
        let is =
            |index, word: &[u8]| self.text(index).is_some_and(|it| it.eq_ignore_ascii_case(word));
        let (code, at) = self.column(3).filter(|_| is(0, b"table") && is(1, table.as_bytes()))?;
        let size = usize::try_from(width(code)).ok().filter(|_| code <= 6)?;
        let bytes = self.start.get(at..at.checked_add(size)?)?;
        let number = bytes.iter().fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
        u32::try_from(number).ok()
    }
}

/// Bytes that a value with this type code takes.
fn width(code: u64) -> u64 {
    match code {
        0 | 8..=11 => 0,
        1..=4 => code,
        5 => 6,
        6 | 7 => 8,
        _ => (code - 12) / 2,
    }
}

/// A number of one to nine bytes, and where it ends.
fn number(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut number = 0_u64;
    for (count, byte) in bytes.get(at..)?.iter().take(9).enumerate() {
        if count == 8 {
            return Some((number << 8 | u64::from(*byte), at + 9));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, at + count + 1));
        }
    }
    None
}
