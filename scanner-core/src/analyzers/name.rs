//! Names of packages.

/// Whether a name can be one of a package: what else stands there is damage, or meant to mislead.
pub(super) fn is_name(name: &str) -> bool {
    let allowed = |it: char| it.is_ascii_alphanumeric() || "+-._~!*'()".contains(it);
    !name.is_empty() && !name.starts_with('.') && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_damage() {
        for name in ["libstdc++6", "a", "JSONStream", "zope.interface", "_under"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "..", ".hidden", "a b", "a/b", "a\u{1b}[31m", "caf\u{e9}"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
