//! Coordinates and jars as components.

use super::coordinates::Coordinates;
use crate::formats::manifest::Manifest;
use crate::formats::pom::Pom;
use crate::model::{Component, Identity, Kind, License, Purl, Sha256, Supplier};

/// Attributes of manifests that say what a jar is, and the properties that tell them.
const FACTS: &[(&str, &str)] = &[
    ("java:automatic-module-name", "Automatic-Module-Name"),
    ("java:bundle-symbolic-name", "Bundle-SymbolicName"),
    ("java:bundle-version", "Bundle-Version"),
    ("java:implementation-title", "Implementation-Title"),
    ("java:implementation-vendor", "Implementation-Vendor"),
    ("java:implementation-vendor-id", "Implementation-Vendor-Id"),
    ("java:implementation-version", "Implementation-Version"),
];

/// The component of coordinates. Groups are names that their publishers own, so one says who supplies the artifact
/// where nothing else does.
pub(super) fn of(coordinates: &Coordinates, pom: Option<&Pom>) -> Component {
    let Coordinates { group, artifact, version } = coordinates;
    let purl = Purl::new("maven", artifact, version).namespace(group);
    let mut component = Component::new(Kind::Library, &purl, artifact, version);
    let stated = pom.and_then(|it| it.organization.as_deref()).and_then(Supplier::organization);
    component.supplier = stated.or_else(|| Supplier::organization(group));
    let licenses = pom.map(|it| it.licenses.as_slice()).unwrap_or_default();
    component.licenses = licenses.iter().filter_map(|it| License::new(it)).collect();
    component
}

/// The component of a jar that nothing identifies.
pub(super) fn unknown(file_name: &str, digest: Sha256) -> Component {
    Component::identified(Kind::Library, Identity::of_file(digest), file_name, "")
}

/// Adds what a jar's manifest says of the jar itself.
pub(super) fn describe(component: &mut Component, manifest: &Manifest) {
    for (property, attribute) in FACTS {
        // Directives follow the name: `org.example;singleton:=true`.
        let value = manifest.get(attribute).and_then(|it| it.split(';').next()).map(str::trim);
        let value = value.filter(|value| !value.is_empty());
        component.properties.extend(value.map(|value| (*property, value.to_owned())));
    }
    if component.licenses.is_empty() {
        let clauses = manifest.get("Bundle-License").unwrap_or_default().split(',');
        let names = clauses.filter_map(|it| it.split(';').next());
        component.licenses =
            names.filter_map(|it| License::new(it.trim_matches([' ', '"']))).collect();
    }
}
