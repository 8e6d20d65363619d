//! `yarn.lock`, of Yarn 1 (a format of its own) and of later ones (YAML).
//! Specification: Yarn documentation, "yarn.lock", "Protocols"; the lockfile parser of Yarn 1.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Pin, package_lock, yaml};

/// Reads the packages that would be installed; workspaces and linked folders are left out.
pub fn parse(text: &str) -> Result<Vec<Pin>, String> {
    if text.lines().any(|line| line.starts_with("__metadata:")) {
        later(text)
    } else {
        Ok(classic(text))
    }
}

/// What Yarn 1 writes: descriptors in the first column, fields below them.
fn classic(text: &str) -> Vec<Pin> {
    let mut found = Vec::new();
    let mut current: Option<(Pin, &str)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if !line.starts_with(' ') {
            found.extend(current.take().and_then(finish));
            current = descriptor(line).map(|(name, range)| {
                (Pin { name: name.to_owned(), line: Some(number), ..Pin::default() }, range)
            });
            continue;
        }
        // Deeper lines are the package's own dependencies.
        let Some(field) = line.strip_prefix("  ").filter(|it| !it.starts_with(' ')) else {
            continue;
        };
        let (Some((key, value)), Some((pin, _))) = (field.split_once(' '), &mut current) else {
            continue;
        };
        let value = value.trim_matches('"').to_owned();
        match key {
            "version" => pin.version = value,
            "resolved" => pin.download = Some(value),
            "integrity" => pin.checksum = Some(value),
            _ => {}
        }
    }
    found.extend(current.and_then(finish));
    found
}

/// A folder of the project has no address that it was resolved to.
fn finish((pin, range): (Pin, &str)) -> Option<Pin> {
    let local =
        range.starts_with("link:") || (range.starts_with("file:") && pin.download.is_none());
    (!local).then_some(pin)
}

/// The name and range of the first of the descriptors `NAME@RANGE, NAME@RANGE:`; an alias has its real name.
fn descriptor(line: &str) -> Option<(&str, &str)> {
    let first = match line.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => line.strip_suffix(':')?.split(',').next()?,
    };
    let (name, range) = split(first)?;
    Some(match range.strip_prefix("npm:").and_then(split) {
        Some((real, range)) => (real, range),
        None => (name, range),
    })
}

/// `NAME@REST`, the name with its scope.
fn split(text: &str) -> Option<(&str, &str)> {
    let at = text.char_indices().skip(1).find(|(_, it)| *it == '@')?.0;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

#[derive(Deserialize)]
struct Entry {
    version: Option<String>,
    resolution: Option<String>,
    checksum: Option<String>,
    #[serde(rename = "linkType")]
    link_type: Option<String>,
}

fn later(text: &str) -> Result<Vec<Pin>, String> {
    let documents = yaml::documents::<BTreeMap<String, Entry>>(text)?;
    Ok(documents.into_iter().flatten().filter_map(|(_, entry)| pin(entry)).collect())
}

/// The resolution of an entry is `NAME@PROTOCOL:REST`.
fn pin(entry: Entry) -> Option<Pin> {
    let resolution = entry.resolution.filter(|_| entry.link_type.as_deref() != Some("soft"))?;
    let (name, reference) = split(&resolution)?;
    let local = ["workspace:", "link:", "portal:"].iter().any(|it| reference.starts_with(it))
        || reference.strip_prefix("file:").is_some_and(is_folder);
    let address = reference.contains("://") && !reference.starts_with("patch:");
    (!local).then(|| Pin {
        name: name.to_owned(),
        version: entry.version.unwrap_or_default(),
        download: address.then(|| reference.to_owned()),
        checksum: entry.checksum,
        ..Pin::default()
    })
}

/// Whether what follows `file:` is a folder: `PATH#PATH::PARAMETERS`.
fn is_folder(reference: &str) -> bool {
    !reference.split('#').next().is_some_and(package_lock::is_archive)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pins(text: &str) -> Vec<String> {
        parse(text).unwrap().iter().map(|it| format!("{}@{}", it.name, it.version)).collect()
    }

    #[test]
    fn the_format_of_yarn_1_is_read_with_aliases_and_lines() {
        let text = "# yarn lockfile v1\n\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.1.0\"\n  \
            resolved \"https://example.org/a.tgz#c0ffee\"\n  integrity sha512-x\n  dependencies:\n    version \"9\"\n\n\
            b@1, b@2:\n  version \"2.0.0\"\n\n\"old-ms@npm:ms@0.7.1\":\n  version \"0.7.1\"\n\n\
            \"mine@file:./mine\":\n  version \"1.0.0\"\n";
        assert_eq!(pins(text), ["@s/a@1.1.0", "b@2.0.0", "ms@0.7.1"]);
        let first = parse(text).unwrap().remove(0);
        assert_eq!(first.line, Some(4));
        assert_eq!(first.download.as_deref(), Some("https://example.org/a.tgz#c0ffee"));
        assert_eq!(first.checksum.as_deref(), Some("sha512-x"));
    }

    #[test]
    fn the_yaml_of_later_yarns_is_read_without_workspaces() {
        let text = "__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\
            \"app@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"app@workspace:.\"\n  linkType: soft\n\n\
            \"old-ms@npm:ms@0.7.1\":\n  version: 0.7.1\n  resolution: \"ms@npm:0.7.1\"\n  checksum: 10c0/ab\n  linkType: hard\n\n\
            \"dir@file:./dir::locator=x\":\n  version: 1.0.0\n  resolution: \"dir@file:./dir#./dir::hash=1\"\n  linkType: hard\n\n\
            \"packed@file:./p.tgz::locator=x\":\n  version: 1.0.0\n  resolution: \"packed@file:./p.tgz#./p.tgz::hash=1\"\n  linkType: hard\n\n\
            \"t@patch:t@npm%3A4.0.0#x\":\n  version: 4.0.0\n  resolution: \"t@patch:t@npm%3A4.0.0#x\"\n  linkType: hard\n";
        assert_eq!(pins(text), ["ms@0.7.1", "packed@1.0.0", "t@4.0.0"]);
        assert!(parse("__metadata:\n  version: [").is_err());
    }
}
