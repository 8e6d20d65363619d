//! The members of one layer's archive, put in their places one after another as an engine would unpack them.
//! Specification: OCI image-spec, layer.md; what containerd and Docker do on overlayfs.

use std::collections::BTreeMap;

use crate::formats::tar::{Kind, Member, Piece};
use crate::image::{Entry, EntryKind, Extent, Removal};
use crate::limits::Limits;
use crate::model::{Code, Notice};
use crate::path::ImagePath;

/// Names that begin with this take something away.
const WHITEOUT: &[u8] = b".wh.";
/// The name that makes its directory opaque.
const OPAQUE: &[u8] = b".wh..wh..opq";
/// Other names that begin with this are the books of aufs and no content.
const AUFS: &[u8] = b".wh..wh.";

/// Where the stored bytes of a file are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// Where they begin in the layer's archive.
    pub(super) position: u64,
    /// How many there are.
    pub(super) stored: u64,
    /// What of them is kept in the spill file.
    pub(super) kept: Kept,
    /// Which pieces of the file they are, if it is sparse.
    pub(super) pieces: Option<Box<[Piece]>>,
}

/// What of a content is kept, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kept {
    /// Nothing.
    #[default]
    None,
    /// So many first bytes.
    Head(u64, u64),
    /// All of it.
    Whole(u64),
}

/// A layer under construction.
pub(super) struct Tree<'a> {
    limits: &'a Limits,
    items: BTreeMap<ImagePath, (EntryKind, Content)>,
    removals: BTreeMap<ImagePath, Extent>,
    /// The directory that was asked for last, and where it really is: members come directory by directory.
    last: Option<(ImagePath, ImagePath)>,
    notices: Vec<Notice>,
    long_names: usize,
    over: usize,
}

