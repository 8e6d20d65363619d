//! A directory tree as one text.
//!
//! ```text
//! //- /etc/os-release
//! ID=alpine
//! //- exec /usr/bin/tool
//! #!/bin/sh
//! //- link /bin usr/bin
//! //- dir /empty
//! //- fifo /run/pipe
//! //- hard /usr/bin/again /usr/bin/tool
//! ```

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::Tar;

/// A tree that can be written to any directory.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    items: Vec<(Vec<u8>, Item)>,
}

#[derive(Clone, Debug)]
enum Item {
    File { bytes: Vec<u8>, mode: u32 },
    Link(Vec<u8>),
    Directory,
    Fifo,
    Hardlink(Vec<u8>),
    Removed,
    Opaque,
}

impl Tree {
    /// Reads the text form. What follows a mark up to the next one is the file's content.
    pub fn parse(text: &str) -> Self {
        let mut tree = Self::default();
        for part in text.split("//- ").skip(1) {
            let (mark, content) = part.split_once('\n').unwrap_or((part, ""));
            let words: Vec<&str> = mark.split_whitespace().collect();
            tree = match words.as_slice() {
                ["exec", path] => tree.executable(path, content),
                ["link", path, target] => tree.link(path, target),
                ["dir", path] => tree.item(path, Item::Directory),
                ["fifo", path] => tree.item(path, Item::Fifo),
                ["hard", path, target] => {
                    tree.item(path, Item::Hardlink(target.as_bytes().to_vec()))
                }
                ["removed", path] => tree.item(path, Item::Removed),
                ["opaque", path] => tree.item(path, Item::Opaque),
                [path] => tree.file(path, content),
                _ => panic!("not a mark: {mark}"),
            };
        }
        tree
    }

    /// Adds a file.
    #[must_use]
    pub fn file(self, path: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        self.item(path, Item::File { bytes: bytes.as_ref().to_vec(), mode: 0o644 })
    }

    /// Adds a file that may be executed.
    #[must_use]
    pub fn executable(self, path: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        self.item(path, Item::File { bytes: bytes.as_ref().to_vec(), mode: 0o755 })
    }

    /// Adds a symbolic link.
    #[must_use]
    pub fn link(self, path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.item(path, Item::Link(target.as_ref().to_vec()))
    }

    /// Puts another tree on top of this one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.items.extend(other.items);
        self
    }

    fn item(mut self, path: impl AsRef<[u8]>, item: Item) -> Self {
        let path = path.as_ref();
        self.items.push((path.strip_prefix(b"/").unwrap_or(path).to_vec(), item));
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Adds the tree to an archive; what it takes away as whiteouts.
    pub(crate) fn add_to(&self, tar: Tar) -> Tar {
        self.items.iter().fold(tar, |tar, (path, item)| match item {
            Item::File { bytes, mode } => tar.member(b'0', path, "", *mode, bytes),
            Item::Link(target) => tar.symlink(path, target),
            Item::Directory => tar.directory(path),
            Item::Fifo => tar.member(b'6', path, "", 0o644, ""),
            Item::Hardlink(target) => tar.hardlink(path, target),
            Item::Removed => {
                let name = path.rsplit(|byte| *byte == b'/').next().unwrap();
                let directory = &path[..path.len() - name.len()];
                tar.file([directory, b".wh.", name].concat(), "")
            }
            Item::Opaque => tar.file([path, b"/.wh..wh..opq".as_slice()].concat(), ""),
        })
    }

    /// Writes the tree below a directory, over what is there.
    pub fn write(&self, root: &Path) {
        for (path, item) in &self.items {
            let path: PathBuf = root.join(OsStr::from_bytes(path));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let both_directories =
                path.is_dir() && !path.is_symlink() && matches!(item, Item::Directory);
            if !both_directories && !matches!(item, Item::Opaque) {
                remove(&path);
            }
            match item {
                Item::File { bytes, mode } => {
                    fs::write(&path, bytes).unwrap();
                    fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).unwrap();
                }
                Item::Link(target) => symlink(OsStr::from_bytes(target), &path).unwrap(),
                Item::Directory => fs::create_dir_all(&path).unwrap(),
                Item::Fifo => fifo(&path),
                Item::Hardlink(target) => {
                    let target = target.strip_prefix(b"/").unwrap_or(target);
                    fs::hard_link(root.join(OsStr::from_bytes(target)), &path).unwrap();
                }
                Item::Removed => {}
                Item::Opaque => {
                    remove(&path);
                    fs::create_dir_all(&path).unwrap();
                }
            }
        }
    }

    /// Writes the tree to a new directory, which lives as long as the result.
    pub fn to_directory(&self) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        self.write(directory.path());
        directory
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

/// Removes whatever is at a path, if anything is.
fn remove(path: &Path) {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path).unwrap(),
        Ok(_) => fs::remove_file(path).unwrap(),
        Err(_) => {}
    }
}

fn fifo(path: &Path) {
    let mode = rustix::fs::Mode::from_raw_mode(0o644);
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
}
