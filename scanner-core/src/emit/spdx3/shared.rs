//! Elements that many others refer to: agents and licences, each added once.

use std::collections::BTreeMap;

use super::graph::{CREATION, Graph, id};
use crate::emit::local::{Local, Sort};
use crate::emit::spdx_licenses::References;
use crate::model::{License, Supplier};

/// Whoever supplies something.
pub(super) fn agent(graph: &mut Graph, supplier: Option<&Supplier>) -> Local {
    let (sort, kind, text) = match supplier {
        Some(Supplier::Person(text)) => (Sort::Person, "Person", text.as_str()),
        Some(Supplier::Organization(text)) => (Sort::Organization, "Organization", text.as_str()),
        None => (Sort::Organization, "Organization", "unknown"),
    };
    let local = Local::of(sort, text);
    if graph.lacks(local) {
        named(graph, local, text, kind);
    }
    local
}

/// Adds an element that has a name and nothing else.
pub(super) fn named(graph: &mut Graph, local: Local, name: &str, kind: &str) {
    graph.add(local, |json| {
        json.key("creationInfo").word(CREATION);
        json.key("name").text(name);
        id(json.key("spdxId"), local);
        json.key("type").word(kind);
    });
}

/// The licence that a component declares; none where none is declared.
pub(super) fn license(
    graph: &mut Graph,
    licenses: &[License],
    references: &References<'_>,
) -> Option<Local> {
    let mut expression = String::new();
    references.push_expression(&mut expression, licenses);
    if expression.is_empty() {
        return None;
    }
    let local = Local::of(Sort::License, &expression);
    if graph.lacks(local) {
        let unlisted = licenses.iter().filter_map(|it| Some((references.get(it)?, &*it.declared)));
        add_license(graph, local, &expression, &unlisted.collect());
    }
    Some(local)
}

/// Adds a licence, and the declared words of what its expression refers to.
fn add_license(graph: &mut Graph, local: Local, expression: &str, texts: &BTreeMap<&str, &str>) {
    for (key, text) in texts {
        let local = Local::of(Sort::LicenseText, key);
        graph.add(local, |json| {
            json.key("creationInfo").word(CREATION);
            json.key("simplelicensing_licenseText").text(text);
            id(json.key("spdxId"), local);
            json.key("type").word("simplelicensing_SimpleLicensingText");
        });
    }
    graph.add(local, |json| {
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
