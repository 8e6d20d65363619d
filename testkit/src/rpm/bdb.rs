//! `Packages`: a Berkeley DB hash or B-tree of number → header blob.
//! Specification: Berkeley DB's `dbinc/db_page.h`.

use super::word;

const HEADER: usize = 26;

/// A database under construction: one hash bucket of as many pages as it takes, or one leaf after another.
#[derive(Clone, Debug)]
pub struct RpmBdb {
    packages: Vec<Vec<u8>>,
    page_size: usize,
    big_endian: bool,
    tree: bool,
    deleted: bool,
}

struct Page {
    kind: u8,
    /// Items, or the content of an overflow page.
    items: Vec<Vec<u8>>,
    next: usize,
}

impl RpmBdb {
    /// A hash of these header blobs.
    pub fn new(packages: &[Vec<u8>]) -> Self {
        let packages = packages.to_vec();
        Self { packages, page_size: 4096, big_endian: false, tree: false, deleted: false }
    }

    /// Sets the size of a page.
    #[must_use]
    pub fn page_size(mut self, size: usize) -> Self {
        self.page_size = size;
        self
    }

    /// Stores numbers with the highest byte first, as on s390x.
    #[must_use]
    pub fn big_endian(mut self) -> Self {
        self.big_endian = true;
        self
    }

    /// Makes it a B-tree.
    #[must_use]
    pub fn tree(mut self) -> Self {
        self.tree = true;
        self
    }

    /// Marks the first package of a B-tree as deleted.
    #[must_use]
    pub fn first_deleted(mut self) -> Self {
        self.deleted = true;
        self
    }

    /// The finished file.
    pub fn build(&self) -> Vec<u8> {
        let mut pages: Vec<Page> = Vec::new();
        if self.tree {
            // The root: one entry that leads to the first leaf, which is page 2.
            let items = vec![[self.u16(0), vec![1, 0], self.u32(2), self.u32(0)].concat()];
            pages.push(Page { kind: 3, items, next: 0 });
        }
        let mut last = pages.len();
        pages.push(self.empty());
        // Under number 0 a hash keeps the last number that was given.
        let last_number = self.u32(word(self.packages.len()));
        let mut pairs: Vec<(u32, &[u8])> = vec![(0, &last_number)];
        pairs.extend(self.packages.iter().enumerate().map(|(at, it)| (word(at + 1), &**it)));
        for (number, value) in pairs {
            let (key, value) = (self.item(&self.u32(number)), self.value(value, &mut pages));
            let used: usize = pages[last].items.iter().map(|it| it.len() + 2).sum();
            if HEADER + used + key.len() + value.len() + 8 > self.page_size {
                pages[last].next = pages.len() + 1;
                last = pages.len();
                pages.push(self.empty());
            }
            let mark = |mut item: Vec<u8>| {
                if self.tree && self.deleted && number == 1 {
                    item[2] |= 0x80;
                }
                item
            };
            pages[last].items.extend([mark(key), mark(value)]);
        }
        let content = pages.iter().enumerate().flat_map(|(at, page)| self.page(at + 1, page));
        let content: Vec<u8> = content.collect();
        [self.meta(pages.len()), content].concat()
    }

    fn empty(&self) -> Page {
        Page { kind: if self.tree { 5 } else { 13 }, items: Vec::new(), next: 0 }
    }

    /// A value beside its key, or on pages of its own where it is large.
    fn value(&self, bytes: &[u8], pages: &mut Vec<Page>) -> Vec<u8> {
        if bytes.len() < self.page_size / 4 {
            return self.item(bytes);
        }
        let first = pages.len() + 1;
        let chunks: Vec<&[u8]> = bytes.chunks(self.page_size - HEADER).collect();
        for (index, chunk) in chunks.iter().enumerate() {
            let next = if index + 1 < chunks.len() { first + index + 1 } else { 0 };
            pages.push(Page { kind: 7, items: vec![chunk.to_vec()], next });
        }
        let head = if self.tree { vec![0, 0, 3, 0] } else { vec![3, 0, 0, 0] };
        [head, self.u32(word(first)), self.u32(word(bytes.len()))].concat()
    }

    fn item(&self, bytes: &[u8]) -> Vec<u8> {
        if self.tree {
            return [self.u16(bytes.len()), vec![1], bytes.to_vec()].concat();
        }
        [vec![1], bytes.to_vec()].concat()
    }

    fn page(&self, number: usize, page: &Page) -> Vec<u8> {
        let mut it = vec![0; self.page_size];
        let mut put = |at: usize, bytes: &[u8]| it[at..at + bytes.len()].copy_from_slice(bytes);
        put(8, &self.u32(word(number)));
        put(16, &self.u32(word(page.next)));
        // Leaves of a tree are level 1.
        let level = match page.kind {
            3 => 2,
            5 => 1,
            _ => 0,
        };
        put(24, &[level, page.kind]);
        if page.kind == 7 {
            put(20, &self.u16(1)); // one user
            put(22, &self.u16(page.items[0].len()));
            put(HEADER, &page.items[0]);
            return it;
        }
        put(20, &self.u16(page.items.len()));
        let mut end = self.page_size;
        for (index, item) in page.items.iter().enumerate() {
            end -= item.len();
            if self.tree {
                end -= end % 4;
            }
            put(end, item);
            put(HEADER + 2 * index, &self.u16(end));
        }
        it
    }

    fn meta(&self, last: usize) -> Vec<u8> {
        let mut it = vec![0; self.page_size];
        let mut put = |at: usize, number: usize| {
            it[at..at + 4].copy_from_slice(&self.u32(word(number)));
        };
        put(12, if self.tree { 0x0005_3162 } else { 0x0006_1561 });
        put(16, 9);
        put(20, self.page_size);
        put(32, last);
        if self.tree {
            put(88, 1);
        } else {
            // One bucket, whose first page is 1.
            put(96, 1);
        }
        it[25] = if self.tree { 9 } else { 8 };
        it
    }

    fn u16(&self, number: usize) -> Vec<u8> {
        let number = u16::try_from(number).unwrap();
        if self.big_endian { number.to_be_bytes().into() } else { number.to_le_bytes().into() }
    }

    fn u32(&self, number: u32) -> Vec<u8> {
        if self.big_endian { number.to_be_bytes().into() } else { number.to_le_bytes().into() }
    }
}
