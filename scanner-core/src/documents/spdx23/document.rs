//! The parts of an SPDX 2 document that are read. The meaning of each is that of the field of the same name.

use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Document {
    pub(super) spdx_version: String,
    #[serde(rename = "SPDXID")]
    pub(super) id: String,
    #[serde(rename = "dataLicense")]
    _data_license: String,
    #[serde(rename = "documentNamespace")]
    _document_namespace: String,
    pub(super) name: String,
    pub(super) comment: String,
    pub(super) creation_info: CreationInfo,
    pub(super) document_describes: Vec<String>,
    pub(super) packages: Vec<Package>,
    pub(super) files: Vec<File>,
    pub(super) relationships: Vec<Relationship>,
    pub(super) has_extracted_licensing_infos: Vec<ExtractedLicense>,
    pub(super) annotations: Vec<Annotation>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct CreationInfo {
    pub(super) created: String,
    pub(super) creators: Vec<String>,
    #[serde(rename = "licenseListVersion")]
    _license_list_version: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Package {
    #[serde(rename = "SPDXID")]
    pub(super) id: String,
    pub(super) name: String,
    pub(super) version_info: String,
    pub(super) supplier: String,
    pub(super) download_location: String,
    #[serde(rename = "filesAnalyzed")]
    _files_analyzed: bool,
    #[serde(rename = "packageVerificationCode")]
    _package_verification_code: VerificationCode,
    pub(super) checksums: Vec<Checksum>,
    pub(super) license_declared: String,
    pub(super) license_concluded: String,
    pub(super) source_info: String,
    pub(super) comment: String,
    pub(super) external_refs: Vec<ExternalRef>,
    pub(super) primary_package_purpose: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct VerificationCode {
    #[serde(rename = "packageVerificationCodeValue")]
    _value: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ExternalRef {
    #[serde(rename = "referenceCategory")]
    _category: String,
    pub(super) reference_type: String,
    pub(super) reference_locator: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct File {
    #[serde(rename = "SPDXID")]
    pub(super) id: String,
    pub(super) file_name: String,
    pub(super) checksums: Vec<Checksum>,
    pub(super) comment: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Checksum {
    pub(super) algorithm: String,
    pub(super) checksum_value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Relationship {
    #[serde(rename = "spdxElementId")]
    pub(super) from: String,
    #[serde(rename = "relationshipType")]
    pub(super) relation: String,
    #[serde(rename = "relatedSpdxElement")]
    pub(super) to: String,
    pub(super) comment: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ExtractedLicense {
    pub(super) license_id: String,
    pub(super) extracted_text: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Annotation {
    #[serde(rename = "annotationDate")]
    _date: String,
    #[serde(rename = "annotationType")]
    _kind: String,
    #[serde(rename = "annotator")]
    _annotator: String,
    pub(super) comment: String,
}
