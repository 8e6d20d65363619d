//! Java runtimes and development kits, by the `release` file that their build leaves in them.

use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::os_release;
use crate::model::{Component, Kind, Method, Position, Purl, Supplier};
use crate::path::ImagePath;

/// Finds Java runtimes.
pub(super) struct JavaRuntime;

/// What only a runtime has beside its `release` file: the launcher, before Java 9 also that of the inner runtime, and
/// the module image, which is there even where jlink left the launcher out.
const RUNTIME: &[&str] = &["bin/java", "jre/bin/java", "lib/modules"];
/// What only a development kit has.
const COMPILER: &str = "bin/javac";
/// Further facts of the file, and the properties that tell them.
const FACTS: &[(&str, &str)] = &[
    ("java:graalvm-version", "GRAALVM_VERSION"),
    ("java:implementor-version", "IMPLEMENTOR_VERSION"),
    ("java:modules", "MODULES"),
    ("java:version", "JAVA_VERSION"),
];

impl Analyzer for JavaRuntime {
    fn id(&self) -> &'static str {
        "java_runtime"
    }

    fn about(&self) -> About {
        About {
            claims: "each folder with a release file that states a Java version, and a launcher or module image: \
                     jdk where it has a compiler, else jre; images made by jlink too, with their modules",
            refuses: "release files of anything else; runtimes without one",
            specification: "JEP 223, JEP 282; the release file of OpenJDK's build",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("release")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(home) = target.file.path.parent() else { return Ok(()) };
        if !RUNTIME.iter().any(|it| is_file(&home, it, cx)) {
            return Ok(());
        }
        let text = target.metadata(cx.fs.limits())?;
        // The file is made of the same assignments as os-release.
        let facts = os_release::parse(&text);
        let fact = |name| facts.get(name).map(|it| it.trim()).filter(|it| !it.is_empty());
        // FULL_VERSION is Temurin's way to state the build of Java 8.
        let version =
            fact("JAVA_RUNTIME_VERSION").or(fact("FULL_VERSION")).or(fact("JAVA_VERSION"));
        let Some(version) = version else { return Ok(()) };
        let product = if is_file(&home, COMPILER, cx) { "jdk" } else { "jre" };
        // OpenJDK's build writes N/A where nobody is named.
        let implementor = fact("IMPLEMENTOR").filter(|it| *it != "N/A").unwrap_or_default();
        let purl = Purl::new("generic", product, version).namespace(&slug(implementor));
        let mut component = Component::new(Kind::Application, &purl, product, version);
        component.supplier = Supplier::organization(implementor);
        component.folders.push(home);
        for (property, name) in FACTS {
            component.properties.extend(fact(name).map(|value| (*property, value.to_owned())));
        }
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

fn is_file(home: &ImagePath, name: &str, cx: &Context<'_>) -> bool {
    home.join(name).is_some_and(|path| cx.fs.file(&path.display()).is_some())
}

/// A name as a part of a purl: `Eclipse Adoptium` is `eclipse-adoptium`.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_implementor_becomes_a_namespace() {
        assert_eq!(slug("Azul Systems, Inc."), "azul-systems-inc");
        assert_eq!(slug(""), "");
    }
}
