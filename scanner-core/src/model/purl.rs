//! Package URLs in their one canonical form.
//! Specification: ECMA-427, and the type definitions of package-url/purl-spec.

use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is never percent-encoded beside letters and digits (ECMA-427 §5.4).
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'~').remove(b':');

/// A package URL under construction; its `Display` is the canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purl {
    ty: &'static str,
    namespace: String,
    name: String,
    version: String,
    qualifiers: BTreeMap<&'static str, String>,
}

impl Purl {
    /// Begins a purl; an empty version is left out.
    pub fn new(ty: &'static str, name: &str, version: &str) -> Self {
        let name = match ty {
            "alpm" | "apk" | "bitnami" | "brew" | "composer" | "deb" | "golang" | "hex"
            | "luarocks" | "otp" => name.to_lowercase(),
            "pypi" => name.to_lowercase().replace('_', "-"),
            _ => name.to_owned(),
        };
        Self {
            ty,
            namespace: String::new(),
            name,
            version: version.to_owned(),
            qualifiers: BTreeMap::new(),
        }
    }

    /// Sets the namespace, `/` between its segments.
    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.namespace = match self.ty {
            "alpm" | "apk" | "brew" | "composer" | "deb" | "golang" | "hex" | "luarocks"
            | "rpm" => namespace.to_lowercase(),
            _ => namespace.to_owned(),
        };
        self
    }

    /// Sets a qualifier; an empty value is left out.
    #[must_use]
    pub fn qualifier(mut self, key: &'static str, value: &str) -> Self {
        if !value.is_empty() {
            self.qualifiers.insert(key, value.to_owned());
        }
        self
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
        Ok(())
    }
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
}
