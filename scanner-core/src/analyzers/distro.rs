//! The operating system itself, by its `os-release`, or by what systems had before there was one.

use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::{os_release, release_file};
use crate::fs::{File, LayeredFs};
use crate::model::{Component, Distro, Identity, Kind, Method, Position, Supplier};

/// Where the system may be named, and how; the first file that is there and names one counts.
/// That `/etc/os-release` comes before the other says os-release(5). The files from before it follow, those of
/// derivatives before those of what they derive from.
const PLACES: [(&str, Reader); 11] = [
    ("/etc/os-release", read),
    ("/usr/lib/os-release", read),
    ("/etc/oracle-release", release),
    ("/etc/centos-release", release),
    ("/etc/fedora-release", release),
    ("/etc/redhat-release", release),
    ("/etc/system-release", release),
    ("/etc/SuSE-release", suse),
    ("/etc/lsb-release", lsb),
    ("/etc/alpine-release", alpine),
    ("/etc/debian_version", debian),
];

type Reader = fn(&str) -> Option<Distro>;

/// Systems that wrote `NAME release VERSION`: how the name begins, and the `ID` that `os-release` gave them later.
const RELEASES: [(&str, &str); 9] = [
    ("AlmaLinux", "almalinux"),
    ("Amazon Linux", "amzn"),
    ("CentOS", "centos"),
    ("Fedora", "fedora"),
    ("Oracle Linux", "ol"),
    ("Red Hat Enterprise Linux", "rhel"),
    ("Rocky Linux", "rocky"),
    ("Scientific Linux", "scientific"),
    ("VMware Photon", "photon"),
];

/// Finds the operating system.
pub(super) struct OsRelease;

impl Analyzer for OsRelease {
    fn id(&self) -> &'static str {
        "distro"
    }

    fn about(&self) -> About {
        About {
            claims: "the operating system, by ID and VERSION_ID of os-release; where there is none by /etc/NAME-release, \
                     /etc/lsb-release, /etc/alpine-release, or the number in /etc/debian_version",
            refuses: "a file without ID; further files where one has named the system; a debian_version without number, which Debian's \
                      derivatives have too",
            specification: "os-release(5); Linux Standard Base",
        }
    }

    fn selects(&self) -> &'static [Select] {
        const SELECTS: [Select; PLACES.len()] = [
            Select::Path(PLACES[0].0),
            Select::Path(PLACES[1].0),
            Select::Path(PLACES[2].0),
            Select::Path(PLACES[3].0),
            Select::Path(PLACES[4].0),
            Select::Path(PLACES[5].0),
            Select::Path(PLACES[6].0),
            Select::Path(PLACES[7].0),
            Select::Path(PLACES[8].0),
            Select::Path(PLACES[9].0),
            Select::Path(PLACES[10].0),
        ];
        &SELECTS
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        target.metadata(cx.fs.limits())?;
        let counts = |(it, _): &(File<'_>, _)| it.path == target.file.path;
        let Some(distro) = cx.distro.filter(|_| place(cx.fs).as_ref().is_some_and(counts)) else {
            return Ok(());
        };
        let identity = Identity::new(&format!("os:{}", distro.qualifier()));
        let version = distro.version_id.clone().unwrap_or_default();
        let mut component =
            Component::identified(Kind::OperatingSystem, identity, &distro.id, version);
        component.properties.insert("os:name", distro.name.clone());
        if !distro.id_like.is_empty() {
            component.properties.insert("os:id-like", distro.id_like.join(" "));
        }
        component.supplier = Supplier::organization(&distro.name);
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

/// The distribution that an image names. A file that cannot be read is told of when its turn as a file comes.
pub fn distro(fs: &LayeredFs<'_>) -> Option<Distro> {
    place(fs).map(|(_, distro)| distro)
}

/// The file that names the system. An `os-release` that names none leaves no room for others: the image has spoken.
fn place<'a>(fs: &'a LayeredFs<'_>) -> Option<(File<'a>, Distro)> {
    for (path, reader) in PLACES {
        let Some(file) = fs.file(path) else { continue };
        let text = file.bytes(fs.limits().metadata_bytes).ok()?;
        match reader(&String::from_utf8_lossy(&text)) {
            Some(distro) => return Some((file, distro)),
            None if path.ends_with("/os-release") => return None,
            None => {}
        }
    }
    None
}

