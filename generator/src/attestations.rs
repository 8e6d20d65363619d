//! Attestations that others made of images and files: read from a directory and from the registry, verified if the user
//! says whose count, and bound to what is found by digest alone.

use std::path::Path;

use anyhow::Context as _;
use attest::trust::TrustedRoot;
use attest::verify::{Policy, payload, verify};
use attest::{Bundle, Statement};
use oci_spec::image::Digest;
use registry::Reference;
use scanner_core::documents;
use scanner_core::limits::Limits;
use scanner_core::model::{Component, Origin, Sbom, Sha256};
use scanner_core::resolve::{Attestation, bind};
use serde::de::IgnoredAny;

use crate::attached::{self, LARGEST, Subjects};
use crate::cli::{Binding, Registries};
use crate::failure::Usage;
use crate::input;
use crate::modes::verify::trust;
use crate::progress::{Progress, warn};
use crate::remote::Remote;

/// Files of a directory that are read at most, by name.
const FILES: usize = 10_000;

/// What may be bound.
#[derive(Default)]
pub(crate) struct Attestations(Vec<Attestation>);

/// Reads what is to be bound.
struct Reader {
    /// Whose signatures count; none if nothing is verified.
    trusted: Option<(Policy, TrustedRoot)>,
    read: Vec<Attestation>,
}

impl Attestations {
    /// Reads those of the directory, if one is named. Nothing is attached to what is in no registry.
    pub(crate) fn of_directory(flags: &Binding) -> anyhow::Result<Self> {
        if flags.attached_attestations {
            let why = "--attached-attestations needs an image of a registry: nothing is attached elsewhere";
            return Err(Usage(why.to_owned()).into());
        }
        Ok(Reader::new(flags)?.done())
    }

    /// Reads those of the directory, and those that are attached to images of a registry.
    pub(crate) fn of_registry(
        flags: &Binding,
        registries: &Registries,
        reference: &Reference,
        images: &[Digest],
    ) -> anyhow::Result<Self> {
        let mut reader = Reader::new(flags)?;
        if flags.attached_attestations {
            let remote = Remote::new(registries)?;
            let repository = remote.repository(reference)?;
            let subjects = remote.wait(Subjects::of(&repository, reference))?;
            for image in images {
                for it in remote.wait(attached::of_others(&repository, image, &subjects))? {
                    let bytes = remote.wait(it.content(&repository))?;
                    reader.one(&bytes, &format!("{} at {image}", it.digest));
                }
            }
        }
        Ok(reader.done())
    }

    /// Binds them to what a scan has found.
    pub(crate) fn bind(&self, sbom: &mut Sbom, progress: &Progress<'_>) {
        if self.0.is_empty() {
            return;
        }
        let told = bind(sbom, &self.0);
        let (bound, all) = (told.bound, self.0.len());
        progress.line(&format!("attested {bound} of {all} attestations are about what was found"));
        if told.ambiguous > 0 {
            let several = "are about files that are several components: not bound";
            progress.line(&format!("attested {} {several}", told.ambiguous));
        }
    }

    /// What decides what is bound, as text.
    pub(crate) fn key(&self) -> String {
        format!("{:?}", self.0.iter().map(|it| (it.statement, &it.signer)).collect::<Vec<_>>())
    }
}

impl Reader {
    /// Reads those of the directory, if one is named.
    fn new(flags: &Binding) -> anyhow::Result<Self> {
        let trust = flags.trust();
        let mut trusted = None;
        if trust.is_given() {
            trusted = Some((trust::policy(&trust, None)?, trust::root(&trust)?));
        }
        let mut reader = Self { trusted, read: Vec::new() };
        if let Some(directory) = &flags.attestations {
            reader.directory(directory)?;
        }
        Ok(reader)
    }

    /// In the order of what they say, each once.
    fn done(mut self) -> Attestations {
        // Of several signatures of one statement the first by name counts, and any before none.
        let order = |it: &Attestation| (it.statement, it.signer.is_none(), it.signer.clone());
        self.read.sort_by_key(order);
        self.read.dedup_by_key(|it| it.statement);
        Attestations(self.read)
    }

    fn directory(&mut self, directory: &Path) -> anyhow::Result<()> {
        let failed = || format!("cannot list the attestations in {}", directory.display());
        let entries = std::fs::read_dir(directory).with_context(failed)?;
        let mut paths = Vec::new();
        for entry in entries {
            let entry = entry.with_context(failed)?;
            if entry.path().is_file() {
                paths.push(entry.path());
            }
        }
        paths.sort_unstable();
        if paths.len() > FILES {
            warn(&format!("{} has {} files; {FILES} are read", directory.display(), paths.len()));
        }
        for path in paths.iter().take(FILES) {
            let bytes = input::read(path, LARGEST)?;
            self.one(&bytes, &path.display().to_string());
        }
        Ok(())
    }

    /// Reads one file: an attestation, or one a line. What is none, or not of whom it must be, is told and left out.
    fn one(&mut self, bytes: &[u8], name: &str) {
        let is_json = |it: &[u8]| serde_json::from_slice::<IgnoredAny>(it).is_ok();
        let lines = bytes.split(|it| *it == b'\n').filter(|it| !it.trim_ascii().is_empty());
        let mut all: Vec<&[u8]> = lines.collect();
        if is_json(bytes) || !all.first().is_some_and(|it| is_json(it)) {
            all = vec![bytes];
        }
        for it in all.into_iter().map(|it| attestation(it, self.trusted.as_ref())) {
            match it {
                Ok(it) => self.read.push(it),
                Err(why) => warn(&format!("{name} is not bound: {why:#}")),
            }
        }
    }
}

/// Reads a bundle or a bare statement.
fn attestation(
    bytes: &[u8],
    trusted: Option<&(Policy, TrustedRoot)>,
) -> anyhow::Result<Attestation> {
    let bundle = str::from_utf8(bytes).ok().and_then(|it| Bundle::from_json(it).ok());
    let statement = bundle.as_ref().map_or(Ok(bytes), payload)?;
    let said = Statement::read(statement)?;
    let digests = said.subject.iter().filter_map(|it| Sha256::parse(it.digest.get("sha256")?));
    let subjects: Vec<Sha256> = digests.collect();
    let first = subjects.first().context("it is about nothing that has a SHA-256 digest")?;
    let signer = match (trusted, &bundle) {
        (None, _) => None,
        (Some(_), None) => anyhow::bail!("it is not signed"),
        (Some((policy, root)), Some(bundle)) => {
            Some(verify(bundle, &format!("sha256:{first}"), policy, root)?.signer)
        }
    };
    Ok(Attestation {
        statement: Sha256::of(statement),
        signer,
        lists: listed(&said),
        predicate_type: said.predicate_type,
        subjects,
    })
}

/// The components with purls that a statement lists, if it is an SBOM.
fn listed(statement: &Statement) -> Vec<Component> {
    let predicate = statement.predicate.to_string();
    let document = documents::read(predicate.as_bytes(), &Limits::default());
    let components = document.map(|it| it.sbom.components).unwrap_or_default().into_iter();
    let proper =
        |it: &Component| it.identity.origin() == Origin::Installed && it.identity.purl().is_some();
    components.filter(proper).collect()
}
