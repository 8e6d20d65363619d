//! What the files proved that later layers change or take away.
//!
//! Every layer that installs something rewrites the package database.
//! So each version of it is read, once a layer in which it changed, as the image was then.

use super::{Context, distro, run};
use crate::fs::LayeredFs;
use crate::model::{Component, Past};

/// The components of replaced files, each for as long as its file was there.
pub fn past(cx: &Context<'_>) -> Vec<Past> {
    let mut found = Vec::new();
    for view in cx.fs.replaced() {
        let distro = distro(&view);
        let components = run(&Context { fs: &view, distro: distro.as_ref(), ..*cx }).components;
        found.extend(components.iter().flat_map(|it| lives(it, &view)));
    }
    found
}

/// From when to when each proof of a component was there.
fn lives(component: &Component, view: &LayeredFs<'_>) -> Vec<Past> {
    let until = |path| view.file_at(path)?.until;
    let life = |layer, until| Past {
        identity: component.identity.clone(),
        name: component.name.clone(),
        version: component.version.clone(),
        layer,
        until,
    };
    let evidence = component.evidence.iter();
    evidence.filter_map(|it| Some(life(it.layer, until(&it.path)?))).collect()
}
