//! Which components a user means: a purl in which `*` stands for any characters.

use percent_encoding::{percent_decode_str, utf8_percent_encode};

use super::purl::{ENCODED, fold_name, fold_namespace};

/// A pattern of identities: `pkg:npm/lodash@*`, `pkg:deb/debian/openssl`, `bin:sha256:12ab*`.
///
/// A purl without a version means every version, one without qualifiers any qualifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurlPattern {
    text: String,
    /// Whether versions count, and whether qualifiers do.
    parts: Parts,
}

/// The parts of a purl that a pattern has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parts {
    Name,
    Version,
    All,
}

impl PurlPattern {
    /// Reads a pattern; a purl is brought into its canonical form.
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        let Some(purl) = text.strip_prefix("pkg:") else {
            return Self { text: text.to_owned(), parts: Parts::All };
        };
        let (purl, rest) = match purl.find(['?', '#']) {
            Some(at) => purl.split_at(at),
            None => (purl, ""),
        };
        let slash = purl.rfind('/').unwrap_or(0);
        let at = purl.rfind('@').filter(|at| *at > slash + 1);
        let (path, version) = at.map_or((purl, None), |at| {
            let (path, version) = purl.split_at(at);
            (path, version.strip_prefix('@'))
        });
        let version = version.map(|it| format!("@{}", canonical(it))).unwrap_or_default();
        let parts = match (rest, &*version) {
            ("", "") if !path.ends_with('*') => Parts::Name,
            ("", _) => Parts::Version,
            _ => Parts::All,
        };
        Self { text: format!("pkg:{}{version}{rest}", path_of(path)), parts }
    }

    /// What every identity that is meant begins with.
    pub fn prefix(&self) -> &str {
        self.text.split('*').next().unwrap_or_default()
    }

    /// Whether an identity is meant.
    pub fn matches(&self, identity: &str) -> bool {
        let plain = identity.find(['?', '#']).and_then(|at| identity.get(..at)).unwrap_or(identity);
        match self.parts {
            Parts::All => is_like(identity, &self.text),
            Parts::Version => is_like(plain, &self.text),
            Parts::Name => is_like(without_version(plain), &self.text),
        }
    }
}

fn without_version(purl: &str) -> &str {
    purl.rsplit_once('@').map_or(purl, |(path, _)| path)
}

/// Type, namespace and name in canonical form.
fn path_of(path: &str) -> String {
    let path = path.trim_matches('/');
    let (kind, rest) = path.split_once('/').unwrap_or((path, ""));
    let kind = kind.to_ascii_lowercase();
    let (namespace, name) = rest.rsplit_once('/').unwrap_or(("", rest));
    let namespace = namespace.split('/').filter(|it| !it.is_empty());
    let namespace = namespace.map(|it| canonical(&fold_namespace(&kind, &decoded(it))));
    let name = canonical(&fold_name(&kind, &decoded(name)));
    std::iter::once(kind.clone()).chain(namespace).chain([name]).collect::<Vec<_>>().join("/")
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Percent-encodes all but the wildcards.
fn canonical(text: &str) -> String {
    let pieces = text.split('*').map(|it| utf8_percent_encode(&decoded(it), ENCODED).to_string());
    pieces.collect::<Vec<_>>().join("*")
}

/// Whether a text is a pattern's with something in the place of each `*`.
fn is_like(text: &str, pattern: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return text == pattern };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some((_, behind)) = text.split_once(piece) else { return false };
        text = behind;
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn means(pattern: &str, yes: &[&str], no: &[&str]) {
        let pattern = PurlPattern::new(pattern);
        for identity in yes {
            assert!(pattern.matches(identity), "{pattern:?} does not mean {identity}");
            assert!(identity.starts_with(pattern.prefix()));
        }
        assert!(no.iter().all(|it| !pattern.matches(it)), "{pattern:?} means one of {no:?}");
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        means("pkg:npm/lodash@*", &["pkg:npm/lodash@4.17.21"], &["pkg:npm/lodash-es@4.17.21"]);
        means("pkg:npm/lodash@4.*.1", &["pkg:npm/lodash@4.17.1"], &["pkg:npm/lodash@4.17.2"]);
        means("pkg:npm/*", &["pkg:npm/a@1", "pkg:npm/%40b/c@1"], &["pkg:gem/a@1"]);
        means("bin:sha256:1*", &["bin:sha256:12"], &["bin:sha256:21"]);
    }

    #[test]
    fn what_a_pattern_does_not_say_does_not_matter() {
        let curl = "pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?arch=amd64&distro=debian-12";
        means("pkg:deb/debian/curl", &[curl], &["pkg:deb/debian/curl-doc@1"]);
        means("pkg:deb/debian/curl@7.88.1-10+deb12u5", &[curl], &[]);
        means("pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5", &[curl], &[]);
        means("pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?arch=arm64*", &[], &[curl]);
        means("pkg:deb/debian/curl@7*?arch=amd64*", &[curl], &[]);
    }

    #[test]
    fn a_pattern_need_not_be_canonical() {
        let core = "pkg:npm/%40angular/core@17.0.0";
        means("pkg:npm/@angular/core", &[core], &["pkg:npm/core@17.0.0"]);
        means("pkg:NPM/%40angular/core@17.0.0", &[core], &[]);
        means("pkg:pypi/Ruamel_Yaml", &["pkg:pypi/ruamel-yaml@1"], &[]);
    }
}
