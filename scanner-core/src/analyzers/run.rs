//! Runs every analyzer over every file that it wants, side by side, and joins the findings in path order.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use super::select::{Selection, analyzers};
use super::target::{Opened, Target, may_be_binary};
use super::{Analyzer, Context, Fault, Findings, Found, executable_file};
use crate::formats::elf::Facts;
use crate::formats::executable::{Executable, Role};
use crate::fs::File;
use crate::model::{Code, Kind, Notice, Origin};
use crate::parallel::largest_first;
use crate::path::ImagePath;

/// Files that are judged side by side: enough to be worth dividing, and few enough to hold at a time.
const PORTION: usize = 1 << 14;

/// Runs [`ANALYZERS`](super::ANALYZERS) over an image.
pub fn run(cx: &Context<'_>) -> Found {
    let mut selection = Selection::new(cx);
    let mut joined = Found { notices: std::mem::take(&mut selection.notices), ..Found::default() };
    let candidates = candidates(&selection, cx);
    let look = |(by_path, file): &(_, File<'_>)| look(file, by_path, &selection, cx);
    for it in largest_first(&candidates, |(_, file)| file.size, look).into_iter().flatten() {
        joined.append(it);
    }
    if cx.distro.is_none() && joined.components.iter().any(|it| it.kind == Kind::OsPackage) {
        let path = ImagePath::normalize("/etc/os-release").unwrap_or_else(ImagePath::root);
        let message =
            "names no distribution; purls of its packages have no distro qualifier".to_owned();
        joined.notices.push(Notice { path, code: Code::NoDistribution, message });
    }
    joined
}

/// The files that some analyzer wants for their path, with those analyzers, and those that may be programs.
fn candidates<'a>(selection: &Selection, cx: &Context<'a>) -> Vec<(BTreeSet<usize>, File<'a>)> {
    let (mut files, mut found) = (cx.fs.files(), Vec::new());
    loop {
        let portion: Vec<File<'a>> = files.by_ref().take(PORTION).collect();
        if portion.is_empty() {
            return found;
        }
        let judged = portion.into_par_iter().map(|file| (selection.by_path(&file), file));
        let wanted = judged.filter(|(by_path, file)| !by_path.is_empty() || may_be_binary(file));
        found.extend(wanted.collect::<Vec<_>>());
    }
}

/// Shows one file to those who want it for its path, and to those who want it for what it is.
fn look(
    file: &File<'_>,
    by_path: &BTreeSet<usize>,
    selection: &Selection,
    cx: &Context<'_>,
) -> Option<Found> {
    let mut target = Target { file, executable: None };
    let mut found: Option<Found> = None;
    let mut facts = BTreeMap::new();
    let mut add = |mut it: Found| {
        facts.append(&mut it.facts);
        found.get_or_insert_default().append(it);
    };
    for analyzer in analyzers(by_path) {
        add(call(analyzer, &target, cx));
    }
    if may_be_binary(file) {
        match open(file, cx) {
            Ok(executable) => target.executable = executable,
            // A file that no analyzer needs and nobody may run is no loss.
            Err(_) if !file.executable => {}
            Err(fault) => {
                let mut findings =
                    Findings::new(("executable", Origin::Installed), file, cx.fs.limits());
                fault.report(&mut findings);
                add(findings.finish());
            }
        }
    }
    if let Some(opened) = &target.executable {
        for analyzer in selection.executable() {
            add(call(analyzer, &target, cx));
        }
        if runs(file, &opened.headers) {
            let executable = executable_file::read(file.path, opened, facts, cx.fs.limits());
            found.get_or_insert_default().executables.push(executable);
        }
    }
    found
}

/// Whether a file is one that a system runs or loads; a script only where it may be run.
fn runs(file: &File<'_>, executable: &Executable) -> bool {
    match executable.role() {
        Role::Program | Role::Library | Role::KernelModule => {
            file.executable || !matches!(executable, Executable::Script(_))
        }
        Role::Object | Role::Debug | Role::Core => false,
    }
}

/// Opens a file, if it is a program, library or script.
fn open<'a>(file: &'a File<'_>, cx: &Context<'_>) -> Result<Option<Opened<'a>>, Fault> {
    let bytes = file.open()?;
    let limit = cx.fs.limits().section_bytes;
    let Some(headers) = Executable::read(bytes.as_ref(), limit)? else { return Ok(None) };
    let facts = match &headers {
        Executable::Elf(elf) => Some(Facts::read(bytes.as_ref(), elf, limit)),
        Executable::Pe(_) | Executable::MachO(_) | Executable::Script(_) => None,
    };
    Ok(Some(Opened { headers, facts, bytes }))
}

/// Runs one analyzer over one file. Neither an error nor a panic of it reaches anyone else.
fn call(analyzer: &dyn Analyzer, target: &Target<'_>, cx: &Context<'_>) -> Found {
    let mut findings =
        Findings::new((analyzer.id(), analyzer.origin()), target.file, cx.fs.limits());
    match catch_unwind(AssertUnwindSafe(|| analyzer.analyze(&mut findings, target, cx))) {
        Ok(Ok(())) => {}
        Ok(Err(fault)) => fault.report(&mut findings),
        Err(_) => findings
            .notice(Code::AnalyzerPanicked, "stopped at this file; please report it as a defect"),
    }
    findings.finish()
}
