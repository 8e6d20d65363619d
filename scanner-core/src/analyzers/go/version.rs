//! The version of a main module: as stated, as the build was told, or the commit of its checkout.

use std::collections::BTreeSet;

use crate::formats::go_buildinfo::{BuildInfo, Module};

/// The version, and where it is from if not from the module list; empty where nothing states one.
pub(super) fn of(module: &Module, info: &BuildInfo) -> (String, Option<&'static str>) {
    if !matches!(&*module.version, "" | "(devel)") {
        return (module.version.clone(), None);
    }
    let told =
        told(module, info).filter(|it| is_module_version(it)).map(|it| (it, Some("ldflags")));
    told.or_else(|| revision(info).map(|it| (it, Some("vcs")))).unwrap_or_default()
}

/// The one value of the variables called `version` that the build set in the module's own packages.
pub(super) fn told(module: &Module, info: &BuildInfo) -> Option<String> {
    let own = |package: &str| {
        let below = package.strip_prefix(module.path.as_str());
        package == "main" || below.is_some_and(|it| it.is_empty() || it.starts_with('/'))
    };
    let variables = info.linked_variables();
    let values: BTreeSet<&String> = variables
        .iter()
        .filter(|(variable, _)| {
            let (package, name) = variable.rsplit_once('.').unwrap_or_default();
            own(package) && name.eq_ignore_ascii_case("version")
        })
        .map(|(_, value)| value)
        .collect();
    values.first().filter(|_| values.len() == 1).map(|it| (*it).clone())
}

/// Whether this is how Go writes versions of modules: `v1.2.3`, and what may follow.
fn is_module_version(text: &str) -> bool {
    let Some(text) = text.strip_prefix('v') else { return false };
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let number = |it: &str| it.chars().all(|it| it.is_ascii_digit()) && !it.is_empty();
    let plain = |it: char| it.is_ascii_alphanumeric() || "-+.".contains(it);
    core.split('.').count() == 3 && core.split('.').all(number) && text.chars().all(plain)
}

/// The commit that the module was built from, as purl-spec has it for `golang`.
/// Go's own mark `+dirty` tells of changes that were not committed.
fn revision(info: &BuildInfo) -> Option<String> {
    let revision = info.settings.get("vcs.revision").filter(|it| !it.is_empty())?;
    let dirty = info.settings.get("vcs.modified").is_some_and(|it| it == "true");
    Some(if dirty { format!("{revision}+dirty") } else { revision.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(flags: &str) -> (String, Option<&'static str>) {
        let module = Module { path: "a.b/c".to_owned(), ..Module::default() };
        let settings = [("-ldflags", flags), ("vcs.revision", "c0ffee")];
        let settings = settings.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        of(&module, &BuildInfo { settings, ..BuildInfo::default() })
    }

    #[test]
    fn a_version_that_the_build_was_told_counts_where_it_can_mean_nothing_else() {
        for flags in
            ["-X main.version=v1.2.3", "-s -X 'a.b/c/internal.Version=v1.2.3' -X main.date=x"]
        {
            assert_eq!(version(flags), ("v1.2.3".to_owned(), Some("ldflags")), "{flags}");
        }
        for flags in [
            "",
            "-X main.version=1.2.3",
            "-X main.version=v1.2",
            "-X main.version=v1.2.3@x",
            "-X main.version=v1.2.3 -X a.b/c/d.Version=v1.2.4",
            "-X a.b/cd.version=v1.2.3",
            "-X main.goversion=v1.2.3",
        ] {
            assert_eq!(version(flags), ("c0ffee".to_owned(), Some("vcs")), "{flags}");
        }
    }
}
