//! Package URLs in their one canonical form.
//! Specification: ECMA-427, and the type definitions of package-url/purl-spec.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What is never percent-encoded beside letters and digits (ECMA-427 §5.4).
pub(super) const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'~').remove(b':');

/// A package URL under construction; its `Display` is the canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purl {
    ty: Cow<'static, str>,
    namespace: String,
    name: String,
    version: String,
    qualifiers: BTreeMap<Cow<'static, str>, String>,
    subpath: String,
}

impl Purl {
    /// Begins a purl; an empty version is left out.
    pub fn new(ty: impl Into<Cow<'static, str>>, name: &str, version: &str) -> Self {
        let ty = ty.into();
        let name = fold_name(&ty, name);
        Self {
            ty,
            namespace: String::new(),
            name,
            version: version.to_owned(),
            qualifiers: BTreeMap::new(),
            subpath: String::new(),
        }
    }

    /// Reads a purl that somebody else wrote (ECMA-427 §5.6); none where it has no type or name.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.trim().strip_prefix("pkg:")?.trim_matches('/');
        let (rest, subpath) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (ty, path) = rest.split_once('/')?;
        // A scope of npm has its own `@`, which some write as it is.
        let at = path.rfind('@').filter(|at| *at > path.rfind('/').map_or(0, |slash| slash + 1));
        let (path, version) = at
            .and_then(|at| path.split_at_checked(at))
            .map_or((path, ""), |(path, version)| (path, version.trim_start_matches('@')));
        let path = path.trim_matches('/');
        let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
        if !is_type(ty) || name.is_empty() {
            return None;
        }
        let namespace: Option<Vec<String>> = namespace.split('/').map(decode).collect();
        let mut purl = Self::new(ty.to_lowercase(), &decode(name)?, &decode(version)?)
            .namespace(&namespace?.join("/"));
        for (key, value) in qualifiers.split('&').filter_map(|it| it.split_once('=')) {
            let value = decode(value).filter(|it| !it.is_empty());
            purl.qualifiers.extend(value.map(|it| (Cow::from(key.to_lowercase()), it)));
        }
        let subpath: Option<Vec<String>> = subpath.split('/').map(decode).collect();
        let proper = |it: &String| !matches!(it.as_str(), "" | "." | "..");
        purl.subpath = subpath?.into_iter().filter(proper).collect::<Vec<_>>().join("/");
        Some(purl)
    }

    /// The version; empty where there is none.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The epoch of a package of rpm, which its purl has beside the version (rpm type definition).
    pub fn epoch(&self) -> Option<&str> {
        self.qualifiers.get("epoch").filter(|_| self.ty == "rpm").map(String::as_str)
    }

    /// Sets the namespace, `/` between its segments.
    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.namespace = fold_namespace(&self.ty, namespace);
        self
    }

    /// Sets a qualifier; an empty value is left out.
    #[must_use]
    pub fn qualifier(mut self, key: &'static str, value: &str) -> Self {
        if !value.is_empty() {
            self.qualifiers.insert(key.into(), value.to_owned());
        }
        self
    }
}

