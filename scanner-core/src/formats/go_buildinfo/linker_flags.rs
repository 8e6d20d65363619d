//! Flags of the Go linker, as far as they set variables of the program.
//! Specification: Go, `cmd/link` (`-X importpath.name=value`) and `cmd/go` ("quoted" flags).

use std::collections::BTreeMap;

/// The variables that `-X` sets, by import path and name joined by a dot. Of several settings of one the last counts.
pub(super) fn variables(flags: &str) -> BTreeMap<String, String> {
    let mut words = words(flags).into_iter();
    let mut variables = BTreeMap::new();
    while let Some(word) = words.next() {
        let word = word.strip_prefix('-').unwrap_or(&word);
        let setting = match word.trim_start_matches('-') {
            "X" => words.next(),
            other => other.strip_prefix("X=").map(str::to_owned),
        };
        if let Some((name, value)) = setting.as_deref().and_then(|it| it.split_once('=')) {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
    variables
}

/// Splits at blanks. A word that begins with a quote ends with the next one like it.
fn words(mut text: &str) -> Vec<String> {
    let mut words = Vec::new();
    loop {
        text = text.trim_start();
        let Some(first) = text.chars().next() else { return words };
        let (word, rest) = match text.strip_prefix(['"', '\'']) {
            Some(inner) => inner.split_once(first).unwrap_or((inner, "")),
            None => text.split_once(char::is_whitespace).unwrap_or((text, "")),
        };
        words.push(word.to_owned());
        text = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_read_in_every_form_of_the_flag() {
        let flags =
            "-s -w -X main.version=v1.2.3 '-X=main.date=1 May' --X \"a.b/c.Version=v2=x\" -X";
        let found = variables(flags);
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(
            found,
            [("a.b/c.Version", "v2=x"), ("main.date", "1 May"), ("main.version", "v1.2.3")]
        );
    }

    #[test]
    fn a_quoted_value_inside_quotes_is_split_as_go_splits_it() {
        assert_eq!(variables("-X 'main.a=b c' -X main.d='e").len(), 2);
        assert!(variables("  ").is_empty());
    }
}
