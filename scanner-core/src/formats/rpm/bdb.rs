//! `Packages`: a Berkeley DB hash (or, as configured in some distributions, B-tree) of number → header blob.
//! Specification: Berkeley DB's `dbinc/db_page.h` and `dbinc/hash.h`, hash versions 8 to 10 and B-tree versions 9 and 10.

use super::{Blob, ByteOrder, Link, Listing, Malformed, exact};
use crate::read::{ReadAt, window};

/// Bytes of the metadata page that carry facts.
const META: u64 = 512;
const HASH: u32 = 0x0006_1561;
const TREE: u32 = 0x0005_3162;
/// Bytes before the items of a page.
const PAGE_HEADER: usize = 26;
/// Where the type of a page stands.
const PAGE_TYPE: usize = 25;
const HASH_UNSORTED: u8 = 2;
const TREE_INTERNAL: u8 = 3;
const TREE_LEAF: u8 = 5;
const OVERFLOW: u8 = 7;
const HASH_SORTED: u8 = 13;
/// Kinds of an item.
const KEPT_HERE: u8 = 1;
const KEPT_ELSEWHERE: u8 = 3;
const DELETED: u8 = 0x80;
/// Levels of the deepest tree that 32-bit page numbers allow.
const DEPTH: usize = 32;

/// An open database.
pub(super) struct Bdb<'a> {
    pub(super) file: &'a dyn ReadAt,
    pub(super) page_size: u64,
    order: ByteOrder,
    access: Access,
}

enum Access {
    Hash { last_bucket: u32, spares: Vec<u32> },
    Tree { root: u32 },
}

struct Page {
    bytes: Vec<u8>,
    offset: u64,
    order: ByteOrder,
}

/// The bytes of a key or value.
enum Item {
    Here { at: usize, size: usize },
    Elsewhere { page: u32, size: u32 },
}

impl<'a> Bdb<'a> {
    /// Opens a file; none where it is not Berkeley DB.
    pub(super) fn open(file: &'a dyn ReadAt) -> Result<Option<Self>, Malformed> {
        let malformed = |what| Malformed { what, offset: 0 };
        let meta = window(file, 0, META).map_err(|_| malformed("unreadable metadata page"))?;
        let known = |order: &ByteOrder| matches!(order.u32(&meta, 12), Some(HASH | TREE));
        let Some(order) = [ByteOrder::Little, ByteOrder::Big].into_iter().find(known) else {
            return Ok(None);
        };
        let word = |at| order.u32(&meta, at).ok_or(malformed("cut metadata page"));
        let page_size = u64::from(word(20)?);
        if !page_size.is_power_of_two() || !(512..=65536).contains(&page_size) {
            return Err(malformed("bad page size"));
        }
        let access = match (word(12)?, word(16)?) {
            (HASH, 8..=10) => Access::Hash {
                last_bucket: word(72)?,
                spares: (0..32).map(|index| word(96 + 4 * index)).collect::<Result<_, _>>()?,
            },
            (TREE, 9 | 10) => Access::Tree { root: word(88)? },
            _ => return Err(malformed("unknown version of Berkeley DB")),
        };
        Ok(Some(Self { file, page_size, order, access }))
    }

    pub(super) fn list(&self, found: &mut Listing) {
        // Each page is in one chain at most.
        let mut pages = self.file.size() / self.page_size;
        match &self.access {
            Access::Tree { root } => {
                let result = self.first_leaf(*root);
                let result = result.and_then(|leaf| self.chain(leaf, &mut pages, found));
                found.note(result);
            }
            Access::Hash { last_bucket, spares } => {
                for bucket in 0..=*last_bucket {
                    if pages == 0 {
                        return;
                    }
                    let group = u32::BITS - bucket.leading_zeros();
                    let spare = spares.get(group as usize).copied().unwrap_or_default();
                    let result = self.chain(bucket.wrapping_add(spare), &mut pages, found);
                    found.note(result);
                }
            }
        }
    }

    /// A page of a value that has no room beside its key.
    pub(super) fn link(&self, number: u32) -> Result<Link, Malformed> {
        let offset = u64::from(number) * self.page_size;
        let malformed = Malformed { what: "bad overflow page", offset };
        let page = Page {
            bytes: exact(self.file, offset, PAGE_HEADER as u64, "cut overflow page")?,
            offset,
            order: self.order,
        };
        let size = u64::from(page.u16(22)?);
        let fits = size > 0 && PAGE_HEADER as u64 + size <= self.page_size;
        if page.u32(8)? != number || page.kind() != OVERFLOW || !fits {
            return Err(malformed);
        }
        Ok(Link { offset: offset + PAGE_HEADER as u64, size, next: page.u32(16)? })
    }

    /// The leaf with the smallest keys.
    fn first_leaf(&self, root: u32) -> Result<u32, Malformed> {
        let mut number = root;
        for _ in 0..DEPTH {
            let page = self.page(number)?;
            match page.kind() {
                TREE_LEAF => return Ok(number),
                TREE_INTERNAL => number = page.u32(usize::from(page.index(0)?) + 4)?,
                _ => return Err(page.malformed("page of another kind")),
            }
        }
        Err(Malformed { what: "circle of pages", offset: u64::from(number) * self.page_size })
    }

