//! Declared licences as one SPDX expression, for SPDX 2.3 and 3.0, with a reference of our own for what is not on the SPDX list.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::local::Local;
use crate::model::License;

/// The licences of one component joined by AND; none where none is declared.
pub(super) fn expression(licenses: &[License]) -> Option<String> {
    let mut terms: Vec<Cow<'_, str>> = licenses.iter().map(term).collect();
    terms.sort_unstable();
    terms.dedup();
    if terms.len() > 1 {
        let is_choice = |term: &&mut Cow<'_, str>| term.contains(" OR ") && !term.starts_with('(');
        for term in terms.iter_mut().filter(is_choice) {
            *term = format!("({term})").into();
        }
    }
    (!terms.is_empty()).then(|| terms.join(" AND "))
}

/// The references among the terms of these licences, with the declared words.
pub(super) fn references<'a>(
    licenses: impl Iterator<Item = &'a License>,
) -> BTreeMap<String, &'a str> {
    let unlisted = licenses.filter(|it| it.expression.is_none());
    unlisted.map(|it| (reference(&it.declared), &*it.declared)).collect()
}

fn term(license: &License) -> Cow<'_, str> {
    match &license.expression {
        Some(expression) => expression.into(),
        None => reference(&license.declared).into(),
    }
}

fn reference(declared: &str) -> String {
    let mut id = String::new();
    Local::of("LicenseRef", declared).push_to(&mut id);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_among_several_licences_is_put_in_parentheses() {
        let licenses = ["MIT OR Apache-2.0", "BSD-3-Clause"].map(|it| License::new(it).unwrap());
        let expression = expression(&licenses).unwrap();
        assert_eq!(expression, "BSD-3-Clause AND (MIT OR Apache-2.0)");
    }

    #[test]
    fn an_unlisted_licence_is_referred_to_with_its_declared_words() {
        let custom = License::new("Custom: see file").unwrap();
        let expression = expression(std::slice::from_ref(&custom)).unwrap();
        let expected = BTreeMap::from([(expression, "Custom: see file")]);
        assert_eq!(references([&custom].into_iter()), expected);
    }
}
