//! Where macOS looks for the libraries of a program: at the paths that it names, which may count from the program, from
//! the library, or from the run paths of either.
//! Specification: dyld(1); Apple, "Run-Path Dependent Libraries".

use super::places::Places;
use crate::model::{Binary, Edge, How, Missing, NeedKind};
use crate::path::ImagePath;

/// What a file loads by itself, as if it were a program, and what is not there.
pub(super) fn edges(file: usize, places: &mut Places<'_>) -> (Vec<Edge>, Vec<Missing>) {
    let (mut edges, mut missing) = (Vec::new(), Vec::new());
    let Some((path, binary)) = places.files.get(file) else { return (edges, missing) };
    for need in &binary.needs {
        for name in &need.names {
            match find(name, path, binary, places) {
                Some((to, how)) => {
                    let (name, kind) = (name.clone(), need.kind);
                    edges.push(Edge { name, kind, how, to, processor: None });
                }
                // What macOS itself brings is in no image. A library's run paths may be those of its program.
                None if need.kind == NeedKind::Interpreter => {}
                None => {
                    missing.push(Missing { name: name.clone(), kind: need.kind, certain: false });
                }
            }
        }
    }
    (edges, missing)
}

fn find(
    name: &str,
    path: &ImagePath,
    binary: &Binary,
    places: &mut Places<'_>,
) -> Option<(usize, How)> {
    let home = path.parent()?.display().into_owned();
    let here = |text: &str| {
        let rest = text.strip_prefix("@loader_path").or(text.strip_prefix("@executable_path"));
        rest.map_or_else(|| text.to_owned(), |rest| format!("{home}{rest}"))
    };
    let Some(rest) = name.strip_prefix("@rpath") else {
        return Some((fitting(&here(name), binary, places)?, How::Path));
    };
    let candidates = binary.rpath.iter().map(|it| format!("{}{rest}", here(it)));
    let found = candidates.into_iter().find_map(|it| fitting(&it, binary, places));
    Some((found?, How::Rpath))
}

fn fitting(path: &str, binary: &Binary, places: &mut Places<'_>) -> Option<usize> {
    let file = places.at(path)?.file;
    binary.machines.iter().any(|it| places.fits(file, *it)).then_some(file)
}
