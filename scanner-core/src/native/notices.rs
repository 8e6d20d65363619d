//! What is wrong with a link graph: libraries and symbol versions that are not there.

use std::collections::{BTreeMap, BTreeSet};

use super::versions::Unmet;
use crate::model::{Code, LinkGraph, Missing, NeedKind, Notice};
use crate::path::ImagePath;

/// One notice for each library that certainly lacks, at the first file that needs it; one for each library that lacks
/// versions, at the file that needs them.
pub(super) fn notices(graph: &LinkGraph, versions: &BTreeSet<Unmet>) -> Vec<Notice> {
    let mut lacking: BTreeMap<&Missing, Vec<&ImagePath>> = BTreeMap::new();
    for file in &graph.files {
        let vital = file.missing.iter().filter(|it| it.certain && it.kind.is_vital());
        vital.for_each(|it| lacking.entry(it).or_default().push(&file.path));
    }
    let libraries = lacking.into_iter().filter_map(|(missing, files)| {
        let path = (*files.first()?).clone();
        let (name, others) = (&missing.name, files.len() - 1);
        let others =
            if others == 0 { String::new() } else { format!(" and {others} more files need") };
        let message = match missing.kind {
            NeedKind::Interpreter => {
                format!("needs{others} the loader {name}, which is not in the image")
            }
            _ => format!("needs{others} {name}, which its loader finds nowhere in the image"),
        };
        Some(Notice { path, code: Code::LibraryMissing, message: format!("native: {message}") })
    });
    libraries.chain(unmet(graph, versions)).collect()
}

fn unmet(graph: &LinkGraph, versions: &BTreeSet<Unmet>) -> Vec<Notice> {
    let mut by_file: BTreeMap<(usize, usize), Vec<&str>> = BTreeMap::new();
    for it in versions {
        by_file.entry((it.from, it.library)).or_default().push(&it.version);
    }
    let notice = |((from, library), versions): ((usize, usize), Vec<&str>)| {
        let (file, library) = (graph.files.get(from)?, graph.files.get(library)?);
        let (library, versions) = (library.path.display(), versions.join(", "));
        let message = format!("native: needs {versions} of {library}, which does not define it");
        Some(Notice { path: file.path.clone(), code: Code::SymbolVersionMissing, message })
    };
    by_file.into_iter().filter_map(notice).collect()
}