/// A finished layer.
pub(super) struct Listing {
    /// In path order.
    pub(super) entries: Vec<Entry>,
    /// One for each entry.
    pub(super) contents: Vec<Content>,
    /// In path order.
    pub(super) removals: Vec<Removal>,
    pub(super) notices: Vec<Notice>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            items: BTreeMap::new(),
            removals: BTreeMap::new(),
            last: None,
            notices: Vec::new(),
            long_names: 0,
            over: 0,
        }
    }

    /// Puts a member in its place. Gives that place if it is a regular file, whose content comes next.
    pub(super) fn add(&mut self, member: &Member) -> Option<ImagePath> {
        let path = ImagePath::normalize(&member.name)?;
        if path.as_bytes().len() > self.limits.path_bytes {
            self.long_names += 1;
            return None;
        }
        let path = self.directory(&path.parent()?)?.join(path.file_name())?;
        let name = path.file_name();
        if name.starts_with(WHITEOUT) && (name == OPAQUE || !name.starts_with(AUFS)) {
            self.remove(&path);
            return None;
        }
        let (kind, content) = self.item(&path, member)?;
        let is_file = member.kind == Kind::File;
        let put = self.put(path.clone(), kind, content);
        (put && is_file).then_some(path)
    }

    /// Says where the content of a file is.
    pub(super) fn keep(&mut self, path: &ImagePath, kept: Kept) {
        if let Some((_, content)) = self.items.get_mut(path) {
            content.kept = kept;
        }
    }

    pub(super) fn finish(mut self) -> Listing {
        let bound = |count: usize, what: &str| {
            let message = format!("{count} members {what} are left out");
            (count > 0).then(|| Notice {
                path: ImagePath::root(),
                code: Code::LimitReached,
                message,
            })
        };
        let long = format!("with paths of over {} bytes", self.limits.path_bytes);
        self.notices.extend(bound(self.long_names, &long));
        self.notices.extend(bound(self.over, &format!("over {} entries", self.limits.entries)));
        let aufs = |path: &ImagePath| path.components().any(|name| name.starts_with(AUFS));
        let (entries, contents) = self
            .items
            .into_iter()
            .filter(|(path, _)| !aufs(path))
            .map(|(path, (kind, content))| (Entry { path, kind }, content))
            .unzip();
        let removals = self.removals.into_iter().filter(|(path, _)| !aufs(path));
        let removals = removals.map(|(path, extent)| Removal { path, extent }).collect();
        Listing { entries, contents, removals, notices: self.notices }
    }

    /// A whiteout or the mark of an opaque directory. It never takes away what this layer itself brings.
    fn remove(&mut self, mark: &ImagePath) {
        let Some(directory) = mark.parent() else { return };
        let name = mark.file_name();
        if name == OPAQUE {
            self.removals.entry(directory).or_insert(Extent::Content);
            return;
        }
        let removed = directory.join(name.strip_prefix(WHITEOUT).unwrap_or_default());
        match removed.filter(|path| path.is_below(&directory)) {
            Some(path) => drop(self.removals.insert(path, Extent::Whole)),
            None => self.notice(mark, "is a whiteout that names nothing"),
        }
    }

    /// What a member comes to at its place; none if nothing.
    fn item(&mut self, path: &ImagePath, member: &Member) -> Option<(EntryKind, Content)> {
        let kind = match &member.kind {
            Kind::File => {
                EntryKind::File { size: member.size, executable: member.mode & 0o111 != 0 }
            }
            Kind::Directory => EntryKind::Directory,
            Kind::Symlink(target) => EntryKind::Symlink(target.as_slice().into()),
            Kind::Special => EntryKind::Special,
            Kind::Hardlink(target) => return self.hardlink(path, target),
            Kind::Unknown(kind) => {
                self.notice(path, &format!("is of a type that engines refuse: {kind:#04x}"));
                return None;
            }
        };
        let content = Content {
            position: member.position,
            stored: member.stored,
            kept: Kept::None,
            pieces: member.pieces.as_deref().map(Into::into),
        };
        Some((kind, content))
    }

    /// Another name of what is there already, in this layer or, if it is not in this one, below.
    fn hardlink(&mut self, path: &ImagePath, target: &[u8]) -> Option<(EntryKind, Content)> {
        let target = ImagePath::normalize(target)?;
        let target = self.real(&target.parent()?)?.join(target.file_name())?;
        match self.items.get(&target) {
            Some((EntryKind::Directory, _)) => {
                self.notice(path, "is a hard link to a directory");
                None
            }
            Some(item) => Some(item.clone()),
            None => Some((EntryKind::Hardlink(target), Content::default())),
        }
    }

    /// Puts an item where it belongs, if there is room. Only a directory keeps what is below a directory that was there before.
    fn put(&mut self, path: ImagePath, kind: EntryKind, content: Content) -> bool {
        if let Some((before, _)) = self.items.get(&path) {
            if *before == EntryKind::Directory && kind != EntryKind::Directory {
                let below: Vec<ImagePath> = (self.items.range(&path..).skip(1))
                    .map_while(|(it, _)| it.is_below(&path).then(|| it.clone()))
                    .collect();
                for it in below {
                    self.items.remove(&it);
                }
                self.last = None;
            }
        } else if self.items.len() >= self.limits.entries {
            self.over += 1;
            return false;
        }
        if matches!(kind, EntryKind::Symlink(_)) {
            self.last = None;
        }
        self.items.insert(path, (kind, content));
        true
    }

    /// Where a directory really is, links of this layer followed. It is made where it is missing:
    /// in this layer it then stands in the place of whatever lower layers have there.
    fn directory(&mut self, path: &ImagePath) -> Option<ImagePath> {
        if let Some((_, real)) = self.last.as_ref().filter(|(asked, _)| asked == path) {
            return Some(real.clone());
        }
        let real = self.real(path)?;
        let mut ancestor = ImagePath::root();
        for name in real.components() {
            ancestor = ancestor.join(name)?;
            if self.items.get(&ancestor).is_none_or(|(kind, _)| *kind != EntryKind::Directory) {
                self.put(ancestor.clone(), EntryKind::Directory, Content::default());
            }
        }
        self.last = Some((path.clone(), real.clone()));
        Some(real)
    }

    /// Follows the links of this layer. What is missing is taken for a directory to come.
    fn real(&mut self, path: &ImagePath) -> Option<ImagePath> {
        let mut resolved = ImagePath::root();
        let mut pending: Vec<Vec<u8>> = path.components().rev().map(<[u8]>::to_vec).collect();
        let mut hops = 0;
        while let Some(name) = pending.pop() {
            let next = resolved.join(&name)?;
            match self.items.get(&next).map(|(kind, _)| kind) {
                Some(EntryKind::Symlink(target)) if next.is_below(&resolved) => {
                    hops += 1;
                    if hops > self.limits.link_hops || target.len() > self.limits.path_bytes {
                        let code = Code::LinkUnresolved;
                        let message =
                            "its links lead in a circle or through too many steps".to_owned();
                        self.notices.push(Notice { path: path.clone(), code, message });
                        return None;
                    }
                    if target.first() == Some(&b'/') {
                        resolved = ImagePath::root();
                    }
                    pending.extend(target.split(|byte| *byte == b'/').rev().map(<[u8]>::to_vec));
                }
                _ => resolved = next,
            }
        }
        Some(resolved)
    }

    fn notice(&mut self, path: &ImagePath, message: &str) {
        if self.notices.len() <= self.limits.notices {
            let message = message.to_owned();
            self.notices.push(Notice { path: path.clone(), code: Code::Malformed, message });
        }
    }
}
