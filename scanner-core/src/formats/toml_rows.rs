//! The rows of a TOML lockfile: its array of tables `package` (or `packages`), each with its line.
//! Specification: TOML 1.1.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::{LineCounter, Malformed};

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Document<T> {
    #[serde(default = "Vec::new", alias = "packages")]
    package: Vec<Spanned<T>>,
}

/// Reads the rows, each with its line, counted from 1.
pub fn rows<T: DeserializeOwned>(text: &str) -> Result<Vec<(u32, T)>, Malformed> {
    let document: Document<T> = toml::from_str(text).map_err(|error| Malformed {
        what: "not the TOML that it should be",
        offset: error.span().map_or(0, |it| it.start as u64),
    })?;
    let mut lines = LineCounter::new(text);
    let numbered =
        document.package.into_iter().map(|row| (lines.line(row.span().start), row.into_inner()));
    Ok(numbered.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Row {
        name: String,
    }

    #[test]
    fn rows_come_with_their_lines_and_faults_with_their_place() {
        let text = "version = 1\n\n[[package]]\nname = \"a\"\n\n[package.x]\ny = 1\n\n[[package]]\nname = \"b\"\n";
        let rows = rows::<Row>(text).unwrap();
        let rows: Vec<_> = rows.iter().map(|(line, row)| (*line, &*row.name)).collect();
        assert_eq!(rows, [(3, "a"), (9, "b")]);
        assert_eq!(super::rows::<Row>("a = 1\nb").err().unwrap().offset, 7);
    }
}
