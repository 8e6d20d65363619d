//! Maven coordinates, and which ones are a jar's own.

use super::jar::Record;
use crate::analyzers::Fault;
use crate::formats::manifest::Manifest;
use crate::formats::pom::Pom;
use crate::formats::pom_properties::PomProperties;
use crate::model::Code;

/// The coordinates of a Maven artifact, each part stated by metadata.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Coordinates {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: String,
}

/// What a record without coordinates means.
pub(super) fn incomplete() -> Fault {
    Fault::new(Code::Incomplete, "lacks a group, artifact or version")
}

impl Coordinates {
    /// Coordinates of parts as Maven takes them; none where one is missing or a template that nothing filled in.
    pub(super) fn new(group: &str, artifact: &str, version: &str) -> Option<Self> {
        let is_id = |it: &str| {
            !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it))
        };
        let is_version = |it: &str| {
            let excluded = |it: char| {
                it.is_whitespace() || it.is_control() || r#"\/:"<>|?*[](){},$"#.contains(it)
            };
            !it.is_empty() && !it.contains(excluded)
        };
        (is_id(group) && is_id(artifact) && is_version(version)).then(|| Self {
            group: group.to_owned(),
            artifact: artifact.to_owned(),
            version: version.to_owned(),
        })
    }

    /// Those of a `pom.properties`.
    pub(super) fn of_properties(stated: PomProperties) -> Option<Self> {
        Self::new(&stated.group?, &stated.artifact?, &stated.version?)
    }

    /// Those of a `pom.xml`.
    pub(super) fn of_pom(pom: &Pom) -> Option<Self> {
        Self::new(pom.group.as_deref()?, pom.artifact.as_deref()?, pom.version.as_deref()?)
    }

    /// Those of a manifest as sbt writes it, for a jar of this name without its ending.
    ///
    /// sbt's organization, name and version stand in it twice, as implementation and as specification.
    /// The artifact is the name, in lower case with dashes, and for Scala libraries the version of Scala that only the
    /// file name tells. Manifests of other tools have these attributes too, with other meanings: they are not taken.
    pub(super) fn of_manifest(manifest: &Manifest, stem: &str) -> Option<Self> {
        let twice = |name: &str| {
            let value = manifest.get(&format!("Implementation-{name}"))?;
            (manifest.get(&format!("Specification-{name}")) == Some(value)).then_some(value)
        };
        let (title, version, _) = (twice("Title")?, twice("Version")?, twice("Vendor")?);
        let artifact = stem.strip_suffix(version)?.strip_suffix('-')?;
        let lower = title.to_lowercase();
        let words = lower.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
        let name = words.filter(|it| !it.is_empty()).collect::<Vec<_>>().join("-");
        let rest = artifact.strip_prefix(&name)?;
        let is_platform = |it: &str| {
            it.starts_with(|it: char| it.is_ascii_digit())
                || it.starts_with("sjs")
                || it.starts_with("native")
        };
        if !rest.is_empty() && !rest.strip_prefix('_').is_some_and(is_platform) {
            return None;
        }
        Self::new(manifest.get("Implementation-Vendor-Id")?, artifact, version)
    }

    /// Whether a file whose name without its ending is this has the name that Maven gives it: `artifact-version`,
    /// `artifact`, or either with more behind a dash.
    fn is_named(&self, stem: &str) -> bool {
        stem.strip_prefix(&self.artifact)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// Whether the name contains the artifact, or the artifact the name.
    fn is_like(&self, stem: &str) -> bool {
        let (artifact, stem) = (self.artifact.to_lowercase(), stem.to_lowercase());
        artifact.contains(&stem) || stem.contains(&artifact)
    }
}

impl std::fmt::Display for Coordinates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.group, self.artifact, self.version)
    }
}

/// Which record of a jar is that of the jar itself and not of a library that was built into it: the one that the
/// file is named after. Of several the longest name counts.
pub(super) fn named<'a>(records: &'a [Record], stem: &str) -> Option<&'a Record> {
    let named = records.iter().filter(|it| it.coordinates.is_named(stem));
    let longest = named.max_by_key(|it| it.coordinates.artifact.len());
    longest.or_else(|| sole(records).filter(|it| it.coordinates.is_like(stem)))
}

/// The record of a jar that has no other.
pub(super) fn sole(records: &[Record]) -> Option<&Record> {
    match records {
        [record] => Some(record),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::manifest;

    fn record(artifact: &str) -> Record {
        let coordinates = Coordinates::new("g", artifact, "1").unwrap();
        Record { coordinates, entry: artifact.to_owned(), pom: None }
    }

    fn sbt(title: &str, version: &str) -> Manifest {
        let text = format!(
            "Implementation-Title: {title}\nSpecification-Title: {title}\nImplementation-Version: {version}\n\
             Specification-Version: {version}\nImplementation-Vendor: V\nSpecification-Vendor: V\n\
             Implementation-Vendor-Id: org.example\n"
        );
        manifest::parse(text.as_bytes())
    }

    #[test]
    fn templates_and_gaps_are_no_coordinates() {
        assert!(Coordinates::new("org.a", "b_2.13", "1.0-M1+x").is_some());
        for (group, artifact, version) in
            [("", "b", "1"), ("a", "", "1"), ("a", "b", ""), ("a", "b", "${v}"), ("a b", "b", "1")]
        {
            assert_eq!(Coordinates::new(group, artifact, version), None);
        }
    }

    #[test]
    fn a_jar_is_what_it_is_named_after() {
        let records = ["core", "core-io", "log"].map(record);
        let name = |stem| named(&records, stem).map(|it| &*it.entry);
        assert_eq!(name("core-1"), Some("core"));
        assert_eq!(name("core-io-1-all"), Some("core-io"));
        assert_eq!((name("app"), name("corer"), name("log")), (None, None, Some("log")));
        assert!(named(&[record("jetty-server")], "server").is_some());
        assert!(named(&[record("jetty-server")], "app").is_none());
    }

    #[test]
    fn a_manifest_of_sbt_names_the_artifact() {
        let read = |title, stem| {
            Coordinates::of_manifest(&sbt(title, "1.0"), stem).map(|it| it.to_string())
        };
        assert_eq!(read("chill", "chill_2.12-1.0").as_deref(), Some("org.example:chill_2.12:1.0"));
        assert_eq!(
            read("Cats kernel", "cats-kernel_sjs1_3-1.0").as_deref(),
            Some("org.example:cats-kernel_sjs1_3:1.0")
        );
        for (title, stem) in
            [("core", "spire_2.12-1.0"), ("chill", "chill-java-1.0"), ("chill", "chill-2.0")]
        {
            assert_eq!(read(title, stem), None, "{stem}");
        }
    }

    #[test]
    fn a_manifest_of_another_tool_does_not() {
        let ivy = "Implementation-Title: ivy\nImplementation-Version: 1.0\nImplementation-Vendor: Apache\n\
             Implementation-Vendor-Id: org.apache\nSpecification-Title: Ivy with Ant tasks\n\
             Specification-Version: 1.0\nSpecification-Vendor: Apache\n";
        assert_eq!(Coordinates::of_manifest(&manifest::parse(ivy.as_bytes()), "ivy-1.0"), None);
    }
}
