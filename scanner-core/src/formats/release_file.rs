//! `/etc/redhat-release` and its like, from before there was `os-release`: `NAME release VERSION (CODENAME)`.
//! Specification: Linux Standard Base, `/etc/DISTRIBUTION-release`, as the distributions themselves wrote it.

/// The name of the distribution and its version.
pub fn parse(text: &str) -> Option<(&str, &str)> {
    let line = text.lines().map(str::trim).find(|it| !it.is_empty())?;
    let (name, rest) = line.split_once(" release ")?;
    let version = rest.split_whitespace().next()?;
    version.starts_with(|it: char| it.is_ascii_digit()).then_some((name.trim(), version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_version_are_told_apart() {
        for (text, found) in [
            ("CentOS release 6.10 (Final)\n", Some(("CentOS", "6.10"))),
            ("CentOS Linux release 7.9.2009 (Core)\n", Some(("CentOS Linux", "7.9.2009"))),
            ("\nFedora release 20 (Heisenbug)", Some(("Fedora", "20"))),
            ("Fedora release rawhide\n", None),
            ("CentOS 6\n", None),
        ] {
            assert_eq!(parse(text), found, "{text}");
        }
    }
}
