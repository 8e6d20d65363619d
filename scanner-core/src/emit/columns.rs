//! Columns of text for a terminal.

use std::fmt::Write as _;

/// Lays out a heading and rows. Nothing in them can steer the terminal.
pub fn columns<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let head = head.map(str::to_owned);
    let printed = rows.iter().map(|row| row.each_ref().map(|it| printable(it)));
    let rows: Vec<[String; N]> = std::iter::once(head).chain(printed).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Whether a character steers a terminal, has no shape of its own or turns the direction of what follows.
pub(super) fn is_unseen(it: char) -> bool {
    it.is_control()
        || matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The text with what would steer a terminal or mislead its reader shown as an escape.
pub fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|it| if is_unseen(it) { it.escape_unicode().collect() } else { vec![it] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_scanned_reaches_the_terminal_as_a_command() {
        assert_eq!(printable("x\u{1b}[31mred"), "x\\u{1b}[31mred");
        assert_eq!(printable("\u{202e}gpj.exe"), "\\u{202e}gpj.exe");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a".to_owned(), "1".to_owned()], ["long\n".to_owned(), String::new()]];
        assert_eq!(columns(["N", "V"], &rows), "N          V\na          1\nlong\\u{a}\n");
    }
}
