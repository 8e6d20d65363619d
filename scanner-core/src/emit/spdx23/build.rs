//! The model as an SPDX document.

use super::files::Listed;
use super::package;
use super::relationships;
use super::size::Detail;
use crate::emit::json::{Json, NAME};
use crate::emit::local::{Local, Packages, Sort};
use crate::emit::named::HeldJson;
use crate::emit::spdx_licenses::References;
use crate::emit::{Stamp, TOOL, words};
use crate::model::{Component, Hex, Kind, Notice, Part, Sbom};

/// The document.
pub(super) const DOCUMENT: Local = Local::Only(Sort::ThisDocument);

/// The root: what was scanned.
pub(super) const ROOT: Local = Local::Only(Sort::DocumentRoot);

/// What a document is made of.
pub(super) struct Content<'a> {
    pub(super) sbom: &'a Sbom,
    pub(super) stamp: &'a Stamp,
    pub(super) detail: &'a Detail,
    pub(super) components: &'a [Component],
    pub(super) packages: Packages<'a>,
    pub(super) files: Listed<'a>,
    pub(super) references: References<'a>,
}

/// Writes the document with as much detail as asked for.
pub(super) fn document(sbom: &Sbom, stamp: &Stamp, detail: &Detail) -> HeldJson {
    let components = sbom.components.get(..detail.components).unwrap_or(&sbom.components);
    let packages = Packages::new(components, sort);
    let files = Listed::new(sbom, detail.files);
    let licenses = components.iter().flat_map(|it| &it.licenses);
    let references = References::new(licenses.filter(|_| detail.licenses));
    let content = Content { sbom, stamp, detail, components, packages, files, references };
    let mut held = HeldJson::default();
    held.json.open(b'{');
    about(&mut held.json, sbom, stamp);
    package::write_all(&content, &mut held);
    content.files.write_all(&mut held);
    relationships::write_all(&content, &mut held);
    extracted(&mut held.json, &content.references);
    annotations(&mut held.json, &content);
    held.json.close(b'}');
    held
}

/// Trivy reads the kind of a package from the word of its sort.
fn sort(component: &Component) -> Sort {
    match component.kind {
        Kind::OperatingSystem => Sort::OperatingSystem,
        Kind::Application | Kind::OsPackage | Kind::Library => Sort::Package,
    }
}

/// What is said of the document as a whole.
fn about(json: &mut Json, sbom: &Sbom, stamp: &Stamp) {
    json.key("spdxVersion").word("SPDX-2.3");
    json.key("dataLicense").word("CC0-1.0");
    id(json.key("SPDXID"), DOCUMENT);
    json.key("name").text(&sbom.name);
    json.key("documentNamespace").plain(|it| it.push(NAME));
    json.member("comment", |it| words::push_about(it, sbom));
    json.key("creationInfo").object(|json| {
        json.key("created").word(&stamp.timestamp());
        json.key("creators").list(tool);
        // Readers take two numbers here and fail on three.
        let version: Vec<&str> = spdx::license_version().split('.').take(2).collect();
        json.key("licenseListVersion").word(&version.join("."));
    });
    if parts(sbom).next().is_some() {
        json.key("externalDocumentRefs").list(|json| parts(sbom).for_each(|it| external(json, it)));
    }
}

fn tool(json: &mut Json) {
    json.made(|it| it.extend(["Tool: ", TOOL]));
}

/// Writes the identifier of an element of this document.
pub(super) fn id(json: &mut Json, local: Local) {
    json.plain(|it| {
        it.extend_from_slice(b"SPDXRef-");
        local.push_to(it);
    });
}

/// Writes a digest.
pub(super) fn checksum(json: &mut Json, algorithm: &str, value: &str) {
    json.object(|json| {
        json.key("algorithm").word(algorithm);
        json.key("checksumValue").text(value);
    });
}

/// The documents of the image's layers.
pub(super) fn parts(sbom: &Sbom) -> impl Iterator<Item = &Part> {
    sbom.composition.iter().flat_map(|it| &it.parts)
}

fn external(json: &mut Json, part: &Part) {
    json.object(|json| {
        json.key("externalDocumentId").text(&external_document(&part.diff_id));
        json.key("spdxDocument").text(&part.name);
        checksum(json.key("checksum"), "SHA1", Hex::of(&part.sha1).as_str());
    });
}

/// What this document calls that of a layer: a name of letters, digits, dots and dashes.
pub(super) fn external_document(diff_id: &str) -> String {
    format!("DocumentRef-layer-{}", diff_id.replace(':', "-"))
}

/// The declared words of the licences that are not on SPDX's list.
fn extracted(json: &mut Json, references: &References<'_>) {
    let references = references.in_order();
    if references.is_empty() {
        return;
    }
    json.key("hasExtractedLicensingInfos").list(|json| {
        for (reference, declared) in references {
            json.object(|json| {
                json.key("licenseId").word(reference);
                json.key("extractedText").text(declared);
            });
        }
    });
}

fn annotations(json: &mut Json, Content { sbom, detail, stamp, .. }: &Content<'_>) {
    let mut notices = sbom.notices.iter().take(detail.notices).chain(&detail.dropped).peekable();
    if notices.peek().is_some() {
        json.key("annotations").list(|json| notices.for_each(|it| annotation(json, it, stamp)));
    }
}

fn annotation(json: &mut Json, notice: &Notice, stamp: &Stamp) {
    json.object(|json| {
        json.key("annotationDate").word(&stamp.timestamp());
        json.key("annotationType").word("OTHER");
        tool(json.key("annotator"));
        json.key("comment").text(&format!("notice {notice}"));
    });
}
