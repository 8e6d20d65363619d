//! `go.mod` and `go.sum`.
//! Specification: Go Modules Reference, "go.mod files", "go.sum files".

use std::collections::BTreeMap;

/// What a `go.mod` asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoMod {
    /// The modules of its `require` directives.
    pub required: Vec<Required>,
    /// Its `replace` directives.
    pub replaced: Vec<Replaced>,
}

/// A module that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required {
    /// Module path.
    pub path: String,
    /// Version.
    pub version: String,
    /// The line, counted from 1.
    pub line: u32,
}

/// What is to be taken in the place of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The path of the module.
    pub path: String,
    /// Its version; empty for every version.
    pub version: String,
    /// The path of the module or of the local directory that takes its place.
    pub by: String,
    /// The version of that module; empty for a directory.
    pub by_version: String,
}

impl GoMod {
    /// What takes the place of a required module. One for exactly its version counts before one for all.
    pub fn replacement(&self, required: &Required) -> Option<&Replaced> {
        let of = |version: &str| {
            self.replaced.iter().find(|it| it.path == required.path && it.version == version)
        };
        of(&required.version).or_else(|| of(""))
    }
}

/// Reads a `go.mod`.
pub fn parse(text: &str) -> GoMod {
    let mut found = GoMod::default();
    let mut block = String::new();
    for (line, text) in (1..).zip(text.lines()) {
        let words = words(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (verb, arguments) = match words.as_slice() {
            [] => continue,
            [")"] => {
                block.clear();
                continue;
            }
            [verb, "("] => {
                (*verb).clone_into(&mut block);
                continue;
            }
            arguments if !block.is_empty() => (&*block, arguments),
            [verb, arguments @ ..] => (*verb, arguments),
        };
        match (verb, arguments) {
            ("require", [path, version]) => found.required.push(Required {
                path: (*path).to_owned(),
                version: (*version).to_owned(),
                line,
            }),
            ("replace", arguments) => found.replaced.extend(replace(arguments)),
            _ => {}
        }
    }
    found
}

fn replace(arguments: &[&str]) -> Option<Replaced> {
    let arrow = arguments.iter().position(|it| *it == "=>")?;
    let (old, new) = (arguments.get(..arrow)?, arguments.get(arrow + 1..)?);
    let word = |words: &[&str], at: usize| words.get(at).copied().unwrap_or_default().to_owned();
    Some(Replaced {
        path: (*old.first()?).to_owned(),
        version: word(old, 1),
        by: (*new.first()?).to_owned(),
        by_version: word(new, 1),
    })
}

/// The words of a line: bare, or in quotes or backquotes; a comment ends them.
fn words(line: &str) -> Vec<String> {
    let line = line.split("//").next().unwrap_or_default();
    let line = line.replace('(', " ( ").replace(')', " ) ");
    line.split_whitespace().map(|it| it.trim_matches(['"', '`']).to_owned()).collect()
}

/// Reads the checksums of modules in a `go.sum`, by path and version. Those of `go.mod` files alone are left out.
pub fn sums(text: &str) -> BTreeMap<(&str, &str), &str> {
    text.lines().filter_map(sum).collect()
}

/// `PATH VERSION SUM`.
fn sum(line: &str) -> Option<((&str, &str), &str)> {
    let mut words = line.split_whitespace();
    let (path, version, sum) = (words.next()?, words.next()?, words.next()?);
    (!version.ends_with("/go.mod")).then_some(((path, version), sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_and_replacements_are_read_in_blocks_and_alone() {
        let text = "module example.org/app // comment\n\ngo 1.22\n\nrequire example.org/a v1.0.0\n\n\
            require (\n\t\"example.org/b\" v2.0.0+incompatible // indirect\n)\n\
            replace example.org/a => ../a\nreplace (\n\texample.org/b v2.0.0+incompatible => example.org/c v2.1.0\n)\n\
            exclude example.org/d v1.0.0\n";
        let found = parse(text);
        let required: Vec<_> = found.required.iter().map(|it| (&*it.path, it.line)).collect();
        assert_eq!(required, [("example.org/a", 5), ("example.org/b", 8)]);
        assert_eq!(found.replacement(&found.required[0]).unwrap().by, "../a");
        assert_eq!(found.replacement(&found.required[1]).unwrap().by_version, "v2.1.0");
    }

    #[test]
    fn a_replacement_of_another_version_does_not_count() {
        let found = parse("require a v1\nreplace a v2 => b v1\n");
        assert_eq!(found.replacement(&found.required[0]), None);
    }

    #[test]
    fn sums_of_modules_are_told_from_those_of_their_go_mod() {
        let sums = sums("a v1 h1:x=\na v1/go.mod h1:y=\nb v2/go.mod h1:z=\ncut\n");
        assert_eq!(sums.into_iter().collect::<Vec<_>>(), [(("a", "v1"), "h1:x=")]);
    }
}
