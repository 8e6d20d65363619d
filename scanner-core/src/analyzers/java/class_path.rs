//! The jars that the manifest of a jar names for its class path.
//!
//! Specification: JAR File Specification, "Class-Path Attribute".

use crate::analyzers::Context;
use crate::formats::manifest::Manifest;
use crate::model::{Claim, Component, DEPENDENCIES, INCOMPLETE, Terms};
use crate::path::ImagePath;

/// Adds the jars that are there, seen from a jar's own place. The virtual machine passes over those that are not.
/// What a jar needs beside them is not stated, so that its list is never whole.
pub(super) fn claim(
    component: &mut Component,
    jar: &ImagePath,
    manifest: &Manifest,
    cx: &Context<'_>,
) {
    let Some((text, folder)) = manifest.get("Class-Path").zip(jar.parent()) else { return };
    let limit = (text.len() as u64).saturating_mul(cx.fs.limits().path_expansion);
    let mut terms = Terms::default();
    for place in text.split_whitespace().filter_map(|it| place(&folder, it, cx)) {
        if place != *jar && terms.size() as u64 <= limit {
            terms.add(&place.display(), "");
        }
    }
    if terms.size() > 0 {
        component.properties.insert(DEPENDENCIES, INCOMPLETE.to_owned());
        component.claims.push(Claim { requires: Some(terms), ..Claim::new([].into()) });
    }
}

/// The file of a relative address.
fn place(folder: &ImagePath, address: &str, cx: &Context<'_>) -> Option<ImagePath> {
    let address = address.strip_prefix("file:").unwrap_or(address);
    let path = percent_encoding::percent_decode_str(address).collect::<Vec<u8>>();
    let path = cx.fs.resolve(&folder.join(path)?).ok()?;
    cx.fs.file_at(&path).map(|it| it.path.clone())
}
