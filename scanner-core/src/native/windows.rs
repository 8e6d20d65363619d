//! Where Windows looks for the libraries of a program: beside it, then where the system keeps its own. Names differ by
//! more than case only.
//! Specification: Microsoft, "Dynamic-link library search order".

use std::collections::BTreeMap;

use super::places::Places;
use crate::model::{Edge, Format, How, Missing};

/// The binaries of Windows by directory and name, both in lower case.
pub(super) struct Windows(BTreeMap<(Vec<u8>, Vec<u8>), usize>);

/// The system's own directories, in images and in the layers of Windows.
const SYSTEM: &[&[u8]] =
    &[b"/windows/system32", b"/files/windows/system32", b"/windows", b"/files/windows"];

impl Windows {
    pub(super) fn new(places: &Places<'_>) -> Self {
        let files = places.files.iter().enumerate().filter(|(_, (_, it))| it.format == Format::Pe);
        let key = |(at, (path, _)): (usize, &(crate::path::ImagePath, _))| {
            let directory = path.parent()?.as_bytes().to_ascii_lowercase();
            Some(((directory, path.file_name().to_ascii_lowercase()), at))
        };
        Self(files.filter_map(key).collect())
    }

    /// What a file loads by itself, and what is not there.
    pub(super) fn edges(&self, file: usize, places: &Places<'_>) -> (Vec<Edge>, Vec<Missing>) {
        let (mut edges, mut missing) = (Vec::new(), Vec::new());
        let Some((path, binary)) = places.files.get(file) else { return (edges, missing) };
        let Some(home) = path.parent() else { return (edges, missing) };
        for need in &binary.needs {
            for name in &need.names {
                match self.find(&home.as_bytes().to_ascii_lowercase(), name, file, places) {
                    Some((to, how)) => {
                        let (name, kind) = (name.clone(), need.kind);
                        edges.push(Edge { name, kind, how, to, processor: None });
                    }
                    // What Windows itself brings is in few images.
                    None => missing.push(Missing {
                        name: name.clone(),
                        kind: need.kind,
                        certain: false,
                    }),
                }
            }
        }
        (edges, missing)
    }

    fn find(
        &self,
        home: &[u8],
        name: &str,
        from: usize,
        places: &Places<'_>,
    ) -> Option<(usize, How)> {
        let name = name.to_ascii_lowercase().into_bytes();
        let machine = *places.binary(from)?.machines.first()?;
        let inside = |directory: &[u8]| {
            let file = self.0.get(&(directory.to_vec(), name.clone())).copied();
            file.filter(|it| places.fits(*it, machine))
        };
        let own = inside(home).map(|it| (it, How::ProgramDirectory));
        own.or_else(|| SYSTEM.iter().find_map(|it| Some((inside(it)?, How::DefaultDirectory))))
    }
}
