//! The document's own types. Fields stand in the order of their names, which is the canonical one.

use std::borrow::Cow;

use serde::Serialize;

use super::id::Id;

#[derive(Serialize)]
pub(super) struct Document<'a> {
    #[serde(rename = "@context")]
    pub(super) context: &'static str,
    #[serde(rename = "@graph")]
    pub(super) graph: Vec<Node<'a>>,
}

/// A member of the graph. Relationships, the most frequent, have a form of their own for their size.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Node<'a> {
    CreationInfo(CreationInfo<'a>),
    Element(Box<Element<'a>>),
    Relationship(Box<Relationship<'a>>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Relationship<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
    pub(super) completeness: &'static str,
    pub(super) creation_info: &'static str,
    pub(super) from: Id<'a>,
    pub(super) relationship_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scope: Option<&'static str>,
    pub(super) spdx_id: Id<'a>,
    pub(super) to: Vec<Id<'a>>,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreationInfo<'a> {
    #[serde(rename = "@id")]
    pub(super) id: &'static str,
    pub(super) created: String,
    pub(super) created_by: [Id<'a>; 1],
    pub(super) spec_version: &'static str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

/// An element of any class; each class has its own choice of fields.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Element<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) annotation_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
    pub(super) creation_info: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data_license: Option<Id<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) element: Vec<Id<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) extension: Vec<Extension>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_identifier: Vec<ExternalIdentifier<'a>>,
    #[serde(rename = "import", skip_serializing_if = "Vec::is_empty")]
    pub(super) imports: Vec<ExternalMap<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) profile_conformance: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) root_element: Vec<Id<'a>>,
    #[serde(rename = "simplelicensing_customIdToUri", skip_serializing_if = "Vec::is_empty")]
    pub(super) custom_ids: Vec<DictionaryEntry<'a>>,
    #[serde(rename = "simplelicensing_licenseExpression", skip_serializing_if = "Option::is_none")]
    pub(super) license_expression: Option<String>,
    #[serde(
        rename = "simplelicensing_licenseListVersion",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) license_list_version: Option<String>,
    #[serde(rename = "simplelicensing_licenseText", skip_serializing_if = "Option::is_none")]
    pub(super) license_text: Option<String>,
    #[serde(rename = "software_downloadLocation", skip_serializing_if = "Option::is_none")]
    pub(super) download_location: Option<&'a str>,
    #[serde(rename = "software_fileKind", skip_serializing_if = "Option::is_none")]
    pub(super) file_kind: Option<&'static str>,
    #[serde(rename = "software_packageUrl", skip_serializing_if = "Option::is_none")]
    pub(super) package_url: Option<Cow<'a, str>>,
    #[serde(rename = "software_packageVersion", skip_serializing_if = "Option::is_none")]
    pub(super) package_version: Option<Cow<'a, str>>,
    #[serde(rename = "software_primaryPurpose", skip_serializing_if = "Option::is_none")]
    pub(super) primary_purpose: Option<&'static str>,
    #[serde(rename = "software_sbomType", skip_serializing_if = "Vec::is_empty")]
    pub(super) sbom_type: Vec<&'static str>,
    #[serde(rename = "software_sourceInfo", skip_serializing_if = "Option::is_none")]
    pub(super) source_info: Option<String>,
    pub(super) spdx_id: Option<Id<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) statement: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<Id<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) supplied_by: Option<Id<'a>>,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) verified_using: Vec<Hash>,
}

/// An element of another document, and where that is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExternalMap<'a> {
    pub(super) external_spdx_id: &'a str,
    pub(super) location_hint: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) verified_using: [Hash; 1],
}

#[derive(Serialize)]
pub(super) struct Extension {
    #[serde(rename = "extension_cdxProperty")]
    pub(super) properties: Vec<Property>,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct Property {
    #[serde(rename = "extension_cdxPropName")]
    pub(super) name: String,
    #[serde(rename = "extension_cdxPropValue")]
    pub(super) value: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExternalIdentifier<'a> {
    pub(super) external_identifier_type: &'static str,
    pub(super) identifier: Cow<'a, str>,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct DictionaryEntry<'a> {
    pub(super) key: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) value: Id<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hash {
    pub(super) algorithm: &'static str,
    pub(super) hash_value: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}
