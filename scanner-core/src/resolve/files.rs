//! The files that documents list, with their digests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rayon::prelude::*;
use sha1::Digest as _;

use crate::fs::{File, LayeredFs};
use crate::model::{Code, Component, FileDetail, FileRecord, Notice, RecordedDigest, Sha256};
use crate::path::ImagePath;
use crate::read::window;

/// Bytes read at a time.
const CHUNK: u64 = 1 << 20;

/// Files with digests, and those that could not be read.
pub struct Files {
    /// By path.
    pub records: Vec<FileRecord>,
    /// One for each file that is missing from the records.
    pub notices: Vec<Notice>,
}

/// Digests the files that a level of detail asks for.
pub fn files(fs: &LayeredFs<'_>, components: &[Component], detail: FileDetail) -> Files {
    let mut wanted: BTreeSet<&ImagePath> = BTreeSet::new();
    if detail >= FileDetail::Evidence {
        wanted.extend(
            components.iter().flat_map(|it| it.evidence.iter().map(|evidence| &evidence.path)),
        );
    }
    if detail >= FileDetail::All {
        wanted.extend(components.iter().flat_map(|it| &it.owns));
    }
    fs.prepare(wanted.iter().copied());
    let present: Vec<File<'_>> = wanted.into_iter().filter_map(|path| fs.file_at(path)).collect();
    let recorded: BTreeMap<&ImagePath, &RecordedDigest> =
        components.iter().flat_map(|it| &it.recorded).collect();
    let (mut records, mut notices) = (Vec::new(), Vec::new());
    for result in present.par_iter().map(digest).collect::<Vec<_>>() {
        match result {
            Ok(mut record) => {
                record.altered = recorded.get(&record.path).and_then(|it| altered(&record, it));
                records.push(record);
            }
            Err(notice) => notices.push(notice),
        }
    }
    Files { records, notices }
}

/// Whether a file has another digest than was recorded; none where that one is of another algorithm.
fn altered(record: &FileRecord, recorded: &RecordedDigest) -> Option<bool> {
    let digest = match recorded.algorithm {
        "sha1" => record.sha1.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }),
        "sha256" => record.sha256.to_string(),
        _ => return None,
    };
    Some(digest != *recorded.value)
}

fn digest(file: &File<'_>) -> Result<FileRecord, Notice> {
    let (mut sha1, mut sha256) = (sha1::Sha1::new(), sha2::Sha256::new());
    let read = || -> std::io::Result<()> {
        let open = file.open()?;
        let mut offset = 0;
        loop {
            let bytes = window(open.as_ref(), offset, CHUNK)?;
            if bytes.is_empty() {
                return Ok(());
            }
            sha1.update(&bytes);
            sha256.update(&bytes);
            offset += bytes.len() as u64;
        }
    };
    let mut read = read;
    match read() {
        Ok(()) => Ok(FileRecord {
            path: file.path.clone(),
            sha1: sha1.finalize().into(),
            sha256: Sha256(sha256.finalize().into()),
            layer: file.layer,
            altered: None,
        }),
        Err(error) => {
            let message = format!("cannot be listed with its digest: {error}");
            Err(Notice { path: file.path.clone(), code: Code::Unreadable, message })
        }
    }
}
