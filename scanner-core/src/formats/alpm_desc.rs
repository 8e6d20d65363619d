//! `desc` and `files` of a package in pacman's local database: values under headings like `%NAME%`.
//! Specification: libalpm, `local_db_read` (`be_local.c`).

use super::Problem;

/// What stands under the headings, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sections<'a>(Vec<(&'a str, Vec<&'a str>)>);

impl<'a> Sections<'a> {
    /// The values under a heading.
    pub fn all(&self, heading: &str) -> &[&'a str] {
        let section = self.0.iter().find(|(it, _)| *it == heading);
        section.map(|(_, values)| values.as_slice()).unwrap_or_default()
    }

    /// The first value under a heading.
    pub fn first(&self, heading: &str) -> Option<&'a str> {
        self.all(heading).first().copied()
    }
}

/// Reads a file. A blank line ends a section.
pub fn parse(text: &str) -> (Sections<'_>, Vec<Problem>) {
    let mut sections = Sections::default();
    let mut problems = Vec::new();
    let mut open = false;
    for (line, number) in text.lines().zip(1..) {
        let heading = line.strip_prefix('%').and_then(|it| it.strip_suffix('%'));
        match (heading.filter(|it| !it.is_empty()), sections.0.last_mut()) {
            _ if line.is_empty() => open = false,
            (_, Some((_, values))) if open => values.push(line),
            (Some(heading), _) => {
                sections.0.push((heading, Vec::new()));
                open = true;
            }
            _ => problems.push(Problem { line: number, what: "stands under no heading" }),
        }
    }
    (sections, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_under_their_headings() {
        let (sections, problems) =
            parse("%NAME%\nbash\n\n%LICENSE%\nGPL\ncustom\n\nlost\n%FILES%\nusr/\nusr/%odd%\n%\n");
        assert_eq!(sections.first("NAME"), Some("bash"));
        assert_eq!(sections.all("LICENSE"), ["GPL", "custom"]);
        assert_eq!(sections.all("FILES"), ["usr/", "usr/%odd%", "%"]);
        assert_eq!(sections.first("VERSION"), None);
        assert_eq!(problems, [Problem { line: 8, what: "stands under no heading" }]);
    }
}
