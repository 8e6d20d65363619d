//! Executables that nothing owns: known by the package that they name, or by their digest.

use super::{Context, Fault, Findings, Found, build_id};
use crate::fs::File;
use crate::model::{
    Code, Component, Counter, ExecutableFile, FileDetail, FileRecord, Identity, Method, Notice,
    Origin, Position, Sha256,
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
    let (method, position, mut component) = match &executable.package {
        Some((offset, package)) => {
            (Method::BuildInfo, Position::Offset(*offset), Component::clone(package))
        }
        None => match digest(file, cx) {
            Ok((digest, record)) => {
                found.record(record);
                (Method::Digest, Position::Whole, known_by_digest(executable, digest))
            }
            Err(fault) => {
                found.count(Counter::executables("unknown"));
                fault.report(&mut found);
                return found.finish();
            }
        },
    };
    let state = if method == Method::Digest { "unknown" } else { "identified" };
    found.count(Counter::executables(state));
    component.requires.clone_from(&executable.contains);
    component.properties.extend(executable.facts.clone());
    found.add(method, position, component);
    found.finish()
}

/// A component that is known by the digest of its file.
fn known_by_digest(executable: &ExecutableFile, digest: Sha256) -> Component {
    let name = String::from_utf8_lossy(executable.path.file_name()).into_owned();
    let mut component = Component::identified(executable.kind, Identity::of_file(digest), name, "");
    if executable.facts.get("executable:format").is_some_and(|it| it == "elf") {
        component.properties.insert("buildId", build_id::of_file(digest));
    }
    component
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
