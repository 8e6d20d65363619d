//! Relations between packages: `libc6 (>= 2.36), default-mta | mail-transport-agent, python3:any`.
//! Specification: Debian policy 7.1, deb-control(5).

/// A package that is named in a relation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named<'a> {
    /// Its name.
    pub name: &'a str,
    /// The architecture after a colon: one, `any` or `native`; empty where none is given.
    pub architecture: &'a str,
    /// What its version must be: operator and version; empty where any will do.
    pub version: &'a str,
}

/// Reads a field: relations that must all hold, each with its alternatives.
pub fn parse(field: &str) -> impl Iterator<Item = impl Iterator<Item = Named<'_>> + Clone> {
    let relations = field.split(',').map(str::trim).filter(|it| !it.is_empty());
    relations.map(|it| it.split('|').map(named))
}

/// `NAME[:ARCHITECTURE] [(OPERATOR VERSION)]`; what is said of architectures and profiles holds for builds alone.
fn named(text: &str) -> Named<'_> {
    let text = text.trim();
    let end = text.find(|it: char| it.is_whitespace() || "([<".contains(it)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let (name, architecture) = name.split_once(':').unwrap_or((name, ""));
    let version = rest.split_once('(').and_then(|(_, it)| it.split_once(')'));
    Named { name, architecture, version: version.map_or("", |(it, _)| it.trim()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_are_read_in_every_form() {
        let read: Vec<Vec<_>> = parse("libc6 (>= 2.36),\n a|b:any(<<1:2~) , c [amd64] <!nocheck>,")
            .map(|it| it.map(|it| (it.name, it.architecture, it.version)).collect())
            .collect();
        let expected = [
            vec![("libc6", "", ">= 2.36")],
            vec![("a", "", ""), ("b", "any", "<<1:2~")],
            vec![("c", "", "")],
        ];
        assert_eq!(read, expected);
    }
}
