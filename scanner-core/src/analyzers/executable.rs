//! Executables that nothing owns and nothing identifies: known by their digest and by what they say of themselves.

use super::{Context, Fault, Findings, Found, build_id, package_note, pe_facts};
use crate::formats::elf::Facts;
use crate::formats::executable::{Executable, Role};
use crate::fs::File;
use crate::model::{
    Binary, BinaryRole, Code, Component, Counter, ExecutableFile, FileDetail, FileRecord, Format,
    Identity, Kind, Method, Notice, Origin, Position, Properties, Sha256,
};
use crate::parallel::largest_first;
use crate::path::ImagePath;

/// Makes a component of each. This alone reads whole binaries; those that are owned or identified never come here.
pub fn unknown(cx: &Context<'_>, executables: &[ExecutableFile]) -> Found {
    let limit = cx.fs.limits().unknown_executables;
    let listed = executables.get(..limit).unwrap_or(executables);
    let files = listed.iter().map(|it| (it, cx.fs.file_at(&it.path)));
    let listed: Vec<(&ExecutableFile, File<'_>)> =
        files.filter_map(|(it, file)| Some((it, file?))).collect();
    let mut joined = Found::default();
    joined.counts.add(Counter::executables("unknown"), 0);
    let look = |(it, file): &(&ExecutableFile, File<'_>)| look(it, file, cx);
    for it in largest_first(&listed, |(_, file)| file.size, look) {
        joined.append(it);
    }
    if let Some(left_out) = executables.len().checked_sub(limit).filter(|it| *it > 0) {
        let message =
            format!("{left_out} unknown executables over the limit of {limit} are left out");
        let path = ImagePath::root();
        joined.notices.push(Notice { path, code: Code::LimitReached, message });
    }
    joined
}

fn look(executable: &ExecutableFile, file: &File<'_>, cx: &Context<'_>) -> Found {
    let mut found = Findings::new(("executable", Origin::Installed), file, cx.fs.limits());
    let (method, position, mut component) = match describe(executable, file, cx) {
        Ok((description, record)) => {
            found.record(record);
            description
        }
        Err(fault) => {
            found.count(Counter::executables("unknown"));
            fault.report(&mut found);
            return found.finish();
        }
    };
    let state = if method == Method::Digest { "unknown" } else { "identified" };
    found.count(Counter::executables(state));
    component.requires.clone_from(&executable.contains);
    component.properties.extend(executable.facts.clone());
    found.add(method, position, component);
    found.finish()
}

/// What proves a component, where, and the component.
type Description = (Method, Position, Component);

/// Describes an executable, and gives its digests if it was read for them.
fn describe(
    known: &ExecutableFile,
    file: &File<'_>,
    cx: &Context<'_>,
) -> Result<(Description, Option<FileRecord>), Fault> {
    let (open, limits) = (file.open()?, cx.fs.limits());
    let executable = Executable::read(open.as_ref(), limits.section_bytes)?
        .ok_or_else(|| Fault::new(Code::Unreadable, "has changed while it was scanned"))?;
    let facts = match &executable {
        Executable::Elf(elf) => Facts::read(open.as_ref(), elf, limits.section_bytes),
        _ => Facts::default(),
    };
    let note = package_note::read(open.as_ref(), &executable, &facts, limits);
    let role = match &executable {
        Executable::Elf(elf) => facts.role(elf),
        other => other.role(),
    };
    if let Some((offset, note)) = &note
        && let Some(mut component) = package_note::component(note)
    {
        component.owns.push(known.path.clone());
        return Ok(((Method::BuildInfo, Position::Offset(*offset), component), None));
    }
    let name = String::from_utf8_lossy(known.path.file_name()).into_owned();
    let kind = if role == Role::Program { Kind::Application } else { Kind::Library };
    let (digest, record) = digest(file, cx)?;
    let mut component = Component::identified(kind, Identity::of_file(digest), name, "");
    component.properties = properties(&executable, role, facts, known.binary.as_deref());
    if matches!(executable, Executable::Elf(_)) {
        component.properties.entry("buildId").or_insert_with(|| build_id::of_file(digest));
    }
    if let Executable::Pe(pe) = &executable {
        component.properties.extend(pe_facts::read(open.as_ref(), pe, limits));
    }
    component.properties.insert("executable:size", open.size().to_string());
    if let Some((_, note)) = note {
        component.properties.extend(package_note::properties(note));
    }
    Ok(((Method::Digest, Position::Whole, component), record))
}

/// The digest of a file. Where documents list the file, with all that they list of it: it is read once.
fn digest(file: &File<'_>, cx: &Context<'_>) -> Result<(Sha256, Option<FileRecord>), Fault> {
    let limit = cx.fs.limits().digest_bytes;
    if cx.files == FileDetail::None {
        return Ok((file.digest(limit)?, None));
    }
    let record = file.record(limit)?;
    Ok((record.sha256, Some(record)))
}

fn properties(
    executable: &Executable,
    role: Role,
    facts: Facts,
    binary: Option<&Binary>,
) -> Properties {
    let (format, build_id, interpreter) = match executable {
        Executable::Elf(_) => {
            ("elf", facts.build_id.as_deref().map(build_id::gnu), facts.interpreter)
        }
        Executable::Pe(_) => ("pe", None, None),
        Executable::MachO(macho) => {
            let uuid = macho.slices.iter().find_map(|it| it.uuid);
            ("mach-o", uuid.map(|it| build_id::macho(&it)), None)
        }
        Executable::Script(it) => {
            ("script", None, Some(format!("{} {}", it.interpreter, it.argument).trim().to_owned()))
        }
    };
    let role = match role {
        Role::Library => "library",
        Role::KernelModule => "kernel-module",
        _ => "program",
    };
    let program = binary.filter(|it| it.role == BinaryRole::Program && it.format == Format::Elf);
    let linkage = program.map(|it| it.linkage);
    let signed = binary.filter(|it| it.signed).map(|_| ());
    let architectures = executable.architectures().join(" ");
    let all = [
        ("buildId", build_id),
        ("elf:comment", facts.comment),
        ("elf:soname", facts.dynamic.and_then(|it| it.soname)),
        ("executable:architecture", Some(architectures).filter(|it| !it.is_empty())),
        ("executable:format", Some(format.to_owned())),
        ("executable:interpreter", interpreter),
        ("executable:linkage", linkage.map(|it| it.as_str().to_owned())),
        ("executable:role", Some(role.to_owned())),
        ("executable:signed", signed.map(|()| "unverified".to_owned())),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}
