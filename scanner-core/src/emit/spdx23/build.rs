//! The model as an SPDX document.

use std::collections::BTreeMap;
use std::io;

use super::document::{
    Annotation, Checksum, CreationInfo, Document, ExternalDocument, ExtractedLicense, Relationship,
};
use super::files::Listed;
use super::package::{self, ROOT};
use super::size::Detail;
use crate::emit::spdx_licenses::References;
use crate::emit::{Stamp, TOOL, name_of, words};
use crate::model::{Component, Identity, Notice, Origin, Part, Relation, Sbom, hex};

const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// Builds the document with as much detail as asked for.
pub(super) fn document<'a>(
    sbom: &'a Sbom,
    stamp: &Stamp,
    detail: &Detail,
) -> io::Result<Document<'a>> {
    let components = sbom.components.get(..detail.components).unwrap_or(&sbom.components);
    let files = Listed::new(sbom, detail.files);
    let mut licenses = References::default();
    let mut packages = vec![package::root(sbom, stamp)];
    let package =
        |it| package::package((it, sbom), detail, files.verification_code(it), &mut licenses);
    packages.extend(components.iter().map(package));
    let mut document = Document {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        id: DOCUMENT,
        name: &sbom.name,
        document_namespace: String::new(),
        comment: words::about(sbom),
        creation_info: creation_info(stamp),
        external_document_refs: parts(sbom).map(external).collect(),
        packages,
        files: files.entries(),
        relationships: relationships(sbom, components, &files),
        has_extracted_licensing_infos: extracted(licenses),
        annotations: sbom
            .notices
            .iter()
            .take(detail.notices)
            .chain(&detail.dropped)
            .map(|it| note(it, stamp))
            .collect(),
    };
    document.document_namespace = name_of(&document)?;
    Ok(document)
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
    sbom: &Sbom,
    components: &[Component],
    files: &Listed<'a>,
) -> Vec<Relationship<'a>> {
    let ids: BTreeMap<&Identity, String> =
        components.iter().map(|it| (&it.identity, package::id(it.kind, &it.identity))).collect();
    let mut found = Vec::new();
    for (component, id) in
        components.iter().zip(components.iter().filter_map(|it| ids.get(&it.identity)))
    {
        let (relation, comment) = match component.identity.origin() {
            Origin::Installed => ("CONTAINS", None),
            Origin::Attested => {
                ("OTHER", Some("attested-in: an SBOM in the image lists it".into()))
            }
            Origin::Declared => ("DEPENDS_ON", None),
        };
        found.push(Relationship { from: ROOT.into(), relation, to: id.clone().into(), comment });
        found.extend(files.relationships(component));
    }
    for it in &sbom.relationships {
        let (Some(from), Some(to)) = (ids.get(&it.from), ids.get(&it.to)) else { continue };
        let owner = || Some(format!("owned-by: {} is a file of both", it.proof.display()));
        let (from, relation, to, comment) = match it.relation {
            Relation::DependsOn => (from, "DEPENDS_ON", to, None),
            Relation::LinksTo => (from, "DYNAMIC_LINK", to, None),
            Relation::LinksStatically => (from, "STATIC_LINK", to, None),
            Relation::OwnedBy => (to, "CONTAINS", from, owner()),
        };
        let (from, to) = (from.clone().into(), to.clone().into());
        found.push(Relationship { from, relation, to, comment });
    }
    found.extend(parts(sbom).map(|it| Relationship {
        from: ROOT.into(),
        relation: "CONTAINS",
        to: format!("{}:{ROOT}", external_id(it)).into(),
        comment: None,
    }));
    found.sort();
    found.insert(
        0,
        Relationship {
            from: DOCUMENT.into(),
            relation: "DESCRIBES",
            to: ROOT.into(),
            comment: None,
        },
    );
    found
}

/// The documents of the image's layers.
fn parts(sbom: &Sbom) -> impl Iterator<Item = &Part> {
    sbom.composition.iter().flat_map(|it| &it.parts)
}

fn external(part: &Part) -> ExternalDocument<'_> {
    let checksum = Checksum { algorithm: "SHA1", checksum_value: hex(&part.sha1) };
    ExternalDocument {
        external_document_id: external_id(part),
        spdx_document: &part.name,
        checksum,
    }
}

/// What this document calls that of a layer: a name of letters, digits, dots and dashes.
fn external_id(part: &Part) -> String {
    format!("DocumentRef-layer-{}", part.diff_id.replace(':', "-"))
}

fn extracted(licenses: References) -> Vec<ExtractedLicense> {
    let texts = licenses.into_texts().into_iter();
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
