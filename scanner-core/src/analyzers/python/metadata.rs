//! What the metadata of a distribution declares.

use crate::formats::deb822::Stanza;
use crate::model::{License, Supplier};

/// The licences declared: the expression of newer metadata counts alone, else the field and the classifiers.
pub(super) fn licenses(metadata: &Stanza<'_>) -> Vec<License> {
    if let Some(expression) = metadata.get("License-Expression").and_then(License::new) {
        return vec![expression];
    }
    let field =
        metadata.get("License").filter(|it| !matches!(*it, "UNKNOWN" | "") && !it.contains('\n'));
    if let Some(license) = field.and_then(License::new) {
        return vec![license];
    }
    let classifiers = metadata.all("Classifier").filter_map(|it| it.strip_prefix("License ::"));
    classifiers.filter_map(|it| License::new(it.rsplit("::").next()?)).collect()
}

/// Who supplies a distribution, as its metadata declares.
pub(super) fn supplier(metadata: &Stanza<'_>) -> Option<Supplier> {
    let field = |name| {
        metadata
            .get(name)
            .filter(|it| !matches!(*it, "" | "UNKNOWN"))
            .and_then(|it| it.lines().next())
    };
    let person = |name, address| match (field(name), field(address)) {
        (Some(name), Some(address)) if !address.contains(['<', ',']) => {
            Some(format!("{name} <{address}>"))
        }
        (Some(name), _) => Some(name.to_owned()),
        (None, address) => address.map(str::to_owned),
    };
    let named =
        person("Author", "Author-email").or_else(|| person("Maintainer", "Maintainer-email"))?;
    Supplier::person(&named)
}
