//! in-toto statements: what is said of what.
//! Specification: in-toto attestation framework, spec/v1/statement.md; v0.1 is read too.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Error;

/// What DSSE calls the type of a statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

const V1: &str = "https://in-toto.io/Statement/v1";
const V01: &str = "https://in-toto.io/Statement/v0.1";

/// A statement about subjects.
#[derive(Clone, Debug, Deserialize)]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    /// What the statement is about.
    #[serde(default)]
    pub subject: Vec<Subject>,
    /// What kind of predicate it is.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// What is said.
    #[serde(default)]
    pub predicate: Value,
}

/// What stands before the predicate, in the order of the specification.
#[derive(Serialize)]
struct Head<'a> {
    #[serde(rename = "_type")]
    kind: &'a str,
    subject: &'a [Subject],
    #[serde(rename = "predicateType")]
    predicate_type: &'a str,
}

/// Something that a statement is about, known by its digests alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// What the producer calls it; proves nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its digests by algorithm, in hex.
    pub digest: BTreeMap<String, String>,
}

impl Subject {
    /// A subject by a digest of the form `sha256:HEX`.
    ///
    /// # Errors
    /// When the digest is not of that form.
    pub fn new(name: &str, digest: &str) -> Result<Self, Error> {
        let (algorithm, hex) = digest
            .split_once(':')
            .ok_or_else(|| Error::malformed("the subject's digest", digest))?;
        let digest = BTreeMap::from([(algorithm.to_owned(), hex.to_owned())]);
        Ok(Self { name: name.to_owned(), digest })
    }

    /// Whether a digest of the form `sha256:HEX` is one of the subject's.
    pub fn is(&self, digest: &str) -> bool {
        digest.split_once(':').is_some_and(|(algorithm, hex)| {
            self.digest.get(algorithm).is_some_and(|it| it.eq_ignore_ascii_case(hex))
        })
    }
}

impl Statement {
    /// The bytes of a statement of version 1. The predicate keeps its bytes: it is a JSON document of our own, and not
    /// read again.
    ///
    /// # Errors
    /// When the predicate is no JSON object.
    pub fn write(
        subject: &[Subject],
        predicate_type: &str,
        predicate: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let predicate = predicate.trim_ascii();
        if !(predicate.starts_with(b"{") && predicate.ends_with(b"}")) {
            return Err(Error::malformed("the predicate", "it is no JSON object"));
        }
        let head = Head { kind: V1, subject, predicate_type };
        let head = serde_json::to_vec(&head).map_err(|it| Error::malformed("the statement", it))?;
        let (open, key) = (head.strip_suffix(b"}").unwrap_or(&head), b",\"predicate\":");
        let mut bytes = Vec::with_capacity(open.len() + key.len() + predicate.len() + 1);
        bytes.extend_from_slice(open);
        bytes.extend_from_slice(key);
        bytes.extend_from_slice(predicate);
        bytes.push(b'}');
        Ok(bytes)
    }

    /// Reads a statement of version 1 or 0.1.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let statement: Self =
            serde_json::from_slice(bytes).map_err(|it| Error::malformed("the statement", it))?;
        if statement.kind != V1 && statement.kind != V01 {
            return Err(Error::malformed(
                "the statement",
                format!("its type is {}", statement.kind),
            ));
        }
        Ok(statement)
    }

    /// The predicate in the bytes of a statement, as it was written there.
    ///
    /// # Errors
    /// When the bytes are no statement with a predicate.
    pub fn predicate_of(bytes: &[u8]) -> Result<&str, Error> {
        #[derive(Deserialize)]
        struct Body<'a> {
            #[serde(borrow)]
            predicate: &'a RawValue,
        }
        let body: Body<'_> =
            serde_json::from_slice(bytes).map_err(|it| Error::malformed("the statement", it))?;
        Ok(body.predicate.get())
    }

    /// Whether something with this digest (`sha256:HEX`) is a subject.
    pub fn is_about(&self, digest: &str) -> bool {
        self.subject.iter().any(|it| it.is(digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_predicate_keeps_its_bytes() {
        let subject = Subject::new("app", "sha256:aa").unwrap();
        let predicate = br#"{"z": 1, "a": 12345678901234567890}"#;
        let bytes = Statement::write(&[subject], "https://example.org/p", predicate).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert_eq!(
            text,
            r#"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"app","digest":{"sha256":"aa"}}],"predicateType":"https://example.org/p","predicate":{"z": 1, "a": 12345678901234567890}}"#
        );
        assert_eq!(Statement::predicate_of(&bytes).unwrap().as_bytes(), predicate);
        let read = Statement::read(&bytes).unwrap();
        assert!(read.is_about("sha256:AA") && !read.is_about("sha256:bb") && !read.is_about("aa"));
    }

    #[test]
    fn what_is_no_statement_is_an_error() {
        assert!(Statement::read(b"{}").is_err());
        let other = br#"{"_type":"x","subject":[],"predicateType":"y","predicate":{}}"#;
        assert!(Statement::read(other).unwrap_err().to_string().contains("its type is x"));
        assert!(Statement::write(&[], "y", b"{").is_err());
        assert!(Subject::new("a", "aa").is_err());
    }
}
