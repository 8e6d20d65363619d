//! The package that a binary says that it was built for, where no package database knows the binary.

use std::borrow::Cow;

use super::{Opened, os_package};
use crate::formats::executable::Executable;
use crate::formats::package_note::{self, PackageNote};
use crate::limits::Limits;
use crate::model::{Component, Kind, Purl};
use crate::read::window;

/// The section that holds it in PE files; in ELF it is a note.
const PE_SECTION: &str = ".pkgnote";
/// The `ID` of distributions whose notes name themselves by their `CPE_NAME` alone.
const BY_CPE: &[(&str, &str, &str)] = &[
    ("amazon", "amazon_linux", "amzn"),
    ("centos", "centos", "centos"),
    ("fedoraproject", "fedora", "fedora"),
    ("redhat", "enterprise_linux", "rhel"),
];

/// The note of a binary and its offset; none where there is none that can be read.
pub(super) fn read(opened: &Opened<'_>, limits: &Limits) -> Option<(u64, PackageNote)> {
    let (offset, bytes) = if let Executable::Pe(pe) = &opened.headers {
        let section = pe.layout.section(PE_SECTION)?;
        let size = section.size.min(limits.section_bytes);
        (section.offset, Cow::Owned(window(opened.bytes.as_ref(), section.offset, size).ok()?))
    } else {
        let (offset, bytes) = opened.facts.as_ref()?.package.as_ref()?;
        (*offset, Cow::Borrowed(bytes))
    };
    Some((offset, package_note::parse(&bytes).ok()?))
}

/// The package, if the note says all that its purl needs. Notes name source packages.
pub(super) fn component(note: &PackageNote) -> Option<Component> {
    let (os, os_version) = distribution(note)?;
    let (ty, namespace, architecture) = match note.kind.as_str() {
        "apk" => ("apk", os, note.architecture.as_str()),
        "deb" => ("deb", os, "source"),
        "rpm" => ("rpm", os_package::rpm_namespace(os), "src"),
        _ => return None,
    };
    if note.name.is_empty() || note.version.is_empty() {
        return None;
    }
    let distro = if os_version.is_empty() { os.to_owned() } else { format!("{os}-{os_version}") };
    let purl = Purl::new(ty, &note.name, &note.version)
        .namespace(namespace)
        .qualifier("arch", architecture)
        .qualifier("distro", &distro);
    let mut component = Component::new(Kind::OsPackage, &purl, &note.name, &note.version);
    let facts = [
        ("package-note:app-cpe", &note.app_cpe),
        ("package-note:architecture", &note.architecture),
    ];
    for (key, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
        component.properties.insert(key, value.clone());
    }
    Some(component)
}

/// What a note says that identifies no package.
pub(super) fn properties(note: PackageNote) -> impl Iterator<Item = (&'static str, String)> {
    let all = [
        ("package-note:app-cpe", note.app_cpe),
        ("package-note:architecture", note.architecture),
        ("package-note:name", note.name),
        ("package-note:os", note.os),
        ("package-note:type", note.kind),
        ("package-note:version", note.version),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty())
}

/// `ID` and `VERSION_ID` of the distribution that built the package.
fn distribution(note: &PackageNote) -> Option<(&str, &str)> {
    if !note.os.is_empty() {
        return Some((&note.os, &note.os_version));
    }
    let name =
        note.os_cpe.strip_prefix("cpe:/o:").or_else(|| note.os_cpe.strip_prefix("cpe:2.3:o:"))?;
    let mut parts = name.split(':');
    let named = (parts.next()?, parts.next()?);
    let (.., id) = BY_CPE.iter().find(|(vendor, product, _)| named == (*vendor, *product))?;
    Some((id, parts.next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purl(json: &str) -> Option<String> {
        let note = package_note::parse(json.as_bytes()).unwrap();
        component(&note).map(|it| it.identity.as_str().to_owned())
    }

    #[test]
    fn notes_of_known_types_name_a_source_package() {
        let deb =
            r#"{"type":"deb","os":"debian","osVersion":"12","name":"hello","version":"2.10-3"}"#;
        assert_eq!(purl(deb).unwrap(), "pkg:deb/debian/hello@2.10-3?arch=source&distro=debian-12");
        let rpm = r#"{"type":"rpm","name":"bash","version":"5.2.26-3.fc40","architecture":"x86_64",
            "osCpe":"cpe:/o:fedoraproject:fedora:40"}"#;
        assert_eq!(
            purl(rpm).unwrap(),
            "pkg:rpm/fedora/bash@5.2.26-3.fc40?arch=src&distro=fedora-40"
        );
        let amazon = r#"{"type":"rpm","name":"a","version":"1-1","osCpe":"cpe:2.3:o:amazon:amazon_linux:2023"}"#;
        assert_eq!(purl(amazon).unwrap(), "pkg:rpm/amzn/a@1-1?arch=src&distro=amzn-2023");
        let rhel = r#"{"type":"rpm","os":"rhel","osVersion":"10.0","name":"a","version":"1-1"}"#;
        assert_eq!(purl(rhel).unwrap(), "pkg:rpm/redhat/a@1-1?arch=src&distro=rhel-10.0");
        let apk = r#"{"type":"apk","os":"wolfi","name":"curl","version":"8.9-r0","architecture":"x86_64"}"#;
        assert_eq!(purl(apk).unwrap(), "pkg:apk/wolfi/curl@8.9-r0?arch=x86_64&distro=wolfi");
    }

    #[test]
    fn notes_that_leave_anything_open_name_none() {
        for json in [
            r#"{"type":"deb","name":"hello","version":"2.10-3"}"#,
            r#"{"type":"deb","os":"debian","name":"hello"}"#,
            r#"{"type":"mine","os":"debian","name":"hello","version":"1"}"#,
            r#"{"type":"rpm","osCpe":"cpe:/o:fedoraproject:fedoracore:40","name":"a","version":"1"}"#,
            "{}",
        ] {
            assert_eq!(purl(json), None, "{json}");
        }
    }
}
