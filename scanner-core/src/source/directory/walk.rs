//! One bounded, parallel walk over everything below a root.

use std::io;
use std::mem::MaybeUninit;
use std::vec;

use rayon::prelude::*;
use rustix::fd::OwnedFd;
use rustix::fs::{
    AtFlags, FileType, OFlags, RawDir, StatxFlags, fstat, fstatfs, readlinkat, statx,
};

use super::memory::Known;
use crate::image::{Entry, EntryKind};
use crate::limits::Limits;
use crate::model::{Code, Notice};
use crate::path::ImagePath;
use crate::source::beneath;

/// File systems that hold the kernel's own state, by their magic numbers (statfs(2)).
const VIRTUAL: &[(i64, &str)] = &[
    (0x9fa0, "proc"),
    (0x6265_6572, "sysfs"),
    (0x1cd1, "devpts"),
    (0x0027_e0eb, "cgroup"),
    (0x6367_7270, "cgroup2"),
    (0x6462_6720, "debugfs"),
    (0x7363_6673, "securityfs"),
    (0x7472_6163, "tracefs"),
    (0xcafe_4a11, "bpf"),
    (0x1980_0202, "mqueue"),
    (0x6165_676c, "pstore"),
    (0x6265_6570, "configfs"),
    (0xf97c_ff8c, "selinuxfs"),
    (0x0187, "autofs"),
];

/// Bytes of directory entries asked of the kernel at a time.
const BUFFER: usize = 16 << 10;

/// What one directory holds.
#[derive(Default)]
struct Listing {
    entries: Vec<Entry>,
    notices: Vec<Notice>,
}

/// Lists everything below the root, in path order.
///
/// Directories of one depth are listed side by side, then those below them:
/// what is left out when a bound is reached depends on names alone, never on which thread was faster.
pub(super) fn walk(
    root: &OwnedFd,
    known: Option<&Known>,
    limits: &Limits,
) -> io::Result<(Vec<Entry>, Vec<Notice>)> {
    // Opened here once so that an unreadable root is an error, not a notice.
    beneath::open(root, &ImagePath::root(), OFlags::RDONLY | OFlags::DIRECTORY)?;
    let walk = Walk { root, known, device: fstat(root)?.st_dev, limits };
    let (mut listings, mut count, mut notices) = (Vec::new(), 0, Vec::new());
    let mut depth = vec![ImagePath::root()];
    while !depth.is_empty() {
        let found: Vec<Listing> = depth.par_iter().map(|directory| walk.list(directory)).collect();
        let mut deeper = Vec::new();
        for (directory, mut listing) in depth.iter().zip(found) {
            notices.append(&mut listing.notices);
            if count + listing.entries.len() > limits.entries {
                let message =
                    format!("its content is left out: the scan is over {} entries", limits.entries);
                let (path, code) = (directory.clone(), Code::LimitReached);
                notices.push(Notice { path, code, message });
                listings.push(Vec::new());
                continue;
            }
            let directories = listing.entries.iter().filter(|entry| walk.is_listed(entry));
            deeper.extend(directories.map(|entry| entry.path.clone()));
            count += listing.entries.len();
            listings.push(listing.entries);
        }
        depth = deeper;
    }
    Ok((walk.in_path_order(listings, count), notices))
}

struct Walk<'a> {
    root: &'a OwnedFd,
    known: Option<&'a Known>,
    device: u64,
    limits: &'a Limits,
}

