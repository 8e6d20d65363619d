//! Declared licences as one SPDX expression, for SPDX 2.3 and 3.0, with a reference of our own for what is not on the SPDX list.

use std::collections::BTreeMap;

use super::local::{Local, Sort};
use crate::model::License;

/// The references to licences that are not on SPDX's list, by their declared words.
pub(super) struct References<'a>(BTreeMap<&'a str, String>);

impl<'a> References<'a> {
    /// The references to those among these licences.
    pub(super) fn new(licenses: impl Iterator<Item = &'a License>) -> Self {
        let mut references = BTreeMap::new();
        for it in licenses.filter(|it| it.expression.is_none()) {
            references.entry(&*it.declared).or_insert_with(|| reference(&it.declared));
        }
        Self(references)
    }

    /// The reference to a licence, if there is one.
    pub(super) fn get(&self, license: &License) -> Option<&str> {
        let unlisted = license.expression.is_none();
        self.0.get(&*license.declared).filter(|_| unlisted).map(String::as_str)
    }

    /// The references, in order, with the declared words.
    pub(super) fn in_order(&self) -> BTreeMap<&str, &'a str> {
        self.0.iter().map(|(declared, reference)| (&**reference, *declared)).collect()
    }

    /// Adds the licences of one component, joined by AND.
    pub(super) fn push_expression(&self, text: &mut String, licenses: &[License]) {
        let term = |it| self.get(it).or(it.expression.as_deref());
        let mut terms: Vec<&str> = licenses.iter().filter_map(term).collect();
        terms.sort_unstable();
        terms.dedup();
        let several = terms.len() > 1;
        let is_choice = |term: &str| several && term.contains(" OR ") && !term.starts_with('(');
        for (index, term) in terms.into_iter().enumerate() {
            text.push_str(if index > 0 { " AND " } else { "" });
            text.extend(if is_choice(term) { ["(", term, ")"] } else { ["", term, ""] });
        }
    }
}

fn reference(declared: &str) -> String {
    let mut id = Vec::new();
    Local::of(Sort::LicenseRef, declared).push_to(&mut id);
    String::from_utf8(id).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(licenses: &[License]) -> String {
        let mut text = String::new();
        References::new(licenses.iter()).push_expression(&mut text, licenses);
        text
    }

    #[test]
    fn a_choice_among_several_licences_is_put_in_parentheses() {
        let licenses = ["MIT OR Apache-2.0", "BSD-3-Clause"].map(|it| License::new(it).unwrap());
        assert_eq!(expression(&licenses), "BSD-3-Clause AND (MIT OR Apache-2.0)");
    }

    #[test]
    fn an_unlisted_licence_is_referred_to_with_its_declared_words() {
        let custom = License::new("Custom: see file").unwrap();
        let expression = expression(std::slice::from_ref(&custom));
        let references = References::new([&custom].into_iter());
        let expected = BTreeMap::from([(&*expression, "Custom: see file")]);
        assert_eq!(references.in_order(), expected);
    }
}
