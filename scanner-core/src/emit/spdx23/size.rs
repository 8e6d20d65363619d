//! A document knows its own size: BuildKit refuses a statement over 40 MiB, and the build with it.
//! Detail is left out in stated steps until the statement fits; docs/formats.md lists them.

use std::io;

use super::build;
use crate::emit::json::write_named;
use crate::emit::{Stamp, in_toto};
use crate::model::{Code, FileDetail, Notice, Sbom};
use crate::path::ImagePath;

/// How much a document says.
#[derive(Clone)]
pub(super) struct Detail {
    pub(super) files: FileDetail,
    pub(super) evidence: bool,
    pub(super) licenses: bool,
    pub(super) notices: usize,
    pub(super) components: usize,
    pub(super) dropped: Vec<Notice>,
}

impl Detail {
    /// Everything that the model has.
    pub(super) fn full(sbom: &Sbom) -> Self {
        Self {
            files: sbom.file_detail,
            evidence: true,
            licenses: true,
            notices: sbom.notices.len(),
            components: sbom.components.len(),
            dropped: Vec::new(),
        }
    }

    /// The next step down, in words; each leaves out what is least missed.
    fn drop_more(&mut self) -> &'static str {
        if self.files == FileDetail::All {
            self.files = FileDetail::Evidence;
            "the files that packages own"
        } else if self.files == FileDetail::Evidence {
            self.files = FileDetail::None;
            "the files that prove packages"
        } else if self.evidence {
            self.evidence = false;
            "the evidence and properties of packages"
        } else if self.licenses || self.notices > 0 {
            (self.licenses, self.notices) = (false, 0);
            "the licences of packages and the notices of the scan"
        } else {
            self.components /= 2;
            "packages at the end of the list"
        }
    }
}

/// A document, or the statement about it, that keeps to a size.
pub struct Fitted {
    /// The JSON.
    pub bytes: Vec<u8>,
    /// What had to be left out to keep to the size, in words.
    pub dropped: Vec<&'static str>,
}

/// Writes the document with all that the model has.
pub(super) fn whole(sbom: &Sbom, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
    Named::new(sbom, stamp, &Detail::full(sbom)).write(out)
}

/// Writes the in-toto statement of an SBOM in at most `limit` bytes.
pub fn statement(sbom: &Sbom, stamp: &Stamp, limit: usize) -> io::Result<Fitted> {
    fit(sbom, stamp, limit, &in_toto::around(in_toto::SPDX))
}

/// Writes the document alone in at most `limit` bytes.
pub fn document(sbom: &Sbom, stamp: &Stamp, limit: usize) -> io::Result<Fitted> {
    fit(sbom, stamp, limit, &Default::default())
}

/// Writes a document that fits between two texts.
fn fit(sbom: &Sbom, stamp: &Stamp, limit: usize, around: &[Vec<u8>; 2]) -> io::Result<Fitted> {
    let [before, after] = around;
    let mut detail = Detail::full(sbom);
    let mut dropped = Vec::new();
    loop {
        let document = Named::new(sbom, stamp, &detail);
        let length = before.len() + document.len() + after.len();
        if length <= limit || detail.components == 0 {
            let mut bytes = Vec::with_capacity(length);
            bytes.extend_from_slice(before);
            document.write(&mut bytes)?;
            bytes.extend_from_slice(after);
            return Ok(Fitted { bytes, dropped });
        }
        let step = detail.drop_more();
        if dropped.last() != Some(&step) {
            dropped.push(step);
            let message = format!("the document was over {limit} bytes; left out: {step}");
            detail.dropped.push(Notice {
                path: ImagePath::root(),
                code: Code::DetailDropped,
                message,
            });
        }
    }
}

/// A document with its name.
struct Named {
    pieces: Vec<Vec<u8>>,
    name: String,
}

impl Named {
    fn new(sbom: &Sbom, stamp: &Stamp, detail: &Detail) -> Self {
        let (name, pieces) = build::document(sbom, stamp, detail).finish();
        Self { pieces, name }
    }

    /// The name stands in it once, at the beginning.
    fn len(&self) -> usize {
        self.pieces.iter().map(Vec::len).sum::<usize>() - 1 + self.name.len()
    }

    fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let Some((first, others)) = self.pieces.split_first() else { return Ok(()) };
        write_named(first, &self.name, out)?;
        others.iter().try_for_each(|it| out.write_all(it))
    }
}
