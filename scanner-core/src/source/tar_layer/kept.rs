//! A listed layer as it is kept between scans, and a kept one as it is listed.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use super::blocks::Blocks;
use super::tree::{Content, Kept, Listing};
use crate::formats::layer_index::{Item, ItemKind, LayerIndex, unpack};
use crate::formats::tar::Piece;
use crate::image::{Entry, EntryKind, Extent, Removal};
use crate::model::{Code, Notice};
use crate::path::ImagePath;
use crate::source::host::HostFile;

/// Completes the file of a layer whose first `size` bytes are its contents.
pub(super) fn write(file: &File, size: u64, listing: &Listing) -> io::Result<()> {
    // What was reserved and not written reads as zeros, and is digested as such.
    file.set_len(size)?;
    let items = listing.entries.iter().zip(&listing.contents).map(item);
    let removals = listing.removals.iter();
    let index = LayerIndex {
        items: items.collect(),
        removals: removals.map(|it| (it.path.as_bytes(), it.extent == Extent::Content)).collect(),
        notices: listing.notices.iter().map(notice).collect(),
        blocks: Blocks::digests(file, size)?,
    };
    file.write_all_at(&index.pack(size)?, size)
}

/// Reads a kept layer; its contents stay where they are. None if it is not whole.
pub(super) fn read(file: File) -> Option<(Listing, Blocks)> {
    let host = HostFile::new(file.try_clone().ok()?.into()).ok()?;
    let (size, list) = unpack(&host).ok()?;
    let index = LayerIndex::parse(&list).ok()?;
    let (mut entries, mut contents) = (Vec::new(), Vec::new());
    for it in &index.items {
        let (entry, content) = entry(it)?;
        entries.push(entry);
        contents.push(content);
    }
    let removals = index.removals.iter().map(|(path, content)| {
        let extent = if *content { Extent::Content } else { Extent::Whole };
        Some(Removal { path: ImagePath::normalize(path)?, extent })
    });
    let notices = index.notices.iter().map(|(path, code, message)| {
        let code = *Code::ALL.iter().find(|it| it.as_str() == *code)?;
        Some(Notice { path: ImagePath::normalize(path)?, code, message: (*message).to_owned() })
    });
    let listing = Listing {
        entries,
        contents,
        removals: removals.collect::<Option<_>>()?,
        notices: notices.collect::<Option<_>>()?,
    };
    Some((listing, Blocks::new(file, size, &index.blocks)))
}

fn item<'a>((entry, content): (&'a Entry, &'a Content)) -> Item<'a> {
    let kind = match &entry.kind {
        EntryKind::File { size, executable } => ItemKind::File(*size, *executable),
        EntryKind::Directory => ItemKind::Directory,
        EntryKind::Symlink(target) => ItemKind::Symlink(target),
        EntryKind::Hardlink(target) => ItemKind::Hardlink(target.as_bytes()),
        EntryKind::Special => ItemKind::Special,
    };
    let pieces = content.pieces.as_ref();
    Item {
        path: entry.path.as_bytes(),
        kind,
        position: content.position,
        stored: content.stored,
        kept: match content.kept {
            Kept::None => None,
            Kept::Head(place, length) => Some((place, length)),
            Kept::Whole(place) => Some((place, content.stored)),
        },
        pieces: pieces.map(|all| all.iter().map(|it| (it.offset, it.length)).collect()),
    }
}

fn entry(item: &Item<'_>) -> Option<(Entry, Content)> {
    let kind = match item.kind {
        ItemKind::File(size, executable) => EntryKind::File { size, executable },
        ItemKind::Directory => EntryKind::Directory,
        ItemKind::Symlink(target) => EntryKind::Symlink(target.into()),
        ItemKind::Hardlink(target) => EntryKind::Hardlink(ImagePath::normalize(target)?),
        ItemKind::Special => EntryKind::Special,
    };
    let pieces = item.pieces.as_ref();
    let content = Content {
        position: item.position,
        stored: item.stored,
        kept: match item.kept {
            None => Kept::None,
            Some((place, length)) if length == item.stored => Kept::Whole(place),
            Some((place, length)) => Kept::Head(place, length),
        },
        pieces: pieces.map(|all| {
            all.iter().map(|(offset, length)| Piece { offset: *offset, length: *length }).collect()
        }),
    };
    Some((Entry { path: ImagePath::normalize(item.path)?, kind }, content))
}

fn notice(it: &Notice) -> (&[u8], &str, &str) {
    (it.path.as_bytes(), it.code.as_str(), &it.message)
}
