//! NuGet's order: semantic versions of up to four numbers, words without regard to case.
//! Specification: NuGet's "Package versioning".

use std::cmp::Ordering;

use super::{by_value, is_number};

/// Numbers of a version; those that are missing are zero.
const NUMBERS: usize = 4;

pub(super) fn compare(a: &str, b: &str) -> Option<Ordering> {
    let ((numbers_a, words_a), (numbers_b, words_b)) = (parse(a)?, parse(b)?);
    let mut order = Ordering::Equal;
    for (a, b) in numbers_a.iter().zip(&numbers_b) {
        order = order.then_with(|| by_value(a, b));
    }
    Some(order.then_with(|| match (words_a.is_empty(), words_b.is_empty()) {
        (false, false) => words(&words_a, &words_b),
        (a, b) => a.cmp(&b),
    }))
}

fn parse(version: &str) -> Option<([&str; NUMBERS], Vec<String>)> {
    let version = version.split('+').next().unwrap_or_default();
    let (numbers, words) = version.split_once('-').unwrap_or((version, ""));
    let mut found = ["0"; NUMBERS];
    for (place, number) in numbers.split('.').enumerate() {
        *found.get_mut(place)? = Some(number).filter(|it| is_number(it))?;
    }
    let words = words.split('.').filter(|it| !it.is_empty()).map(str::to_ascii_lowercase);
    Some((found, words.collect()))
}

/// Compares labels from the left: numbers before words, the longer list later.
fn words(a: &[String], b: &[String]) -> Ordering {
    let mut order = Ordering::Equal;
    for (a, b) in a.iter().zip(b) {
        order = order.then_with(|| match (is_number(a), is_number(b)) {
            (true, true) => by_value(a, b),
            (false, false) => a.cmp(b),
            (a, b) => b.cmp(&a),
        });
    }
    order.then(a.len().cmp(&b.len()))
}
