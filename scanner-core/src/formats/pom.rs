//! `pom.xml`, Maven's description of a project, as far as it describes the project itself.
//! Specification: Maven, "POM Reference" (model 4.0.0). roxmltree reads XML without document type definitions.

use roxmltree::{Document, Node, ParsingOptions};

/// Nodes of the largest file that is read. Real ones have a few thousand.
const NODES: u32 = 200_000;

/// A project. What contains `${…}` is decided by a build and counts as not stated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pom {
    /// `groupId`, or that of the parent that the file names.
    pub group: Option<String>,
    /// `artifactId`.
    pub artifact: Option<String>,
    /// `version`, or that of the parent that the file names.
    pub version: Option<String>,
    /// The name of the organization.
    pub organization: Option<String>,
    /// The names of the licences, or their addresses where they have none.
    pub licenses: Vec<String>,
}

/// Reads a file; an error tells what is wrong with it.
pub fn parse(text: &str) -> Result<Pom, String> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let options = ParsingOptions { nodes_limit: NODES, ..ParsingOptions::default() };
    let document =
        Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    let project = document.root_element();
    if project.tag_name().name() != "project" {
        return Err("is not a Maven project".to_owned());
    }
    let parent = child(project, "parent");
    let inherited = |name| match child(project, name) {
        Some(_) => value(project, name),
        None => value(parent?, name),
    };
    let licenses = child(project, "licenses").into_iter().flat_map(|it| it.children());
    Ok(Pom {
        group: inherited("groupId"),
        artifact: value(project, "artifactId"),
        version: inherited("version"),
        organization: child(project, "organization").and_then(|it| value(it, "name")),
        licenses: licenses
            .filter_map(|it| value(it, "name").or_else(|| value(it, "url")))
            .collect(),
    })
}

/// The child element of this name, whatever its namespace: old files have none.
fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|it| it.tag_name().name() == name)
}

/// The text of the child element of this name, if it states something.
fn value(node: Node<'_, '_>, name: &str) -> Option<String> {
    let text = child(node, name)?.text()?.trim();
    (!text.is_empty() && !text.contains("${")).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_and_version_come_from_the_parent_that_the_file_names() {
        let text = "\u{feff}\n<?xml version=\"1.0\"?><project xmlns=\"http://maven.apache.org/POM/4.0.0\">\
            <parent><groupId>org.example</groupId><artifactId>p</artifactId><version>1</version></parent>\
            <artifactId> a </artifactId><organization><name>E</name></organization>\
            <licenses><license><name>MIT</name></license><license><url>http://l</url></license></licenses></project>";
        let pom = parse(text).unwrap();
        assert_eq!(pom.group.as_deref(), Some("org.example"));
        assert_eq!(pom.artifact.as_deref(), Some("a"));
        assert_eq!(pom.version.as_deref(), Some("1"));
        assert_eq!(pom.organization.as_deref(), Some("E"));
        assert_eq!(pom.licenses, ["MIT", "http://l"]);
    }

    #[test]
    fn what_a_build_decides_is_neither_stated_nor_inherited() {
        let pom = parse(
            "<project><groupId>g</groupId><artifactId>a</artifactId><version>${revision}</version>\
            <parent><version>1</version></parent><dependencies><dependency><version>1</version></dependency></dependencies></project>",
        );
        assert_eq!(pom.unwrap().version, None);
    }

    #[test]
    fn other_documents_and_type_definitions_are_refused() {
        assert!(parse("<settings/>").is_err() && parse("<project>").is_err());
        let bomb =
            "<!DOCTYPE project [<!ENTITY a \"x\">]><project><groupId>&a;</groupId></project>";
        assert!(parse(bomb).is_err());
        let deep = "<a>".repeat(100_000);
        assert!(parse(&format!("<project>{deep}")).is_err());
    }
}
