//! What the analyzers of lockfiles and manifests have in common.

use std::fmt;

use super::{Context, Fault, Findings, Target};
use crate::formats::Pin;
use crate::fs::ReadError;
use crate::model::{Code, Component, Kind, License, Method, Position, Purl};

/// Reads a lockfile or manifest.
pub(super) fn text(target: &Target<'_>, cx: &Context<'_>) -> Result<String, ReadError> {
    let bytes = target.file.bytes(cx.fs.limits().lockfile_bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The fault of a file that its format's reader refuses.
pub(super) fn malformed(error: impl fmt::Display) -> Fault {
    Fault::new(Code::Malformed, error.to_string())
}

/// Adds what a file pins. What it names without one version or place is counted in a notice.
pub(super) fn add(found: &mut Findings<'_>, pins: Vec<Pin>, purl: fn(&Pin) -> Purl) {
    let (pinned, loose): (Vec<Pin>, Vec<Pin>) =
        pins.into_iter().partition(|it| !it.version.is_empty() || download(it).is_some());
    tell_unpinned(found, loose.len());
    for pin in pinned {
        add_one(found, &pin, &purl(&pin));
    }
}

/// Adds one thing that a file pins.
pub(super) fn add_one(found: &mut Findings<'_>, pin: &Pin, purl: &Purl) {
    if !is_word(&pin.name) || !(pin.version.is_empty() || is_word(&pin.version)) {
        found.notice(Code::Incomplete, "names a package without a name or with an impossible one");
        return;
    }
    let mut component = Component::new(Kind::Library, purl, &*pin.name, &*pin.version);
    component.licenses = pin.license.as_deref().and_then(License::new).into_iter().collect();
    component.download = download(pin);
    component.properties.extend(pin.checksum.clone().map(|it| ("declared:checksum", it)));
    let position = pin.line.map_or(Position::Whole, Position::Line);
    found.add(Method::Declaration, position, component);
}

/// The purl of an npm package, whose name has its scope before it.
pub(super) fn npm(pin: &Pin) -> Purl {
    let (scope, base) = pin.name.rsplit_once('/').unwrap_or(("", &pin.name));
    Purl::new("npm", base, &pin.version).namespace(scope)
}

/// Tells of dependencies that are named without one version: which they will be is not known here.
pub(super) fn tell_unpinned(found: &mut Findings<'_>, count: usize) {
    if count > 0 {
        let message = format!("names {count} dependencies without an exact version; left out");
        found.notice(Code::NotPinned, message);
    }
}

/// Whether a text can be a name or version of a package: nothing that would be taken for something else.
fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(|it: char| it.is_whitespace() || it.is_control())
}

fn download(pin: &Pin) -> Option<String> {
    pin.download.as_deref().and_then(public)
}

/// An address as a download location (SPDX 2.3 §7.7), without credentials; none for files of the project.
/// The commit of a repository, which tools write as a fragment, goes behind an `@`.
fn public(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://").filter(|(scheme, _)| *scheme != "file")?;
    let (place, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (authority, path) = place.split_once('/')?;
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    // The user of ssh is part of the address.
    let user = if scheme.ends_with("ssh") && !user.contains(':') && !user.is_empty() {
        format!("{user}@")
    } else {
        String::new()
    };
    let is_repository = scheme.starts_with("git") || path.strip_suffix(".git").is_some();
    let scheme = if is_repository && !scheme.starts_with("git") {
        format!("git+{scheme}")
    } else {
        scheme.to_owned()
    };
    let commit = fragment.strip_prefix("commit=").unwrap_or(fragment);
    let commit = Some(commit).filter(|it| is_repository && !it.is_empty());
    let commit = commit.map(|it| format!("@{it}")).unwrap_or_default();
    Some(format!("{scheme}://{user}{host}/{path}{commit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_download_location_without_secrets() {
        for (address, location) in [
            ("https://me:secret@example.org/a.tgz#c0ffee", "https://example.org/a.tgz"),
            ("git+ssh://git@example.org/a.git#c0ffee", "git+ssh://git@example.org/a.git@c0ffee"),
            ("git+https://token@example.org/a.git@c0ffee", "git+https://example.org/a.git@c0ffee"),
            ("https://example.org/a.git#commit=c0ffee", "git+https://example.org/a.git@c0ffee"),
        ] {
            assert_eq!(public(address).as_deref(), Some(location), "{address}");
        }
        for address in ["file:../a", "file:///a/b", "a-1.0.tgz", "https://example.org"] {
            assert_eq!(public(address), None, "{address}");
        }
    }
}
