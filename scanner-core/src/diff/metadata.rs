//! What differs between two components of one version.

use std::collections::BTreeSet;

use super::key::Key;
use crate::model::{Component, License, Supplier};

/// Properties that tell of the image around a component, not of the component.
const OF_THE_IMAGE: &str = "layer:";

/// Something that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is: `licenses`, or the key of a property.
    pub name: String,
    /// What it was; nothing where it was not there.
    pub old: Vec<String>,
    /// What it is.
    pub new: Vec<String>,
}

/// The differences, by name.
pub(super) fn compare(old: &Component, new: &Component) -> Vec<Field> {
    let mut fields = Vec::new();
    if old.identity != new.identity {
        let purl = |it: &Component| vec![it.identity.as_str().to_owned()];
        push(&mut fields, "identity", purl(old), purl(new));
    }
    if old.licenses != new.licenses {
        let licenses = |it: &Component| it.licenses.iter().map(license).collect();
        push(&mut fields, "licenses", licenses(old), licenses(new));
    }
    if old.evidence != new.evidence {
        let places = |it: &Component| -> BTreeSet<String> {
            it.evidence.iter().map(|it| it.location().into_owned()).collect()
        };
        push_sets(&mut fields, "locations", places(old), places(new));
    }
    properties(&mut fields, old, new);
    if old.requires != new.requires {
        push_sets(&mut fields, "requires", requires(old), requires(new));
    }
    if old.source != new.source {
        let source = |it: &Component| {
            it.source.iter().map(|it| format!("{} {}", it.name, it.version)).collect()
        };
        push(&mut fields, "source", source(old), source(new));
    }
    if old.supplier != new.supplier {
        let supplier = |it: &Component| it.supplier.iter().map(supplier).collect();
        push(&mut fields, "supplier", supplier(old), supplier(new));
    }
    fields
}

fn push(fields: &mut Vec<Field>, name: &str, old: Vec<String>, new: Vec<String>) {
    if old != new {
        fields.push(Field { name: name.to_owned(), old, new });
    }
}

fn push_sets(fields: &mut Vec<Field>, name: &str, old: BTreeSet<String>, new: BTreeSet<String>) {
    push(fields, name, old.into_iter().collect(), new.into_iter().collect());
}

fn properties(fields: &mut Vec<Field>, old: &Component, new: &Component) {
    if old.properties == new.properties {
        return;
    }
    let keys: BTreeSet<&str> =
        [old, new].iter().flat_map(|it| it.properties.iter()).map(|(key, _)| key).collect();
    for key in keys.into_iter().filter(|it| !it.starts_with(OF_THE_IMAGE)) {
        let value = |it: &Component| it.properties.get(key).cloned().into_iter().collect();
        push(fields, key, value(old), value(new));
    }
}

/// What it requires, whatever the versions: those are changes of their own.
fn requires(component: &Component) -> BTreeSet<String> {
    component.requires.iter().map(|it| Key::of_identity(it).name().to_owned()).collect()
}

fn license(license: &License) -> String {
    license.expression.clone().unwrap_or_else(|| license.declared.clone())
}

fn supplier(supplier: &Supplier) -> String {
    let (Supplier::Person(text) | Supplier::Organization(text)) = supplier;
    text.clone()
}
