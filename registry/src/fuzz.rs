//! A body to fuzz for every header and for references. cargo-fuzz and an ordinary test both run this list.
//!
//! A body parses the bytes and asserts what must hold whatever they are.

use std::time::{Duration, SystemTime};

use crate::Reference;
use crate::headers::{
    challenge::{Challenge, parse},
    content_range, link, range, retry_after,
};

/// The name of what is parsed, which is that of its file, and its body.
pub type Target = (&'static str, fn(&[u8]));

/// Every target, in alphabetical order.
pub const TARGETS: &[Target] = &[
    ("challenge", challenge),
    ("content_range", content_range),
    ("link", link),
    ("range", range),
    ("reference", reference),
    ("retry_after", retry_after),
];

fn challenge(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let challenges = parse(&text);
    let lengths = challenges.iter().flat_map(|(scheme, parameters)| {
        let parameters = parameters.iter().map(|(name, value)| name.len() + value.len());
        parameters.chain([scheme.len()])
    });
    assert!(lengths.sum::<usize>() <= text.len());
    if let Some(Challenge::Bearer { realm, .. }) = Challenge::best(text.lines()) {
        assert!(realm.len() < text.len());
    }
}

fn reference(bytes: &[u8]) {
    if let Ok(reference) = String::from_utf8_lossy(bytes).parse::<Reference>() {
        assert_eq!(reference.to_string().parse().as_ref(), Ok(&reference));
    }
}

fn content_range(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    assert!(content_range::start(&text).is_none_or(|_| text.starts_with("bytes ")));
}

fn link(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    assert!(link::next(&text).is_none_or(|it| it.starts_with('/') && !it.contains('>')));
}

fn range(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    assert_ne!(range::received(&text), Some(1));
}

fn retry_after(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (now, later) = (SystemTime::UNIX_EPOCH, Duration::from_secs(1));
    let (first, second) = (retry_after::pause(&text, now), retry_after::pause(&text, now + later));
    assert!(second <= first, "a pause grows while time passes");
}
