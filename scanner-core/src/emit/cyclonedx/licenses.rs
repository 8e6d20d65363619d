//! Declared licences as CycloneDX takes them: 1.6 a list of licences or one expression, 1.7 both beside each other.

use std::borrow::Cow;

use super::SpecVersion;
use super::form::Form;
use super::numbers::{ACKNOWLEDGEMENTS, Word};
use crate::model::License;

const DECLARED: Word = Word::of(ACKNOWLEDGEMENTS, "declared");

/// Writes the licences of a component.
pub(super) fn licenses<F: Form>(form: &mut F, declared: &[License], spec: SpecVersion) {
    let is_one_expression = spec == SpecVersion::V1_6
        && declared.iter().all(|it| it.expression.is_some())
        && declared.iter().any(|it| id(it).is_none());
    if is_one_expression {
        form.messages(("licenses", 13), [joined(declared)], |form, it| expression(form, &it));
    } else {
        form.messages(("licenses", 13), declared, |form, it| license(form, it, spec));
    }
}

/// The listed identifier that a licence is; none of an expression of more than that, be it by a plus sign. An expression
/// is made of listed identifiers alone.
fn id(license: &License) -> Option<&str> {
    let is_one = |it: &&str| !it.bytes().any(|it| matches!(it, b' ' | b'+' | b'('));
    license.expression.as_deref().filter(is_one)
}

/// All of these licences as one expression.
fn joined(declared: &[License]) -> Cow<'_, str> {
    if let [License { expression: Some(term), .. }] = declared {
        return term.into();
    }
    let mut all = String::new();
    for (number, term) in declared.iter().filter_map(|it| it.expression.as_deref()).enumerate() {
        all.push_str(if number > 0 { " AND " } else { "" });
        all.extend(if term.contains(" OR ") { ["(", term, ")"] } else { ["", term, ""] });
    }
    all.into()
}

/// Writes a licence by its identifier, as an expression where the version takes both, or by the words that declare it.
fn license<F: Form>(form: &mut F, it: &License, spec: SpecVersion) {
    let id = id(it);
    if let (Some(it), None, SpecVersion::V1_7) = (&it.expression, id, spec) {
        return expression(form, it);
    }
    form.message(("license", 1), |form| {
        match id {
            Some(id) => form.text(("id", 1), id),
            None => form.text(("name", 2), &it.declared),
        }
        form.word(("acknowledgement", 8), DECLARED);
    });
}

fn expression(form: &mut impl Form, expression: &str) {
    form.text(("expression", 2), expression);
    form.word(("acknowledgement", 3), DECLARED);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::json::Json;

    fn of(declared: &[&str], spec: SpecVersion) -> String {
        let declared: Vec<_> = declared.iter().filter_map(|it| License::new(it)).collect();
        let mut json = Json::default();
        json.object(|json| licenses(json, &declared, spec));
        let text = String::from_utf8(json.take()).unwrap();
        text.replace(r#","acknowledgement":"declared""#, "").replace('"', "")
    }

    #[test]
    fn a_choice_becomes_one_expression_over_all_licences() {
        assert_eq!(
            of(&["MIT OR Apache-2.0", "ISC"], SpecVersion::V1_6),
            "{licenses:[{expression:(MIT OR Apache-2.0) AND ISC}]}"
        );
        assert_eq!(
            of(&["MIT OR Apache-2.0"], SpecVersion::V1_6),
            "{licenses:[{expression:MIT OR Apache-2.0}]}"
        );
    }

    #[test]
    fn what_is_not_on_the_list_keeps_its_words_beside_identifiers() {
        assert_eq!(
            of(&["MIT", "Custom"], SpecVersion::V1_6),
            "{licenses:[{license:{id:MIT}},{license:{name:Custom}}]}"
        );
    }

    #[test]
    fn or_later_by_a_plus_sign_is_an_expression_and_no_identifier() {
        for spec in [SpecVersion::V1_6, SpecVersion::V1_7] {
            assert_eq!(of(&["Apache-2.0+"], spec), "{licenses:[{expression:Apache-2.0+}]}");
        }
    }

    #[test]
    fn from_1_7_on_each_licence_has_its_own_form() {
        assert_eq!(
            of(&["MIT OR Apache-2.0", "ISC", "Custom"], SpecVersion::V1_7),
            "{licenses:[{expression:MIT OR Apache-2.0},{license:{id:ISC}},{license:{name:Custom}}]}"
        );
    }

    #[test]
    fn what_declares_no_licence_has_no_list_of_them() {
        assert_eq!(of(&[], SpecVersion::V1_6), "{}");
    }
}
