//! Lists of numbers with dots or dashes between them, compared from the left; the longer one is later.

use std::cmp::Ordering;

use super::{by_value, is_number};

pub(super) fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (mut a, mut b) = (a.split(['.', '-']), b.split(['.', '-']));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Some(Ordering::Equal),
            (Some(it), None) => return is_number(it).then_some(Ordering::Greater),
            (None, Some(it)) => return is_number(it).then_some(Ordering::Less),
            (Some(a), Some(b)) if is_number(a) && is_number(b) => match by_value(a, b) {
                Ordering::Equal => {}
                order => return Some(order),
            },
            _ => return None,
        }
    }
}