/// A name as purls of a type write it, not yet encoded.
pub(super) fn fold_name(ty: &str, name: &str) -> String {
    match ty {
        "alpm" | "apk" | "bitnami" | "brew" | "composer" | "deb" | "golang" | "hex"
        | "luarocks" | "otp" => name.to_lowercase(),
        "pypi" => name.to_lowercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}

/// A namespace as purls of a type write it, not yet encoded.
pub(super) fn fold_namespace(ty: &str, namespace: &str) -> String {
    match ty {
        "alpm" | "apk" | "brew" | "composer" | "deb" | "golang" | "hex" | "luarocks" | "rpm" => {
            namespace.to_lowercase()
        }
        _ => namespace.to_owned(),
    }
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}", self.ty)?;
        for segment in self.namespace.split('/').filter(|segment| !segment.is_empty()) {
            write!(f, "/{}", utf8_percent_encode(segment, ENCODED))?;
        }
        write!(f, "/{}", utf8_percent_encode(&self.name, ENCODED))?;
        if !self.version.is_empty() {
            write!(f, "@{}", utf8_percent_encode(&self.version, ENCODED))?;
        }
        for (index, (key, value)) in self.qualifiers.iter().enumerate() {
            let separator = if index == 0 { '?' } else { '&' };
            write!(f, "{separator}{key}={}", utf8_percent_encode(value, ENCODED))?;
        }
        for (index, segment) in self.subpath.split('/').filter(|it| !it.is_empty()).enumerate() {
            let separator = if index == 0 { '#' } else { '/' };
            write!(f, "{separator}{}", utf8_percent_encode(segment, ENCODED))?;
        }
        Ok(())
    }
}

/// Whether a text can be a type of purl.
fn is_type(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || ".-".contains(it))
}

/// A part of a purl without its percent-encoding; none where that is no text.
fn decode(part: &str) -> Option<String> {
    String::from_utf8(percent_decode_str(part).collect()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_keeps_its_colon_and_a_plus_is_encoded() {
        let purl = Purl::new("deb", "attr", "1:2.4.47-2+b1")
            .namespace("Debian")
            .qualifier("arch", "amd64");
        assert_eq!(purl.to_string(), "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64");
    }

    #[test]
    fn qualifiers_are_sorted_and_empty_ones_left_out() {
        let purl = Purl::new("apk", "Curl", "8.5.0-r0")
            .namespace("alpine")
            .qualifier("distro", "alpine-3.19");
        let purl = purl.qualifier("arch", "x86_64").qualifier("upstream", "");
        assert_eq!(purl.to_string(), "pkg:apk/alpine/curl@8.5.0-r0?arch=x86_64&distro=alpine-3.19");
    }

    #[test]
    fn each_type_has_its_own_rules_of_case() {
        assert_eq!(
            Purl::new("pypi", "Ruamel.YAML_x", "1!2").to_string(),
            "pkg:pypi/ruamel.yaml-x@1%212"
        );
        assert_eq!(
            Purl::new("npm", "JSONStream", "1").namespace("@Scope").to_string(),
            "pkg:npm/%40Scope/JSONStream@1"
        );
        let go =
            Purl::new("golang", "Masterminds", "v3.0.0+incompatible").namespace("github.com/X");
        assert_eq!(go.to_string(), "pkg:golang/github.com/x/masterminds@v3.0.0%2Bincompatible");
    }

    #[test]
    fn what_others_wrote_becomes_canonical() {
        for (text, canonical) in [
            ("pkg:npm/@scope/a@1.0", "pkg:npm/%40scope/a@1.0"),
            ("pkg:npm/%40scope/a@1.0+b", "pkg:npm/%40scope/a@1.0%2Bb"),
            (
                "pkg:deb/Debian/attr@1%3A2-3?arch=amd64&distro=",
                "pkg:deb/debian/attr@1:2-3?arch=amd64",
            ),
            ("pkg://PyPI/Ruamel_Yaml@1", "pkg:pypi/ruamel-yaml@1"),
            (
                "pkg:golang/example.org/m@v1?b=2&A=1#/a/../b/",
                "pkg:golang/example.org/m@v1?a=1&b=2#a/b",
            ),
            ("pkg:generic/a", "pkg:generic/a"),
        ] {
            let purl = Purl::parse(text).unwrap();
            assert_eq!(purl.to_string(), canonical, "{text}");
            assert_eq!(Purl::parse(canonical), Some(purl));
        }
        for text in ["", "pkg:", "pkg:npm", "pkg:npm/", "pkg:1/a", "npm/a@1", "pkg:npm/%ff"] {
            assert_eq!(Purl::parse(text), None, "{text}");
        }
    }
}
