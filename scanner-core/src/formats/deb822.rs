//! Stanzas of `Field: value` lines: dpkg databases, DEP-5 copyright files, Python package metadata.
//! Specification: deb822(5); the headers of Python's core metadata have the same form.

use super::Problem;

/// One stanza. Values are as written, continuation lines included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stanza<'a> {
    /// The line of its first field, counted from 1.
    pub line: u32,
    /// The fields in their order.
    pub fields: Vec<(&'a str, &'a str)>,
}

impl<'a> Stanza<'a> {
    /// The value of a field, trimmed; the first one where it is repeated. Names are compared without case.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// Every value of a field, trimmed.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// Reads every stanza of a text.
pub fn parse(text: &str) -> (Vec<Stanza<'_>>, Vec<Problem>) {
    let mut reader = Reader { text, at: 0, line: 0, problems: Vec::new() };
    let mut stanzas = Vec::new();
    while let Some(stanza) = reader.stanza() {
        stanzas.push(stanza);
    }
    (stanzas, reader.problems)
}

/// Reads the first stanza of a text alone: the headers of a message, without its body.
pub fn first(text: &str) -> Stanza<'_> {
    Reader { text, at: 0, line: 0, problems: Vec::new() }.stanza().unwrap_or_default()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn stanza(&mut self) -> Option<Stanza<'a>> {
        let mut stanza = Stanza::default();
        let mut value_start = 0;
        while let Some((start, line)) = self.next_line() {
            if line.trim_ascii().is_empty() {
                if stanza.fields.is_empty() {
                    continue;
                }
                break;
            }
            let end = start + line.len();
            if line.starts_with([' ', '\t']) {
                match stanza.fields.last_mut() {
                    Some((_, value)) => {
                        *value = self.text.get(value_start..end).unwrap_or_default();
                    }
                    None => self.problem("continues a field that is not there"),
                }
                continue;
            }
            match line
                .split_once(':')
                .filter(|(name, _)| !name.is_empty() && !name.contains([' ', '\t']))
            {
                Some((name, value)) => {
                    if stanza.fields.is_empty() {
                        stanza.line = self.line;
                    }
                    value_start = end - value.len();
                    stanza.fields.push((name, value));
                }
                None => self.problem("is neither a field nor its continuation"),
            }
        }
        (!stanza.fields.is_empty()).then_some(stanza)
    }

    fn problem(&mut self, what: &'static str) {
        self.problems.push(Problem { line: self.line, what });
    }

    fn next_line(&mut self) -> Option<(usize, &'a str)> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').unwrap_or(rest.len());
        self.at = start + length + 1;
        self.line = self.line.saturating_add(1);
        Some((start, rest.get(..length)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stanzas_fields_and_continuations_are_read_with_their_lines() {
        let (stanzas, problems) = parse("\nPackage: a\nDepends: b,\n c\n\n\npackage: d\n");
        assert_eq!(problems, []);
        assert_eq!(stanzas.iter().map(|it| it.line).collect::<Vec<_>>(), [2, 7]);
        assert_eq!(stanzas[0].get("depends"), Some("b,\n c"));
        assert_eq!(stanzas[1].get("Package"), Some("d"));
    }

    #[test]
    fn what_is_no_field_is_told_of_and_the_rest_is_kept() {
        let (stanzas, problems) = parse(" lost\nPackage: a\ngarbage\nVersion: 1");
        assert_eq!(stanzas[0].get("Version"), Some("1"));
        assert_eq!(problems.iter().map(|it| it.line).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn headers_end_where_the_body_begins() {
        assert_eq!(first("Name: x\n\nVersion: 2\n").get("Version"), None);
    }
}
