//! JSON into the types of a format, with bounds before and with places in errors.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::DocumentError;
use super::dropped::Dropped;
use super::json_path;
use crate::limits::Limits;

/// Where in the JSON the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is the whole.
    Root,
    /// It is the predicate of an in-toto statement.
    Predicate,
}

/// An in-toto statement around a document.
#[derive(Deserialize)]
struct Statement<T> {
    predicate: T,
}

/// Reads a document of one format. What the types have no place for is counted.
pub(super) fn document<T: DeserializeOwned>(
    bytes: &[u8],
    place: Place,
    dropped: &mut Dropped,
) -> Result<T, DocumentError> {
    match place {
        Place::Root => with_ignored(bytes, &mut |path| dropped.member(path)),
        Place::Predicate => {
            let read: Statement<T> = with_ignored(bytes, &mut |path| {
                if let Some(inner) = path.strip_prefix("predicate.") {
                    dropped.member(inner);
                }
            })?;
            Ok(read.predicate)
        }
    }
}

/// Reads JSON without looking at what is passed over.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DocumentError> {
    with_ignored(bytes, &mut |_| {})
}

fn with_ignored<T: DeserializeOwned>(
    bytes: &[u8],
    ignored: &mut dyn FnMut(&str),
) -> Result<T, DocumentError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_ignored::deserialize(&mut json, |path| ignored(&general(&path)));
    let read = read.and_then(|value| json.end().map(|()| value));
    read.map_err(|error| {
        let offset = offset(bytes, error.line(), error.column());
        let path = json_path::at(bytes, offset);
        DocumentError::Invalid { path, offset, message: error.to_string() }
    })
}

/// A place without the numbers of list members: `components[].pedigree`.
fn general(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    let mut steps = Vec::new();
    let mut next = path;
    loop {
        next = match next {
            Path::Root => break,
            Path::Seq { parent, .. } => {
                steps.push("[]");
                parent
            }
            Path::Map { parent, key } => {
                steps.push(key);
                parent
            }
            Path::Some { parent }
            | Path::NewtypeStruct { parent }
            | Path::NewtypeVariant { parent } => parent,
        };
    }
    let mut text = String::new();
    for step in steps.into_iter().rev() {
        if !text.is_empty() && step != "[]" {
            text.push('.');
        }
        text.push_str(step);
    }
    text
}

/// The offset of a place that is given by line and column, both from 1.
fn offset(bytes: &[u8], line: usize, column: usize) -> usize {
    let starts = bytes.iter().enumerate().filter(|(_, it)| **it == b'\n').map(|(at, _)| at + 1);
    let start = std::iter::once(0).chain(starts).nth(line.saturating_sub(1)).unwrap_or(0);
    start + column.saturating_sub(1)
}

/// The bytes of JSON that are not in texts, with their offsets. The quotation marks around texts are among them.
pub(super) fn outside_texts(json: &[u8]) -> impl Iterator<Item = (usize, u8)> {
    let (mut in_text, mut escaped) = (false, false);
    json.iter().copied().enumerate().filter(move |(_, byte)| match byte {
        _ if escaped => {
            escaped = false;
            false
        }
        b'\\' if in_text => {
            escaped = true;
            false
        }
        b'"' => {
            in_text = !in_text;
            true
        }
        _ => !in_text,
    })
}

/// Checks depth and number of objects and lists, which is what memory goes by, without making anything of them.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<(), DocumentError> {
    let (mut depth, mut count) = (0_usize, 0_usize);
    for (offset, byte) in outside_texts(bytes) {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                count += 1;
                let over = |what, limit| DocumentError::TooMany { what, limit, offset };
                if depth > limits.document_depth {
                    return Err(over("levels", limits.document_depth));
                }
                if count > limits.document_objects {
                    return Err(over("objects", limits.document_objects));
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Item {
        name: String,
        items: Vec<Self>,
    }

    #[test]
    fn what_is_passed_over_is_counted_by_its_place() {
        let mut dropped = Dropped::default();
        let text = br#"{"name":"a","x":{},"items":[{"y":1},{"y":2}]}"#;
        let item: Item = document(text, Place::Root, &mut dropped).unwrap();
        assert_eq!((item.name.as_str(), item.items.len()), ("a", 2));
        assert_eq!(dropped.in_words(), ["items[].y (2 times)", "x"]);
    }

    #[test]
    fn an_error_tells_path_and_byte() {
        let text = b"{\n \"items\": [{\"name\": 1}]}";
        let error = parse::<Item>(text).unwrap_err().to_string();
        assert!(error.contains("items[0].name"), "{error}");
        assert!(error.contains("byte 22") || error.contains("byte 23"), "{error}");
    }

    #[test]
    fn depth_and_number_are_bounded_before_reading() {
        let limits = Limits { document_depth: 3, document_objects: 5, ..Limits::default() };
        assert!(check(br#"[[["[[[["]]]"#, &limits).is_ok());
        let deep = check(b"[[[[", &limits).unwrap_err().to_string();
        assert!(deep.contains("3 levels at byte 3"), "{deep}");
        let many = check(b"[[],[],[],[],[]]", &limits).unwrap_err().to_string();
        assert!(many.contains("5 objects"), "{many}");
    }
}
