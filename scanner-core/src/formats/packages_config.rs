//! `packages.config` of NuGet, which projects had before their own files named packages.
//! Specification: NuGet documentation, "packages.config reference". roxmltree reads the XML.

use roxmltree::{Document, ParsingOptions};

use super::{LineCounter, Pin};

/// Reads the packages; an error tells what is wrong with the file. Over `nodes` elements and texts are an error.
pub fn parse(text: &str, nodes: u32) -> Result<Vec<Pin>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let options = ParsingOptions { nodes_limit: nodes, ..ParsingOptions::default() };
    let document =
        Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    let root = document.root_element();
    if root.tag_name().name() != "packages" {
        return Err("is not a list of packages".to_owned());
    }
    let mut lines = LineCounter::new(text);
    let packages = root.children().filter(|it| it.tag_name().name() == "package");
    let pins = packages.filter_map(|it| {
        let attribute = |name| it.attribute(name).map(str::trim).map(str::to_owned);
        let (name, version) = (attribute("id")?, attribute("version").unwrap_or_default());
        let line = Some(lines.line(it.range().start));
        Some(Pin { name, version, line, ..Pin::default() })
    });
    Ok(pins.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read_with_their_lines() {
        let text = "\u{feff}<?xml version=\"1.0\"?>\n<packages>\n  <package id=\"A.B\" version=\"1.0.0\" targetFramework=\"net48\" />\n  \
            <package id=\"C\"/><other id=\"D\" version=\"1\"/>\n  <package version=\"2\"/>\n</packages>\n";
        let pins = parse(text, 100).unwrap();
        let rows: Vec<_> = pins.iter().map(|it| (&*it.name, &*it.version, it.line)).collect();
        assert_eq!(rows, [("A.B", "1.0.0", Some(3)), ("C", "", Some(4))]);
    }

    #[test]
    fn other_documents_and_too_many_nodes_are_refused() {
        assert!(parse("<configuration/>", 100).is_err() && parse("<packages>", 100).is_err());
        let wide = format!("<packages>{}</packages>", "<package/>".repeat(200));
        assert!(parse(&wide, 100).is_err());
    }
}
