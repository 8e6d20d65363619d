//! A component as an SPDX package.

use super::build::{Content, ROOT, checksum, id};
use super::files::verification_code;
use crate::emit::json::Json;
use crate::emit::local::Local;
use crate::emit::named::HeldJson;
use crate::emit::words::NO_ASSERTION;
use crate::emit::{image_purl, words};
use crate::model::{Component, Kind, Supplier};

/// Writes what was scanned, and every component.
pub(super) fn write_all(content: &Content<'_>, held: &mut HeldJson) {
    held.json.key("packages").open(b'[');
    root(&mut held.json, content);
    held.list(&content.packages.in_order, |json, (component, local)| {
        package(json, component, *local, content);
    });
    held.json.close(b']');
}

/// What was scanned. Its version is a digest of the inventory: equal content, equal version.
fn root(json: &mut Json, Content { sbom, stamp, .. }: &Content<'_>) {
    let supplier = stamp.supplier.clone().map(Supplier::Organization);
    json.object(|json| {
        id(json.key("SPDXID"), ROOT);
        json.key("name").text(&sbom.name);
        json.key("versionInfo").text(&sbom.digest());
        json.key("supplier").made(|it| words::push_supplier(it, supplier.as_ref()));
        json.key("downloadLocation").word(NO_ASSERTION);
        json.key("filesAnalyzed").bare(false);
        if let Some(purl) = image_purl(sbom) {
            external_ref(json, &purl);
        }
        json.key("primaryPackagePurpose").word("CONTAINER");
    });
}

/// A component; its files count as analyzed where their verification code is known.
fn package(json: &mut Json, component: &Component, local: Local, content: &Content<'_>) {
    let code = verification_code(content.files.owned(component));
    id(json.key("SPDXID"), local);
    json.key("name").text(&component.name);
    json.key("versionInfo").text(words::version(component));
    json.key("supplier").made(|it| words::push_supplier(it, component.supplier.as_ref()));
    json.key("downloadLocation").text(component.download.as_deref().unwrap_or(NO_ASSERTION));
    json.key("filesAnalyzed").bare(code.is_some());
    if let Some(code) = code {
        let value = |json: &mut Json| json.key("packageVerificationCodeValue").word(&code);
        json.key("packageVerificationCode").object(value);
    }
    if let Some(digest) = component.identity.file_digest() {
        json.key("checksums").list(|json| checksum(json, "SHA256", digest));
    }
    if content.detail.licenses {
        let licenses = &component.licenses;
        json.member("licenseDeclared", |it| content.references.push_expression(it, licenses));
    }
    if let Some(source) = &component.source {
        let words = ["built package from: ", &source.name, " ", &source.version];
        json.key("sourceInfo").made(|it| it.extend(words));
    }
    if content.detail.evidence {
        json.member("comment", |it| words::push_comment(it, component, content.sbom));
    }
    if let Some(purl) = component.purl() {
        external_ref(json, purl);
    }
    json.key("primaryPackagePurpose").word(purpose(component.kind));
}

fn purpose(kind: Kind) -> &'static str {
    match kind {
        Kind::OperatingSystem => "OPERATING_SYSTEM",
        Kind::Application => "APPLICATION",
        Kind::OsPackage | Kind::Library => "LIBRARY",
    }
}

fn external_ref(json: &mut Json, purl: &str) {
    let purl = |json: &mut Json| {
        json.key("referenceCategory").word("PACKAGE-MANAGER");
        json.key("referenceType").word("purl");
        json.key("referenceLocator").text(purl);
    };
    json.key("externalRefs").list(|json| json.object(purl));
}
