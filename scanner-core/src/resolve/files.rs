//! The files that documents list, with their digests.

use std::collections::{BTreeMap, BTreeSet};

use crate::fs::{File, LayeredFs};
use crate::model::{Code, Component, FileDetail, FileRecord, Notice, RecordedDigest, hex};
use crate::parallel::largest_first;
use crate::path::ImagePath;

/// Files with digests, and those that could not be read.
pub struct Files {
    /// By path.
    pub records: Vec<FileRecord>,
    /// One for each file that is missing from the records.
    pub notices: Vec<Notice>,
}

/// Digests the files that a level of detail asks for, but for those whose digests are `known`.
pub fn files(
    fs: &LayeredFs<'_>,
    components: &[Component],
    detail: FileDetail,
    known: Vec<FileRecord>,
) -> Files {
    let mut wanted: BTreeSet<&ImagePath> = BTreeSet::new();
    if detail >= FileDetail::Evidence {
        wanted.extend(
            components.iter().flat_map(|it| it.evidence.iter().map(|evidence| &evidence.path)),
        );
    }
    if detail >= FileDetail::All {
        wanted.extend(components.iter().flat_map(|it| &it.owns));
    }
    let mut records: Vec<FileRecord> = known;
    records.retain(|it| wanted.remove(&it.path));
    fs.prepare(wanted.iter().copied());
    let present: Vec<File<'_>> = wanted.into_iter().filter_map(|path| fs.file_at(path)).collect();
    let mut notices = Vec::new();
    for result in largest_first(&present, |it| it.size, digest) {
        match result {
            Ok(record) => records.push(record),
            Err(notice) => notices.push(notice),
        }
    }
    records.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let recorded: BTreeMap<&ImagePath, &RecordedDigest> =
        components.iter().flat_map(|it| &it.recorded).collect();
    for record in &mut records {
        record.altered = recorded.get(&record.path).and_then(|it| altered(record, it));
    }
    Files { records, notices }
}

/// Whether a file has another digest than was recorded; none where that one is of another algorithm.
fn altered(record: &FileRecord, recorded: &RecordedDigest) -> Option<bool> {
    let digest = match recorded.algorithm {
        "sha1" => hex(&record.sha1),
        "sha256" => record.sha256.to_string(),
        _ => return None,
    };
    Some(digest != *recorded.value)
}

fn digest(file: &File<'_>) -> Result<FileRecord, Notice> {
    file.record(u64::MAX).map_err(|error| {
        let message = format!("cannot be listed with its digest: {error}");
        Notice { path: file.path.clone(), code: Code::Unreadable, message }
    })
}
