//! Licences as declared, and as SPDX expressions where the two are exactly the same thing.
//! Specification: SPDX 2.3 Annex D (expressions), DEP-5 (Debian's short names).

use spdx::ParseMode;

/// A licence as some metadata declares it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct License {
    /// The words of the metadata.
    pub declared: String,
    /// The same as a valid SPDX expression; none where that would be a guess.
    pub expression: Option<String>,
}

impl License {
    /// A licence declared in the manner of SPDX; none where nothing is declared.
    pub fn new(declared: &str) -> Option<Self> {
        Self::with_names(declared, listed)
    }

    /// A licence declared by the short names of Debian's machine-readable copyright files.
    pub fn debian(declared: &str) -> Option<Self> {
        Self::with_names(declared, debian)
    }

    fn with_names(declared: &str, name: fn(&str) -> Option<String>) -> Option<Self> {
        let declared = declared.split_whitespace().collect::<Vec<_>>().join(" ");
        (!declared.is_empty()).then(|| Self { expression: expression(&declared, name), declared })
    }
}

/// Rebuilds a declaration from listed identifiers and operators, if it holds nothing else.
fn expression(declared: &str, name: fn(&str) -> Option<String>) -> Option<String> {
    let spaced = declared.replace('(', " ( ").replace(')', " ) ");
    let words = spaced.split_whitespace().map(|word| match word.to_ascii_uppercase().as_str() {
        operator @ ("AND" | "OR" | "WITH" | "(" | ")") => Some(operator.to_owned()),
        _ => name(word),
    });
    let text = words.collect::<Option<Vec<_>>>()?.join(" ").replace("( ", "(").replace(" )", ")");
    let mode = ParseMode { allow_deprecated: true, ..ParseMode::STRICT };
    spdx::Expression::parse_mode(&text, mode).is_ok().then_some(text)
}

/// The listed spelling of an SPDX identifier or exception: matching ignores case (SPDX 2.3 Annex D.2).
fn listed(word: &str) -> Option<String> {
    let base = word.strip_suffix('+').unwrap_or(word);
    if spdx::license_id(word).is_some_and(|it| it.name == word) {
        return Some(word.to_owned());
    }
    let license = |word: &str| {
        spdx::identifiers::LICENSES.iter().find(|it| it.name.eq_ignore_ascii_case(word))
    };
    let exception = |word: &str| {
        spdx::identifiers::EXCEPTIONS.iter().find(|it| it.name.eq_ignore_ascii_case(word))
    };
    (license(word).map(|it| it.name.to_owned()))
        .or_else(|| exception(word).map(|it| it.name.to_owned()))
        .or_else(|| license(base).map(|it| format!("{}+", it.name)))
}

/// Debian's short names that mean exactly one listed licence (DEP-5, "Short name").
fn debian(word: &str) -> Option<String> {
    const FAMILIES: &[(&str, &str)] =
        &[("GPL-", "GPL"), ("LGPL-", "LGPL"), ("AGPL-", "AGPL"), ("GFDL-", "GFDL")];
    let (base, later) = word.strip_suffix('+').map_or((word, "only"), |base| (base, "or-later"));
    for (prefix, family) in FAMILIES {
        if let Some(version) =
            base.strip_prefix(prefix).filter(|it| it.starts_with(|c: char| c.is_ascii_digit()))
        {
            let version =
                if version.contains('.') { version.to_owned() } else { format!("{version}.0") };
            return listed(&format!("{family}-{version}-{later}"));
        }
    }
    if word.eq_ignore_ascii_case("Expat") { Some("MIT".to_owned()) } else { listed(word) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spdx(declared: &str) -> Option<String> {
        License::new(declared).and_then(|it| it.expression)
    }

    fn dep5(declared: &str) -> Option<String> {
        License::debian(declared).and_then(|it| it.expression)
    }

    #[test]
    fn listed_names_become_their_listed_spelling() {
        assert_eq!(spdx("mit").as_deref(), Some("MIT"));
        assert_eq!(spdx("(MIT or apache-2.0)").as_deref(), Some("(MIT OR Apache-2.0)"));
        let exception = "GPL-2.0-or-later WITH Classpath-exception-2.0";
        assert_eq!(spdx(exception).as_deref(), Some(exception));
    }

    #[test]
    fn what_is_not_a_listed_name_is_kept_as_declared_only() {
        for declared in ["BSD", "Apache 2.0", "SEE LICENSE IN LICENSE", "MIT OR", "UNLICENSED"] {
            assert_eq!(spdx(declared), None, "{declared}");
            assert_eq!(License::new(declared).unwrap().declared, declared);
        }
        assert_eq!(License::new("  "), None);
    }

    #[test]
    fn debian_short_names_become_spdx_where_they_mean_one_licence() {
        assert_eq!(dep5("GPL-2+").as_deref(), Some("GPL-2.0-or-later"));
        assert_eq!(dep5("LGPL-2.1 and Expat").as_deref(), Some("LGPL-2.1-only AND MIT"));
        assert_eq!(dep5("BSD-3-clause").as_deref(), Some("BSD-3-Clause"));
        assert_eq!(dep5("public-domain"), None);
        assert_eq!(dep5("Artistic"), None);
    }
}
