//! The elements of an SPDX 3 graph, as far as they are read. An element of any class is one of these; each class has
//! its own choice of fields.

use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Document {
    #[serde(rename = "@context")]
    pub(super) context: String,
    #[serde(rename = "@graph")]
    pub(super) graph: Vec<Element>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Element {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) spdx_id: String,
    #[serde(rename = "@id")]
    _blank_id: String,
    #[serde(rename = "creationInfo")]
    _creation_info: String,
    pub(super) name: String,
    pub(super) comment: String,
    // Of creation.
    pub(super) created: String,
    #[serde(rename = "createdBy")]
    _created_by: Vec<String>,
    #[serde(rename = "createdUsing")]
    _created_using: Vec<String>,
    pub(super) spec_version: String,
    // Of collections.
    #[serde(rename = "element")]
    _element: Vec<String>,
    pub(super) root_element: Vec<String>,
    #[serde(rename = "profileConformance")]
    _profile_conformance: Vec<String>,
    #[serde(rename = "dataLicense")]
    _data_license: String,
    #[serde(rename = "software_sbomType")]
    pub(super) sbom_type: Vec<String>,
    // Of artifacts.
    pub(super) supplied_by: String,
    pub(super) external_identifier: Vec<ExternalIdentifier>,
    pub(super) verified_using: Vec<Hash>,
    pub(super) extension: Vec<Extension>,
    #[serde(rename = "software_packageUrl")]
    pub(super) package_url: String,
    #[serde(rename = "software_packageVersion")]
    pub(super) package_version: String,
    #[serde(rename = "software_primaryPurpose")]
    pub(super) primary_purpose: String,
    #[serde(rename = "software_downloadLocation")]
    pub(super) download_location: String,
    #[serde(rename = "software_sourceInfo")]
    pub(super) source_info: String,
    #[serde(rename = "software_fileKind")]
    _file_kind: String,
    // Of relationships.
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) relationship_type: String,
    #[serde(rename = "completeness")]
    _completeness: String,
    pub(super) scope: String,
    // Of annotations.
    #[serde(rename = "annotationType")]
    _annotation_type: String,
    #[serde(rename = "subject")]
    _subject: String,
    pub(super) statement: String,
    // Of licences.
    #[serde(rename = "simplelicensing_licenseExpression")]
    pub(super) license_expression: String,
    #[serde(rename = "simplelicensing_licenseListVersion")]
    _license_list_version: String,
    #[serde(rename = "simplelicensing_licenseText")]
    pub(super) license_text: String,
    #[serde(rename = "simplelicensing_customIdToUri")]
    pub(super) custom_ids: Vec<DictionaryEntry>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ExternalIdentifier {
    #[serde(rename = "type")]
    _kind: String,
    pub(super) external_identifier_type: String,
    pub(super) identifier: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Hash {
    #[serde(rename = "type")]
    _kind: String,
    pub(super) algorithm: String,
    pub(super) hash_value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Extension {
    #[serde(rename = "type")]
    _kind: String,
    #[serde(rename = "extension_cdxProperty")]
    pub(super) properties: Vec<Property>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Property {
    #[serde(rename = "type")]
    _kind: String,
    #[serde(rename = "extension_cdxPropName")]
    pub(super) name: String,
    #[serde(rename = "extension_cdxPropValue")]
    pub(super) value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct DictionaryEntry {
    #[serde(rename = "type")]
    _kind: String,
    pub(super) key: String,
    pub(super) value: String,
}
