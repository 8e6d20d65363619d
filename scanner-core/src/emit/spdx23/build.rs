//! The model as an SPDX document.

use std::collections::BTreeMap;

use super::document::{
    Annotation, Checksum, CreationInfo, Document, ExternalDocument, ExtractedLicense, Namespace,
    Relationship,
};
use super::files::Listed;
use super::id::{DOCUMENT, Id, PackageIds, ROOT, external_document};
use super::package::Packages;
use super::size::Detail;
use crate::emit::named::Name;
use crate::emit::spdx_licenses::references;
use crate::emit::{Stamp, TOOL, words};
use crate::model::{self, ATTESTED_OF, Component, Notice, Origin, Part, Relation, Sbom, hex};

/// Builds the document with as much detail as asked for.
pub(super) fn document<'a>(
    sbom: &'a Sbom,
    stamp: &'a Stamp,
    detail: &'a Detail,
    name: &'a Name,
) -> Document<'a> {
    let components = sbom.components.get(..detail.components).unwrap_or(&sbom.components);
    let ids = PackageIds::new(components);
    let files = Listed::new(sbom, detail.files);
    let licenses = components.iter().flat_map(|it| &it.licenses).filter(|_| detail.licenses);
    Document {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        id: DOCUMENT,
        name: &sbom.name,
        document_namespace: Namespace(name),
        comment: words::about(sbom),
        creation_info: creation_info(stamp),
        external_document_refs: parts(sbom).map(external).collect(),
        relationships: relationships(sbom, components, &ids, &files),
        files: files.entries(),
        packages: Packages { sbom, stamp, detail, components, ids, files },
        has_extracted_licensing_infos: extracted(references(licenses)),
        annotations: sbom
            .notices
            .iter()
            .take(detail.notices)
            .chain(&detail.dropped)
            .map(|it| note(it, stamp))
            .collect(),
    }
}

fn creation_info(stamp: &Stamp) -> CreationInfo {
    let version = spdx::license_version();
    // Readers take two numbers here and fail on three.
    let numbers: Vec<&str> = version.split('.').take(2).collect();
    CreationInfo {
        created: stamp.timestamp(),
        creators: [format!("Tool: {TOOL}")],
        license_list_version: numbers.join("."),
    }
}

fn relationships<'a>(
    sbom: &'a Sbom,
    components: &[Component],
    ids: &PackageIds,
    files: &Listed<'a>,
) -> Vec<Relationship<'a>> {
    let mut found = Vec::new();
    for (component, id) in components.iter().zip(ids.iter()) {
        let (relation, comment) = match component.identity.origin() {
            Origin::Installed => ("CONTAINS", None),
            Origin::Attested => ("OTHER", Some(attested(component))),
            Origin::Declared => ("DEPENDS_ON", None),
        };
        found.push(Relationship { from: ROOT, relation, to: id, comment });
        found.extend(files.relationships(component, id));
    }
    for ((_, stated), from) in sbom.with_relationships().zip(ids.iter()) {
        let ends = stated.iter().filter_map(|it| Some((it, ids.of(&it.to)?)));
        found.extend(ends.map(|(it, to)| relationship(it, from, to)));
    }
    found.extend(parts(sbom).map(|it| Relationship {
        from: ROOT,
        relation: "CONTAINS",
        to: Id::OfLayer(&it.diff_id),
        comment: None,
    }));
    found.sort_unstable();
    let describes = Relationship { from: DOCUMENT, relation: "DESCRIBES", to: ROOT, comment: None };
    found.insert(0, describes);
    found
}

fn relationship<'a>(it: &model::Relationship, from: Id<'a>, to: Id<'a>) -> Relationship<'a> {
    let owner = || Some(format!("owned-by: {} is a file of both", it.proof.display()));
    let (from, relation, to, comment) = match it.relation {
        Relation::DependsOn => (from, "DEPENDS_ON", to, None),
        Relation::LinksTo => (from, "DYNAMIC_LINK", to, None),
        Relation::LinksStatically => (from, "STATIC_LINK", to, None),
        Relation::OwnedBy => (to, "CONTAINS", from, owner()),
    };
    Relationship { from, relation, to, comment }
}

/// Who says that a component is there.
fn attested(component: &Component) -> String {
    let says = match component.properties.get(ATTESTED_OF) {
        Some(_) => "bound_from_attestation: a statement about these very bytes lists it",
        None => "attested-in: an SBOM in the image lists it",
    };
    says.to_owned()
}

/// The documents of the image's layers.
fn parts(sbom: &Sbom) -> impl Iterator<Item = &Part> {
    sbom.composition.iter().flat_map(|it| &it.parts)
}

fn external(part: &Part) -> ExternalDocument<'_> {
    let checksum = Checksum { algorithm: "SHA1", checksum_value: hex(&part.sha1) };
    ExternalDocument {
        external_document_id: external_document(&part.diff_id),
        spdx_document: &part.name,
        checksum,
    }
}

fn extracted(licenses: BTreeMap<String, &str>) -> Vec<ExtractedLicense<'_>> {
    let texts = licenses.into_iter();
    texts
        .map(|(license_id, extracted_text)| ExtractedLicense { license_id, extracted_text })
        .collect()
}

fn note(notice: &Notice, stamp: &Stamp) -> Annotation {
    Annotation {
        annotation_date: stamp.timestamp(),
        annotation_type: "OTHER",
        annotator: format!("Tool: {TOOL}"),
        comment: format!("notice {notice}"),
    }
}
