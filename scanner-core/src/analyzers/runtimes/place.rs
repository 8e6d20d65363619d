//! Where a runtime is, to judge by the file that states its version.

use super::super::Context;
use super::table::{FOREIGN, Runtime};
use crate::fs::File;
use crate::path::ImagePath;

/// A runtime that is there.
pub(super) struct Home {
    /// Its program, and what else runs or is loaded that is its own.
    pub(super) own: Vec<ImagePath>,
    /// The folder that is its own as a whole.
    pub(super) folder: Option<ImagePath>,
}

impl Home {
    /// The runtime that a file states the version of; none where its program is missing.
    pub(super) fn of(marker: &ImagePath, runtime: &Runtime, cx: &Context<'_>) -> Option<Self> {
        let (prefix, word) = prefix(marker, runtime.marker)?;
        // A build of Python with other flags has them in the name of its headers alone.
        let word = word.trim_end_matches(['d', 'm', 't', 'u']);
        let place = |it: &str| prefix.join(it.replace('*', word));
        let mut programs = runtime.programs(word).filter_map(|it| prefix.join(it));
        let program = programs.next().filter(|it| cx.fs.file_at(it).is_some())?;
        let mut own = vec![program];
        own.extend(programs.filter(|it| cx.fs.file_at(it).is_some()));
        for start in runtime.libraries.iter().filter_map(|it| place(it)) {
            let alike = cx.fs.files_beginning(&start);
            let beside = alike.filter(|it| it.path.parent() == start.parent());
            own.extend(beside.map(|it| it.path.clone()));
        }
        if let Some(library) = runtime.standard_library.and_then(place) {
            own.extend(
                cx.fs
                    .files_below(&library)
                    .filter(|it| is_own(it, &library))
                    .map(|it| it.path.clone()),
            );
        }
        Some(Self { own, folder: runtime.whole.then_some(prefix) })
    }
}

/// Whether a file of a standard library runs or is loaded, and is not in a folder for packages.
fn is_own(file: &File<'_>, library: &ImagePath) -> bool {
    let runs = file.executable || file.path.as_bytes().ends_with(b".so");
    let mut folders = file.path.components().skip(library.components().count());
    runs && !folders.any(|it| FOREIGN.contains(&it))
}

/// The folder that a marker is below, and what stands for the first `*` in its places.
fn prefix(marker: &ImagePath, places: &[&str]) -> Option<(ImagePath, String)> {
    let (mut folder, mut word) = (marker.clone(), String::new());
    for place in places.iter().rev() {
        let name = folder.file_name();
        match place.strip_suffix('*') {
            Some(start) => {
                let rest = name.strip_prefix(start.as_bytes()).filter(|it| !it.is_empty())?;
                str::from_utf8(rest).ok()?.clone_into(&mut word);
            }
            None if name != place.as_bytes() => return None,
            None => {}
        }
        folder = folder.parent()?;
    }
    Some((folder, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_tells_prefix_and_word() {
        let of = |path, places: &[&str]| {
            let (prefix, word) = prefix(&ImagePath::normalize(path)?, places)?;
            Some((prefix.display().into_owned(), word))
        };
        let python = ["include", "python*", "patchlevel.h"];
        let found = of("/usr/local/include/python3.12/patchlevel.h", &python);
        assert_eq!(found, Some(("/usr/local".into(), "3.12".into())));
        assert_eq!(of("/include/perl/patchlevel.h", &python), None);
        assert_eq!(of("/patchlevel.h", &python), None);
        let perl = of(
            "/usr/local/lib/perl5/5.38.2/x86_64-linux/Config.pm",
            &["lib", "perl5", "*", "*", "Config.pm"],
        );
        assert_eq!(perl.unwrap().1, "5.38.2");
    }
}
