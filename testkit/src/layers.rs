//! Layers as one text: trees after `//- layer` marks, each of which may also take something away.
//!
//! ```text
//! //- layer
//! //- /etc/os-release
//! ID=alpine
//! //- /opt/a/old
//! //- layer
//! //- removed /opt/a/old
//! //- opaque /var/cache
//! //- hard /usr/bin/again /usr/bin/tool
//! ```

use crate::{Tar, Tree};

/// Layers, lowest first.
#[derive(Clone, Debug, Default)]
pub struct Layers(pub Vec<Tree>);

impl Layers {
    /// Reads the text form. A text without `//- layer` is one layer.
    pub fn parse(text: &str) -> Self {
        let parts = text.split("//- layer\n").map(Tree::parse).enumerate();
        Self(parts.filter(|(at, tree)| *at > 0 || !tree.is_empty()).map(|(_, tree)| tree).collect())
    }

    /// Each layer as a tar archive.
    pub fn to_tars(&self) -> Vec<Vec<u8>> {
        self.0.iter().map(|tree| tree.to_tar().build()).collect()
    }

    /// Unpacks layer after layer into a new directory, which lives as long as the result.
    pub fn to_directory(&self) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for tree in &self.0 {
            tree.write(directory.path());
        }
        directory
    }
}

impl From<&str> for Layers {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

impl From<Tree> for Layers {
    fn from(tree: Tree) -> Self {
        Self(vec![tree])
    }
}

impl Tree {
    /// The tree as the archive of a layer. Directories that are not named are left out.
    pub fn to_tar(&self) -> Tar {
        self.add_to(Tar::default())
    }
}
