//! Elements that many others refer to: agents and licences, each added once.

use std::collections::BTreeMap;

use super::graph::{CREATION, Elements, Graph, id};
use crate::emit::local::{Local, Sort};
use crate::emit::spdx_licenses::References;
use crate::model::{License, Supplier};

/// Whoever supplies something.
#[derive(Clone, Copy)]
pub(super) struct Agent<'a> {
    pub(super) local: Local,
    kind: &'static str,
    name: &'a str,
}

impl<'a> Agent<'a> {
    pub(super) fn of(supplier: Option<&'a Supplier>) -> Self {
        let (sort, kind, name) = match supplier {
            Some(Supplier::Person(text)) => (Sort::Person, "Person", text.as_str()),
            Some(Supplier::Organization(text)) => {
                (Sort::Organization, "Organization", text.as_str())
            }
            None => (Sort::Organization, "Organization", "unknown"),
        };
        Self { local: Local::of(sort, name), kind, name }
    }
}

/// The licences that a component declares.
#[derive(Clone, Copy)]
pub(super) struct Declared<'a> {
    pub(super) local: Local,
    licenses: &'a [License],
}

impl<'a> Declared<'a> {
    /// These licences; none where none is declared.
    pub(super) fn of(licenses: &'a [License], references: &References<'_>) -> Option<Self> {
        let expression = expression(licenses, references);
        let local = || Local::of(Sort::License, &expression);
        (!expression.is_empty()).then(|| Self { local: local(), licenses })
    }
}

fn expression(licenses: &[License], references: &References<'_>) -> String {
    let mut expression = String::new();
    references.push_expression(&mut expression, licenses);
    expression
}

/// Adds agents.
pub(super) fn agents<'a>(graph: &mut Graph, agents: impl Iterator<Item = Agent<'a>>) {
    let mut agents: Vec<Agent<'_>> = agents.collect();
    agents.sort_by_key(|it| it.local);
    agents.dedup_by_key(|it| it.local);
    graph.add_each(&agents, |elements, it| named(elements, it.local, it.name, it.kind));
}

/// Adds licences.
pub(super) fn licenses<'a>(
    graph: &mut Graph,
    declared: impl Iterator<Item = Declared<'a>>,
    references: &References<'_>,
) {
    let mut declared: Vec<Declared<'_>> = declared.collect();
    declared.sort_by_key(|it| it.local);
    declared.dedup_by_key(|it| it.local);
    graph.add_each(&declared, |elements, it| {
        let unlisted = it.licenses.iter();
        let unlisted = unlisted.filter_map(|it| Some((references.get(it)?, &*it.declared)));
        let expression = expression(it.licenses, references);
        license(elements, it.local, &expression, &unlisted.collect());
    });
}

/// Adds an element that has a name and nothing else.
pub(super) fn named(elements: &mut Elements, local: Local, name: &str, kind: &str) {
    elements.add(local, |json| {
        json.key("creationInfo").word(CREATION);
        json.key("name").text(name);
        id(json.key("spdxId"), local);
        json.key("type").word(kind);
    });
}

/// Adds a licence, and the declared words of what its expression refers to.
fn license(elements: &mut Elements, local: Local, expression: &str, texts: &BTreeMap<&str, &str>) {
    for (key, text) in texts {
        let local = Local::of(Sort::LicenseText, key);
        elements.add(local, |json| {
            json.key("creationInfo").word(CREATION);
            json.key("simplelicensing_licenseText").text(text);
            id(json.key("spdxId"), local);
            json.key("type").word("simplelicensing_SimpleLicensingText");
        });
    }
    elements.add(local, |json| {
        json.key("creationInfo").word(CREATION);
        if !texts.is_empty() {
            json.key("simplelicensing_customIdToUri").list(|json| {
                for key in texts.keys() {
                    json.object(|json| {
                        json.key("key").word(key);
                        json.key("type").word("DictionaryEntry");
                        id(json.key("value"), Local::of(Sort::LicenseText, key));
                    });
                }
            });
        }
        json.key("simplelicensing_licenseExpression").text(expression);
        let version = three_numbers(spdx::license_version());
        json.key("simplelicensing_licenseListVersion").word(&version);
        id(json.key("spdxId"), local);
        json.key("type").word("simplelicensing_LicenseExpression");
    });
}

/// A version as the specification wants it here: `3.27.0`.
fn three_numbers(version: &str) -> String {
    let mut numbers: Vec<&str> = version.split('.').chain(["0", "0"]).take(3).collect();
    numbers.retain(|it| !it.is_empty());
    numbers.join(".")
}
