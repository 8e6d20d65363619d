//! Opening files beneath a root, and nowhere else.

use std::io;
use std::path::Path;

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::Errno;

use crate::path::ImagePath;

const ALWAYS: OFlags = OFlags::CLOEXEC.union(OFlags::NOFOLLOW);

/// Opens the root itself, which the user named and whose own links are followed.
pub(super) fn open_root(path: &Path) -> io::Result<OwnedFd> {
    Ok(openat(
        rustix::fs::CWD,
        path,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?)
}

/// Opens a path that has no links in it; a link met on the way is an error.
pub(super) fn open(root: &OwnedFd, path: &ImagePath, flags: OFlags) -> io::Result<OwnedFd> {
    let relative = if path.relative().is_empty() { b"." } else { path.relative() };
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    match openat2(root, relative, flags | ALWAYS, Mode::empty(), resolve) {
        // Kernels before 5.6 lack the call, and some sandboxes forbid it.
        Err(Errno::NOSYS | Errno::PERM) => Ok(open_stepwise(root, path, flags)?),
        result => Ok(result?),
    }
}

/// The same in one step a component: each is opened in the directory before it, and never through a link.
fn open_stepwise(root: &OwnedFd, path: &ImagePath, flags: OFlags) -> Result<OwnedFd, Errno> {
    let mut directory = None;
    let parent = path.parent().unwrap_or_else(ImagePath::root);
    for component in parent.components() {
        let at = directory.as_ref().map_or(root.as_fd(), AsFd::as_fd);
        directory =
            Some(openat(at, component, OFlags::PATH | OFlags::DIRECTORY | ALWAYS, Mode::empty())?);
    }
    let at = directory.as_ref().map_or(root.as_fd(), AsFd::as_fd);
    let name = if path.file_name().is_empty() { b"." } else { path.file_name() };
    openat(at, name, flags | ALWAYS, Mode::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_refuse_links_at_every_place() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "secret").unwrap();
        let inside = tempfile::tempdir().unwrap();
        std::fs::create_dir(inside.path().join("real")).unwrap();
        std::fs::write(inside.path().join("real/file"), "file").unwrap();
        std::os::unix::fs::symlink(outside.path(), inside.path().join("link")).unwrap();
        std::os::unix::fs::symlink("file", inside.path().join("real/name")).unwrap();
        let root = open_root(inside.path()).unwrap();
        let at = |name: &str| ImagePath::normalize(name).unwrap();
        for refused in ["link/secret", "real/name", "link"] {
            assert!(open(&root, &at(refused), OFlags::RDONLY).is_err(), "{refused}");
            assert!(open_stepwise(&root, &at(refused), OFlags::RDONLY).is_err(), "{refused}");
        }
        assert!(open(&root, &at("real/file"), OFlags::RDONLY).is_ok());
        assert!(open_stepwise(&root, &at("real/file"), OFlags::RDONLY).is_ok());
        assert!(open_stepwise(&root, &ImagePath::root(), OFlags::RDONLY).is_ok());
    }
}
