//! The parts of a CycloneDX document, for writing and for reading; fields stand in the order in which they are written.
//! The meaning of each is that of the field of the same name in the specification.

#![expect(missing_docs, reason = "the fields are the specification's")]

use std::borrow::Cow;

use serde::{Deserialize, Serialize, Serializer};

/// A text of the model, of the code, or of a document that was read.
pub type Text<'a> = Cow<'a, str>;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub timestamp: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lifecycles: Vec<Lifecycle<'a>>,
    #[serde(deserialize_with = "super::lenient::tools")]
    pub tools: Tools<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<Component<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lifecycle<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub phase: Text<'a>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tools<'a> {
    pub components: Vec<Component<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Component<'a> {
    #[serde(rename = "type")]
    pub kind: Text<'a>,
    #[serde(rename = "bom-ref", skip_serializing_if = "str::is_empty")]
    pub bom_ref: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Supplier<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub group: Text<'a>,
    pub name: Text<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub version: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<Hash<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub licenses: Vec<LicenseChoice<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub purl: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_references: Vec<ExternalReference<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property<'a>>,
    /// Parts of a component. None is ever written; other tools nest what they find.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Self>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Supplier<'a> {
    pub name: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contact: Vec<Contact<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub name: Text<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub email: Text<'a>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hash<'a> {
    pub alg: Text<'a>,
    pub content: Text<'a>,
}

/// Either of the two is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LicenseChoice<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<License<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub expression: Text<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub acknowledgement: Text<'a>,
}

/// Either identifier or name is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct License<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub id: Text<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub name: Text<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub acknowledgement: Text<'a>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExternalReference<'a> {
    pub url: Text<'a>,
    #[serde(rename = "type")]
    pub kind: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<Hash<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Property<'a> {
    pub name: Text<'a>,
    pub value: Text<'a>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence<'a> {
    #[serde(deserialize_with = "super::lenient::one_or_many")]
    pub identity: Vec<Identity<'a>>,
    pub occurrences: Vec<Occurrence<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callstack: Option<Callstack<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Callstack<'a> {
    pub frames: Vec<Frame<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Frame<'a> {
    pub module: Text<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub function: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub full_filename: Text<'a>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Identity<'a> {
    pub field: Text<'a>,
    pub confidence: Confidence,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub concluded_value: Text<'a>,
    pub methods: Vec<Method<'a>>,
    pub tools: Vec<Text<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Method<'a> {
    pub technique: Text<'a>,
    pub confidence: Confidence,
    pub value: Text<'a>,
}

/// How sure something is, from 0 to 1. What is written here is certain.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Confidence(pub f32);

impl Confidence {
    /// What is proven.
    pub const CERTAIN: Self = Self(1.0);
}

impl Default for Confidence {
    fn default() -> Self {
        Self::CERTAIN
    }
}

impl Serialize for Confidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::CERTAIN {
            serializer.serialize_u8(1)
        } else {
            serializer.serialize_f32(self.0)
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Occurrence<'a> {
    pub location: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub additional_context: Text<'a>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Dependency<'a> {
    #[serde(rename = "ref")]
    pub from: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<Text<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Composition<'a> {
    pub aggregate: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assemblies: Vec<Text<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Text<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Annotation<'a> {
    pub subjects: Vec<Text<'a>>,
    pub annotator: Annotator<'a>,
    pub timestamp: Text<'a>,
    pub text: Text<'a>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Annotator<'a> {
    pub component: Component<'a>,
}