    /// Lists the values of a page and of those that follow it.
    fn chain(&self, first: u32, pages: &mut u64, found: &mut Listing) -> Result<(), Malformed> {
        let mut number = first;
        while number != 0 {
            let offset = u64::from(number) * self.page_size;
            *pages = pages.checked_sub(1).ok_or(Malformed { what: "circle of pages", offset })?;
            let page = self.page(number)?;
            for pair in 0..usize::from(page.u16(20)?) / 2 {
                let result = self.pair(&page, 2 * pair);
                let result = result.and_then(|blob| blob.map_or(Ok(()), |blob| found.add(blob)));
                found.note(result);
            }
            number = page.u32(16)?;
        }
        Ok(())
    }

    /// The value of one pair; none where it is deleted or is no package.
    fn pair(&self, page: &Page, index: usize) -> Result<Option<Blob>, Malformed> {
        let (key, value) = match page.kind() {
            HASH_UNSORTED | HASH_SORTED => {
                // Items fill the page from its end, so one ends where the one before it begins.
                let end = match index.checked_sub(1) {
                    Some(before) => page.index(before)?.into(),
                    None => page.bytes.len(),
                };
                let (key, value) = (page.index(index)?.into(), page.index(index + 1)?.into());
                (page.hash_item(key, end)?, page.hash_item(value, key)?)
            }
            TREE_LEAF => {
                let (key, value) = (page.index(index)?.into(), page.index(index + 1)?.into());
                match (page.tree_item(key)?, page.tree_item(value)?) {
                    (Some(key), Some(value)) => (key, value),
                    _ => return Ok(None),
                }
            }
            _ => return Err(page.malformed("page of another kind")),
        };
        // The key is the package's number; under 0 stands the last number given.
        let Item::Here { at, size: 4 } = key else { return Ok(None) };
        if page.u32(at)? == 0 {
            return Ok(None);
        }
        Ok(Some(match value {
            Item::Here { at, size } => {
                let (offset, size) = (page.offset + at as u64, size as u64);
                Blob { offset, size, inline: size, next: 0 }
            }
            Item::Elsewhere { page, size } => {
                let offset = u64::from(page) * self.page_size + PAGE_HEADER as u64;
                Blob { offset, size: size.into(), inline: 0, next: page }
            }
        }))
    }

    fn page(&self, number: u32) -> Result<Page, Malformed> {
        let offset = u64::from(number) * self.page_size;
        let bytes = exact(self.file, offset, self.page_size, "cut page")?;
        let page = Page { bytes, offset, order: self.order };
        if page.u32(8)? != number {
            return Err(page.malformed("page with another number"));
        }
        Ok(page)
    }
}

impl Page {
    fn kind(&self) -> u8 {
        self.bytes.get(PAGE_TYPE).copied().unwrap_or_default()
    }

    /// Where the item of this number begins.
    fn index(&self, number: usize) -> Result<u16, Malformed> {
        self.u16(PAGE_HEADER + 2 * number)
    }

    fn hash_item(&self, start: usize, end: usize) -> Result<Item, Malformed> {
        let size = end.checked_sub(start).filter(|_| end <= self.bytes.len());
        match (self.bytes.get(start), size) {
            (Some(&KEPT_HERE), Some(size @ 1..)) => {
                Ok(Item::Here { at: start + 1, size: size - 1 })
            }
            (Some(&KEPT_ELSEWHERE), Some(12)) => self.elsewhere(start),
            _ => Err(self.malformed("bad item")),
        }
    }

    /// An item of a leaf; none where it is deleted.
    fn tree_item(&self, start: usize) -> Result<Option<Item>, Malformed> {
        match self.bytes.get(start + 2) {
            Some(kind) if kind & DELETED != 0 => Ok(None),
            Some(&KEPT_HERE) => {
                let size = self.u16(start)?.into();
                if start + 3 + size > self.bytes.len() {
                    return Err(self.malformed("bad item"));
                }
                Ok(Some(Item::Here { at: start + 3, size }))
            }
            Some(&KEPT_ELSEWHERE) => self.elsewhere(start).map(Some),
            _ => Err(self.malformed("bad item")),
        }
    }

    fn elsewhere(&self, start: usize) -> Result<Item, Malformed> {
        Ok(Item::Elsewhere { page: self.u32(start + 4)?, size: self.u32(start + 8)? })
    }

    fn u16(&self, at: usize) -> Result<u16, Malformed> {
        self.order.u16(&self.bytes, at).ok_or(self.malformed("cut page"))
    }

    fn u32(&self, at: usize) -> Result<u32, Malformed> {
        self.order.u32(&self.bytes, at).ok_or(self.malformed("cut page"))
    }

    fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { what, offset: self.offset }
    }
}
