//! What a binary says of the libraries that it loads, whatever its format.

use super::Opened;
use super::build_id;
use crate::formats::dlopen_note::{self, Priority};
use crate::formats::elf::{Dynamic, Elf, Facts};
use crate::formats::executable::{Executable, Role};
use crate::formats::macho::{MachO, Strength};
use crate::formats::pe::Pe;
use crate::formats::pe_imports;
use crate::model::{Binary, BinaryRole, Format, Linkage, Machine, Need, NeedKind};
use crate::read::ReadAt;

/// Reads it; none where the file is a script, or is neither run nor loaded by programs.
pub(super) fn read(opened: &Opened<'_>) -> Option<Binary> {
    match &opened.headers {
        Executable::Elf(elf) => of_elf(elf, opened.facts.as_ref()?),
        Executable::Pe(pe) => of_pe(pe, opened.bytes.as_ref()),
        Executable::MachO(macho) => of_macho(macho),
        Executable::Script(_) => None,
    }
}

fn role(role: Role) -> Option<BinaryRole> {
    match role {
        Role::Program => Some(BinaryRole::Program),
        Role::Library => Some(BinaryRole::Library),
        Role::KernelModule | Role::Object | Role::Debug | Role::Core => None,
    }
}

fn of_elf(elf: &Elf, facts: &Facts) -> Option<Binary> {
    let role = role(facts.role(elf))?;
    let dynamic = facts.dynamic.clone().unwrap_or_default();
    let machine = Machine {
        number: elf.machine.into(),
        is_64_bit: elf.is_64_bit(),
        little_endian: elf.is_little_endian(),
        flags: elf.flags,
    };
    Some(Binary {
        format: Format::Elf,
        machines: vec![machine],
        role,
        linkage: linkage(elf, facts, role),
        build_id: facts.build_id.as_deref().map(build_id::gnu),
        signed: false,
        interpreter: facts.interpreter.clone(),
        needs: elf_needs(facts, &dynamic),
        name: dynamic.soname,
        rpath: paths(dynamic.rpath),
        runpath: paths(dynamic.runpath),
        no_default_directories: dynamic.no_default_directories,
        versions_needed: dynamic
            .versions_needed
            .into_iter()
            .map(|it| (it.library, it.versions))
            .collect(),
        versions_defined: dynamic.versions_defined,
    })
}

/// A program that neither names a loader nor needs a library is whole as it is. One that can be loaded anywhere has a
/// dynamic section all the same, by which it moves itself.
fn linkage(elf: &Elf, facts: &Facts, role: BinaryRole) -> Linkage {
    let needs = facts.dynamic.as_ref().is_some_and(|it| !it.needed.is_empty());
    if role == BinaryRole::Library || facts.interpreter.is_some() || needs {
        Linkage::Dynamic
    } else if elf.role == Role::Program {
        Linkage::Static
    } else {
        Linkage::StaticPie
    }
}

fn elf_needs(facts: &Facts, dynamic: &Dynamic) -> Vec<Need> {
    let one = |kind, name: &String| Need { kind, names: vec![name.clone()] };
    let mut needs: Vec<Need> =
        facts.interpreter.iter().map(|it| one(NeedKind::Interpreter, it)).collect();
    needs.extend(dynamic.needed.iter().map(|it| one(NeedKind::Needed, it)));
    // A note that cannot be read says nothing: the loader does not look at it either.
    let features = facts.dlopen.iter().flat_map(|it| dlopen_note::parse(it).unwrap_or_default());
    needs.extend(features.map(|it| Need {
        kind: match it.priority {
            Priority::Required => NeedKind::OnDemandRequired,
            Priority::Recommended | Priority::Suggested => NeedKind::OnDemand,
        },
        names: it.soname,
    }));
    needs
}

/// The directories of a path list; colons stand between them.
fn paths(list: Option<String>) -> Vec<String> {
    let list = list.unwrap_or_default();
    list.split(':').filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

fn of_pe(pe: &Pe, file: &dyn ReadAt) -> Option<Binary> {
    let imports = pe_imports::read(file, pe);
    let need = |kind| move |name| Need { kind, names: vec![name] };
    let machine = Machine {
        number: pe.machine.into(),
        is_64_bit: pe.is_64_bit,
        little_endian: true,
        flags: 0,
    };
    let needed = imports.needed.into_iter().map(need(NeedKind::Needed));
    let needs = needed.chain(imports.delayed.into_iter().map(need(NeedKind::Delayed))).collect();
    Some(Binary { signed: pe.signed, needs, ..plain(Format::Pe, vec![machine], role(pe.role)?) })
}

/// Programs for several machines in one file are taken as one: what any of them needs, the file needs.
fn of_macho(macho: &MachO) -> Option<Binary> {
    let first = macho.slices.first()?;
    let machines = macho.slices.iter().map(|it| Machine {
        number: it.machine,
        is_64_bit: it.is_64_bit,
        little_endian: true,
        flags: 0,
    });
    let mut binary = plain(Format::MachO, machines.collect(), role(first.role)?);
    for slice in &macho.slices {
        let libraries = slice.libraries.clone();
        binary.build_id = binary.build_id.or(slice.uuid.map(|it| build_id::macho(&it)));
        binary.signed |= libraries.signed;
        binary.name = binary.name.or(libraries.name);
        binary.interpreter = binary.interpreter.or(libraries.loader);
        let needs = libraries.needed.into_iter().map(|(name, strength)| Need {
            kind: match strength {
                Strength::Strong => NeedKind::Needed,
                Strength::Weak => NeedKind::Weak,
                Strength::Lazy => NeedKind::Delayed,
            },
            names: vec![name],
        });
        binary.needs.extend(needs);
        binary.rpath.extend(libraries.rpaths);
    }
    binary.needs = once(binary.needs);
    binary.rpath = once(binary.rpath);
    Some(binary)
}

/// Each thing once, in the order in which they come.
fn once<T: Ord + Clone>(things: Vec<T>) -> Vec<T> {
    let mut seen = std::collections::BTreeSet::new();
    things.into_iter().filter(|it| seen.insert(it.clone())).collect()
}

/// A binary that says nothing.
fn plain(format: Format, machines: Vec<Machine>, role: BinaryRole) -> Binary {
    Binary {
        format,
        machines,
        role,
        linkage: Linkage::Dynamic,
        build_id: None,
        signed: false,
        name: None,
        interpreter: None,
        needs: Vec::new(),
        rpath: Vec::new(),
        runpath: Vec::new(),
        no_default_directories: false,
        versions_needed: Vec::new(),
        versions_defined: Vec::new(),
    }
}
