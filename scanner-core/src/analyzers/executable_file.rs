//! What an executable says of itself: its linkage, its package, and what describes it where nothing knows it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Opened, build_id, linkage, package_note, pe_facts};
use crate::formats::executable::{Executable, Role};
use crate::limits::Limits;
use crate::model::{Binary, BinaryRole, ExecutableFile, Format, Kind, Properties};
use crate::path::ImagePath;

/// Takes it from the file while it is open. `found` is what analyzers found in it that does not identify it.
pub(super) fn read(
    path: &ImagePath,
    opened: &Opened<'_>,
    found: BTreeMap<&'static str, String>,
    limits: &Limits,
) -> ExecutableFile {
    let binary = linkage::read(opened).map(Arc::new);
    let role = role(opened);
    let kind = if role == Role::Program { Kind::Application } else { Kind::Library };
    let note = package_note::read(opened, limits);
    let package = note.as_ref().and_then(|(offset, note)| {
        let mut component = package_note::component(note)?;
        component.owns.push(path.clone());
        Some((*offset, Box::new(component)))
    });
    let mut facts = Properties::new();
    if package.is_none() {
        facts = described(opened, role, binary.as_deref(), limits);
        facts.extend(note.into_iter().flat_map(|(_, note)| package_note::properties(note)));
    }
    facts.extend(found);
    ExecutableFile { path: path.clone(), binary, kind, package, facts, contains: Vec::new() }
}

fn role(opened: &Opened<'_>) -> Role {
    match (&opened.headers, &opened.facts) {
        (Executable::Elf(elf), Some(facts)) => facts.role(elf),
        (other, _) => other.role(),
    }
}

/// What it says where no package is behind it, keyed as properties of components are.
fn described(
    opened: &Opened<'_>,
    role: Role,
    binary: Option<&Binary>,
    limits: &Limits,
) -> Properties {
    let executable = &opened.headers;
    let facts = opened.facts.as_ref();
    let role = match role {
        Role::Library => "library",
        Role::KernelModule => "kernel-module",
        _ => "program",
    };
    let program = binary.filter(|it| it.role == BinaryRole::Program && it.format == Format::Elf);
    let linkage = program.map(|it| it.linkage.as_str().to_owned());
    let signed = binary.filter(|it| it.signed).map(|_| "unverified".to_owned());
    let soname = facts.and_then(|it| it.dynamic.as_ref()?.soname.clone());
    let architectures = executable.architectures().join(" ");
    let all = [
        ("buildId", stated_build_id(opened)),
        ("elf:comment", facts.and_then(|it| it.comment.clone())),
        ("elf:soname", soname),
        ("executable:architecture", Some(architectures).filter(|it| !it.is_empty())),
        ("executable:format", Some(format(executable).to_owned())),
        ("executable:interpreter", interpreter(opened)),
        ("executable:linkage", linkage),
        ("executable:role", Some(role.to_owned())),
        ("executable:signed", signed),
        ("executable:size", Some(opened.bytes.size().to_string())),
    ];
    let mut properties: Properties =
        all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    if let Executable::Pe(pe) = executable {
        properties.extend(pe_facts::read(opened.bytes.as_ref(), pe, limits));
    }
    properties
}

fn format(executable: &Executable) -> &'static str {
    match executable {
        Executable::Elf(_) => "elf",
        Executable::Pe(_) => "pe",
        Executable::MachO(_) => "mach-o",
        Executable::Script(_) => "script",
    }
}

fn stated_build_id(opened: &Opened<'_>) -> Option<String> {
    match &opened.headers {
        Executable::Elf(_) => opened.facts.as_ref()?.build_id.as_deref().map(build_id::gnu),
        Executable::MachO(macho) => {
            macho.slices.iter().find_map(|it| it.uuid).map(|it| build_id::macho(&it))
        }
        Executable::Pe(_) | Executable::Script(_) => None,
    }
}

fn interpreter(opened: &Opened<'_>) -> Option<String> {
    match &opened.headers {
        Executable::Elf(_) => opened.facts.as_ref()?.interpreter.clone(),
        Executable::Script(it) => {
            Some(format!("{} {}", it.interpreter, it.argument).trim().to_owned())
        }
        Executable::Pe(_) | Executable::MachO(_) => None,
    }
}
