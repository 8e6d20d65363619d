//! Declared licences as one SPDX expression, for SPDX 2.3 and 3.0, with a reference of our own for what is not on the SPDX list.

use std::collections::BTreeMap;

use crate::model::{License, Sha256};

/// The references that a document needs, by identifier.
#[derive(Default)]
pub(super) struct References(BTreeMap<String, String>);

impl References {
    /// The licences of one component joined by AND; none where none is declared.
    pub(super) fn expression(&mut self, licenses: &[License]) -> Option<String> {
        let mut terms: Vec<String> = licenses.iter().map(|license| self.term(license)).collect();
        terms.sort();
        terms.dedup();
        if terms.len() > 1 {
            for term in
                terms.iter_mut().filter(|term| term.contains(" OR ") && !term.starts_with('('))
            {
                *term = format!("({term})");
            }
        }
        (!terms.is_empty()).then(|| terms.join(" AND "))
    }

    fn term(&mut self, license: &License) -> String {
        if let Some(expression) = &license.expression {
            return expression.clone();
        }
        let digest = Sha256::of(license.declared.as_bytes()).to_string();
        let id = format!("LicenseRef-{}", digest.get(..16).unwrap_or_default());
        self.0.entry(id.clone()).or_insert_with(|| license.declared.clone());
        id
    }

    /// The references, by identifier, with the declared words.
    pub(super) fn into_texts(self) -> BTreeMap<String, String> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_among_several_licences_is_put_in_parentheses() {
        let licenses = ["MIT OR Apache-2.0", "BSD-3-Clause"].map(|it| License::new(it).unwrap());
        let expression = References::default().expression(&licenses).unwrap();
        assert_eq!(expression, "BSD-3-Clause AND (MIT OR Apache-2.0)");
    }

    #[test]
    fn an_unlisted_licence_is_referred_to_with_its_declared_words() {
        let mut references = References::default();
        let expression =
            references.expression(&[License::new("Custom: see file").unwrap()]).unwrap();
        assert_eq!(
            references.into_texts(),
            BTreeMap::from([(expression, "Custom: see file".to_owned())])
        );
    }
}
