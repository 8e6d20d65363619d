//! The components of a document as an inventory.

use std::collections::BTreeMap;

use super::Document;
use super::draft::Draft;
use super::dropped::Dropped;
use super::whole::Whole;
use super::words;
use crate::emit::{Stamp, TOOL_NAME};
use crate::limits::Limits;
use crate::model::{
    Code, Component, Distro, FileDetail, FileRecord, Identity, Kind, Notice, Relation,
    Relationship, Sbom, Sha256, Usage, unhex,
};
use crate::path::ImagePath;

/// What a document was found to say so far.
pub(super) struct Inventory {
    pub(super) name: String,
    pub(super) whole: Whole,
    pub(super) files: Vec<FileRecord>,
    pub(super) notices: Vec<Notice>,
    pub(super) dropped: Dropped,
    pub(super) stamp: Stamp,
    pub(super) tools: Vec<String>,
    drafts: BTreeMap<Identity, Draft>,
    relationships: Vec<Relationship>,
    elements: BTreeMap<String, Identity>,
}

impl Inventory {
    /// An empty inventory of a document that these tools made.
    pub(super) fn new(name: String, tools: Vec<String>, stamp: Stamp, dropped: Dropped) -> Self {
        let (whole, files, notices) = (Whole::default(), Vec::new(), Vec::new());
        let (drafts, relationships, elements) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        Self { name, whole, files, notices, dropped, stamp, tools, drafts, relationships, elements }
    }

    /// Whether this program made the document.
    pub(super) fn is_own(&self) -> bool {
        self.tools.iter().any(|it| it.starts_with(TOOL_NAME))
    }

    /// Adds a component. Of several with one identity the first one's word counts, and their lists are joined.
    pub(super) fn add(&mut self, mut draft: Draft) -> Identity {
        if !self.is_own() {
            draft.complete_version();
        }
        let identity = draft.component.identity.clone();
        match self.drafts.get_mut(&identity) {
            Some(known) => {
                known.join(draft);
                self.dropped.add("components of the same identity as another, joined with it", 1);
            }
            None => {
                self.drafts.insert(identity.clone(), draft);
            }
        }
        identity
    }

    /// Adds a relationship. One to something that is no component is no relationship.
    pub(super) fn relate(
        &mut self,
        from: &Identity,
        relation: Relation,
        to: &Identity,
        proof: ImagePath,
    ) {
        let (from, to) = (from.clone(), to.clone());
        self.relationships.push(Relationship { from, relation, to, proof });
    }

    /// Takes a file of a document of ours that has both digests, SHA-1 and SHA-256, and gives its path.
    pub(super) fn file(
        &mut self,
        name: &str,
        (sha1, sha256): (&str, &str),
        comment: &str,
    ) -> Option<ImagePath> {
        let path = ImagePath::normalize(name).filter(|_| self.is_own())?;
        let layer = comment.lines().find_map(|it| it.strip_prefix("layerID: "));
        self.files.push(FileRecord {
            path: path.clone(),
            sha1: unhex(sha1)?,
            sha256: Sha256::parse(sha256)?,
            layer: layer.and_then(|it| self.whole.layer_of(it)).unwrap_or(0),
            altered: comment.lines().any(|it| it.starts_with("altered: ")).then_some(true),
        });
        Some(path)
    }

    /// Remembers what the document calls a component.
    pub(super) fn name_element(&mut self, element: &str, identity: Identity) {
        self.elements.insert(element.to_owned(), identity);
    }

    /// The component that the document calls so.
    pub(super) fn element(&self, element: &str) -> Option<Identity> {
        self.elements.get(element).cloned()
    }

    /// A component by its identity.
    pub(super) fn component(&mut self, identity: &Identity) -> Option<&mut Component> {
        self.drafts.get_mut(identity).map(|it| &mut it.component)
    }

