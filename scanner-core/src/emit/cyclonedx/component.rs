//! A component of the model as a component of CycloneDX.

use super::bom::{
    Component, Contact, Evidence, ExternalReference, Hash, Identity, Method, Occurrence, Property,
    Supplier,
};
use super::build::TOOL_REF;
use super::licenses::licenses;
use crate::model::{self, Kind, Position, Relation, Sbom};

/// Builds the component with its evidence. Relations that CycloneDX has no place for become properties.
pub(super) fn component(it: &model::Component, sbom: &Sbom) -> Component {
    Component {
        kind: match it.kind {
            Kind::OperatingSystem => "operating-system",
            Kind::Application => "application",
            Kind::OsPackage | Kind::Library => "library",
        },
        bom_ref: Some(it.identity.as_str().to_owned()),
        supplier: it.supplier.as_ref().map(supplier),
        group: None,
        name: it.name.clone(),
        version: it.version.clone(),
        hashes: hashes(it),
        licenses: licenses(&it.licenses),
        purl: it.purl().map(str::to_owned),
        external_references: (it.download.iter())
            .map(|url| ExternalReference {
                url: url.clone(),
                kind: "distribution",
                hashes: Vec::new(),
            })
            .collect(),
        properties: properties(it, sbom),
        evidence: Some(evidence(it)),
    }
}

/// A supplier; an address in angle brackets is its contact.
pub(super) fn supplier(it: &model::Supplier) -> Supplier {
    let (model::Supplier::Person(text) | model::Supplier::Organization(text)) = it;
    let (name, email) = match text.split_once('<') {
        Some((name, rest)) => (name.trim(), Some(rest.trim_end_matches('>').trim().to_owned())),
        None => (text.as_str(), None),
    };
    let email = email.filter(|it| !it.is_empty());
    let name = if name.is_empty() { email.clone().unwrap_or_default() } else { name.to_owned() };
    Supplier {
        name,
        contact: email
            .map(|email| Contact { name: None, email: Some(email) })
            .into_iter()
            .collect(),
    }
}

fn hashes(it: &model::Component) -> Vec<Hash> {
    it.identity
        .file_digest()
        .map(|digest| Hash { alg: "SHA-256", content: digest.to_owned() })
        .into_iter()
        .collect()
}

fn properties(it: &model::Component, sbom: &Sbom) -> Vec<Property> {
    let mut found: Vec<(String, String)> =
        it.properties.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    if let Some(source) = &it.source {
        found.push(("source".to_owned(), format!("{} {}", source.name, source.version)));
    }
    let start = sbom.relationships.partition_point(|relation| relation.from < it.identity);
    let own =
        sbom.relationships.iter().skip(start).take_while(|relation| relation.from == it.identity);
    for relation in own.filter(|relation| relation.relation == Relation::OwnedBy) {
        found.push(("owned-by".to_owned(), relation.to.as_str().to_owned()));
        found.push(("owned-by:proof".to_owned(), relation.proof.display().into_owned()));
    }
    found.sort();
    found.dedup();
    found
        .into_iter()
        .map(|(key, value)| Property { name: format!("stellaops:{key}"), value })
        .collect()
}

fn evidence(it: &model::Component) -> Evidence {
    let mut methods: Vec<Method> = it.evidence.iter().map(method).collect();
    methods.sort();
    methods.dedup();
    let (field, value) = match it.purl() {
        Some(purl) => ("purl", purl.to_owned()),
        None => match it.identity.as_str().strip_prefix("bin:") {
            Some(digest) => ("hash", digest.to_owned()),
            None => ("name", it.name.clone()),
        },
    };
    Evidence {
        identity: vec![Identity {
            field,
            confidence: 1,
            concluded_value: value,
            methods,
            tools: vec![TOOL_REF.to_owned()],
        }],
        occurrences: it.evidence.iter().map(occurrence).collect(),
    }
}

/// A method of proof. The specification demands a confidence; what is claimed here is certain.
fn method(evidence: &model::Evidence) -> Method {
    let technique = match evidence.method {
        model::Method::Database | model::Method::Metadata | model::Method::Declaration => {
            "manifest-analysis"
        }
        model::Method::BuildInfo => "binary-analysis",
        model::Method::Digest => "hash-comparison",
        model::Method::Attestation => "attestation",
    };
    Method {
        technique,
        confidence: 1,
        value: format!("{} {}", evidence.analyzer, evidence.method.as_str()),
    }
}

fn occurrence(evidence: &model::Evidence) -> Occurrence {
    let (line, offset) = match evidence.position {
        Position::Whole | Position::Entry(_) => (None, None),
        Position::Line(line) => (Some(line), None),
        Position::Offset(offset) => (None, Some(offset)),
    };
    Occurrence {
        location: evidence.location().into_owned(),
        line,
        offset,
        additional_context: evidence.sha256.map(|it| format!("sha256:{it}")),
    }
}
