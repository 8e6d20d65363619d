//! What the packages of all operating systems have in common.

use super::{Context, Findings};
use crate::formats::Problem;
use crate::fs::LayeredFs;
use crate::model::{Code, Component, Kind, Purl, Source};
use crate::path::ImagePath;

/// Makes the component of an installed package.
/// `home` is the purl namespace where no os-release names one: the distribution that the format comes from.
pub(super) fn component(
    (ty, home): (&'static str, &str),
    (name, version): (&str, &str),
    architecture: &str,
    source: Option<Source>,
    cx: &Context<'_>,
) -> Component {
    let namespace = cx.distro.map_or(home, |distro| &distro.id);
    let qualifier = cx.distro.map(crate::model::Distro::qualifier).unwrap_or_default();
    let upstream = source.as_ref().map(|source| match source {
        Source { name: same, version: equal } if same == name && equal == version => String::new(),
        Source { name: other, version: equal } if equal == version => other.clone(),
        Source { name, version } => format!("{name}@{version}"),
    });
    let purl = Purl::new(ty, name, version)
        .namespace(namespace)
        .qualifier("arch", architecture)
        .qualifier("distro", &qualifier)
        .qualifier("upstream", &upstream.unwrap_or_default());
    Component { source, ..Component::new(Kind::OsPackage, &purl, name, version) }
}

/// The purl namespace of a distribution's rpm packages: purl-spec wants its vendor,
/// and that is its `ID` but for those that purl-spec and its users know by another name.
pub(super) fn rpm_namespace(id: &str) -> &str {
    match id {
        "rhel" => "redhat",
        _ if id.starts_with("opensuse") => "opensuse",
        _ => id,
    }
}

/// Tells how many lines of a database are left out, and why the first of them.
pub(super) fn problems(problems: &[Problem], found: &mut Findings<'_>) {
    if let Some(first) = problems.first() {
        let count = problems.len();
        let message = format!("{count} lines left out; line {} {}", first.line, first.what);
        found.notice(Code::Malformed, message);
    }
}

/// A database without a last line that was cut: half a version is no version.
pub(super) fn whole_lines<'a>(bytes: &'a [u8], found: &mut Findings<'_>) -> &'a [u8] {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if end < bytes.len() {
        found.notice(Code::Malformed, "is cut in its last line, which is left out");
    }
    bytes.get(..end).unwrap_or_default()
}

/// Turns the paths of a package's file list into the paths that the image really has.
/// A merged `/usr` makes `/lib/x` of the list `/usr/lib/x` of the image.
/// Directories belong to many packages and are left out; files that were deleted stay.
pub(super) fn owned_files<'a>(
    fs: &LayeredFs<'_>,
    paths: impl Iterator<Item = &'a [u8]>,
) -> Vec<ImagePath> {
    let mut directory: Option<(ImagePath, Option<ImagePath>)> = None;
    let mut owned = Vec::new();
    for listed in paths.filter_map(ImagePath::normalize) {
        let Some(parent) = listed.parent() else { continue };
        // Lists come directory by directory: one lookup serves many lines.
        if directory.as_ref().is_none_or(|(last, _)| *last != parent) {
            directory = Some((parent.clone(), fs.resolve(&parent).ok()));
        }
        let real = directory.as_ref().and_then(|(_, real)| real.as_ref());
        let path = real.and_then(|real| real.join(listed.file_name())).unwrap_or(listed);
        if !fs.is_directory(&path) {
            owned.push(path);
        }
    }
    owned
}
