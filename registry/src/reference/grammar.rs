//! The grammar of references.
//! Specification: distribution's package `reference`, with Docker's rules for names without a registry.

use std::net::Ipv6Addr;

use oci_spec::image::{Digest, DigestAlgorithm};

use super::HUB;

/// Docker Hub, as references of old call it.
const OLD_HUB: &str = "index.docker.io";

/// The longest name of a repository, in bytes.
const LONGEST_NAME: usize = 255;

/// The longest tag, in bytes.
const LONGEST_TAG: usize = 128;

/// The pieces of a reference.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pieces<'a> {
    pub(super) registry: &'a str,
    pub(super) repository: String,
    pub(super) tag: Option<&'a str>,
    pub(super) digest: Option<&'a str>,
}

/// Takes a reference apart, or says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Pieces<'_>, &'static str> {
    let (rest, digest) = ending(text, text.split_once('@'));
    // The last colon may be that of a port.
    let (name, tag) = ending(rest, rest.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')));
    let (registry, path) = match name.split_once('/').filter(|(first, _)| names_a_registry(first)) {
        Some((OLD_HUB, path)) => (HUB, path),
        Some((registry, path)) => (registry, path),
        None => (HUB, name),
    };
    if !is_registry(registry) {
        return Err("the registry is no host with or without a port");
    }
    if !path.split('/').all(is_component) {
        return Err("a repository has small letters and digits, and one of . _ - between them");
    }
    let is_short = registry == HUB && !path.contains('/');
    let repository = if is_short { ["library/", path].concat() } else { path.to_owned() };
    if repository.len() > LONGEST_NAME {
        return Err("the repository's name is longer than 255 characters");
    }
    if !tag.is_none_or(is_tag) {
        return Err("a tag has up to 128 letters, digits and _ . -, and begins with none of . -");
    }
    if !digest.is_none_or(is_digest) {
        return Err("the digest is none of an algorithm that registries know");
    }
    Ok(Pieces { registry, repository, tag, digest })
}

/// What an ending was parted from, and the ending, if there is one.
fn ending<'a>(whole: &'a str, parted: Option<(&'a str, &'a str)>) -> (&'a str, Option<&'a str>) {
    parted.map_or((whole, None), |(rest, ending)| (rest, Some(ending)))
}

/// Whether the first piece of a name is a registry: no repository is called so.
fn names_a_registry(first: &str) -> bool {
    first == "localhost" || first.contains(['.', ':']) || first.contains(char::is_uppercase)
}

fn is_registry(text: &str) -> bool {
    if let Some((address, port)) = text.strip_prefix('[').and_then(|it| it.split_once(']')) {
        let port = if port.is_empty() { None } else { Some(port.strip_prefix(':').unwrap_or("")) };
        return address.parse::<Ipv6Addr>().is_ok() && port.is_none_or(is_port);
    }
    let (host, port) = ending(text, text.split_once(':'));
    let is_label = |it: &str| {
        let bytes = it.as_bytes();
        let is_end = |it: Option<&u8>| it.is_some_and(u8::is_ascii_alphanumeric);
        let is_inner = |it: &u8| it.is_ascii_alphanumeric() || *it == b'-';
        is_end(bytes.first()) && is_end(bytes.last()) && bytes.iter().all(is_inner)
    };
    host.split('.').all(is_label) && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

fn is_component(text: &str) -> bool {
    let is_plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    let mut between = text.split(is_plain).filter(|it| !it.is_empty());
    let is_separator = |it: &str| matches!(it, "." | "_" | "__") || it.bytes().all(|it| it == b'-');
    text.starts_with(is_plain) && text.ends_with(is_plain) && between.all(is_separator)
}

fn is_tag(text: &str) -> bool {
    let is_word = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    text.len() <= LONGEST_TAG
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|it| is_word(it) || matches!(it, b'.' | b'-'))
}

fn is_digest(text: &str) -> bool {
    let digest = text.parse::<Digest>();
    digest.is_ok_and(|it| !matches!(it.algorithm(), DigestAlgorithm::Other(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Option<(String, String)> {
        parse(text).ok().map(|it| (it.registry.to_owned(), it.repository))
    }

    #[test]
    fn the_first_piece_is_a_registry_where_no_repository_is_called_so() {
        let is = |registry: &str, repository: &str| Some((registry.into(), repository.into()));
        assert_eq!(names("debian"), is("docker.io", "library/debian"));
        assert_eq!(names("index.docker.io/debian"), is("docker.io", "library/debian"));
        assert_eq!(names("docker.io/a/b"), is("docker.io", "a/b"));
        assert_eq!(names("a/b/c"), is("docker.io", "a/b/c"));
        assert_eq!(names("localhost/a"), is("localhost", "a"));
        assert_eq!(names("localhost:5000"), is("docker.io", "library/localhost"));
        assert_eq!(names("Host/a"), is("Host", "a"));
        assert_eq!(names("1.2.3.4:5/a"), is("1.2.3.4:5", "a"));
        assert_eq!(names("[::1]/a"), is("[::1]", "a"));
        assert_eq!(names("[2001:db8::1]:5000/a:1"), is("[2001:db8::1]:5000", "a"));
    }

    #[test]
    fn what_no_registry_would_take_is_refused_with_what_is_wrong() {
        let digest = "0".repeat(64);
        let cases = [
            ("-a.b/c", "host"),
            ("a.b:/c", "host"),
            ("a.b:x/c", "host"),
            ("[::1/c", "host"),
            ("[::1]5/c", "host"),
            ("[::1]5]/c", "host"),
            ("", "repository"),
            ("A", "repository"),
            ("a//b", "repository"),
            ("a/", "repository"),
            ("a..b", "repository"),
            ("a___b", "repository"),
            ("a-", "repository"),
            ("a/é", "repository"),
            ("a:", "tag"),
            ("a:-b", "tag"),
            ("a:b c", "tag"),
            ("a@sha256:12", "digest"),
            ("a@", "digest"),
        ];
        for (text, what) in cases {
            assert!(parse(text).unwrap_err().contains(what), "{text}: {:?}", parse(text));
        }
        assert!(parse(&format!("a:{}", "b".repeat(129))).unwrap_err().contains("tag"));
        assert!(parse(&format!("a/{}", "b".repeat(256))).unwrap_err().contains("255"));
        assert!(parse(&format!("a__b/c---d:e@sha256:{digest}")).is_ok());
    }
}
