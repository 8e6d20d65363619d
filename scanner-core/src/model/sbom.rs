//! The result of a scan: one value that every document is a view of.

use super::{
    Component, Composition, Counts, Distro, ImageFacts, LinkGraph, Notice, Past, Relationship,
    Sha256, Trace, Usage, View,
};
use crate::path::ImagePath;

/// What a scan found. Everything in it is sorted, so equal input gives equal values.
#[derive(Clone, Debug, Default)]
pub struct Sbom {
    /// What was scanned.
    pub name: String,
    /// The digest of the layer's content whose part of an inventory this is; none for the whole of one.
    pub fragment: Option<String>,
    /// What its manifest and configuration say, if it is an image.
    pub image: Option<ImageFacts>,
    /// The distribution, where the image names one.
    pub distro: Option<Distro>,
    /// The components, by identity, each identity once.
    pub components: Vec<Component>,
    /// The components that lower layers brought and later ones took away, by identity.
    pub gone: Vec<Past>,
    /// The relationships between them.
    pub relationships: Vec<Relationship>,
    /// Which program and library loads which, file by file.
    pub links: LinkGraph,
    /// From the entrypoint to the programs that end up running; none where nothing says how it is run.
    pub trace: Option<Trace>,
    /// What the entrypoint uses; none where it is not known or was not traced.
    pub usage: Option<Usage>,
    /// Which part of the inventory this is.
    pub view: View,
    /// Which files the documents list.
    pub file_detail: FileDetail,
    /// Those files, by path.
    pub files: Vec<FileRecord>,
    /// What it is composed of and where the parts are, if it is a document that was composed.
    pub composition: Option<Composition>,
    /// What the reader must know.
    pub notices: Vec<Notice>,
    /// How many of what was met: executables and whom they belong to, and what analyzers count.
    pub counts: Counts,
}

impl Sbom {
    /// Puts everything into its order, whatever order it was made in.
    pub fn sort(&mut self) {
        for component in &mut self.components {
            component.licenses.sort_unstable();
            component.owns.sort_unstable();
            component.evidence.sort_unstable();
        }
        self.components.sort_unstable_by(|a, b| a.identity.cmp(&b.identity));
        self.gone.sort_unstable();
        self.relationships.sort_unstable();
        self.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.notices.sort_unstable();
    }

    /// The digest of what was scanned: of the layer, else of the manifest, else of the configuration,
    /// else of the inventory.
    pub fn digest(&self) -> String {
        let image = self.image.as_ref();
        let image = image.map(|it| it.manifest.clone().unwrap_or_else(|| it.config.clone()));
        self.fragment.clone().or(image).unwrap_or_else(|| self.inventory_digest())
    }

    /// What is known of the image as a whole, keyed as properties are. Some keys come more than once.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let gone = |it: &Past| {
            let (identity, from, until) = (it.identity.as_str(), it.layer, it.until);
            ("image:gone", format!("{identity} from layer {from}, gone in layer {until}"))
        };
        let image = self.image.iter().flat_map(ImageFacts::properties);
        let fragment = self.fragment.iter().map(|it| ("fragment", it.clone()));
        let view = std::iter::once(("view", self.view.as_str().to_owned()));
        let composition = self.composition.iter().flat_map(Composition::properties);
        let all = fragment.chain(image).chain(self.gone.iter().map(gone)).chain(composition);
        all.chain(self.traced()).chain(view).collect()
    }

    /// How far the entrypoint was traced, and to what.
    fn traced(&self) -> Vec<(&'static str, String)> {
        let outcome = self.usage.as_ref().map_or("unknown", |it| it.outcome.as_str());
        let entrypoints = self.usage.iter().flat_map(|it| &it.entrypoints);
        let entrypoints = entrypoints.map(|it| ("usage:entrypoint", it.clone()));
        entrypoints.chain([("usage:outcome", outcome.to_owned())]).collect()
    }

    /// Each component with the relationships whose statement is about it.
    pub fn with_relationships(&self) -> impl Iterator<Item = (&Component, &[Relationship])> {
        self.relationships_of(&self.components)
    }

    /// Each of these components, which stand in the inventory beside each other, with the relationships whose statement
    /// is about it.
    pub fn relationships_of<'a>(
        &'a self,
        components: &'a [Component],
    ) -> impl Iterator<Item = (&'a Component, &'a [Relationship])> {
        let is_before = |it: &Relationship| {
            components.first().is_some_and(|component| it.from < component.identity)
        };
        let (_, mut rest) =
            split(&self.relationships, self.relationships.partition_point(is_before));
        components.iter().map(move |component| {
            let own;
            let count = |it: &[Relationship]| {
                it.iter().take_while(|it| it.from.is(&component.identity)).count()
            };
            let mut number = count(rest);
            if number == 0 {
                let before = rest.iter().take_while(|it| it.from < component.identity).count();
                (_, rest) = split(rest, before);
                number = count(rest);
            }
            (own, rest) = split(rest, number);
            (component, own)
        })
    }

    /// `sha256:` and a digest over the identities of all components: equal content has an equal digest.
    pub fn inventory_digest(&self) -> String {
        let identities: Vec<&str> = self.components.iter().map(|it| it.identity.as_str()).collect();
        format!("sha256:{}", Sha256::of(identities.join("\n").as_bytes()))
    }
}

fn split<T>(all: &[T], at: usize) -> (&[T], &[T]) {
    all.split_at_checked(at).unwrap_or_default()
}

/// A regular file with its digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRecord {
    /// Where it is.
    pub path: ImagePath,
    /// SHA-1, which SPDX 2.3 demands of every file.
    pub sha1: [u8; 20],
    /// SHA-256.
    pub sha256: Sha256,
    /// The layer that it comes from, counted from the lowest.
    pub layer: usize,
    /// Whether it is another file than the one whose digest its package recorded; none where nothing can be compared.
    pub altered: Option<bool>,
}

/// Which files a document lists beside the components.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileDetail {
    /// None: evidence stands in the components.
    #[default]
    None,
    /// The files that prove a component.
    Evidence,
    /// Those, and every file that a component owns.
    All,
}
