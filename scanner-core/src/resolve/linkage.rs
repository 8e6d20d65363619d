//! The link graph between components: a program or library of one loads a library of the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::owners::Owners;
use crate::model::{
    Binary, Component, ExecutableFile, Identity, Kind, LinkGraph, Relation, Relationship,
};
use crate::path::ImagePath;

/// What executables say of the libraries that they load.
pub fn binaries(executables: &[ExecutableFile]) -> Vec<(ImagePath, Arc<Binary>)> {
    let binary = |it: &ExecutableFile| Some((it.path.clone(), Arc::clone(it.binary.as_ref()?)));
    executables.iter().filter_map(binary).collect()
}

/// Finds out what every program and library belongs to: the package of the operating system that lists it, else
/// another component that does, else the component that it is itself.
pub(super) fn own(mut graph: LinkGraph, components: &[Component]) -> LinkGraph {
    let paths: Vec<ImagePath> = graph.files.iter().map(|it| it.path.clone()).collect();
    let owners = Owners::of(components, paths.iter());
    let mut proven: BTreeMap<&ImagePath, &Identity> = BTreeMap::new();
    for it in components {
        proven.extend(it.evidence.iter().map(|proof| (&proof.path, &it.identity)));
    }
    for file in &mut graph.files {
        let listed = owners.owners(&file.path);
        let package = listed.iter().find(|it| it.kind == Kind::OsPackage).or(listed.first());
        let owner = package.map(|it| &it.identity).or_else(|| proven.get(&file.path).copied());
        file.owner = owner.cloned();
    }
    graph
}

/// The edges between components, each once, with the first file that proves it.
pub(super) fn edges(graph: &LinkGraph) -> Vec<Relationship> {
    let mut found: BTreeMap<(&Identity, &Identity), &ImagePath> = BTreeMap::new();
    for file in &graph.files {
        let Some(from) = &file.owner else { continue };
        let within =
            file.differences.iter().filter_map(|it| Some((graph.files.get(it.from)?, &it.edge)));
        let own = file.edges.iter().map(|edge| (file, edge));
        for (loader, edge) in own.chain(within) {
            let from = if std::ptr::eq(loader, file) { Some(from) } else { loader.owner.as_ref() };
            let to = graph.files.get(edge.to).and_then(|it| it.owner.as_ref());
            if let Some((from, to)) = from.zip(to).filter(|(from, to)| from != to) {
                found.entry((from, to)).or_insert(&loader.path);
            }
        }
    }
    let edge = |((from, to), proof): ((&Identity, &Identity), &ImagePath)| Relationship {
        from: from.clone(),
        relation: Relation::LinksTo,
        to: to.clone(),
        proof: proof.clone(),
    };
    found.into_iter().map(edge).collect()
}

/// The edges to components whose code the linker put into a program, as far as they are in the inventory.
pub(super) fn into_programs(components: &[Component]) -> impl Iterator<Item = Relationship> {
    components.iter().flat_map(move |from| {
        let proof = from.evidence.first().map(|it| &it.path);
        let linked = from.linked.iter().filter(|to| **to != from.identity);
        let linked =
            linked.filter_map(|to| Component::find(components, to)).zip(proof.into_iter().cycle());
        linked.map(|(to, proof)| Relationship {
            from: from.identity.clone(),
            relation: Relation::LinksStatically,
            to: to.identity.clone(),
            proof: proof.clone(),
        })
    })
}
