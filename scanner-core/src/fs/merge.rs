//! Laying layers over each other as overlayfs does.
//! Specification: OCI image-spec, layer.md, "Applying Changesets".

use std::collections::BTreeMap;
use std::ops::Bound;

use super::{FOREVER, Node};
use crate::image::{Entry, EntryKind, Extent, Image, Layer};
use crate::model::{Code, Notice};
use crate::path::ImagePath;

/// Everything that any layer has at any path, in path order, of one path the uppermost layer's first.
pub(super) fn merge<'a>(image: &'a Image) -> (Vec<Node<'a>>, Vec<Notice>) {
    let mut merge = Merge { nodes: Vec::new(), seen: BTreeMap::new(), notices: Vec::new() };
    match image.layers.as_slice() {
        [only] if only.removals().is_empty() && !has_hardlinks(only.as_ref()) => {
            let node = |entry: &'a Entry| Node {
                path: &entry.path,
                entry,
                layer: 0,
                content: 0,
                until: FOREVER,
            };
            merge.nodes.extend(only.entries().iter().map(node));
        }
        layers => {
            for (index, layer) in layers.iter().enumerate() {
                merge.add(index, layer.as_ref());
            }
            // Each layer is in order already, which a stable sort makes use of.
            merge.nodes.sort_by(|a, b| a.path.cmp(b.path).then(b.layer.cmp(&a.layer)));
        }
    }
    merge.tell_odd_names();
    (merge.nodes, merge.notices)
}

fn has_hardlinks(layer: &dyn Layer) -> bool {
    layer.entries().iter().any(|entry| matches!(entry.kind, EntryKind::Hardlink(_)))
}

struct Merge<'a> {
    nodes: Vec<Node<'a>>,
    /// What is seen after the layers so far, as places in `nodes`.
    seen: BTreeMap<&'a ImagePath, usize>,
    notices: Vec<Notice>,
}

impl<'a> Merge<'a> {
    fn add(&mut self, index: usize, layer: &'a dyn Layer) {
        // Links are looked up before anything is taken away: they mean files of the layers below.
        let linked: Vec<Option<Node<'a>>> =
            layer.entries().iter().map(|entry| self.linked(&entry.kind)).collect();
        for removal in layer.removals() {
            if removal.extent == Extent::Whole {
                self.hide(&removal.path, index);
            }
            self.hide_below(&removal.path, index);
        }
        for (entry, linked) in layer.entries().iter().zip(linked) {
            let mut node =
                Node { path: &entry.path, entry, layer: index, content: index, until: FOREVER };
            if let EntryKind::Hardlink(target) = &entry.kind {
                let Some(linked) = linked else {
                    let message =
                        format!("is a hard link to {}, where no file is", target.display());
                    let path = entry.path.clone();
                    self.notices.push(Notice { path, code: Code::LinkUnresolved, message });
                    continue;
                };
                (node.entry, node.content) = (linked.entry, linked.content);
            }
            let before = self.seen.insert(&entry.path, self.nodes.len());
            let before = before.and_then(|before| self.end(before, index));
            // Directories merge; anything else stands alone.
            if before == Some(true) && node.entry.kind != EntryKind::Directory {
                self.hide_below(&entry.path, index);
            }
            self.nodes.push(node);
        }
    }

    /// What a hard link means.
    fn linked(&self, kind: &EntryKind) -> Option<Node<'a>> {
        let EntryKind::Hardlink(target) = kind else { return None };
        let node = self.seen.get(target).and_then(|index| self.nodes.get(*index));
        node.filter(|node| node.entry.kind != EntryKind::Directory).copied()
    }

    /// Ends what is seen at a path, and says whether that was a directory.
    fn hide(&mut self, path: &ImagePath, layer: usize) -> Option<bool> {
        self.seen.remove(path).and_then(|place| self.end(place, layer))
    }

    /// Ends what is seen at a place in `nodes`, and says whether that was a directory.
    fn end(&mut self, place: usize, layer: usize) -> Option<bool> {
        let node = self.nodes.get_mut(place)?;
        node.until = layer;
        Some(node.entry.kind == EntryKind::Directory)
    }

    fn hide_below(&mut self, directory: &ImagePath, layer: usize) {
        let after = (Bound::Excluded(directory), Bound::Unbounded);
        let below = self.seen.range::<ImagePath, _>(after).map(|(path, _)| *path);
        let below: Vec<&ImagePath> = below.take_while(|path| path.is_below(directory)).collect();
        for path in below {
            self.hide(path, layer);
        }
    }

    /// Tells which directories hold names that are not text.
    fn tell_odd_names(&mut self) {
        let mut odd: BTreeMap<ImagePath, usize> = BTreeMap::new();
        let seen = self.nodes.iter().filter(|node| node.until == FOREVER);
        for node in seen.filter(|node| str::from_utf8(node.path.file_name()).is_err()) {
            *odd.entry(node.path.parent().unwrap_or_else(ImagePath::root)).or_default() += 1;
        }
        let notice = |(path, count)| {
            let message = format!("holds {count} names that are not UTF-8; shown percent-encoded");
            Notice { path, code: Code::NameNotText, message }
        };
        self.notices.extend(odd.into_iter().map(notice));
    }
}
