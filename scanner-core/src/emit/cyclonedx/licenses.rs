//! Declared licences as CycloneDX takes them: 1.6 a list of licences or one expression, 1.7 both beside each other.

use super::SpecVersion;
use super::bom::{License, LicenseChoice, Text};
use crate::model;

const DECLARED: &str = "declared";

/// The licences of a component.
pub(super) fn licenses(declared: &[model::License], spec: SpecVersion) -> Vec<LicenseChoice<'_>> {
    let expressions: Option<Vec<&str>> =
        declared.iter().map(|it| it.expression.as_deref()).collect();
    match expressions {
        _ if spec == SpecVersion::V1_7 => declared.iter().map(choice).collect(),
        Some(terms) if terms.iter().any(|it| is_compound(it)) => vec![expression(joined(&terms))],
        _ => declared.iter().map(single).collect(),
    }
}

/// All of these licences as one expression.
fn joined<'a>(terms: &[&'a str]) -> Text<'a> {
    if let [term] = terms {
        return (*term).into();
    }
    let parenthesize =
        |it: &&str| if it.contains(" OR ") { format!("({it})") } else { (*it).to_owned() };
    terms.iter().map(parenthesize).collect::<Vec<_>>().join(" AND ").into()
}

fn expression(expression: Text<'_>) -> LicenseChoice<'_> {
    LicenseChoice { license: None, expression, acknowledgement: DECLARED.into() }
}

/// A licence as it is: an expression, an identifier, or the words that declare it.
fn choice(declared: &model::License) -> LicenseChoice<'_> {
    match &declared.expression {
        Some(it) if is_compound(it) => expression(it.as_str().into()),
        _ => single(declared),
    }
}

/// A licence by its identifier, or by the words that declare it.
fn single(declared: &model::License) -> LicenseChoice<'_> {
    let id = declared.expression.as_deref().filter(|it| !is_compound(it)).unwrap_or_default();
    let name = if id.is_empty() { &*declared.declared } else { "" };
    let license = License { id: id.into(), name: name.into(), acknowledgement: DECLARED.into() };
    LicenseChoice { license: Some(license), ..LicenseChoice::default() }
}

/// Whether an expression is more than one identifier of the list, be it by a plus sign.
fn is_compound(expression: &str) -> bool {
    expression.contains([' ', '+']) || spdx::license_id(expression).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(declared: &[&str], spec: SpecVersion) -> String {
        let declared: Vec<_> = declared.iter().filter_map(|it| model::License::new(it)).collect();
        let show = |it: LicenseChoice<'_>| match it.license {
            Some(it) => format!("{}/{}", it.id, it.name),
            None => it.expression.into_owned(),
        };
        licenses(&declared, spec).into_iter().map(show).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_choice_becomes_one_expression_over_all_licences() {
        assert_eq!(
            of(&["MIT OR Apache-2.0", "ISC"], SpecVersion::V1_6),
            "(MIT OR Apache-2.0) AND ISC"
        );
        assert_eq!(of(&["MIT OR Apache-2.0"], SpecVersion::V1_6), "MIT OR Apache-2.0");
    }

    #[test]
    fn what_is_not_on_the_list_keeps_its_words_beside_identifiers() {
        assert_eq!(of(&["MIT", "Custom"], SpecVersion::V1_6), "MIT/, /Custom");
    }

    #[test]
    fn or_later_by_a_plus_sign_is_an_expression_and_no_identifier() {
        assert_eq!(of(&["Apache-2.0+"], SpecVersion::V1_6), "Apache-2.0+");
        assert_eq!(of(&["Apache-2.0+"], SpecVersion::V1_7), "Apache-2.0+");
    }

    #[test]
    fn from_1_7_on_each_licence_has_its_own_form() {
        assert_eq!(
            of(&["MIT OR Apache-2.0", "ISC", "Custom"], SpecVersion::V1_7),
            "MIT OR Apache-2.0, ISC/, /Custom"
        );
    }
}
