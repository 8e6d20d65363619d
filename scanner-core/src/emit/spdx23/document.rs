//! The document's own types, with fields in the order in which they are written.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::id::Id;
use super::package::Packages;
use crate::emit::named::Name;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'a> {
    pub(super) spdx_version: &'static str,
    pub(super) data_license: &'static str,
    #[serde(rename = "SPDXID")]
    pub(super) id: Id<'a>,
    pub(super) name: &'a str,
    pub(super) document_namespace: Namespace<'a>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) comment: String,
    pub(super) creation_info: CreationInfo,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_document_refs: Vec<ExternalDocument<'a>>,
    pub(super) packages: Packages<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) files: Vec<File<'a>>,
    pub(super) relationships: Vec<Relationship<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) has_extracted_licensing_infos: Vec<ExtractedLicense<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) annotations: Vec<Annotation>,
}

/// The name of the document.
pub(super) struct Namespace<'a>(pub(super) &'a Name);

impl Serialize for Namespace<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize("", serializer)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreationInfo {
    pub(super) created: String,
    pub(super) creators: [String; 1],
    pub(super) license_list_version: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExternalDocument<'a> {
    pub(super) external_document_id: String,
    pub(super) spdx_document: &'a str,
    pub(super) checksum: Checksum,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Package<'a> {
    #[serde(rename = "SPDXID")]
    pub(super) id: Id<'a>,
    pub(super) name: &'a str,
    pub(super) version_info: Cow<'a, str>,
    pub(super) supplier: String,
    pub(super) download_location: &'a str,
    pub(super) files_analyzed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) package_verification_code: Option<VerificationCode>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) checksums: Vec<Checksum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) license_declared: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source_info: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) comment: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_refs: Vec<ExternalRef<'a>>,
    pub(super) primary_package_purpose: &'static str,
}

#[derive(Serialize)]
pub(super) struct VerificationCode {
    #[serde(rename = "packageVerificationCodeValue")]
    pub(super) value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExternalRef<'a> {
    pub(super) reference_category: &'static str,
    pub(super) reference_type: &'static str,
    pub(super) reference_locator: Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File<'a> {
    #[serde(rename = "SPDXID")]
    pub(super) id: Id<'a>,
    pub(super) file_name: Cow<'a, str>,
    pub(super) checksums: [Checksum; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Checksum {
    pub(super) algorithm: &'static str,
    pub(super) checksum_value: String,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub(super) struct Relationship<'a> {
    #[serde(rename = "spdxElementId")]
    pub(super) from: Id<'a>,
    #[serde(rename = "relationshipType")]
    pub(super) relation: &'static str,
    #[serde(rename = "relatedSpdxElement")]
    pub(super) to: Id<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExtractedLicense<'a> {
    pub(super) license_id: String,
    pub(super) extracted_text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Annotation {
    pub(super) annotation_date: String,
    pub(super) annotation_type: &'static str,
    pub(super) annotator: String,
    pub(super) comment: String,
}
