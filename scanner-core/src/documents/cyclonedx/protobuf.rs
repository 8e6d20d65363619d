//! Protocol buffers into the parts of a document, one component after the other and each within a bound.

use prost::Message;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};
use proto::cyclonedx as wire;

use super::Bom;
use super::bom::{
    Annotation, Callstack, Component, Contact, Dependency, Evidence, ExternalReference, Frame,
    Hash, License, LicenseChoice, Lifecycle, Metadata, Occurrence, Property, Supplier, Tools,
};
use crate::documents::DocumentError;
use crate::emit::Stamp;
use crate::emit::cyclonedx::numbers::{
    ACKNOWLEDGEMENTS, CLASSIFICATIONS, HASHES, PHASES, REFERENCES, word,
};
use crate::limits::Limits;

/// Reads a document field by field.
pub(super) fn bom(bytes: &[u8], limits: &Limits) -> Result<Bom, DocumentError> {
    let mut bom = Bom::default();
    let mut rest = bytes;
    let mut count = 0;
    while !rest.is_empty() {
        let offset = bytes.len() - rest.len();
        count += 1;
        if count > limits.document_objects {
            let (what, limit) = ("objects", limits.document_objects);
            return Err(DocumentError::TooMany { what, limit, offset });
        }
        field(&mut bom, &mut rest, limits).map_err(|(tag, message)| DocumentError::Invalid {
            path: format!("field {tag}"),
            offset,
            message,
        })?;
    }
    Ok(bom)
}

/// Reads one field off the front.
fn field(bom: &mut Bom, rest: &mut &[u8], limits: &Limits) -> Result<(), (u32, String)> {
    let (tag, wire_type) = decode_key(rest).map_err(|error| (0, error.to_string()))?;
    if wire_type != WireType::LengthDelimited {
        let skipped = skip_field(wire_type, tag, rest, DecodeContext::default());
        return skipped.map_err(|error| (tag, error.to_string()));
    }
    let length = decode_varint(rest).map_err(|error| (tag, error.to_string()))?;
    let length = usize::try_from(length).ok().filter(|it| *it <= rest.len());
    let Some((message, after)) = length.and_then(|it| rest.split_at_checked(it)) else {
        return Err((tag, "it is longer than the document".to_owned()));
    };
    if message.len() > limits.document_component_bytes {
        return Err((tag, format!("it is over {} bytes", limits.document_component_bytes)));
    }
    *rest = after;
    part(bom, tag, message).map_err(|error| (tag, error.to_string()))
}

