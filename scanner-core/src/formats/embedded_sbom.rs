//! The components that an SBOM document in JSON lists: SPDX 2.2 and 2.3, SPDX 3.0 and CycloneDX.
//! Specification: SPDX 2.3 §7, SPDX 3.0.1 `software_Package`, CycloneDX 1.6 `components`.

use serde::Deserialize;

use super::{Malformed, text};

/// A component as a document lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its version; empty where none is stated.
    pub version: String,
    /// Its purl, as the document writes it.
    pub purl: Option<String>,
    /// The licence that the document says it declares.
    pub license: Option<String>,
    /// Whether the document takes it for a program.
    pub application: bool,
}

/// What stands for something that a document does not tell.
const NOTHING: [&str; 2] = ["NOASSERTION", "NONE"];

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "spdxVersion", default, deserialize_with = "text")]
    spdx: Option<String>,
    #[serde(rename = "bomFormat", default, deserialize_with = "text")]
    bom_format: Option<String>,
    #[serde(rename = "@graph")]
    graph: Option<Vec<Element>>,
    #[serde(default)]
    packages: Vec<Package>,
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    components: Vec<Component>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Package {
    #[serde(deserialize_with = "text")]
    name: Option<String>,
    #[serde(deserialize_with = "text")]
    version_info: Option<String>,
    #[serde(deserialize_with = "text")]
    license_declared: Option<String>,
    #[serde(deserialize_with = "text")]
    primary_package_purpose: Option<String>,
    external_refs: Vec<Reference>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Reference {
    #[serde(deserialize_with = "text")]
    reference_type: Option<String>,
    #[serde(deserialize_with = "text")]
    reference_locator: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metadata {
    component: Option<Component>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Component {
    #[serde(rename = "type", deserialize_with = "text")]
    kind: Option<String>,
    #[serde(deserialize_with = "text")]
    name: Option<String>,
    #[serde(deserialize_with = "text")]
    version: Option<String>,
    #[serde(deserialize_with = "text")]
    purl: Option<String>,
    licenses: Vec<License>,
    components: Vec<Component>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct License {
    #[serde(deserialize_with = "text")]
    expression: Option<String>,
    license: Option<Named>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Named {
    #[serde(deserialize_with = "text")]
    id: Option<String>,
    #[serde(deserialize_with = "text")]
    name: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Element {
    #[serde(rename = "type", deserialize_with = "text")]
    kind: Option<String>,
    #[serde(deserialize_with = "text")]
    name: Option<String>,
    #[serde(rename = "software_packageVersion", deserialize_with = "text")]
    version: Option<String>,
    #[serde(rename = "software_packageUrl", deserialize_with = "text")]
    purl: Option<String>,
    #[serde(rename = "software_primaryPurpose", deserialize_with = "text")]
    purpose: Option<String>,
}

/// Reads a document. What is JSON and neither form is malformed.
pub fn parse(bytes: &[u8]) -> Result<Vec<Listed>, Malformed> {
    let document: Document = serde_json::from_slice(bytes)
        .map_err(|_| Malformed { what: "unreadable JSON of an SBOM", offset: 0 })?;
    let spdx = document.spdx.as_deref().is_some_and(|it| it.starts_with("SPDX-2"));
    match (spdx, document.bom_format.as_deref(), document.graph) {
        (true, _, _) => Ok(document.packages.into_iter().map(Package::listed).collect()),
        (_, Some("CycloneDX"), _) => Ok(flat(document.metadata.component, document.components)),
        (_, _, Some(graph)) => Ok(graph.into_iter().filter_map(Element::listed).collect()),
        _ => Err(Malformed { what: "neither SPDX 2 nor SPDX 3 nor CycloneDX", offset: 0 }),
    }
}

impl Package {
    fn listed(self) -> Listed {
        let is_purl = |it: &Reference| it.reference_type.as_deref() == Some("purl");
        let purl = self.external_refs.into_iter().find(is_purl).and_then(|it| it.reference_locator);
        Listed {
            name: self.name.unwrap_or_default(),
            version: stated(self.version_info).unwrap_or_default(),
            purl,
            license: stated(self.license_declared),
            application: self.primary_package_purpose.as_deref() == Some("APPLICATION"),
        }
    }
}

impl Element {
    fn listed(self) -> Option<Listed> {
        (self.kind.as_deref() == Some("software_Package")).then(|| Listed {
            name: self.name.unwrap_or_default(),
            version: stated(self.version).unwrap_or_default(),
            purl: self.purl,
            license: None,
            application: self.purpose.as_deref() == Some("application"),
        })
    }
}

/// The components of CycloneDX in the order of the document, those inside others behind them.
fn flat(root: Option<Component>, components: Vec<Component>) -> Vec<Listed> {
    let mut pending: Vec<Component> = components.into_iter().rev().chain(root).collect();
    let mut listed = Vec::new();
    while let Some(mut it) = pending.pop() {
        pending.extend(it.components.drain(..).rev());
        // A file is no component of its own.
        if it.kind.as_deref() != Some("file") {
            listed.push(it.listed());
        }
    }
    listed
}

impl Component {
    fn listed(self) -> Listed {
        let of =
            |it: License| it.expression.or_else(|| it.license.and_then(|it| it.id.or(it.name)));
        Listed {
            name: self.name.unwrap_or_default(),
            version: self.version.unwrap_or_default(),
            purl: self.purl,
            license: self.licenses.into_iter().find_map(of),
            application: self.kind.as_deref() == Some("application"),
        }
    }
}

fn stated(value: Option<String>) -> Option<String> {
    value.filter(|it| !NOTHING.contains(&it.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_inside_others_are_listed_behind_them() {
        let json = r#"{"bomFormat":"CycloneDX","metadata":{"component":{"type":"application","name":"app"}},
            "components":[{"name":"a","version":"1","purl":"pkg:npm/a@1","licenses":[{"license":{"id":"MIT"}}],
            "components":[{"name":"b"},{"type":"file","name":"c"}]},{"name":"d"}]}"#;
        let listed = parse(json.as_bytes()).unwrap();
        assert_eq!(listed.iter().map(|it| &*it.name).collect::<Vec<_>>(), ["app", "a", "b", "d"]);
        assert!(listed[0].application);
        assert_eq!(listed[1].license.as_deref(), Some("MIT"));
    }

    #[test]
    fn both_generations_of_spdx_are_read() {
        let old = r#"{"spdxVersion":"SPDX-2.3","packages":[{"name":"a","versionInfo":"NOASSERTION",
            "licenseDeclared":"MIT","primaryPackagePurpose":"APPLICATION",
            "externalRefs":[{"referenceType":"cpe23Type","referenceLocator":"x"},
            {"referenceType":"purl","referenceLocator":"pkg:bitnami/a@1"}]}]}"#;
        let new = r#"{"@graph":[{"type":"SpdxDocument"},{"type":"software_Package","name":"a",
            "software_packageUrl":"pkg:bitnami/a@1","software_primaryPurpose":"application"}]}"#;
        for json in [old, new] {
            let listed = parse(json.as_bytes()).unwrap();
            assert_eq!(listed.len(), 1);
            assert_eq!(listed[0].purl.as_deref(), Some("pkg:bitnami/a@1"));
            assert_eq!((listed[0].version.as_str(), listed[0].application), ("", true));
        }
    }

    #[test]
    fn what_is_neither_form_is_malformed() {
        for json in
            ["", "[]", "{}", r#"{"bomFormat":"x"}"#, r#"{"spdxVersion":"SPDX-2.3","packages":7}"#]
        {
            assert!(parse(json.as_bytes()).is_err(), "{json}");
        }
    }
}
