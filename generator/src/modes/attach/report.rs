//! What attach tells on standard output: a line for each thing, beneath the subject that it is attached to.

use std::fmt::{Display, Write as _};

use attest::BUNDLE_TYPE;
use bytes::Bytes;
use oci_spec::image::Descriptor;

use super::piece::Piece;
use crate::attached::{KIND, annotation};
use crate::output;

/// What came or would come of something.
#[derive(Clone, Copy)]
pub(super) enum State {
    Attached,
    Already,
    WouldAttach,
    WouldSign,
    Removed,
    WouldRemove,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Attached => "attached",
            Self::Already => "already attached",
            Self::WouldAttach => "would attach",
            Self::WouldSign => "would sign",
            Self::Removed => "removed",
            Self::WouldRemove => "would remove",
        }
    }
}

/// The lines about one subject.
pub(super) struct Report(String);

impl Report {
    /// Begins with the subject.
    pub(super) fn new(platform: &str, digest: impl Display) -> Self {
        Self(format!("{platform}  {digest}\n"))
    }

    /// Tells of a piece.
    pub(super) fn piece(&mut self, state: State, piece: &Piece) {
        let kind = match piece.referrer.artifact_type.as_str() {
            BUNDLE_TYPE => "signed",
            kind => kind,
        };
        let size = format!("{} bytes", piece.blobs.iter().map(Bytes::len).sum::<usize>());
        self.line(state, &piece.name, &piece.digest(), &[&size, kind]);
    }

    /// Tells of a statement that is or would be signed.
    pub(super) fn statement(&mut self, state: State, name: &str, digest: &str) {
        self.line(state, name, digest, &["signed"]);
    }

    /// Tells of something that is or would be removed.
    pub(super) fn entry(&mut self, state: State, entry: &Descriptor) {
        let kind = entry.artifact_type().as_ref().map(ToString::to_string).unwrap_or_default();
        let name = annotation(entry, KIND).unwrap_or("leads nowhere");
        self.line(state, name, entry.digest().as_ref(), &[&kind]);
    }

    /// Tells that a statement is not signed, and why.
    pub(super) fn unverified(&mut self, name: &str, why: impl Display) {
        self.said("unverified", name, why);
    }

    /// Tells that a document is the build's own.
    pub(super) fn reused(&mut self, name: &str) {
        self.said("from the build", name, "a scan of the layers gives the same");
    }

    /// Tells that a document is not the build's own, and why.
    pub(super) fn scanned(&mut self, name: &str, why: &str) {
        self.said("scanned", name, why);
    }

    /// Tells something else.
    pub(super) fn note(&mut self, text: &str) {
        let _ = writeln!(self.0, "  {text}");
    }

    fn said(&mut self, what: &str, name: &str, why: impl Display) {
        let _ = writeln!(self.0, "  {what:<16}  {name:<20}  {why}");
    }

    fn line(&mut self, state: State, name: &str, digest: &str, more: &[&str]) {
        let (state, more) = (state.as_str(), more.join("  "));
        let _ = writeln!(self.0, "  {state:<16}  {name:<20}  {digest}  {more}");
    }

    /// Writes it all.
    pub(super) fn show(&self) -> anyhow::Result<()> {
        output::write_stdout(output::shown(&self.0).as_bytes())
    }
}
