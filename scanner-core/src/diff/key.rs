//! What stays the same of a component when its version changes.

use std::borrow::Cow;

use crate::model::{Component, Identity, Origin};

/// Qualifiers of a purl that tell packages apart; the others tell about one.
const TELLING: [&str; 4] = ["arch", "classifier", "platform", "type"];

/// The identity of a component without its version. Ordered by origin, then ecosystem and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    origin: Origin,
    /// Type, namespace and name of the purl, else a name of ours.
    name: Cow<'a, str>,
    /// The values of the telling qualifiers.
    qualifiers: [&'a str; TELLING.len()],
    subpath: &'a str,
}

impl<'a> Key<'a> {
    /// The key of a component. A file that nothing identifies is known by its place.
    pub(super) fn of(component: &'a Component) -> Self {
        let identity = &component.identity;
        let own = match identity.file_digest() {
            Some(_) => component.evidence.first().map(|it| format!("file:{}", it.location())),
            None if identity.purl().is_none() => {
                let version = format!("-{}", component.version);
                identity.as_str().strip_suffix(&version).map(str::to_owned)
            }
            None => None,
        };
        let key = Self::of_identity(identity);
        Self { name: own.map_or(key.name, Cow::Owned), ..key }
    }

    /// The key of something of which the identity alone is known.
    pub(super) fn of_identity(identity: &'a Identity) -> Self {
        let origin = identity.origin();
        let Some(purl) = identity.purl() else {
            let name = Cow::Borrowed(identity.as_str());
            return Self { origin, name, qualifiers: Default::default(), subpath: "" };
        };
        let (purl, subpath) = purl.split_once('#').unwrap_or((purl, ""));
        let (path, stated) = purl.split_once('?').unwrap_or((purl, ""));
        let name = path.rsplit_once('@').map_or(path, |(name, _)| name);
        let mut qualifiers = <[&str; TELLING.len()]>::default();
        for (key, value) in stated.split('&').filter_map(|it| it.split_once('=')) {
            let place = TELLING.iter().position(|it| *it == key);
            if let Some(found) = place.and_then(|it| qualifiers.get_mut(it)) {
                *found = value;
            }
        }
        Self { origin, name: Cow::Borrowed(name), qualifiers, subpath }
    }

    /// What it is called without a version.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_what_tells_about_a_package_do_not_count() {
        let same = |a: &str, b: &str| {
            let (a, b) = (Identity::new(a), Identity::new(b));
            Key::of_identity(&a) == Key::of_identity(&b)
        };
        let deb = "pkg:deb/debian/curl@1?arch=amd64&distro=debian-12";
        assert!(same(deb, "pkg:deb/debian/curl@2?arch=amd64&distro=debian-13&upstream=x"));
        assert!(!same(deb, "pkg:deb/debian/curl@1?arch=arm64&distro=debian-12"));
        assert!(!same("pkg:maven/g/a@1", "pkg:maven/g/a@1?classifier=sources"));
        assert!(!same("pkg:npm/%40a/b@1", "pkg:npm/b@1"));
        assert!(!same("pkg:npm/b@1", "declared:pkg:npm/b@1"));
        assert!(same("pkg:golang/a.b/c@v1#x", "pkg:golang/a.b/c@v2#x"));
    }
}
