//! Java libraries that a `pom.xml` depends on.

use std::collections::BTreeMap;

use super::{About, Analyzer, Context, Fault, Findings, Select, Target, declared};
use crate::formats::Pin;
use crate::formats::maven_dependencies::{self, Coordinates, Dependency, Project};
use crate::model::{Origin, Purl};
use crate::path::ImagePath;

/// Finds Java libraries that a `pom.xml` depends on.
pub(super) struct MavenPom;

impl Analyzer for MavenPom {
    fn id(&self) -> &'static str {
        "maven_pom"
    }

    fn about(&self) -> About {
        About {
            claims: "each dependency whose exact version the file or a parent beside it states, as declared",
            refuses: "ranges; versions that only a repository's parent or a build states; plugins, profiles, managed \
                      versions that nothing uses",
            specification: "Maven, \"POM Reference\", \"Introduction to the Dependency Mechanism\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("pom.xml")]
    }

    fn origin(&self) -> Origin {
        Origin::Declared
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let text = declared::text(target, cx)?;
        let project = maven_dependencies::parse(&text, cx.fs.limits().xml_nodes)
            .map_err(declared::malformed)?;
        let lineage = Lineage::new(project, target.file.path, cx);
        let mut unpinned = 0;
        for dependency in &lineage.dependencies {
            match lineage.pin(dependency) {
                Some((pin, purl)) => declared::add_one(found, &pin, &purl),
                None => unpinned += 1,
            }
        }
        declared::tell_unpinned(found, unpinned);
        Ok(())
    }
}

/// What tells one artifact from another: group, artifact, type and classifier.
type Key = (String, String, Option<String>, Option<String>);

/// A project, with what it inherits from those in the same tree.
struct Lineage {
    dependencies: Vec<Dependency>,
    /// What `${…}` stands for.
    properties: BTreeMap<String, String>,
    /// The versions of artifacts that are asked for without one.
    managed: BTreeMap<Key, String>,
    /// Values that may be put into one text.
    substitutions: usize,
}

impl Lineage {
    fn new(project: Project, path: &ImagePath, cx: &Context<'_>) -> Self {
        let limits = cx.fs.limits();
        let mut projects = vec![project];
        let mut path = path.clone();
        while projects.len() <= limits.parents {
            let Some(heir) = projects.last() else { break };
            let Some((place, parent)) = parent(heir, &path, cx) else { break };
            projects.push(parent);
            path = place;
        }
        let mut lineage = Self {
            properties: properties(&projects, limits.property_bytes),
            managed: BTreeMap::new(),
            substitutions: limits.substitutions,
            dependencies: Vec::new(),
        };
        for it in projects.iter().flat_map(|it| &it.managed) {
            let key = lineage.key(it);
            let version = it.coordinates.version.as_deref().and_then(|it| lineage.interpolate(it));
            if let (Some(key), Some(version)) = (key, version) {
                // The heir's word counts before the parent's.
                lineage.managed.entry(key).or_insert(version);
            }
        }
        // What it inherits stands in its parents' own files.
        lineage.dependencies = projects.swap_remove(0).dependencies;
        lineage
    }

    fn key(&self, dependency: &Dependency) -> Option<Key> {
        let text = |it: &Option<String>| match it {
            Some(it) => self.interpolate(it).map(Some),
            None => Some(None),
        };
        let Dependency { coordinates, kind, classifier, .. } = dependency;
        Some((
            self.interpolate(coordinates.group.as_deref()?)?,
            self.interpolate(coordinates.artifact.as_deref()?)?,
            text(kind)?,
            text(classifier)?,
        ))
    }

    /// A dependency with its one version, its own or the managed one.
    fn pin(&self, dependency: &Dependency) -> Option<(Pin, Purl)> {
        let key = self.key(dependency)?;
        let version = match &dependency.coordinates.version {
            Some(version) => self.interpolate(version)?,
            None => self.managed.get(&key)?.clone(),
        };
        let version = exact(&version)?;
        let (group, artifact, kind, classifier) = &key;
        let purl = Purl::new("maven", artifact, version)
            .namespace(group)
            .qualifier("classifier", classifier.as_deref().unwrap_or_default())
            .qualifier("type", kind.as_deref().unwrap_or_default());
        let (name, version) = (format!("{group}:{artifact}"), version.to_owned());
        Some((Pin { name, version, line: Some(dependency.line), ..Pin::default() }, purl))
    }

    /// The text with the values of its `${…}`; none where one is not stated here.
    fn interpolate(&self, text: &str) -> Option<String> {
        let mut text = text.to_owned();
        for _ in 0..self.substitutions {
            let Some((before, rest)) = text.split_once("${") else { return Some(text) };
            let (name, after) = rest.split_once('}')?;
            text = format!("{before}{}{after}", self.properties.get(name)?);
        }
        None
    }
}

/// The properties of a project and those that it inherits; the heir's word counts before the parent's.
/// Values of more than `longest` bytes are no part of names and versions.
fn properties(projects: &[Project], longest: usize) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut state = |name: &str, value: &str| {
        if value.len() <= longest {
            found.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
    };
    for (name, value) in projects.iter().flat_map(|it| &it.properties) {
        state(name, value);
    }
    let own = projects.first().map(|it| &it.coordinates);
    let parent = projects.first().and_then(|it| Some(&it.parent.as_ref()?.coordinates));
    for prefix in ["project.", "pom.", ""] {
        for (of, place) in [(own, ""), (parent, ""), (parent, "parent.")] {
            let Some(Coordinates { group, artifact, version }) = of else { continue };
            for (name, value) in
                [("groupId", group), ("artifactId", artifact), ("version", version)]
            {
                if let Some(value) = value {
                    state(&format!("{prefix}{place}{name}"), value);
                }
            }
        }
    }
    found
}

/// The project that another inherits from, if it is in the same tree and is the one that is meant.
fn parent(heir: &Project, path: &ImagePath, cx: &Context<'_>) -> Option<(ImagePath, Project)> {
    let meant = heir.parent.as_ref().filter(|it| !it.path.is_empty())?;
    let place = path.parent()?.join(&meant.path)?;
    let place = if cx.fs.is_directory(&place) { place.join("pom.xml")? } else { place };
    let bytes = cx.fs.file_at(&place)?.bytes(cx.fs.limits().lockfile_bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let project = maven_dependencies::parse(&text, cx.fs.limits().xml_nodes).ok()?;
    (project.coordinates.artifact == meant.coordinates.artifact).then_some((place, project))
}

/// The version that a text asks for, if it is one: no range but `[VERSION]`, no word for the newest.
fn exact(text: &str) -> Option<&str> {
    let version = text.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(text);
    let exact = !version.contains(['[', ']', '(', ')', ',']) && !version.is_empty();
    (exact && !matches!(version, "LATEST" | "RELEASE")).then_some(version)
}
