//! `NAME-VERSION.rockspec` and `rock_manifest` of an installed rock, as far as plain texts go; Lua is never run.
//! Specification: LuaRocks, "Rockspec format", "File formats".

/// The fields that matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rockspec {
    /// `description.license`.
    pub license: Option<String>,
    /// `description.maintainer`.
    pub maintainer: Option<String>,
}

/// Reads a rockspec. What would have to be run is left out.
pub fn parse(text: &str) -> Rockspec {
    Rockspec { license: text_of(text, "license"), maintainer: text_of(text, "maintainer") }
}

/// Reads the files that a `rock_manifest` lists, each below the name of its table: `lib/socket/core.so`.
/// Its form is that of LuaRocks' own writer: a line for each table, file and end of table.
/// Paths of more than `longest` bytes are left out.
pub fn manifest(text: &str, longest: usize) -> Vec<String> {
    let mut tables: Vec<String> = Vec::new();
    let mut files = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('}') {
            tables.pop();
            continue;
        }
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.trim().trim_start_matches("[\"").trim_end_matches("\"]");
        if value.trim_start().starts_with('{') {
            tables.push(name.to_owned());
            continue;
        }
        // The outermost table is the manifest itself. A table that is too deep has more names than bytes are allowed.
        if let Some((_, folders)) = tables.split_first().filter(|_| tables.len() <= longest) {
            let parts: Vec<&str> = folders.iter().map(String::as_str).chain([name]).collect();
            files.extend(Some(parts.join("/")).filter(|it| it.len() <= longest));
        }
    }
    files
}

/// The text that is assigned to the first field of this name.
fn text_of(text: &str, name: &str) -> Option<String> {
    text.match_indices(name).find_map(|(at, _)| {
        let before = text.get(..at)?.trim_end_matches([' ', '\t']);
        if !before.ends_with(['{', ',', ';', '\n']) {
            return None;
        }
        let rest = text.get(at + name.len()..)?.trim_start();
        let value = rest.strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
        let inner = value.get(1..)?.split(quote).next()?;
        let plain = !inner.is_empty() && !inner.contains(['\\', '\n']);
        plain.then(|| inner.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_are_read() {
        let text = "package = \"x\"\ndescription = { summary = \"license = 'no'\", license = \"MIT/X11\",\n  \
             maintainer='A <a@b.org>' }\n";
        let read = parse(text);
        assert_eq!(read.license.as_deref(), Some("MIT/X11"));
        assert_eq!(read.maintainer.as_deref(), Some("A <a@b.org>"));
    }

    #[test]
    fn the_files_of_a_manifest_are_read_below_their_tables() {
        let text = "rock_manifest = {\n   bin = {\n      tool = \"0\"\n   },\n   lib = {\n      socket = {\n         \
             [\"core.so\"] = \"1\"\n      }\n   },\n   [\"x-1.rockspec\"] = \"2\"\n}\n";
        assert_eq!(manifest(text, 99), ["bin/tool", "lib/socket/core.so", "x-1.rockspec"]);
        assert_eq!(manifest(text, 10), ["bin/tool"]);
        assert!(manifest("}\n}\na = 1\n", 99).is_empty());
    }

    #[test]
    fn what_would_have_to_be_run_is_left_out() {
        assert_eq!(parse("license = name .. \"x\"\n maintainer = \"a\\\"b\""), Rockspec::default());
    }
}
