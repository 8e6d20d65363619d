//! `pom.xml`, as far as it says what a project depends on.
//! Specification: Maven, "POM Reference", "Introduction to the Dependency Mechanism". roxmltree reads the XML.

use std::collections::BTreeMap;

use roxmltree::{Document, Node, ParsingOptions};

use super::LineCounter;

/// A project as its file states it, before anything is inherited or interpolated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// Its own coordinates.
    pub coordinates: Coordinates,
    /// The project that it inherits from.
    pub parent: Option<Parent>,
    /// What `${NAME}` stands for.
    pub properties: BTreeMap<String, String>,
    /// Its dependencies.
    pub dependencies: Vec<Dependency>,
    /// The versions that dependencies without one are to have.
    pub managed: Vec<Dependency>,
}

/// What names an artifact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coordinates {
    /// `groupId`.
    pub group: Option<String>,
    /// `artifactId`.
    pub artifact: Option<String>,
    /// `version`.
    pub version: Option<String>,
}

/// The project that another inherits from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parent {
    /// Its coordinates.
    pub coordinates: Coordinates,
    /// Where its file is, relative to the folder of the heir; empty where a repository has it.
    pub path: String,
}

/// A dependency as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependency {
    /// Its coordinates.
    pub coordinates: Coordinates,
    /// `type`, where it is not a jar.
    pub kind: Option<String>,
    /// `classifier`.
    pub classifier: Option<String>,
    /// The line, counted from 1.
    pub line: u32,
}

/// Reads a file of at most so many nodes; an error tells what is wrong with it.
pub fn parse(text: &str, nodes: u32) -> Result<Project, String> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let options = ParsingOptions { nodes_limit: nodes, ..ParsingOptions::default() };
    let document =
        Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    let project = document.root_element();
    if project.tag_name().name() != "project" {
        return Err("is not a Maven project".to_owned());
    }
    let properties = children(project, "properties").filter_map(|it| {
        Some((it.tag_name().name().to_owned(), it.text().unwrap_or_default().trim().to_owned()))
            .filter(|(name, _)| !name.is_empty())
    });
    let managed = child(project, "dependencyManagement");
    Ok(Project {
        coordinates: coordinates(project),
        parent: child(project, "parent").map(parent),
        properties: properties.collect(),
        dependencies: dependencies(project, text),
        managed: managed.map(|it| dependencies(it, text)).unwrap_or_default(),
    })
}

fn dependencies(node: Node<'_, '_>, text: &str) -> Vec<Dependency> {
    let mut lines = LineCounter::new(text);
    let listed = children(node, "dependencies").filter(|it| is(*it, "dependency"));
    let dependency = |it: Node<'_, '_>| Dependency {
        coordinates: coordinates(it),
        kind: value(it, "type").filter(|it| it != "jar"),
        classifier: value(it, "classifier"),
        line: lines.line(it.range().start),
    };
    listed.map(dependency).collect()
}

fn parent(node: Node<'_, '_>) -> Parent {
    let path = match child(node, "relativePath") {
        Some(it) => it.text().unwrap_or_default().trim().to_owned(),
        None => "../pom.xml".to_owned(),
    };
    Parent { coordinates: coordinates(node), path }
}

fn coordinates(node: Node<'_, '_>) -> Coordinates {
    Coordinates {
        group: value(node, "groupId"),
        artifact: value(node, "artifactId"),
        version: value(node, "version"),
    }
}

/// Names are compared without namespaces: old files have none.
fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|it| is(*it, name))
}

fn children<'a, 'input>(
    node: Node<'a, 'input>,
    name: &str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    child(node, name).into_iter().flat_map(|it| it.children()).filter(Node::is_element)
}

fn value(node: Node<'_, '_>, name: &str) -> Option<String> {
    Some(child(node, name)?.text()?.trim().to_owned()).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODES: u32 = 1000;

    #[test]
    fn a_project_is_read_as_it_is_written() {
        let text = "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><artifactId>app</artifactId>\n\
            <parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent>\n\
            <properties><!-- x --><v.x>2.0</v.x></properties>\n<dependencies>\n\
            <dependency><groupId>a</groupId><artifactId>b</artifactId><version>${v.x}</version></dependency>\n\
            <dependency><groupId>a</groupId><artifactId>c</artifactId><type>jar</type>\
            <exclusions><exclusion><artifactId>no</artifactId></exclusion></exclusions></dependency>\n</dependencies>\n\
            <dependencyManagement><dependencies><dependency><artifactId>c</artifactId><version>3</version></dependency>\
            </dependencies></dependencyManagement></project>";
        let project = parse(text, NODES).unwrap();
        assert_eq!(project.properties["v.x"], "2.0");
        assert_eq!(project.parent.unwrap().path, "../pom.xml");
        let found: Vec<_> = project.dependencies.iter().map(|it| (it.line, &it.kind)).collect();
        assert_eq!(found, [(5, &None), (6, &None)]);
        assert_eq!(project.dependencies[0].coordinates.version.as_deref(), Some("${v.x}"));
        assert_eq!(project.managed[0].coordinates.version.as_deref(), Some("3"));
    }

    #[test]
    fn other_documents_type_definitions_and_too_many_nodes_are_refused() {
        assert!(parse("<settings/>", NODES).is_err() && parse("<project>", NODES).is_err());
        assert!(
            parse("<!DOCTYPE project [<!ENTITY a \"x\">]><project>&a;</project>", NODES).is_err()
        );
        let wide = format!("<project>{}</project>", "<a/>".repeat(2000));
        assert!(parse(&wide, NODES).is_err());
    }
}
