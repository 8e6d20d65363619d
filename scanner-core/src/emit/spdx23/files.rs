//! Files as SPDX lists them, and what they say about packages.

use std::collections::BTreeMap;

use sha1::Digest as _;

use super::document::{Checksum, File, Relationship};
use super::id::Id;
use crate::emit::words;
use crate::model::{Component, FileDetail, FileRecord, LayerFacts, Sbom, hex};
use crate::path::ImagePath;

/// The files that a level of detail lists.
pub(super) struct Listed<'a> {
    by_path: BTreeMap<&'a ImagePath, (&'a FileRecord, Id<'a>)>,
    layers: &'a [LayerFacts],
    detail: FileDetail,
}

impl<'a> Listed<'a> {
    pub(super) fn new(sbom: &'a Sbom, detail: FileDetail) -> Self {
        let evidence = sbom.components.iter().flat_map(|it| it.evidence.iter().map(|it| &it.path));
        let evidence: std::collections::BTreeSet<&ImagePath> = evidence.collect();
        let wanted = |path: &ImagePath| match detail {
            FileDetail::None => false,
            FileDetail::Evidence => evidence.contains(path),
            FileDetail::All => true,
        };
        let files = sbom.files.iter().filter(|file| wanted(&file.path));
        let layers = sbom.image.as_ref().map(|it| it.layers.as_slice()).unwrap_or_default();
        let by_path = files.map(|file| (&file.path, (file, Id::of_file(&file.path)))).collect();
        Self { by_path, layers, detail }
    }

    /// The entries, in path order.
    pub(super) fn entries(&self) -> Vec<File<'a>> {
        let entry = |(path, (file, id)): (&&'a ImagePath, &(&FileRecord, Id<'a>))| File {
            id: *id,
            file_name: match path.display() {
                std::borrow::Cow::Borrowed(text) => text.trim_start_matches('/').into(),
                std::borrow::Cow::Owned(text) => text.trim_start_matches('/').to_owned().into(),
            },
            checksums: [
                Checksum { algorithm: "SHA1", checksum_value: hex(&file.sha1) },
                Checksum { algorithm: "SHA256", checksum_value: file.sha256.to_string() },
            ],
            comment: words::file(file, self.layers),
        };
        self.by_path.iter().map(entry).collect()
    }

    /// The verification code of a component whose own files are all listed (SPDX 2.3 §7.9).
    pub(super) fn verification_code(&self, component: &Component) -> Option<String> {
        if self.detail < FileDetail::All || component.owns.is_empty() {
            return None;
        }
        let owned = component.owns.iter().filter_map(|path| self.by_path.get(path));
        let mut sums: Vec<String> = owned.map(|(file, _)| hex(&file.sha1)).collect();
        sums.sort();
        (!sums.is_empty()).then(|| hex(&sha1::Sha1::digest(sums.concat())))
    }

    /// What the files say about a component: these are its own, and these prove it.
    pub(super) fn relationships(
        &self,
        component: &Component,
        package: Id<'a>,
    ) -> Vec<Relationship<'a>> {
        let mut found = Vec::new();
        if self.verification_code(component).is_some() {
            let owned = component.owns.iter().filter_map(|path| self.by_path.get(path));
            found.extend(owned.map(|(_, file)| relationship(package, "CONTAINS", *file)));
        }
        let proofs = component.evidence.iter().filter_map(|it| self.by_path.get(&it.path));
        found.extend(proofs.map(|(_, file)| relationship(*file, "METAFILE_OF", package)));
        found
    }
}

fn relationship<'a>(from: Id<'a>, relation: &'static str, to: Id<'a>) -> Relationship<'a> {
    Relationship { from, relation, to, comment: None }
}
