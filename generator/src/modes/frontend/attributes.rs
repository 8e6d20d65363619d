//! Attributes of `--attest` as BuildKit hands them on: one line of CSV (RFC 4180) of `KEY=VALUE`.

use std::collections::BTreeMap;

use crate::failure::Usage;

/// Reads the attributes; keys without regard to case.
pub(super) fn parse(line: &str) -> Result<BTreeMap<String, String>, Usage> {
    let fields = fields(line).into_iter().filter(|it| !it.is_empty());
    let pair = |field: String| match field.split_once('=') {
        Some((key, value)) => Ok((key.to_uppercase(), value.to_owned())),
        None => Err(Usage(format!("the attribute {field} of --attest is no KEY=VALUE"))),
    };
    fields.map(pair).collect()
}

/// The fields of a line; a comma inside quotes ends none, and two quotes there are one.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let (mut quoted, mut characters) = (false, line.chars().peekable());
    while let Some(character) = characters.next() {
        let Some(field) = fields.last_mut() else { break };
        match character {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' if quoted || field.is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => field.push(other),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_and_quotes_inside_quotes_are_the_values() {
        let line = "generator=x,\"FORMATS=a,b\",NAME=c=d,\"SUPPLIER=the \"\"one\"\"\"";
        let attributes = parse(line).unwrap();
        let get = |key: &str| attributes[key].as_str();
        assert_eq!((get("GENERATOR"), get("FORMATS")), ("x", "a,b"));
        assert_eq!((get("NAME"), get("SUPPLIER")), ("c=d", "the \"one\""));
    }

    #[test]
    fn what_is_no_pair_is_an_error() {
        assert!(parse("").unwrap().is_empty());
        assert!(parse("generator=x,y").is_err());
    }
}
