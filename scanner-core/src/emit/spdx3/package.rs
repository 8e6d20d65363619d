//! Packages: what was scanned, and its components.

use super::graph::{CREATION, Elements, id};
use super::link::Link;
use super::shared::{Agent, Declared};
use crate::emit::facts;
use crate::emit::json::Json;
use crate::emit::local::Local;
use crate::emit::spdx_licenses::References;
use crate::emit::uses::Stated;
use crate::emit::{image_purl, words};
use crate::model::{Component, Kind, Sbom};

/// Adds what was scanned.
pub(super) fn root(elements: &mut Elements, local: Local, sbom: &Sbom, supplied_by: Local) {
    let manifest = sbom.image.as_ref().and_then(|it| it.manifest.as_deref());
    let purl = image_purl(sbom);
    elements.add(local, |json| {
        json.key("creationInfo").word(CREATION);
        identifier(json, purl.as_deref());
        json.key("name").text(&sbom.name);
        package_url(json, purl.as_deref());
        json.key("software_packageVersion").text(&sbom.digest());
        json.key("software_primaryPurpose").word("container");
        id(json.key("spdxId"), local);
        id(json.key("suppliedBy"), supplied_by);
        json.key("type").word("software_Package");
        verified_using(json, manifest.and_then(|it| it.strip_prefix("sha256:")));
    });
}

/// A component with what is stated about it, and the elements that it and others refer to.
pub(super) struct Package<'a> {
    pub(super) stated: Stated<'a>,
    pub(super) local: Local,
    pub(super) agent: Agent<'a>,
    pub(super) declared: Option<Declared<'a>>,
}

impl<'a> Package<'a> {
    pub(super) fn new(stated: Stated<'a>, local: Local, references: &References<'_>) -> Self {
        let agent = Agent::of(stated.component.supplier.as_ref());
        let declared = Declared::of(&stated.component.licenses, references);
        Self { stated, local, agent, declared }
    }
}

/// Adds a component.
pub(super) fn package(elements: &mut Elements, package: &Package<'_>, sbom: &Sbom) {
    let Package { stated: Stated { component: it, .. }, local, agent, declared } = *package;
    elements.add(local, |json| {
        json.key("creationInfo").word(CREATION);
        extension(json.key("extension"), it, sbom);
        identifier(json, it.purl());
        json.key("name").text(&it.name);
        if let Some(place) = &it.download {
            json.key("software_downloadLocation").text(place);
        }
        package_url(json, it.purl());
        json.key("software_packageVersion").text(words::version(it));
        json.key("software_primaryPurpose").word(purpose(it.kind));
        if let Some(source) = &it.source {
            let words = ["built package from: ", &source.name, " ", &source.version];
            json.key("software_sourceInfo").made(|it| it.extend(words));
        }
        id(json.key("spdxId"), local);
        id(json.key("suppliedBy"), agent.local);
        json.key("type").word("software_Package");
        verified_using(json, it.identity.file_digest());
    });
    Link::new("hasDeclaredLicense").completeness("complete").relate(
        elements,
        local,
        declared.map(|it| it.local),
    );
}

fn purpose(kind: Kind) -> &'static str {
    match kind {
        Kind::OperatingSystem => "operatingSystem",
        Kind::Application => "application",
        Kind::OsPackage | Kind::Library => "library",
    }
}

fn identifier(json: &mut Json, purl: Option<&str>) {
    let Some(purl) = purl else { return };
    let identifier = |json: &mut Json| {
        json.key("externalIdentifierType").word("packageUrl");
        json.key("identifier").text(purl);
        json.key("type").word("ExternalIdentifier");
    };
    json.key("externalIdentifier").list(|json| json.object(identifier));
}

fn package_url(json: &mut Json, purl: Option<&str>) {
    if let Some(purl) = purl {
        json.key("software_packageUrl").text(purl);
    }
}

fn verified_using(json: &mut Json, sha256: Option<&str>) {
    if let Some(sha256) = sha256 {
        json.key("verifiedUsing").list(|json| hash(json, "sha256", sha256));
    }
}

/// Writes a digest.
pub(super) fn hash(json: &mut Json, algorithm: &str, value: &str) {
    json.object(|json| {
        json.key("algorithm").word(algorithm);
        json.key("hashValue").text(value);
        json.key("type").word("Hash");
    });
}

/// Writes the proofs and further facts.
fn extension(json: &mut Json, it: &Component, sbom: &Sbom) {
    let properties = |json: &mut Json| {
        for proof in &it.evidence {
            property(json, "evidence", |text| words::push_evidence(text, proof, sbom));
        }
        for (key, value) in facts::with_stack(it, sbom) {
            property(json, key, |text| text.push_str(&value));
        }
    };
    json.list(|json| {
        json.object(|json| {
            json.key("extension_cdxProperty").list(properties);
            json.key("type").word("extension_CdxPropertiesExtension");
        });
    });
}

fn property(json: &mut Json, key: &str, value: impl FnOnce(&mut String)) {
    json.object(|json| {
        json.key("extension_cdxPropName").made(|it| it.extend(["stellaops:", key]));
        json.key("extension_cdxPropValue").made(value);
        json.key("type").word("extension_CdxPropertyEntry");
    });
}
