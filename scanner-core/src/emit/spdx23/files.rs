//! Files as SPDX lists them, and what they say about packages.

use std::collections::{BTreeMap, BTreeSet};

use sha1::Digest as _;

use super::build::{checksum, id};
use crate::emit::json::Json;
use crate::emit::local::{Local, Sort};
use crate::emit::named::HeldJson;
use crate::emit::words;
use crate::model::{Component, FileDetail, FileRecord, Hex, Sbom, hex};
use crate::path::ImagePath;

/// The files that a level of detail lists.
pub(super) struct Listed<'a> {
    by_path: BTreeMap<&'a ImagePath, (&'a FileRecord, Local)>,
    sbom: &'a Sbom,
    detail: FileDetail,
}

impl<'a> Listed<'a> {
    pub(super) fn new(sbom: &'a Sbom, detail: FileDetail) -> Self {
        let of_evidence = |_: &&Component| detail == FileDetail::Evidence;
        let proving = sbom.components.iter().filter(of_evidence).flat_map(|it| &it.evidence);
        let proving: BTreeSet<&ImagePath> = proving.map(|it| &it.path).collect();
        let wanted = |path| detail == FileDetail::All || proving.contains(path);
        let files = sbom.files.iter().filter(|file| wanted(&file.path));
        let local = |file: &FileRecord| Local::of(Sort::File, file.path.as_bytes());
        let by_path = files.map(|file| (&file.path, (file, local(file)))).collect();
        Self { by_path, sbom, detail }
    }

    /// Writes the files, in path order.
    pub(super) fn write_all(&self, held: &mut HeldJson) {
        if self.by_path.is_empty() {
            return;
        }
        held.json.key("files").open(b'[');
        for (file, local) in self.by_path.values() {
            write(&mut held.json, file, *local, self.sbom);
            held.set_aside();
        }
        held.json.close(b']');
    }

    /// The listed files of a component's own, if all are listed.
    pub(super) fn owned(
        &self,
        component: &Component,
    ) -> impl Iterator<Item = &(&'a FileRecord, Local)> {
        let all = component.owns.iter().filter(|_| self.detail == FileDetail::All);
        all.filter_map(|path| self.by_path.get(path))
    }

    /// The listed files that prove a component.
    pub(super) fn proofs(&self, component: &Component) -> impl Iterator<Item = Local> {
        let proofs = component.evidence.iter().filter_map(|it| self.by_path.get(&it.path));
        proofs.map(|(_, local)| *local)
    }
}

fn write(json: &mut Json, file: &FileRecord, local: Local, sbom: &Sbom) {
    json.object(|json| {
        id(json.key("SPDXID"), local);
        json.key("fileName").text(file.path.display().trim_start_matches('/'));
        json.key("checksums").list(|json| {
            checksum(json, "SHA1", Hex::of(&file.sha1).as_str());
            checksum(json, "SHA256", Hex::of(&file.sha256.0).as_str());
        });
        json.member("comment", |it| words::push_file(it, file, sbom));
    });
}

/// The verification code of a package of these files (SPDX 2.3 §7.9).
pub(super) fn verification_code<'a>(
    files: impl Iterator<Item = &'a (&'a FileRecord, Local)>,
) -> Option<String> {
    let mut sums: Vec<&[u8; 20]> = files.map(|(file, _)| &file.sha1).collect();
    sums.sort_unstable();
    let mut all = sha1::Sha1::new();
    for it in &sums {
        all.update(Hex::of(it).as_bytes());
    }
    (!sums.is_empty()).then(|| hex(&all.finalize()))
}
