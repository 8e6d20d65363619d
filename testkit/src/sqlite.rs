//! SQLite databases with one table of texts, all of whose rows are in one page.
//! Specification: <https://www.sqlite.org/fileformat2.html>.

use crate::rpm::varint;

const PAGE: usize = 16_384;

/// A database with a table; an empty text stands for NULL.
pub fn sqlite(table: &str, rows: &[&[&str]]) -> Vec<u8> {
    let sql = format!("CREATE TABLE {table} (x)");
    let schema = record(&[Some("table"), Some(table), Some(table)], Some(2), Some(&sql));
    let mut header = b"SQLite format 3\0".to_vec();
    header.extend(u16::try_from(PAGE).unwrap().to_be_bytes());
    header.extend([1, 1, 0, 64, 32, 32]);
    header.resize(100, 0);
    let rows: Vec<Vec<u8>> = rows
        .iter()
        .map(|row| {
            let texts: Vec<Option<&str>> =
                row.iter().map(|it| Some(*it).filter(|it| !it.is_empty())).collect();
            record(&texts, None, None)
        })
        .collect();
    [leaf(header, &[schema]), leaf(Vec::new(), &rows)].concat()
}

/// A record of texts, then a small number, then a text.
fn record(texts: &[Option<&str>], number: Option<u8>, last: Option<&str>) -> Vec<u8> {
    let code = |text: Option<&str>| varint(text.map_or(0, |it| 13 + 2 * it.len()));
    let mut codes: Vec<u8> = texts.iter().flat_map(|it| code(*it)).collect();
    codes.extend(number.map(|_| 1));
    codes.extend(last.iter().flat_map(|it| code(Some(it))));
    let mut values = texts.iter().flatten().copied().collect::<String>().into_bytes();
    values.extend(number);
    values.extend(last.unwrap_or_default().bytes());
    let size = varint(codes.len() + 1);
    assert_eq!(size.len(), 1, "too many columns");
    [size, codes, values].concat()
}

fn leaf(mut page: Vec<u8>, records: &[Vec<u8>]) -> Vec<u8> {
    let cells: Vec<Vec<u8>> = records
        .iter()
        .enumerate()
        .map(|(index, it)| [varint(it.len()), varint(index + 1), it.clone()].concat())
        .collect();
    let size: usize = cells.iter().map(Vec::len).sum();
    let half = |number: usize| u16::try_from(number).unwrap().to_be_bytes();
    page.extend([&[13, 0, 0], half(cells.len()).as_slice(), &half(PAGE - size), &[0]].concat());
    let mut end = PAGE;
    for cell in &cells {
        end -= cell.len();
        page.extend(half(end));
    }
    assert!(page.len() + size <= PAGE, "too many rows");
    page.resize(PAGE - size, 0);
    page.extend(cells.iter().rev().flatten());
    page
}
