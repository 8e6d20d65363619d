//! The `os-release` file.
//! Specification: os-release(5).

use std::collections::BTreeMap;

/// Reads the assignments of a text; the last of one name counts.
pub fn parse(text: &str) -> BTreeMap<&str, String> {
    let assignments = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    assignments
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim(), unquote(value)))
        .collect()
}

/// Takes quotes and escapes off a value as a shell would.
fn unquote(value: &str) -> String {
    let value = value.trim();
    let quoted =
        |quote: char| value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote));
    if let Some(literal) = quoted('\'') {
        return literal.to_owned();
    }
    let mut text = String::new();
    // What follows a blank behind an unquoted value is a comment, or what a shell would run.
    let bare = value.split_whitespace().next().unwrap_or_default();
    let mut characters = quoted('"').unwrap_or(bare).chars();
    while let Some(character) = characters.next() {
        text.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_escapes_and_comments_are_read_as_a_shell_reads_them() {
        let values =
            parse("# c\nID=debian # c\nNAME=\"a \\\"b\\\"\"\nVERSION_ID='12'\n\nbroken\nX=\n");
        assert_eq!(values["ID"], "debian");
        assert_eq!(values["NAME"], "a \"b\"");
        assert_eq!(values["VERSION_ID"], "12");
        assert_eq!(values["X"], "");
    }
}
