//! What the files proved that later layers change or take away.
//!
//! Every layer that installs something rewrites the package database.
//! So each version of it is read, once a layer in which it changed, as the image was then.

use std::collections::BTreeSet;

use super::{Context, distro, run};
use crate::fs::LayeredFs;
use crate::model::{Component, ExecutableFile, Identity, Past};

/// The components of replaced files, each for as long as its file was there.
/// `present` are those that are there now: of executables that nothing identifies only those are looked for.
pub fn past(cx: &Context<'_>, present: &[Component]) -> Vec<Past> {
    let unknown = Unknown::of(present);
    let mut found = Vec::new();
    for view in cx.fs.replaced() {
        let distro = distro(&view);
        let run = run(&Context { fs: &view, distro: distro.as_ref(), ..*cx });
        found.extend(run.components.iter().flat_map(|it| lives(it, &view)));
        found.extend(run.executables.iter().filter_map(|it| unknown.life(it, &view)));
    }
    found
}

/// Executables that nothing identifies.
struct Unknown<'a> {
    identities: BTreeSet<&'a Identity>,
    /// A file of another size is none of them and need not be digested.
    sizes: BTreeSet<&'a str>,
}

impl<'a> Unknown<'a> {
    fn of(components: &'a [Component]) -> Self {
        let unknown = || components.iter().filter(|it| it.identity.file_digest().is_some());
        let size = |it: &'a Component| it.properties.get("executable:size").map(String::as_str);
        Self {
            identities: unknown().map(|it| &it.identity).collect(),
            sizes: unknown().filter_map(size).collect(),
        }
    }

    /// For how long a file was there, if it was one of them.
    fn life(&self, executable: &ExecutableFile, view: &LayeredFs<'_>) -> Option<Past> {
        let file = view.file_at(&executable.path)?;
        let until = file.until.filter(|_| self.sizes.contains(&*file.size.to_string()))?;
        let digest = file.digest(view.limits().digest_bytes).ok()?;
        let identity = Identity::of_file(digest);
        let life = |identity| {
            let (name, version) = (String::new(), String::new());
            Past { identity, name, version, layer: file.layer, until }
        };
        self.identities.contains(&identity).then(|| life(identity))
    }
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
