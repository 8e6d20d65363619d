//! `requirements.txt` of pip.
//! Specification: pip documentation, "Requirements File Format"; PyPA, "Dependency specifiers" (PEP 508).

use super::Pin;

/// Reads the requirements that name a package; only one with `==` and a whole version has a version here.
/// Options, other files, addresses and folders are left out.
pub fn parse(text: &str) -> Vec<Pin> {
    let mut found = Vec::new();
    let mut joined = String::new();
    let mut start = 1;
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if joined.is_empty() {
            start = number;
        }
        match line.strip_suffix('\\') {
            // A comment line ends where it ends (pip, `join_lines`).
            Some(part) if !line.trim_start().starts_with('#') => joined.push_str(part),
            _ => {
                joined.push_str(line);
                found.extend(requirement(&joined, start));
                joined.clear();
            }
        }
    }
    found.extend(requirement(&joined, start));
    found
}

/// `NAME[EXTRAS] SPECIFIERS ; MARKER --OPTIONS # COMMENT`.
fn requirement(line: &str, number: u32) -> Option<Pin> {
    let line = line.split(" #").next()?.split("\t#").next()?.trim();
    let line = line.split(" -").next()?.split(';').next()?.trim();
    let is_name = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    let end = line.find(|it| !is_name(it)).unwrap_or(line.len());
    let (name, rest) = line.split_at_checked(end)?;
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1.trim_start(),
        None => rest,
    };
    // What else may follow a name makes it part of an address, a path or an option.
    if !name.starts_with(|it: char| it.is_ascii_alphanumeric())
        || !(rest.is_empty() || rest.starts_with(['=', '<', '>', '!', '~', '(']))
    {
        return None;
    }
    let version = exact(rest).unwrap_or_default().to_owned();
    Some(Pin { name: name.to_owned(), version, line: Some(number), ..Pin::default() })
}

/// The version of `==VERSION` or `===VERSION`, if nothing else is asked for.
fn exact(specifiers: &str) -> Option<&str> {
    let inner = specifiers.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    let specifiers = inner.unwrap_or(specifiers).trim();
    let version = specifiers.strip_prefix("===").or_else(|| specifiers.strip_prefix("=="))?.trim();
    let whole = |it: char| it.is_ascii_alphanumeric() || ".!+-_".contains(it);
    (!version.is_empty() && version.chars().all(whole)).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pins(text: &str) -> Vec<String> {
        let pin = |it: &Pin| format!("{} {}@{}", it.line.unwrap(), it.name, it.version);
        parse(text).iter().map(pin).collect()
    }

    #[test]
    fn exact_versions_are_read_whatever_stands_around_them() {
        let text = "# comment \\\nFlask == 2.0.1  # why\nrequests[socks]==2.31.0 ; python_version > '3' \\\n    \
            --hash=sha256:ab\nsix (==1.16)\nepoch===1!2.0+cu118\na==1\\\n.0\n";
        assert_eq!(
            pins(text),
            ["2 Flask@2.0.1", "3 requests@2.31.0", "5 six@1.16", "6 epoch@1!2.0+cu118", "7 a@1.0"]
        );
    }

    #[test]
    fn choices_of_versions_name_no_version() {
        assert_eq!(
            pins("a>=1\nb==1.*\nc==1.0,<2\nd\ne~=1.0\n"),
            ["1 a@", "2 b@", "3 c@", "4 d@", "5 e@"]
        );
    }

    #[test]
    fn options_addresses_and_paths_are_no_requirements() {
        let text = "-r other.txt\n--index-url https://example.org\n-e .\n./folder\nhttps://example.org/a-1.0.whl\n\
            a @ https://example.org/a.whl\ngit+https://example.org/g.git@v1#egg=g\nfile.whl/x==1\n";
        assert_eq!(pins(text), [""; 0]);
    }
}
