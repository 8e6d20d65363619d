//! A program, library or script of the image, before it is known what it belongs to.

use std::sync::Arc;

use super::{Binary, Component, Identity, Kind, Properties};
use crate::path::ImagePath;

/// A file that can be run or loaded.
#[derive(Clone, Debug)]
pub struct ExecutableFile {
    /// Where it is.
    pub path: ImagePath,
    /// What it loads; scripts have none.
    pub binary: Option<Arc<Binary>>,
    /// What it is made for.
    pub kind: Kind,
    /// The package that it says it was built for, and the offset of where it says so, in bytes.
    pub package: Option<(u64, Box<Component>)>,
    /// What it says of itself and analyzers found in it that does not identify it.
    pub facts: Properties,
    /// Components that are inside it.
    pub contains: Vec<Identity>,
}
