//! Java archives and the archives inside them.

mod class_path;
mod component;
mod coordinates;
mod jar;
mod repository;
mod walk;

use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::{pom, pom_properties};
use crate::model::{Method, Position};
use coordinates::Coordinates;
use walk::Walk;

/// Finds jars, and what was built into them.
pub(super) struct Java;

impl Analyzer for Java {
    fn id(&self) -> &'static str {
        "java"
    }

    fn about(&self) -> About {
        About {
            claims: "the coordinates of each META-INF/maven/*/*/pom.properties or pom.xml, in archives inside archives \
                     too, and unpacked; those of the Maven repository that a jar belongs to (Debian's \
                     /usr/share/maven-repo by its links); those of a manifest as sbt writes it; any other jar by its digest; the jars that a \
                     manifest names for the class path",
            refuses: "coordinates by file name, package names or Bundle-SymbolicName; versions that a build decides",
            specification: "JAR File Specification, Maven Archiver, POM Reference, Debian's Java policy, sbt's packaging",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[
            Select::Suffix(".jar"),
            Select::Suffix(".war"),
            Select::Suffix(".ear"),
            Select::Suffix(".par"),
            Select::Suffix(".jpi"),
            Select::Suffix(".hpi"),
            Select::Suffix(".kar"),
            Select::Suffix(".lpkg"),
            Select::Suffix(".nar"),
            Select::Suffix(".sar"),
            Select::Suffix("/pom.properties"),
        ]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Suffix(".pom"), Select::Name("pom.xml")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        if target.file.path.file_name() == b"pom.properties" {
            return unpacked(found, target, cx);
        }
        Walk::new(found, target, cx).run()
    }
}

/// How the names of archives end: those of Java itself, of Jenkins, of Karaf, of Liferay, of `NiFi` and of `JBoss`.
const ARCHIVES: [&str; 10] =
    ["jar", "war", "ear", "par", "jpi", "hpi", "kar", "lpkg", "nar", "sar"];

/// Whether an entry of an archive is an archive to look into.
fn is_archive(name: &[u8]) -> bool {
    let ending = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    name.contains(&b'.') && ARCHIVES.iter().any(|it| ending.eq_ignore_ascii_case(it.as_bytes()))
}

/// The record of an archive that was unpacked, as servlet containers do.
fn unpacked(found: &mut Findings<'_>, target: &Target<'_>, cx: &Context<'_>) -> Result<(), Fault> {
    let folders: Vec<&[u8]> = target.file.path.components().collect();
    if !matches!(folders.as_slice(), [.., b"META-INF", b"maven", _, _, _]) {
        return Ok(());
    }
    let limit = cx.fs.limits().metadata_bytes;
    let stated = pom_properties::parse(&target.file.bytes(limit)?);
    let Some(coordinates) = Coordinates::of_properties(stated) else {
        return Err(coordinates::incomplete());
    };
    let beside = target.file.path.parent().and_then(|it| it.join("pom.xml"));
    let text = beside.and_then(|it| cx.fs.file_at(&it)?.bytes(limit).ok());
    let pom = text.and_then(|it| pom::parse(&String::from_utf8_lossy(&it)).ok());
    let component = component::of(&coordinates, pom.as_ref());
    found.add(Method::Metadata, Position::Whole, component);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_told_by_their_ending() {
        for name in ["lib/a.jar", "A.WAR", "x.hpi", "n.nar"] {
            assert!(is_archive(name.as_bytes()), "{name}");
        }
        for name in ["jar", "a.jar.sha1", "a.zip", "a.jar/", ""] {
            assert!(!is_archive(name.as_bytes()), "{name}");
        }
    }
}
