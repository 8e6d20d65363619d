//! Constants in a header of C: what `#define NAME VALUE` says, without knowing what is compiled.
//! Specification: ISO C, 6.10.3.

use std::collections::BTreeMap;

/// The values by name, without the quotes of texts. Of several definitions the first counts.
pub fn parse(text: &str) -> BTreeMap<&str, &str> {
    let mut found = BTreeMap::new();
    for (name, value) in text.lines().filter_map(define) {
        found.entry(name).or_insert(value);
    }
    found
}

fn define(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start().strip_prefix('#')?.trim_start().strip_prefix("define")?;
    let (name, value) = rest.strip_prefix([' ', '\t'])?.trim().split_once([' ', '\t'])?;
    let value = value.trim_start();
    let value = match value.strip_prefix('"') {
        Some(text) => text.split('"').next()?,
        None => value.split_whitespace().next()?,
    };
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_are_told_from_what_is_no_definition() {
        let text = "#define PY_VERSION              \"3.12.1\"\n# define N 20 /* minor */\n#define N 21\n\
                    #ifdef X\n#define EMPTY\n#defined Y 1\n// #define Z 1\n#define F(x) x\n";
        let found = parse(text);
        assert_eq!(found.get("PY_VERSION"), Some(&"3.12.1"));
        assert_eq!(found.get("N"), Some(&"20"));
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["F(x)", "N", "PY_VERSION"]);
    }
}
