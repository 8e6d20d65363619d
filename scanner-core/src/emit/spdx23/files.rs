//! Files as SPDX lists them, and what they say about packages.

use std::collections::BTreeSet;

use sha1::Digest as _;

use super::build::{checksum, id};
use crate::emit::json::Json;
use crate::emit::local::{Files, Local, Sort};
use crate::emit::named::HeldJson;
use crate::emit::words;
use crate::model::{Component, FileDetail, FileRecord, Hex, Sbom, hex};
use crate::path::ImagePath;

/// The files that a level of detail lists.
pub(super) struct Listed<'a> {
    files: Files<'a>,
    sbom: &'a Sbom,
    detail: FileDetail,
}

impl<'a> Listed<'a> {
    pub(super) fn new(sbom: &'a Sbom, detail: FileDetail) -> Self {
        let of_evidence = |_: &&Component| detail == FileDetail::Evidence;
        let proving = sbom.components.iter().filter(of_evidence).flat_map(|it| &it.evidence);
        let proving: BTreeSet<&ImagePath> = proving.map(|it| &it.path).collect();
        let wanted = |it: &FileRecord| detail == FileDetail::All || proving.contains(&it.path);
        let local = |it: &FileRecord| Local::of(Sort::File, it.path.as_bytes());
        Self { files: Files::new(&sbom.files, wanted, local), sbom, detail }
    }

    /// Writes the files, in path order.
    pub(super) fn write_all(&self, held: &mut HeldJson) {
        if self.files.by_path.is_empty() {
            return;
        }
        held.json.key("files").open(b'[');
        held.list(&self.files.by_path, |json, (file, local)| write(json, file, *local, self.sbom));
        held.json.close(b']');
    }

    /// The listed files of a component's own, if all are listed.
    pub(super) fn owned(
        &self,
        component: &Component,
    ) -> impl Iterator<Item = &(&'a FileRecord, Local)> {
        let all = component.owns.iter().filter(|_| self.detail == FileDetail::All);
        all.filter_map(|path| self.files.get(path))
    }

    /// The listed files that prove a component.
    pub(super) fn proofs(&self, component: &Component) -> impl Iterator<Item = Local> {
        let proofs = component.evidence.iter().filter_map(|it| self.files.get(&it.path));
        proofs.map(|(_, local)| *local)
    }
}

fn write(json: &mut Json, file: &FileRecord, local: Local, sbom: &Sbom) {
    id(json.key("SPDXID"), local);
    json.key("fileName").text(file.path.display().trim_start_matches('/'));
    json.key("checksums").list(|json| {
        checksum(json, "SHA1", Hex::of(&file.sha1).as_str());
        checksum(json, "SHA256", Hex::of(&file.sha256.0).as_str());
    });
    json.member("comment", |it| words::push_file(it, file, sbom));
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
