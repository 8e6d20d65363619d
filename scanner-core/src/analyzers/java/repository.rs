//! The Maven repository that a jar belongs to, where the image has one.

use super::coordinates::Coordinates;
use crate::analyzers::Context;
use crate::formats::pom;
use crate::path::ImagePath;

/// Where Debian's packages link their jars to, as `GROUP/ARTIFACT/VERSION/ARTIFACT-VERSION.jar`.
const DEBIAN: &str = "/usr/share/maven-repo";
/// What stands for the version in Debian's repository where dependents take whichever is installed.
const ANY_VERSION: &str = "debian";

/// Coordinates by which a repository knows a jar.
pub(super) struct Stated {
    pub(super) coordinates: Coordinates,
    /// The link or POM that states them.
    pub(super) by: ImagePath,
    /// Other coordinates by which it knows the same jar.
    pub(super) others: Vec<Coordinates>,
}

/// The coordinates of a jar by its repository.
pub(super) fn stated(jar: &ImagePath, cx: &Context<'_>) -> Option<Stated> {
    debian(jar, cx).or_else(|| beside(jar, cx))
}

/// By the links of Debian's repository. A jar may be known by several coordinates; the first in order counts.
fn debian(jar: &ImagePath, cx: &Context<'_>) -> Option<Stated> {
    let root = ImagePath::normalize(DEBIAN)?;
    let places = std::iter::once(jar).chain(cx.fs.links_to(jar)).filter(|it| it.is_below(&root));
    let mut known: Vec<(Coordinates, &ImagePath)> = places
        .filter_map(|place| Some((by_path(place, root.components().count())?, place)))
        .filter(|(coordinates, _)| coordinates.version != ANY_VERSION)
        .collect();
    known.sort_unstable();
    known.dedup_by(|a, b| a.0 == b.0);
    let mut known = known.into_iter();
    let (coordinates, by) = known.next()?;
    Some(Stated { coordinates, by: by.clone(), others: known.map(|(it, _)| it).collect() })
}

/// Reads `GROUP/ARTIFACT/VERSION/FILE` below a folder that is so many levels deep.
fn by_path(place: &ImagePath, levels: usize) -> Option<Coordinates> {
    let parts: Option<Vec<&str>> =
        place.components().skip(levels).map(|it| str::from_utf8(it).ok()).collect();
    let parts = parts?;
    let [group @ .., artifact, version, file] = parts.as_slice() else { return None };
    let coordinates = Coordinates::new(&group.join("."), artifact, version)?;
    is_file_of(file.strip_suffix(".jar")?, &coordinates).then_some(coordinates)
}

/// By the POM beside the jar, as in a local repository.
fn beside(jar: &ImagePath, cx: &Context<'_>) -> Option<Stated> {
    let name = str::from_utf8(jar.file_name()).ok()?;
    let (stem, _) = name.rsplit_once('.')?;
    let by = jar.parent()?.join(format!("{stem}.pom"))?;
    let text = cx.fs.file(&by.display())?.bytes(cx.fs.limits().metadata_bytes).ok()?;
    let coordinates = Coordinates::of_pom(&pom::parse(&String::from_utf8_lossy(&text)).ok()?)?;
    is_file_of(stem, &coordinates).then_some(Stated { coordinates, by, others: Vec::new() })
}

/// Whether a file has the name of an artifact in a repository, with or without a classifier.
fn is_file_of(stem: &str, coordinates: &Coordinates) -> bool {
    let rest = stem.strip_prefix(&format!("{}-{}", coordinates.artifact, coordinates.version));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