impl Walk<'_> {
    /// Everything below a directory, if that is known without looking.
    fn below(&self, entry: &Entry) -> Option<&[Entry]> {
        let known = self.known.filter(|_| entry.kind == EntryKind::Directory);
        known.and_then(|it| it.below(&entry.path))
    }

    /// Whether this is a directory whose content is not known without looking.
    fn is_listed(&self, entry: &Entry) -> bool {
        entry.kind == EntryKind::Directory && self.below(entry).is_none()
    }

    /// Puts the content of each directory behind it. The listings come in the order in which they name each other:
    /// first that of the root, then those of its directories, then those of theirs.
    fn in_path_order(&self, listings: Vec<Vec<Entry>>, count: usize) -> Vec<Entry> {
        let mut directories = 1;
        let mut listings: Vec<(vec::IntoIter<Entry>, usize)> = listings
            .into_iter()
            .map(|entries| {
                let first = directories;
                directories += entries.iter().filter(|it| self.is_listed(it)).count();
                (entries.into_iter(), first)
            })
            .collect();
        let (mut ordered, mut open) = (Vec::with_capacity(count), vec![0]);
        while let Some((entries, below)) = open.last().and_then(|it| listings.get_mut(*it)) {
            let Some(entry) = entries.next() else {
                open.pop();
                continue;
            };
            let known = self.below(&entry);
            if entry.kind == EntryKind::Directory && known.is_none() {
                open.push(*below);
                *below += 1;
            }
            ordered.push(entry);
            ordered.extend_from_slice(known.unwrap_or_default());
        }
        ordered
    }

    /// Lists one directory. What cannot be read becomes a notice.
    fn list(&self, directory: &ImagePath) -> Listing {
        let mut listing = Listing::default();
        if let Err(error) = self.read(directory, &mut listing) {
            let message = format!("cannot be listed: {error}");
            listing.notices.push(Notice {
                path: directory.clone(),
                code: Code::Unreadable,
                message,
            });
        }
        listing.entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        listing
    }

    fn read(&self, directory: &ImagePath, listing: &mut Listing) -> io::Result<()> {
        let fd = beneath::open(self.root, directory, OFlags::RDONLY | OFlags::DIRECTORY)?;
        let mut notice = |code, message: String| {
            listing.notices.push(Notice { path: directory.clone(), code, message });
        };
        if let Some(name) = self.virtual_mount(&fd)? {
            notice(
                Code::MountSkipped,
                format!("a {name} file system is mounted here; it was not read"),
            );
            return Ok(());
        }
        let mut long_names = 0;
        let mut buffer = [MaybeUninit::uninit(); BUFFER];
        let mut items = RawDir::new(&fd, &mut buffer);
        // One entry over the bound is enough to know that this directory is over it.
        while let Some(item) = items.next().filter(|_| listing.entries.len() <= self.limits.entries)
        {
            let item = item?;
            let name = item.file_name().to_bytes();
            let Some(path) = directory.join(name).filter(|path| path.is_below(directory)) else {
                continue;
            };
            if let Some(entry) = self.unchanged(&path, item.file_type()) {
                listing.entries.push(entry.clone());
                continue;
            }
            if path.as_bytes().len() > self.limits.path_bytes {
                long_names += 1;
                continue;
            }
            match kind(&fd, name, item.file_type()) {
                Ok(kind) => listing.entries.push(Entry { path, kind }),
                Err(error) => notice(Code::Unreadable, format!("{}: {error}", path.display())),
            }
        }
        if long_names > 0 {
            notice(
                Code::LimitReached,
                format!("holds {long_names} paths of over {} bytes", self.limits.path_bytes),
            );
        }
        Ok(())
    }

    /// What is known to be at a path, where the listing does not say otherwise.
    fn unchanged(&self, path: &ImagePath, listed: FileType) -> Option<&Entry> {
        self.known?.unchanged(path).filter(|it| match it.kind {
            EntryKind::File { .. } => listed == FileType::RegularFile,
            EntryKind::Symlink(_) => listed == FileType::Symlink,
            EntryKind::Directory => listed == FileType::Directory,
            _ => false,
        })
    }

    /// The name of the virtual file system that is mounted on a directory, if one is.
    fn virtual_mount(&self, directory: &OwnedFd) -> io::Result<Option<&'static str>> {
        if fstat(directory)?.st_dev == self.device {
            return Ok(None);
        }
        let magic = fstatfs(directory)?.f_type;
        Ok(VIRTUAL.iter().find(|(it, _)| *it == magic).map(|(_, name)| *name))
    }
}

/// What a directory entry is. The kernel's listing tells most kinds; only regular files cost another call.
fn kind(directory: &OwnedFd, name: &[u8], listed: FileType) -> io::Result<EntryKind> {
    match listed {
        FileType::Directory => Ok(EntryKind::Directory),
        FileType::Symlink => {
            Ok(EntryKind::Symlink(readlinkat(directory, name, Vec::new())?.into_bytes().into()))
        }
        FileType::RegularFile | FileType::Unknown => {
            let wanted = StatxFlags::TYPE | StatxFlags::MODE | StatxFlags::SIZE;
            let stat = statx(
                directory,
                name,
                AtFlags::SYMLINK_NOFOLLOW | AtFlags::STATX_DONT_SYNC,
                wanted,
            )?;
            match FileType::from_raw_mode(u32::from(stat.stx_mode)) {
                FileType::RegularFile => Ok(EntryKind::File {
                    size: stat.stx_size,
                    executable: stat.stx_mode & 0o111 != 0,
                }),
                FileType::Unknown => Ok(EntryKind::Special),
                known => kind(directory, name, known),
            }
        }
        _ => Ok(EntryKind::Special),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// What is mounted on a directory, as seen from another device.
    fn mounted(path: &Path) -> Option<&'static str> {
        let root = beneath::open_root(path).unwrap();
        let directory =
            beneath::open(&root, &ImagePath::root(), OFlags::RDONLY | OFlags::DIRECTORY).unwrap();
        Walk { root: &root, known: None, device: u64::MAX, limits: &Limits::default() }
            .virtual_mount(&directory)
            .unwrap()
    }

    #[test]
    fn virtual_file_systems_are_told_from_real_ones() {
        assert_eq!(mounted(Path::new("/proc")), Some("proc"));
        assert_eq!(mounted(tempfile::tempdir().unwrap().path()), None);
    }
}
