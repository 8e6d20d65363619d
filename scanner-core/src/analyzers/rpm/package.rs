//! From what rpm says of a package to a component.

use super::{Context, os_package};
use crate::model::{Component, Distro, Kind, Purl, Source, Supplier};

/// Imported keys are kept in the database as packages of this name.
pub(super) const KEY: &str = "gpg-pubkey";

/// What a database and a manifest both say. What they do not say is empty.
pub(super) struct Package<'a> {
    pub(super) name: &'a str,
    /// Version and release, with `-` between.
    pub(super) version: &'a str,
    pub(super) epoch: &'a str,
    pub(super) architecture: &'a str,
    pub(super) vendor: &'a str,
    pub(super) source_rpm: &'a str,
}

impl Package<'_> {
    /// Whether it has a name and a version such as rpm can build. Other tools build names
    /// with more kinds of signs than rpm does, but none with blanks or letters beyond ASCII.
    pub(super) fn is_complete(&self) -> bool {
        [self.name, self.version]
            .iter()
            .all(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_graphic()))
    }

    pub(super) fn component(&self, cx: &Context<'_>) -> Component {
        let qualifier = cx.distro.map(Distro::qualifier).unwrap_or_default();
        let purl = Purl::new("rpm", self.name, self.version)
            .namespace(cx.distro.map(|it| os_package::rpm_namespace(&it.id)).unwrap_or_default())
            .qualifier("arch", self.architecture)
            .qualifier("distro", &qualifier)
            .qualifier("epoch", self.epoch)
            .qualifier("upstream", self.source_rpm);
        let version = match self.epoch {
            "" => self.version.to_owned(),
            epoch => format!("{epoch}:{}", self.version),
        };
        let mut component = Component::new(Kind::OsPackage, &purl, self.name, version);
        component.supplier = Supplier::organization(self.vendor);
        component.source = source(self.source_rpm);
        if !self.architecture.is_empty() {
            component.properties.insert("rpm:architecture", self.architecture.to_owned());
        }
        component
    }
}

/// The source package by its file name: `NAME-VERSION-RELEASE.src.rpm`.
fn source(file_name: &str) -> Option<Source> {
    let stem = file_name.strip_suffix(".rpm")?;
    let stem = stem.strip_suffix(".src").or_else(|| stem.strip_suffix(".nosrc"))?;
    let (rest, release) = stem.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    Some(Source { name: name.to_owned(), version: format!("{version}-{release}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_package_is_read_from_its_file_name() {
        let read = |name| source(name).map(|it| (it.name, it.version));
        let expected = Some(("python3.9".to_owned(), "3.9.18-1.el9".to_owned()));
        assert_eq!(read("python3.9-3.9.18-1.el9.src.rpm"), expected);
        assert_eq!(read("a-b-1-2.nosrc.rpm"), Some(("a-b".to_owned(), "1-2".to_owned())));
        assert_eq!(read("a-1.src.rpm"), None);
        assert_eq!(read("(none)"), None);
    }
}
