//! The parts of a CycloneDX document that are read.
//! The meaning of each is that of the field of the same name in the specification.

use std::borrow::Cow;

use serde::Deserialize;

/// A text of the document, or a word that it has a number for.
pub(super) type Text = Cow<'static, str>;

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Metadata {
    pub(super) timestamp: Text,
    pub(super) lifecycles: Vec<Lifecycle>,
    #[serde(deserialize_with = "super::lenient::tools")]
    pub(super) tools: Tools,
    pub(super) component: Option<Component>,
    pub(super) properties: Vec<Property>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Lifecycle {
    pub(super) phase: Text,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tools {
    pub(super) components: Vec<Component>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Component {
    #[serde(rename = "type")]
    pub(super) kind: Text,
    #[serde(rename = "bom-ref")]
    pub(super) bom_ref: Text,
    pub(super) supplier: Option<Supplier>,
    pub(super) group: Text,
    pub(super) name: Text,
    pub(super) version: Text,
    pub(super) hashes: Vec<Hash>,
    pub(super) licenses: Vec<LicenseChoice>,
    pub(super) purl: Text,
    pub(super) external_references: Vec<ExternalReference>,
    pub(super) properties: Vec<Property>,
    /// Parts of a component. None is ever written; other tools nest what they find.
    pub(super) components: Vec<Self>,
    pub(super) evidence: Option<Evidence>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Supplier {
    pub(super) name: Text,
    pub(super) contact: Vec<Contact>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Contact {
    pub(super) name: Text,
    pub(super) email: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Hash {
    pub(super) alg: Text,
    pub(super) content: Text,
}

/// Either of the two is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct LicenseChoice {
    pub(super) license: Option<License>,
    pub(super) expression: Text,
    pub(super) acknowledgement: Text,
}

/// Either identifier or name is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct License {
    pub(super) id: Text,
    pub(super) name: Text,
    pub(super) acknowledgement: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct ExternalReference {
    pub(super) url: Text,
    #[serde(rename = "type")]
    pub(super) kind: Text,
    pub(super) hashes: Vec<Hash>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub(super) struct Property {
    pub(super) name: Text,
    pub(super) value: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Evidence {
    #[serde(deserialize_with = "super::lenient::one_or_many")]
    pub(super) identity: Vec<Identity>,
    pub(super) occurrences: Vec<Occurrence>,
    pub(super) callstack: Option<Callstack>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Callstack {
    pub(super) frames: Vec<Frame>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Frame {
    pub(super) module: Text,
    pub(super) function: Text,
    pub(super) line: Option<u32>,
    pub(super) full_filename: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Identity {
    pub(super) field: Text,
    #[serde(rename = "confidence")]
    pub(super) _confidence: f32,
    pub(super) concluded_value: Text,
    pub(super) methods: Vec<Method>,
    pub(super) tools: Vec<Text>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Method {
    pub(super) technique: Text,
    #[serde(rename = "confidence")]
    pub(super) _confidence: f32,
    pub(super) value: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Occurrence {
    pub(super) location: Text,
    pub(super) line: Option<u32>,
    pub(super) offset: Option<u64>,
    pub(super) additional_context: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Dependency {
    #[serde(rename = "ref")]
    pub(super) from: Text,
    pub(super) depends_on: Vec<Text>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Composition {
    pub(super) aggregate: Text,
    pub(super) assemblies: Vec<Text>,
    pub(super) dependencies: Vec<Text>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Annotation {
    pub(super) subjects: Vec<Text>,
    pub(super) annotator: Annotator,
    pub(super) timestamp: Text,
    pub(super) text: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Annotator {
    pub(super) component: Component,
}
