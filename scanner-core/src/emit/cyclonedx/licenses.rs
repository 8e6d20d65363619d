//! Declared licences in the two forms that CycloneDX 1.6 allows: a list of licences, or one expression.

use super::bom::{License, LicenseChoice};
use crate::model;

const DECLARED: &str = "declared";

/// The licences of a component.
pub(super) fn licenses(declared: &[model::License]) -> Vec<LicenseChoice> {
    let expressions: Option<Vec<&String>> =
        declared.iter().map(|it| it.expression.as_ref()).collect();
    match expressions {
        Some(terms) if terms.iter().any(|it| is_compound(it)) => {
            let parenthesize = |it: &&String| {
                if terms.len() > 1 && it.contains(" OR ") {
                    format!("({it})")
                } else {
                    (*it).clone()
                }
            };
            let expression = terms.iter().map(parenthesize).collect::<Vec<_>>().join(" AND ");
            vec![LicenseChoice::Expression { expression, acknowledgement: DECLARED }]
        }
        _ => declared.iter().map(single).collect(),
    }
}

/// A licence by its identifier, or by the words that declare it.
fn single(declared: &model::License) -> LicenseChoice {
    let id = declared.expression.clone().filter(|it| !is_compound(it));
    let name = if id.is_some() { None } else { Some(declared.declared.clone()) };
    LicenseChoice::License { license: License { id, name, acknowledgement: DECLARED } }
}

/// Whether an expression is more than one identifier of the list.
fn is_compound(expression: &str) -> bool {
    spdx::license_id(expression).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(declared: &[&str]) -> Vec<LicenseChoice> {
        licenses(&declared.iter().filter_map(|it| model::License::new(it)).collect::<Vec<_>>())
    }

    #[test]
    fn a_choice_becomes_one_expression_over_all_licences() {
        let expression = "(MIT OR Apache-2.0) AND ISC".to_owned();
        assert_eq!(
            of(&["MIT OR Apache-2.0", "ISC"]),
            [LicenseChoice::Expression { expression, acknowledgement: DECLARED }]
        );
    }

    #[test]
    fn what_is_not_on_the_list_keeps_its_words_beside_identifiers() {
        let choices = of(&["MIT", "Custom"]);
        let names = choices.iter().map(|it| match it {
            LicenseChoice::License { license } => (license.id.as_deref(), license.name.as_deref()),
            LicenseChoice::Expression { .. } => (None, None),
        });
        assert_eq!(names.collect::<Vec<_>>(), [(Some("MIT"), None), (None, Some("Custom"))]);
    }
}
