//! Requirements of Python distributions: `requests[socks] (>=2,<3) ; python_version < "3.8"`.
//! Specification: PyPA, "Dependency specifiers" (PEP 508); setuptools, `requires.txt` of an egg.

/// A distribution that is required.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirement<'a> {
    /// Its name as written.
    pub name: &'a str,
    /// The optional parts of it that are asked for.
    pub extras: Vec<&'a str>,
    /// What its version must be; empty where any will do, and where an address is given in its place.
    pub specifiers: &'a str,
    /// When it is required; empty for always.
    pub marker: &'a str,
}

/// Reads a requirement; none where it names no distribution.
pub fn parse(text: &str) -> Option<Requirement<'_>> {
    let is_name = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    let text = text.trim();
    let (name, rest) = text.split_at(text.find(|it| !is_name(it)).unwrap_or(text.len()));
    if !name.starts_with(|it: char| it.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = rest.trim_start();
    let (extras, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let extras = extras.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
    let rest = rest.trim_start();
    // An address may hold a semicolon; only after a blank one begins a marker.
    let is_address = rest.starts_with('@');
    let end = rest.find(if is_address { " ;" } else { ";" }).unwrap_or(rest.len());
    let (version, marker) = rest.split_at(end);
    let version = if is_address { "" } else { version.trim() };
    let bare = version.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    let marker = marker.trim_start_matches([' ', ';']).trim_end();
    Some(Requirement { name, extras, specifiers: bare.unwrap_or(version).trim(), marker })
}

/// A line of `requires.txt`: the requirement, and the extra and the marker of the section that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed<'a> {
    /// The requirement as written.
    pub requirement: &'a str,
    /// The optional part that requires it; empty for the distribution itself.
    pub extra: &'a str,
    /// When it is required.
    pub marker: &'a str,
}

/// Reads `requires.txt`: requirements, then sections `[EXTRA]`, `[:MARKER]` or `[EXTRA:MARKER]`.
pub fn listed(text: &str) -> impl Iterator<Item = Listed<'_>> {
    let (mut extra, mut marker) = ("", "");
    text.lines().map(str::trim).filter_map(move |line| {
        if let Some(section) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            (extra, marker) = section.split_once(':').unwrap_or((section, ""));
            return None;
        }
        let is_requirement = !line.is_empty() && !line.starts_with('#');
        is_requirement.then_some(Listed { requirement: line, extra, marker })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_read_in_every_form() {
        let read = |text| parse(text).unwrap();
        let it = read("Requests [socks, security] (>=2, <3) ; python_version < '3'");
        assert_eq!((it.name, it.specifiers), ("Requests", ">=2, <3"));
        assert_eq!((it.extras, it.marker), (vec!["socks", "security"], "python_version < '3'"));
        assert_eq!(read("a.b~=1;os_name=='x'").specifiers, "~=1");
        assert_eq!(read("a@https://x/a;b.whl ; extra == 'c'").marker, "extra == 'c'");
        assert_eq!(parse("https//x").unwrap().name, "https");
        assert_eq!((parse("-e ."), parse("a[b")), (None, None));
    }

    #[test]
    fn sections_of_eggs_say_when_a_requirement_holds() {
        let read: Vec<_> =
            listed("a>=1\n\n[x]\nb\n[:sys_platform == 'win32']\nc\n[y:m]\n# no\nd\n")
                .map(|it| (it.requirement, it.extra, it.marker))
                .collect();
        let expected = [
            ("a>=1", "", ""),
            ("b", "x", ""),
            ("c", "", "sys_platform == 'win32'"),
            ("d", "y", "m"),
        ];
        assert_eq!(read, expected);
    }
}