    /// Takes what our documents say of the whole in words.
    pub(super) fn about(&mut self, comment: &str, limits: &Limits) {
        if !self.is_own() {
            self.dropped.add("comment", usize::from(!comment.is_empty()));
            return;
        }
        for line in comment.lines() {
            if let Some((counter, count)) = words::count(line) {
                self.whole.counts.add(counter, count);
                continue;
            }
            let fact = words::fact(line);
            let taken = fact.and_then(|(key, value)| self.whole.fact(key, value, limits));
            self.dropped.add("lines of comment", usize::from(taken.is_none()));
        }
    }

    /// The document that all this makes.
    pub(super) fn finish(mut self, format: String, limits: &Limits) -> Document {
        for draft in self.drafts.values() {
            let owners = draft.owners().map(|(owner, proof)| Relationship {
                from: draft.component.identity.clone(),
                relation: Relation::OwnedBy,
                to: owner,
                proof,
            });
            self.relationships.extend(owners);
        }
        let known = |it: &Relationship| {
            self.drafts.contains_key(&it.from) && self.drafts.contains_key(&it.to)
        };
        let before = self.relationships.len();
        self.relationships.retain(known);
        let lost = before - self.relationships.len();
        self.dropped.add("relationships with what is no component", lost);
        self.relationships.sort_unstable();
        self.relationships.dedup();
        self.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.files.dedup_by(|a, b| a.path == b.path);
        self.tell(&format, limits);
        self.into_document(format)
    }

    /// Says in the inventory itself what it was made of, and what was left out.
    fn tell(&mut self, format: &str, limits: &Limits) {
        let mut tell = |code, message| {
            self.notices.push(Notice { path: ImagePath::root(), code, message });
        };
        let own = self.tools.iter().any(|it| it.starts_with(TOOL_NAME));
        if !own {
            tell(Code::ForeignDocument, format!("{format} by {}", made_by(&self.tools)));
        }
        let dropped = self.dropped.in_words();
        if !dropped.is_empty() {
            tell(Code::NotTakenOver, dropped.join(", "));
        }
        self.notices.sort_unstable();
        self.notices.dedup();
        self.notices.truncate(limits.notices);
    }

    fn into_document(self, format: String) -> Document {
        let Self { whole, drafts, .. } = self;
        let usage = whole.outcome.map(|outcome| Usage {
            outcome,
            components: (drafts.iter())
                .filter_map(|(identity, it)| Some((identity.clone(), it.used(&whole.entrypoints)?)))
                .collect(),
            entrypoints: whole.entrypoints,
        });
        let components: Vec<Component> = drafts.into_values().map(|it| it.component).collect();
        let file_detail = match self.files.as_slice() {
            [] => FileDetail::None,
            _ if components.iter().all(|it| it.owns.is_empty()) => FileDetail::Evidence,
            _ => FileDetail::All,
        };
        let sbom = Sbom {
            name: self.name,
            fragment: whole.fragment,
            image: whole.image,
            distro: components.iter().find_map(distro),
            components,
            gone: whole.gone,
            relationships: self.relationships,
            usage,
            view: whole.view,
            file_detail,
            files: self.files,
            notices: self.notices,
            counts: whole.counts,
            ..Sbom::default()
        };
        let dropped = self.dropped.in_words();
        Document { sbom, stamp: self.stamp, format, tools: self.tools, dropped }
    }
}

fn made_by(tools: &[String]) -> String {
    if tools.is_empty() { "a tool that it does not name".to_owned() } else { tools.join(", ") }
}

/// The distribution that the component of the operating system stands for.
fn distro(it: &Component) -> Option<Distro> {
    let id =
        it.identity.as_str().strip_prefix("os:").filter(|_| it.kind == Kind::OperatingSystem)?;
    let words = it.properties.get("os:id-like").map_or("", String::as_str);
    Some(Distro {
        id: id.strip_suffix(&format!("-{}", it.version)).unwrap_or(id).to_owned(),
        version_id: Some(it.version.clone()).filter(|it| !it.is_empty()),
        name: it.properties.get("os:name").unwrap_or(&it.name).clone(),
        id_like: words.split_whitespace().map(str::to_owned).collect(),
    })
}