fn release(text: &str) -> Option<Distro> {
    let (name, version) = release_file::parse(text)?;
    let (_, id) = RELEASES.iter().find(|(start, _)| name.starts_with(start))?;
    Some(named(id, name, version))
}

/// Two lines of assignments below the name: `VERSION = 11`, `PATCHLEVEL = 4`.
fn suse(text: &str) -> Option<Distro> {
    let value = |key: &str| {
        let values = text.lines().filter_map(|line| line.split_once('='));
        let mut values = values.map(|(name, value)| (name.trim(), value.trim()));
        values.find(|(name, value)| *name == key && !value.is_empty()).map(|(_, value)| value)
    };
    let name = text.lines().next()?.split(" (").next()?.trim();
    let version = value("VERSION")?;
    match value("PATCHLEVEL").filter(|it| *it != "0") {
        Some(level) if !version.contains('.') => {
            Some(named("sles", name, &format!("{version}.{level}")))
        }
        _ if name.starts_with("openSUSE") => Some(named("opensuse", name, version)),
        _ => Some(named("sles", name, version)),
    }
}

fn lsb(text: &str) -> Option<Distro> {
    let values = os_release::parse(text);
    let value = |key| values.get(key).map(|it| it.trim()).filter(|it| !it.is_empty());
    let name = value("DISTRIB_ID")?;
    Some(named(&name.to_lowercase().replace(' ', ""), name, value("DISTRIB_RELEASE")?))
}

fn alpine(text: &str) -> Option<Distro> {
    number(text).map(|version| named("alpine", "Alpine Linux", version))
}

/// Debian's `VERSION_ID` is the first number alone since version 4.
fn debian(text: &str) -> Option<Distro> {
    let version = number(text)?.split('.').next()?;
    Some(named("debian", "Debian GNU/Linux", version))
}

/// A text that is a version and nothing else.
fn number(text: &str) -> Option<&str> {
    let text = text.trim();
    let plain = |it: char| it.is_ascii_alphanumeric() || "._".contains(it);
    (text.starts_with(|it: char| it.is_ascii_digit()) && text.chars().all(plain)).then_some(text)
}

fn named(id: &str, name: &str, version: &str) -> Distro {
    Distro {
        id: id.to_owned(),
        version_id: Some(version.to_owned()),
        name: name.to_owned(),
        id_like: Vec::new(),
    }
}

fn read(text: &str) -> Option<Distro> {
    let mut values = os_release::parse(text);
    let id = values.remove("ID").map(|id| id.to_lowercase()).filter(|id| !id.is_empty())?;
    Some(Distro {
        name: values.remove("NAME").filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone()),
        version_id: values.remove("VERSION_ID").filter(|version| !version.is_empty()),
        id_like: values
            .remove("ID_LIKE")
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rolling_release_has_no_version() {
        let distro = read("ID=\"Arch\"\nNAME='Arch Linux'\nID_LIKE=\"a b\"\n").unwrap();
        assert_eq!(distro.qualifier(), "arch");
        assert_eq!(distro.id_like, ["a", "b"]);
        assert_eq!(read("NAME=x\n"), None);
    }

    #[test]
    fn systems_from_before_os_release_are_known_by_their_own_files() {
        for (reader, text, qualifier) in [
            (release as Reader, "CentOS release 6.10 (Final)\n", Some("centos-6.10")),
            (release, "Red Hat Enterprise Linux Server release 6.9 (Santiago)\n", Some("rhel-6.9")),
            (release, "Some Linux release 1\n", None),
            (
                suse,
                "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n",
                Some("sles-11.4"),
            ),
            (suse, "openSUSE 13.1 (x86_64)\nVERSION = 13.1\n", Some("opensuse-13.1")),
            (lsb, "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\n", Some("ubuntu-10.04")),
            (lsb, "LSB_VERSION=core\n", None),
            (alpine, "3.4.6\n", Some("alpine-3.4.6")),
            (debian, "6.0.10\n", Some("debian-6")),
            (debian, "squeeze/sid\n", None),
        ] {
            let found = reader(text).map(|it| it.qualifier());
            assert_eq!(found.as_deref(), qualifier, "{text}");
        }
    }
}
