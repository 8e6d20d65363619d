//! `NAME-VERSION.rockspec` of an installed rock, as far as plain texts in it go; Lua is never run.
//! Specification: LuaRocks, "Rockspec format".

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
    fn what_would_have_to_be_run_is_left_out() {
        assert_eq!(parse("license = name .. \"x\"\n maintainer = \"a\\\"b\""), Rockspec::default());
    }
}
