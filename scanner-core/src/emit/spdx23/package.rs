//! A component as an SPDX package.

use std::borrow::Cow;

use super::document::{Checksum, ExternalRef, Package, VerificationCode};
use super::size::Detail;
use crate::emit::spdx_licenses::References;
use crate::emit::{Stamp, image_purl, words};
use crate::model::{Component, Identity, Kind, Sbom, Sha256, Supplier};

/// What stands for a version that nothing states.
const NO_VERSION: &str = "NOASSERTION";

/// The root: what was scanned.
pub(super) const ROOT: &str = "SPDXRef-DocumentRoot";

/// The identifier of a component's package. Trivy reads the kind from the word in it.
pub(super) fn id(kind: Kind, identity: &Identity) -> String {
    let word = match kind {
        Kind::OperatingSystem => "OperatingSystem",
        Kind::Application | Kind::OsPackage | Kind::Library => "Package",
    };
    let digest = Sha256::of(identity.as_str().as_bytes()).to_string();
    format!("SPDXRef-{word}-{}", digest.get(..16).unwrap_or_default())
}

/// The package of what was scanned. Its version is a digest of the inventory: equal content, equal version.
pub(super) fn root<'a>(sbom: &'a Sbom, stamp: &Stamp) -> Package<'a> {
    Package {
        id: ROOT.to_owned(),
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
pub(super) fn package<'a>(
    (component, sbom): (&'a Component, &Sbom),
    detail: &Detail,
    code: Option<String>,
    licenses: &mut References,
) -> Package<'a> {
    let version = if component.version.is_empty() { NO_VERSION } else { &component.version };
    Package {
        id: id(component.kind, &component.identity),
        name: &component.name,
        version_info: Cow::Borrowed(version),
        supplier: words::supplier(component.supplier.as_ref()),
        download_location: component.download.as_deref().unwrap_or("NOASSERTION"),
        files_analyzed: code.is_some(),
        package_verification_code: code.map(|value| VerificationCode { value }),
        checksums: component.identity.file_digest().map(sha256).into_iter().collect(),
        license_declared: if detail.licenses {
            licenses.expression(&component.licenses)
        } else {
            None
        },
        source_info: component
            .source
            .as_ref()
            .map(|it| format!("built package from: {} {}", it.name, it.version)),
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
