//! Where the metadata of a distribution is, in every form that installers gave it.

use crate::analyzers::{Context, Fault, Target, archive};
use crate::fs::File;
use crate::model::{Code, Position};
use crate::path::ImagePath;

/// Where an egg keeps its metadata.
const EGG_INFO: &str = "EGG-INFO/PKG-INFO";
/// The list of what an egg requires, in its directory of metadata and from its own.
pub(super) const REQUIRES: &str = "requires.txt";
const EGG_REQUIRES: &str = "EGG-INFO/requires.txt";

/// The metadata of a distribution.
pub(super) struct Source {
    /// Its text.
    pub(super) text: String,
    /// Where in the file it is.
    pub(super) position: Position,
    /// The directory of distributions that it is in.
    pub(super) site: ImagePath,
    /// The directory of files about the distribution, if it has one.
    pub(super) info: Option<ImagePath>,
    /// The list of what an egg requires, empty where it requires nothing; none where the metadata has no place for it.
    pub(super) requires: Result<Option<String>, Fault>,
    /// The directory that is the distribution as a whole, if there is one.
    pub(super) folder: Option<ImagePath>,
    /// The directory that an installation links to, if that is all it does.
    pub(super) editable: Option<ImagePath>,
}

/// Reads the metadata that a file is or leads to; none where the file is only something like it.
pub(super) fn read(target: &Target<'_>, cx: &Context<'_>) -> Result<Option<Source>, Fault> {
    let path = target.file.path;
    let parent = path.parent();
    let is_egg = path.as_bytes().ends_with(b".egg/EGG-INFO/PKG-INFO");
    let is_folder = matches!(path.file_name(), b"METADATA" | b"PKG-INFO");
    let depth = usize::from(is_egg) + usize::from(is_folder) + 1;
    let site = std::iter::successors(Some(path.clone()), ImagePath::parent).nth(depth);
    let plain = |text: String| Source {
        text,
        site: site.clone().unwrap_or_else(ImagePath::root),
        position: Position::Whole,
        info: None,
        requires: Ok(None),
        folder: None,
        editable: None,
    };
    if path.as_bytes().ends_with(b".egg") {
        if !is_installed_egg(path, cx) {
            return Ok(None);
        }
        let bytes = archive::entry(target.file, EGG_INFO.as_bytes(), cx.fs.limits())?;
        let bytes =
            bytes.ok_or_else(|| Fault::new(Code::Incomplete, "is an egg without PKG-INFO"))?;
        let source = plain(String::from_utf8_lossy(&bytes).into_owned());
        let requires = archive::entry(target.file, EGG_REQUIRES.as_bytes(), cx.fs.limits());
        let requires = requires.map(|it| Some(text_of(it)));
        let position = Position::Entry(EGG_INFO.to_owned());
        return Ok(Some(Source { position, requires, ..source }));
    }
    let text = target.metadata(cx.fs.limits())?;
    if path.as_bytes().ends_with(b".egg-link") {
        let nothing = || Fault::new(Code::Incomplete, "links to a directory without its metadata");
        let (directory, metadata) = linked(path, &text, cx).ok_or_else(nothing)?;
        let bytes = metadata.bytes(cx.fs.limits().metadata_bytes)?;
        let source = plain(String::from_utf8_lossy(&bytes).into_owned());
        let requires = metadata.path.parent().map(|it| required(&it, cx)).transpose();
        return Ok(Some(Source { requires, editable: Some(directory), ..source }));
    }
    // An .egg-info that is a file has no folder of its own.
    if path.as_bytes().ends_with(b".egg-info") {
        return Ok(Some(plain(text)));
    }
    let folder = parent.as_ref().and_then(ImagePath::parent).filter(|_| is_egg);
    let requires = parent.as_ref().map(|it| required(it, cx)).transpose();
    Ok(Some(Source { info: parent, requires, folder, ..plain(text) }))
}

/// What the list in a directory of metadata says. An egg that requires nothing has none.
fn required(info: &ImagePath, cx: &Context<'_>) -> Result<String, Fault> {
    let list = info.join(REQUIRES).and_then(|it| cx.fs.file_at(&it));
    let bytes = list.map(|it| it.bytes(cx.fs.limits().metadata_bytes)).transpose()?;
    Ok(text_of(bytes))
}

fn text_of(bytes: Option<Vec<u8>>) -> String {
    bytes.map(|it| String::from_utf8_lossy(&it).into_owned()).unwrap_or_default()
}

/// The directory that an `.egg-link` names, and the metadata of its project there.
fn linked<'a>(link: &ImagePath, text: &str, cx: &Context<'a>) -> Option<(ImagePath, File<'a>)> {
    let directory = link.parent()?.join(text.lines().next()?.trim())?;
    let directory = cx.fs.resolve(&directory).ok()?;
    let project = str::from_utf8(link.file_name()).ok()?.strip_suffix(".egg-link")?;
    let file = [project.to_owned(), project.replace('-', "_")]
        .iter()
        .find_map(|name| cx.fs.file_at(&directory.join(format!("{name}.egg-info/PKG-INFO"))?))?;
    Some((directory, file))
}

/// Whether an egg that is one packed file is where Python finds it: among installed distributions, or in the list
/// that `easy_install` keeps. Those that a build made lie elsewhere.
fn is_installed_egg(path: &ImagePath, cx: &Context<'_>) -> bool {
    let Some(folder) = path.parent() else { return false };
    let list = || {
        let list = cx.fs.file_at(&folder.join("easy-install.pth")?)?;
        let bytes = list.bytes(cx.fs.limits().metadata_bytes).ok()?;
        let listed = |line: &[u8]| folder.join(line.trim_ascii()).as_ref() == Some(path);
        Some(bytes.split(|byte| *byte == b'\n').any(listed))
    };
    matches!(folder.file_name(), b"site-packages" | b"dist-packages") || list() == Some(true)
}
