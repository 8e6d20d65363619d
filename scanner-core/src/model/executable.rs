//! A program, library or script of the image, before it is known what it belongs to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Binary, Identity};
use crate::path::ImagePath;

/// A file that can be run or loaded.
#[derive(Clone, Debug)]
pub struct ExecutableFile {
    /// Where it is.
    pub path: ImagePath,
    /// What it loads; scripts have none.
    pub binary: Option<Arc<Binary>>,
    /// What analyzers found in it that does not identify it, keyed as properties of components are.
    pub facts: BTreeMap<&'static str, String>,
    /// Components that are inside it.
    pub contains: Vec<Identity>,
}
