//! RubyGems' order: numbers and words, a word coming before any number; what follows `-` is before a release.
//! Specification: the documentation of `Gem::Version`.

use std::cmp::Ordering;

use super::{by_value, is_number, split_while};

pub(super) fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (segments(a)?, segments(b)?);
    let length = a.len().max(b.len());
    let at = |list: &[String], place: usize| list.get(place).map_or("0".to_owned(), Clone::clone);
    let orders = (0..length).map(|place| segment(&at(&a, place), &at(&b, place)));
    Some(orders.fold(Ordering::Equal, Ordering::then))
}

fn segment(a: &str, b: &str) -> Ordering {
    match (is_number(a), is_number(b)) {
        (true, true) => by_value(a, b),
        (false, false) => a.cmp(b),
        (a, b) => a.cmp(&b),
    }
}

/// The segments without zeros before a word and at the end; none where it is no version.
fn segments(version: &str) -> Option<Vec<String>> {
    let version = version.trim().replace('-', ".pre.");
    let starts = version.split('.').next().is_some_and(is_number);
    let plain = version.chars().all(|it| it.is_ascii_alphanumeric() || it == '.');
    if !starts || !plain || version.contains("..") || version.ends_with('.') {
        return None;
    }
    let mut found = Vec::new();
    let mut rest = version.as_str();
    while !rest.is_empty() {
        let digits = rest.starts_with(|it: char| it.is_ascii_digit());
        let (segment, behind) = split_while(rest, |it| it != '.' && it.is_ascii_digit() == digits);
        found.push(segment.to_owned());
        rest = behind.trim_start_matches('.');
    }
    let word = found.iter().position(|it| !is_number(it)).unwrap_or(found.len());
    let words = found.split_off(word);
    Some([without_zeros(found), without_zeros(words)].concat())
}

fn without_zeros(mut segments: Vec<String>) -> Vec<String> {
    while segments.last().is_some_and(|it| it.bytes().all(|it| it == b'0')) {
        segments.pop();
    }
    segments
}
