//! A component as a document has it, before the others are known.

use super::words;
use crate::model::{Certainty, Component, Frame, Identity, Kind, Origin, Purl, Used};
use crate::path::ImagePath;

/// A component, and what its document says of it that belongs elsewhere in the model.
pub(super) struct Draft {
    pub(super) component: Component,
    certainty: Option<Certainty>,
    by: Vec<String>,
    why: Vec<String>,
    pub(super) stack: Vec<Frame>,
    owners: Vec<String>,
    proofs: Vec<String>,
}

impl Draft {
    pub(super) fn new(component: Component) -> Self {
        let (by, why, stack) = (Vec::new(), Vec::new(), Vec::new());
        let (owners, proofs) = (Vec::new(), Vec::new());
        Self { component, certainty: None, by, why, stack, owners, proofs }
    }

    /// Takes a fact as `emit` writes it: what is no property there is none here.
    pub(super) fn fact(&mut self, key: &str, value: String) {
        match key {
            "usage" => {
                let all = [Certainty::Entrypoint, Certainty::Possible];
                self.certainty = all.into_iter().find(|it| it.as_str() == value);
            }
            "usage:by" => self.by.push(value),
            "usage:why" => self.why = value.split(" -> ").map(str::to_owned).collect(),
            "usage:frame" => self.stack.push(words::frame(&value)),
            "source" => {
                if let Some((name, version)) = value.split_once(' ') {
                    let (name, version) = (name.to_owned(), version.to_owned());
                    self.component.source = Some(crate::model::Source { name, version });
                }
            }
            "identity" => self.component.identity = Identity::new(&value),
            "owned-by" => self.owners.push(value),
            "owned-by:proof" => self.proofs.push(value),
            _ => {
                if key == "origin" {
                    self.of_origin(&value);
                }
                self.component.properties.insert(key.to_owned(), value);
            }
        }
    }

    fn of_origin(&mut self, name: &str) {
        let all = [Origin::Attested, Origin::Declared];
        if let Some(origin) = all.into_iter().find(|it| it.as_str() == name) {
            self.component.identity = self.component.identity.of_origin(origin);
        }
    }

    /// Gives the version the epoch that another tool states in the purl alone: it is a part of versions here.
    pub(super) fn complete_version(&mut self) {
        let Component { identity, version, .. } = &mut self.component;
        let purl = identity.purl().filter(|_| !version.is_empty() && !version.contains(':'));
        if let Some(epoch) = purl.and_then(Purl::parse).as_ref().and_then(Purl::epoch) {
            *version = format!("{epoch}:{version}");
        }
    }

    /// The components that it is a part of, with the files that prove it.
    pub(super) fn owners(&self) -> impl Iterator<Item = (Identity, ImagePath)> {
        let proofs = self.proofs.iter().map(ImagePath::normalize);
        let proofs = proofs.map(|it| it.unwrap_or_else(ImagePath::root));
        let proofs = proofs.chain(std::iter::repeat_with(ImagePath::root));
        self.owners.iter().map(|it| Identity::new(it)).zip(proofs)
    }

    /// How it is used, by which of the entrypoints.
    pub(super) fn used(&self, entrypoints: &[String]) -> Option<Used> {
        let by = self.by.iter().filter_map(|it| entrypoints.iter().position(|of| of == it));
        let mut by: Vec<usize> = by.collect();
        by.sort_unstable();
        by.dedup();
        Some(Used {
            certainty: self.certainty?,
            by,
            why: self.why.clone(),
            stack: self.stack.clone(),
        })
    }

    /// Joins what another entry of the document says of the same thing. The first one's word counts.
    pub(super) fn join(&mut self, other: Self) {
        let (own, other) = (&mut self.component, other.component);
        own.licenses.extend(other.licenses);
        own.licenses.sort_unstable();
        own.licenses.dedup();
        own.owns.extend(other.owns);
        own.evidence.extend(other.evidence);
        own.supplier = own.supplier.take().or(other.supplier);
        own.download = own.download.take().or(other.download);
        for (key, value) in other.properties {
            own.properties.entry(key).or_insert(value);
        }
    }
}

/// The identity of a component of another tool's document: its purl, else the operating system, else its name.
pub(super) fn identity(kind: Kind, purl: &str, name: &str, version: &str) -> Identity {
    if let Some(purl) = Purl::parse(purl) {
        return Identity::new(&purl.to_string());
    }
    let (prefix, separator) =
        if kind == Kind::OperatingSystem { ("os:", "-") } else { ("name:", "@") };
    let separator = if version.is_empty() { "" } else { separator };
    Identity::new(&format!("{prefix}{name}{separator}{version}"))
}

/// What sort of thing a library of a document is: packages of operating systems are told by their purls.
pub(super) fn library(purl: &str) -> Kind {
    let ty = purl.strip_prefix("pkg:").and_then(|it| it.split('/').next());
    match ty {
        Some("alpm" | "apk" | "deb" | "ebuild" | "opkg" | "rpm") => Kind::OsPackage,
        _ => Kind::Library,
    }
}
