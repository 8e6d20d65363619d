//! Following symbolic links, always inside the image.

use super::LayeredFs;
use crate::image::EntryKind;
use crate::path::ImagePath;

/// Why a path leads to no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Nothing is at the path, or at the target of a link on the way.
    #[error("nothing is there")]
    Missing,
    /// More links than Linux itself would follow.
    #[error("its links lead in a circle or through too many steps")]
    TooManyLinks,
}

impl LayeredFs<'_> {
    /// The path without links that this path leads to.
    pub fn resolve(&self, path: &ImagePath) -> Result<ImagePath, LinkError> {
        let mut resolved = ImagePath::root();
        let mut pending: Vec<Vec<u8>> = path.components().rev().map(<[u8]>::to_vec).collect();
        let mut hops = 0;
        while let Some(component) = pending.pop() {
            let next = resolved.join(&component).ok_or(LinkError::Missing)?;
            if !next.is_below(&resolved) {
                resolved = next; // `..`, `.` or nothing
                continue;
            }
            match &self.node(&next).ok_or(LinkError::Missing)?.entry.kind {
                EntryKind::Symlink(target) => {
                    hops += 1;
                    if hops > self.limits.link_hops || target.len() > self.limits.path_bytes {
                        return Err(LinkError::TooManyLinks);
                    }
                    if target.first() == Some(&b'/') {
                        resolved = ImagePath::root();
                    }
                    pending.extend(target.split(|byte| *byte == b'/').rev().map(<[u8]>::to_vec));
                }
                _ => resolved = next,
            }
        }
        Ok(resolved)
    }

    /// The path with the links of its directories resolved and its last component kept:
    /// where a package manager that wrote to `path` put the file.
    pub fn resolve_parent(&self, path: &ImagePath) -> Option<ImagePath> {
        self.resolve(&path.parent()?).ok()?.join(path.file_name())
    }
}
