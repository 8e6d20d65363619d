//! A component as an SPDX package.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::document::{Checksum, ExternalRef, Package, VerificationCode};
use super::files::Listed;
use super::id::{Id, PackageIds, ROOT};
use super::size::Detail;
use crate::emit::spdx_licenses::expression;
use crate::emit::{Stamp, image_purl, words};
use crate::model::{Component, Kind, Sbom, Supplier};

/// What stands for a version that nothing states.
const NO_VERSION: &str = "NOASSERTION";

/// The packages of a document.
pub(super) struct Packages<'a> {
    pub(super) sbom: &'a Sbom,
    pub(super) stamp: &'a Stamp,
    pub(super) detail: &'a Detail,
    pub(super) components: &'a [Component],
    pub(super) ids: PackageIds,
    pub(super) files: Listed<'a>,
}

impl Serialize for Packages<'_> {
    /// Packages are made as they are written, so that no two are held at a time.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let components = self.components.iter().zip(self.ids.iter());
        let package =
            |it: (_, _)| package(it, self.sbom, self.detail, self.files.verification_code(it.0));
        let root = std::iter::once_with(|| root(self.sbom, self.stamp));
        serializer.collect_seq(root.chain(components.map(package)))
    }
}

/// The package of what was scanned. Its version is a digest of the inventory: equal content, equal version.
fn root<'a>(sbom: &'a Sbom, stamp: &Stamp) -> Package<'a> {
    Package {
        id: ROOT,
        name: &sbom.name,
        version_info: Cow::Owned(sbom.digest()),
        supplier: words::supplier(stamp.supplier.clone().map(Supplier::Organization).as_ref()),
        download_location: "NOASSERTION",
        files_analyzed: false,
        package_verification_code: None,
        checksums: Vec::new(),
        license_declared: None,
        source_info: None,
        comment: String::new(),
        external_refs: image_purl(sbom).map(|it| purl(it.into())).into_iter().collect(),
        primary_package_purpose: "CONTAINER",
    }
}

/// The package of a component; its files count as analyzed where their verification code is known.
fn package<'a>(
    (component, id): (&'a Component, Id<'a>),
    sbom: &Sbom,
    detail: &Detail,
    code: Option<String>,
) -> Package<'a> {
    let version = if component.version.is_empty() { NO_VERSION } else { &component.version };
    Package {
        id,
        name: &component.name,
        version_info: Cow::Borrowed(version),
        supplier: words::supplier(component.supplier.as_ref()),
        download_location: component.download.as_deref().unwrap_or("NOASSERTION"),
        files_analyzed: code.is_some(),
        package_verification_code: code.map(|value| VerificationCode { value }),
        checksums: component.identity.file_digest().map(sha256).into_iter().collect(),
        license_declared: if detail.licenses { expression(&component.licenses) } else { None },
        source_info: component
            .source
            .as_ref()
            .map(|it| ["built package from: ", &it.name, " ", &it.version].concat()),
        comment: if detail.evidence { words::comment(component, sbom) } else { String::new() },
        external_refs: component.purl().map(|it| purl(it.into())).into_iter().collect(),
        primary_package_purpose: match component.kind {
            Kind::OperatingSystem => "OPERATING_SYSTEM",
            Kind::Application => "APPLICATION",
            Kind::OsPackage | Kind::Library => "LIBRARY",
        },
    }
}

/// The checksum of a package that is one file.
fn sha256(digest: &str) -> Checksum {
    Checksum { algorithm: "SHA256", checksum_value: digest.to_owned() }
}

fn purl(purl: Cow<'_, str>) -> ExternalRef<'_> {
    ExternalRef {
        reference_category: "PACKAGE-MANAGER",
        reference_type: "purl",
        reference_locator: purl,
    }
}
