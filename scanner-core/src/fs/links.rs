//! Symbolic links the other way round: which ones lead to a file.

use super::LayeredFs;
use crate::image::EntryKind;
use crate::path::ImagePath;

/// Places of a file and of a link to it among the nodes, sorted.
pub(super) type Links = Vec<(usize, usize)>;

impl LayeredFs<'_> {
    /// The symbolic links that lead to this file, in path order. All links are resolved when this is first asked.
    pub fn links_to(&self, file: &ImagePath) -> impl Iterator<Item = &ImagePath> {
        let links = self.links.get_or_init(|| self.resolve_all());
        let file = self.place(file);
        let first = links.partition_point(|(target, _)| Some(*target) < file);
        let found = links.iter().skip(first).take_while(move |(target, _)| Some(*target) == file);
        found.filter_map(|(_, link)| self.nodes.get(*link)).map(|node| node.path)
    }

    fn resolve_all(&self) -> Links {
        let is_link = |kind: &EntryKind| matches!(kind, EntryKind::Symlink(_));
        let links = self.nodes.iter().enumerate();
        let links = links.filter(|(_, node)| node.is_seen(self.layer) && is_link(&node.entry.kind));
        let target = |path| self.place(&self.resolve(path).ok()?);
        let mut found: Links =
            links.filter_map(|(at, node)| Some((target(node.path)?, at))).collect();
        found.sort_unstable();
        found
    }
}
