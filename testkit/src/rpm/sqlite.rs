//! `rpmdb.sqlite`: an SQLite database with the table of packages, and its write-ahead log.
//! Specification: <https://www.sqlite.org/fileformat2.html>.

use super::word;

const TABLE: &str = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY,blob BLOB NOT NULL)";
const FRAME_HEADER: usize = 24;

/// A database under construction: the schema, and a tree with a leaf for each package.
#[derive(Clone, Debug)]
pub struct RpmSqlite {
    packages: Vec<Vec<u8>>,
    page_size: usize,
}

impl RpmSqlite {
    /// A database of these header blobs.
    pub fn new(packages: &[Vec<u8>]) -> Self {
        Self { packages: packages.to_vec(), page_size: 4096 }
    }

    /// Sets the size of a page.
    #[must_use]
    pub fn page_size(mut self, size: usize) -> Self {
        self.page_size = size;
        self
    }

    /// The finished file.
    pub fn build(&self) -> Vec<u8> {
        self.pages().concat()
    }

    /// The finished log of a database that has these packages instead of those of the file:
    /// every page in a frame, the last of which commits. Frames without a commit are no part of the database.
    pub fn log(&self, commits: bool) -> Vec<u8> {
        let mut file = vec![0x377f_0682_u32, 3_007_000, word(self.page_size), 1, 0x1234, 0x5678];
        let mut sum = checksum((0, 0), &bytes(&file));
        file.extend([sum.0, sum.1]);
        let mut file = bytes(&file);
        let pages = self.pages();
        for (index, page) in pages.iter().enumerate() {
            let size = if commits && index + 1 == pages.len() { word(pages.len()) } else { 0 };
            let mut frame = bytes(&[word(index + 1), size, 0x1234, 0x5678]);
            sum = checksum(checksum(sum, &frame[..8]), page);
            frame.extend(bytes(&[sum.0, sum.1]));
            assert_eq!(frame.len(), FRAME_HEADER);
            file.extend(frame);
            file.extend(page);
        }
        file
    }

    fn pages(&self) -> Vec<Vec<u8>> {
        let mut pages = vec![Vec::new()];
        if let [package] = self.packages.as_slice() {
            // An interior page would need a second child.
            self.leaf(1, package, &mut pages);
        } else {
            pages.push(Vec::new());
            let mut children = Vec::new();
            for (index, package) in self.packages.iter().enumerate() {
                children.push(word(pages.len() + 1));
                self.leaf(index + 1, package, &mut pages);
            }
            pages[1] = self.root(&children);
        }
        pages[0] = self.schema(pages.len());
        pages
    }

    /// The first page: the file's header, and a leaf with the row that describes the table.
    fn schema(&self, pages: usize) -> Vec<u8> {
        let sql = varint(13 + 2 * TABLE.len());
        let record = [&[5 + u8::try_from(sql.len()).unwrap(), 23, 29, 29, 1], sql.as_slice()];
        let record = [&record.concat(), b"tablePackagesPackages\x02".as_slice(), TABLE.as_bytes()];
        let record = record.concat();
        let cell = [varint(record.len()), varint(1), record].concat();
        let mut page = b"SQLite format 3\0".to_vec();
        let stored = u16::try_from(self.page_size).unwrap_or(1);
        page.extend(stored.to_be_bytes());
        page.extend([2, 2, 0, 64, 32, 32]);
        page.extend(bytes(&[1, word(pages), 0, 0, 1, 4, 0, 0, 1]));
        page.resize(96, 0);
        page.extend(bytes(&[3_040_000]));
        self.table(page, 13, &[cell], None)
    }

    /// An interior page with one child for each package.
    fn root(&self, children: &[u32]) -> Vec<u8> {
        let Some((last, rest)) = children.split_last() else {
            return self.table(Vec::new(), 13, &[], None);
        };
        let cell = |(index, child): (usize, &u32)| [bytes(&[*child]), varint(index + 1)].concat();
        let cells: Vec<Vec<u8>> = rest.iter().enumerate().map(cell).collect();
        self.table(Vec::new(), 5, &cells, Some(*last))
    }

    /// A leaf with one row, and the overflow pages behind it.
    fn leaf(&self, number: usize, package: &[u8], pages: &mut Vec<Vec<u8>>) {
        let code = varint(12 + 2 * package.len());
        let header = [&[2 + u8::try_from(code.len()).unwrap(), 0], code.as_slice()].concat();
        let record = [header.as_slice(), package].concat();
        let (most, least) = (self.page_size - 35, (self.page_size - 12) * 32 / 255 - 23);
        let mut cell = [varint(record.len()), varint(number)].concat();
        let here = if record.len() <= most {
            record.len()
        } else {
            let fitting = least + (record.len() - least) % (self.page_size - 4);
            if fitting <= most { fitting } else { least }
        };
        let (here, rest) = record.split_at(here);
        cell.extend(here);
        let leaf = pages.len();
        if !rest.is_empty() {
            cell.extend(bytes(&[word(leaf + 2)]));
        }
        pages.push(self.table(Vec::new(), 13, &[cell], None));
        let chunks: Vec<&[u8]> = rest.chunks(self.page_size - 4).collect();
        for (index, chunk) in chunks.iter().enumerate() {
            let next = if index + 1 < chunks.len() { word(pages.len() + 2) } else { 0 };
            let mut page = [&bytes(&[next]), *chunk].concat();
            page.resize(self.page_size, 0);
            pages.push(page);
        }
    }

    fn table(&self, mut page: Vec<u8>, kind: u8, cells: &[Vec<u8>], last: Option<u32>) -> Vec<u8> {
        let size: usize = cells.iter().map(Vec::len).sum();
        let half = |number: usize| u16::try_from(number).unwrap_or(0).to_be_bytes();
        page.extend(
            [&[kind, 0, 0], half(cells.len()).as_slice(), &half(self.page_size - size), &[0]]
                .concat(),
        );
        page.extend(last.into_iter().flat_map(u32::to_be_bytes));
        let mut end = self.page_size;
        for cell in cells {
            end -= cell.len();
            page.extend(half(end));
        }
        assert!(page.len() + size <= self.page_size, "too many packages for the page size");
        page.resize(self.page_size - size, 0);
        page.extend(cells.iter().rev().flatten());
        page
    }
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|it| it.to_be_bytes()).collect()
}

fn checksum(sum: (u32, u32), bytes: &[u8]) -> (u32, u32) {
    bytes.chunks(8).fold(sum, |(first, second), pair| {
        let word = |at: usize| u32::from_le_bytes(pair[at..at + 4].try_into().unwrap());
        let first = first.wrapping_add(word(0)).wrapping_add(second);
        (first, second.wrapping_add(word(4)).wrapping_add(first))
    })
}

pub(crate) fn varint(number: usize) -> Vec<u8> {
    let groups = (1..9).find(|groups| number >> (7 * groups) == 0).unwrap();
    let group = |index: usize| u8::try_from(number >> (7 * index) & 0x7f).unwrap();
    (0..groups).rev().map(|index| group(index) | if index == 0 { 0 } else { 0x80 }).collect()
}
