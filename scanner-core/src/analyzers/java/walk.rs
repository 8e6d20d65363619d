//! One file, archive by archive, from the outside in.

use std::sync::Arc;

use super::coordinates::{Coordinates, named, sole};
use super::jar::{Jar, MANIFEST, Reader, Record};
use super::{class_path, component, repository};
use crate::analyzers::{Context, Fault, Findings, Target};
use crate::formats::zip::{Archive, Budget, Content, Entry};
use crate::fs::digest;
use crate::model::{Code, Component, Identity, Method, Position};

/// A file on the way through its archives.
pub(super) struct Walk<'w, 'f> {
    found: &'w mut Findings<'f>,
    target: &'w Target<'w>,
    cx: &'w Context<'w>,
    budget: Arc<Budget>,
}

/// An archive that waits to be looked at.
struct Place<'a> {
    bytes: Bytes<'a>,
    /// The entry of the file that it is; none for the file itself.
    inside: Option<String>,
    depth: usize,
    /// The component that holds it.
    holder: Option<Identity>,
}

/// What an archive is made of. Entries are opened one at a time, in their order.
enum Bytes<'a> {
    File(Content<'a>),
    Entry(Arc<Archive<'a>>, Entry),
}

/// A component, and what proves it where.
type Proven = (Component, Method, Position);

impl Place<'_> {
    /// An entry of this archive, as an entry of the file.
    fn entry(&self, name: &str) -> String {
        self.inside.as_ref().map_or_else(|| name.to_owned(), |inside| format!("{inside}!/{name}"))
    }

    /// This archive as a place in the file.
    fn position(&self) -> Position {
        self.inside.clone().map_or(Position::Whole, Position::Entry)
    }
}

impl<'w, 'f> Walk<'w, 'f> {
    pub(super) fn new(
        found: &'w mut Findings<'f>,
        target: &'w Target<'w>,
        cx: &'w Context<'w>,
    ) -> Self {
        let budget = Arc::new(Budget::new(cx.fs.limits().archive_inflated));
        Self { found, target, cx, budget }
    }

    /// Looks at the file and at every archive inside it.
    pub(super) fn run(mut self) -> Result<(), Fault> {
        let content = Content::new(self.target.file.open()?);
        let bytes = Bytes::File(content);
        let mut pending = vec![Place { bytes, inside: None, depth: 0, holder: None }];
        while let Some(place) = pending.pop() {
            let looked = self.look(&place, &mut pending);
            if self.budget.is_spent() {
                let limit = self.cx.fs.limits().archive_inflated;
                let message = format!("inflates to over {limit} bytes; the rest is left out");
                return Err(Fault::new(Code::LimitReached, message));
            }
            if let Err(fault) = looked {
                self.report(fault, &place);
            }
        }
        Ok(())
    }

    /// Adds what an archive is and what was built into it, and puts what lies in it with the pending.
    fn look(&mut self, place: &Place<'w>, pending: &mut Vec<Place<'w>>) -> Result<(), Fault> {
        let limits = self.cx.fs.limits();
        let content = match &place.bytes {
            Bytes::File(content) => content.clone(),
            Bytes::Entry(archive, entry) => archive.content(entry, &self.budget)?,
        };
        let archive = Arc::new(Archive::open(content.clone())?);
        let mut reader =
            Reader { archive: &archive, limits, budget: &self.budget, faults: Vec::new() };
        let jar = reader.read();
        for fault in reader.faults {
            self.report(fault, place);
        }
        let own = self.own(place, &jar, &content)?;
        let identity = own.0.identity.clone();
        self.add(own, place.holder.as_ref());
        for record in &jar.records {
            self.add(proven(record, place), Some(&identity));
        }
        if !jar.nested.is_empty() && place.depth >= limits.archive_depth {
            let (count, limit) = (jar.nested.len(), limits.archive_depth);
            let message = format!("holds {count} archives over {limit} deep; they are left out");
            self.report(Fault::new(Code::LimitReached, message), place);
            return Ok(());
        }
        pending.extend(jar.nested.into_iter().rev().map(|entry| Place {
            inside: Some(place.entry(&String::from_utf8_lossy(&entry.name))),
            bytes: Bytes::Entry(Arc::clone(&archive), entry),
            depth: place.depth + 1,
            holder: Some(identity.clone()),
        }));
        Ok(())
    }

    /// What the archive itself is: by the best of its records, else by its digest.
    fn own(&self, place: &Place<'w>, jar: &Jar, content: &Content<'_>) -> Result<Proven, Fault> {
        let path = self.target.file.path;
        let file = String::from_utf8_lossy(path.file_name());
        let name = place.inside.as_deref().unwrap_or(&file);
        let name = name.rsplit('/').next().unwrap_or(name);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let stated = || repository::stated(path, self.cx).filter(|_| place.inside.is_none());
        let (mut component, method, position) = if let Some(record) = named(&jar.records, stem) {
            proven(record, place)
        } else if let Some(stated) = stated() {
            let mut component = component::of(&stated.coordinates, None);
            component.properties.insert("maven:stated-by", stated.by.display().into_owned());
            if !stated.others.is_empty() {
                let others: Vec<String> = stated.others.iter().map(ToString::to_string).collect();
                component.properties.insert("maven:alternatives", others.join(" "));
            }
            (component, Method::Metadata, Position::Whole)
        } else if let Some(coordinates) = Coordinates::of_manifest(&jar.manifest, stem) {
            let position = Position::Entry(place.entry(MANIFEST));
            (component::of(&coordinates, None), Method::Metadata, position)
        } else if let Some(record) = sole(&jar.records) {
            proven(record, place)
        } else {
            let digest = match place.inside {
                Some(_) => digest(content.bytes())?,
                None => self.target.file.digest(self.cx.fs.limits().digest_bytes)?,
            };
            (component::unknown(name, digest), Method::Digest, place.position())
        };
        component::describe(&mut component, &jar.manifest);
        if place.inside.is_none() {
            class_path::claim(&mut component, path, &jar.manifest, self.cx);
        }
        Ok((component, method, position))
    }

    fn add(&mut self, (mut component, method, position): Proven, holder: Option<&Identity>) {
        component.within.extend(holder.filter(|it| **it != component.identity).cloned());
        self.found.add(method, position, component);
    }

    fn report(&mut self, fault: Fault, place: &Place<'w>) {
        match &place.inside {
            // What follows from a spent budget is told of once.
            _ if self.budget.is_spent() => {}
            Some(inside) => fault.about(inside).report(self.found),
            None => fault.report(self.found),
        }
    }
}

fn proven(record: &Record, place: &Place<'_>) -> Proven {
    let component = component::of(&record.coordinates, record.pom.as_ref());
    (component, Method::Metadata, Position::Entry(place.entry(&record.entry)))
}
