//! How an interpreter was built, as it keeps it for the building of extensions: Ruby's `rbconfig.rb`, Perl's `Config.pm`.
//! Specification: Ruby, `tool/mkconfig.rb`; Perl, `configpm`.

/// The first value of a key, as either file writes it: `CONFIG["KEY"] = "VALUE"`, `KEY => 'VALUE'`.
pub fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().filter_map(setting).find(|(name, _)| *name == key).map(|(_, value)| value)
}

fn setting(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix("CONFIG[\"") {
        let (name, rest) = rest.split_once("\"]")?;
        let value = rest.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
        return Some((name, value.split('"').next()?));
    }
    let (name, rest) = line.split_once("=>")?;
    let value = rest.trim_start().strip_prefix('\'')?;
    Some((name.trim_end(), value.split('\'').next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_are_read() {
        let ruby = "  CONFIG[\"MAJOR\"] = \"3\"\n  CONFIG[\"MINOR\"] = \"1\"\n  CONFIG[\"prefix\"] = (TOPDIR || \"/usr\")\n";
        assert_eq!(value(ruby, "MINOR"), Some("1"));
        assert_eq!(value(ruby, "prefix"), None);
        let perl = "    usethreads => 'define',\n    version => '5.36.0',\n";
        assert_eq!(value(perl, "version"), Some("5.36.0"));
        assert_eq!(value(perl, "versio"), None);
    }
}