fn part(bom: &mut Bom, tag: u32, message: &[u8]) -> Result<(), prost::DecodeError> {
    match tag {
        1 => bom.spec_version = String::from_utf8_lossy(message).into_owned().into(),
        4 => bom.metadata = metadata(wire::Metadata::decode(message)?),
        5 => bom.components.push(component(wire::Component::decode(message)?)),
        8 => {
            let it = wire::Dependency::decode(message)?;
            let depends_on = it.dependencies.into_iter().map(|it| it.r#ref.into()).collect();
            bom.dependencies.push(Dependency { from: it.r#ref.into(), depends_on });
        }
        9 => bom.compositions.push(super::bom::Composition::default()),
        11 => {
            let text = wire::Annotation::decode(message)?.text.into();
            bom.annotations.push(Annotation { text, ..Annotation::default() });
        }
        _ => {}
    }
    Ok(())
}

fn metadata(it: wire::Metadata) -> Metadata {
    use wire::lifecycles::Choice;
    let phase = |it: wire::Lifecycles| match it.choice {
        Some(Choice::Phase(phase)) => Some(Lifecycle { phase: word(PHASES, phase).into() }),
        _ => None,
    };
    let stamp = it.timestamp.map(|it| Stamp { created: it.seconds, ..Stamp::default() });
    let tools = it.tools.map(|it| it.components).unwrap_or_default();
    Metadata {
        timestamp: stamp.map(|it| it.timestamp()).unwrap_or_default().into(),
        lifecycles: it.lifecycles.into_iter().filter_map(phase).collect(),
        tools: Tools { components: tools.into_iter().map(component).collect() },
        component: it.component.map(component),
        properties: properties(it.properties),
    }
}

fn component(it: wire::Component) -> Component {
    Component {
        kind: word(CLASSIFICATIONS, it.r#type).into(),
        bom_ref: it.bom_ref.unwrap_or_default().into(),
        supplier: it.supplier.map(supplier),
        group: it.group.unwrap_or_default().into(),
        name: it.name.into(),
        version: it.version.into(),
        hashes: hashes(it.hashes),
        licenses: it.licenses.into_iter().map(license).collect(),
        purl: it.purl.unwrap_or_default().into(),
        external_references: it.external_references.into_iter().map(reference).collect(),
        properties: properties(it.properties),
        components: Vec::new(),
        evidence: it.evidence.map(evidence),
    }
}

fn supplier(it: wire::OrganizationalEntity) -> Supplier {
    let contact = |it: wire::OrganizationalContact| Contact {
        name: it.name.unwrap_or_default().into(),
        email: it.email.unwrap_or_default().into(),
    };
    Supplier {
        name: it.name.unwrap_or_default().into(),
        contact: it.contact.into_iter().map(contact).collect(),
    }
}

fn hashes(hashes: Vec<wire::Hash>) -> Vec<Hash> {
    let hash = |it: wire::Hash| Hash { alg: word(HASHES, it.alg).into(), content: it.value.into() };
    hashes.into_iter().map(hash).collect()
}

fn license(it: wire::LicenseChoice) -> LicenseChoice {
    use wire::license::License as Named;
    use wire::license_choice::Choice;
    let acknowledgement = word(ACKNOWLEDGEMENTS, it.acknowledgement.unwrap_or_default()).into();
    let (license, expression) = match it.choice {
        Some(Choice::License(it)) => {
            let acknowledgement = word(ACKNOWLEDGEMENTS, it.acknowledgement.unwrap_or_default());
            let (id, name) = match it.license {
                Some(Named::Id(id)) => (id, String::new()),
                Some(Named::Name(name)) => (String::new(), name),
                None => (String::new(), String::new()),
            };
            let acknowledgement = acknowledgement.into();
            (Some(License { id: id.into(), name: name.into(), acknowledgement }), String::new())
        }
        Some(Choice::Expression(expression)) => (None, expression),
        None => (None, String::new()),
    };
    LicenseChoice { license, expression: expression.into(), acknowledgement }
}

fn reference(it: wire::ExternalReference) -> ExternalReference {
    let kind = word(REFERENCES, it.r#type).into();
    ExternalReference { url: it.url.into(), kind, hashes: hashes(it.hashes) }
}

fn properties(properties: Vec<wire::Property>) -> Vec<Property> {
    let property = |it: wire::Property| Property {
        name: it.name.into(),
        value: it.value.unwrap_or_default().into(),
    };
    properties.into_iter().map(property).collect()
}

fn evidence(it: wire::Evidence) -> Evidence {
    let occurrences = it.occurrences.into_iter().map(occurrence).collect();
    let frames = |it: wire::Callstack| it.frames.into_iter().map(frame).collect();
    let callstack = it.callstack.map(|it| Callstack { frames: frames(it) });
    Evidence { identity: Vec::new(), occurrences, callstack }
}

fn frame(it: wire::callstack::Frames) -> Frame {
    Frame {
        module: it.module.into(),
        function: it.function.unwrap_or_default().into(),
        line: it.line.and_then(|it| u32::try_from(it).ok()),
        full_filename: it.full_filename.unwrap_or_default().into(),
    }
}

/// An occurrence. An offset that its field is too small for stands in the context.
fn occurrence(it: wire::EvidenceOccurrences) -> Occurrence {
    let mut context = it.additional_context.unwrap_or_default();
    let mut offset = it.offset.and_then(|it| u64::try_from(it).ok());
    if let Some((rest, large)) = context.rsplit_once(" offset ")
        && let Ok(large) = large.parse()
    {
        offset = Some(large);
        context.truncate(rest.len());
    }
    Occurrence {
        location: it.location.into(),
        line: it.line.and_then(|it| u32::try_from(it).ok()),
        offset,
        additional_context: context.into(),
    }
}
