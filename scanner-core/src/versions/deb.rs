//! Debian's order: epoch, then upstream version, then revision.
//! Specification: deb-version(7).

use std::cmp::Ordering;

use super::{by_value, split_while};

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let ((epoch_a, a), (epoch_b, b)) = (epoch(a), epoch(b));
    let ((upstream_a, revision_a), (upstream_b, revision_b)) = (revision(a), revision(b));
    by_value(epoch_a, epoch_b)
        .then_with(|| part(upstream_a, upstream_b))
        .then_with(|| part(revision_a, revision_b))
}

fn epoch(version: &str) -> (&str, &str) {
    version.split_once(':').unwrap_or(("", version))
}

fn revision(version: &str) -> (&str, &str) {
    version.rsplit_once('-').unwrap_or((version, ""))
}

/// Compares what is no digits by letters and what is digits by number, in turn.
fn part(mut a: &str, mut b: &str) -> Ordering {
    while !a.is_empty() || !b.is_empty() {
        let ((text_a, rest_a), (text_b, rest_b)) = (letters(a), letters(b));
        let ((number_a, rest_a), (number_b, rest_b)) = (digits(rest_a), digits(rest_b));
        let order = texts(text_a, text_b).then_with(|| by_value(number_a, number_b));
        if order.is_ne() {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
    Ordering::Equal
}

fn letters(text: &str) -> (&str, &str) {
    split_while(text, |it| !it.is_ascii_digit())
}

fn digits(text: &str) -> (&str, &str) {
    split_while(text, |it| it.is_ascii_digit())
}

/// A tilde comes before the end, the end before letters, letters before all else.
fn texts(a: &str, b: &str) -> Ordering {
    let weight = |it: Option<&u8>| match it {
        Some(b'~') => -1,
        None => 0,
        Some(it) if it.is_ascii_alphabetic() => i32::from(*it),
        Some(it) => i32::from(*it) + 256,
    };
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let orders = (0..a.len().max(b.len())).map(|at| weight(a.get(at)).cmp(&weight(b.get(at))));
    orders.fold(Ordering::Equal, Ordering::then)
}
