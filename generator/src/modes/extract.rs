//! `sbom-indexer extract`: what is attached to an image, as files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use attest::BUNDLE_TYPE;
use registry::{Error, Reference};

use crate::artifacts::ARTIFACTS;
use crate::attached::{self, Attached, Subjects};
use crate::cli::Extract;
use crate::failure::Usage;
use crate::output::{self, Existing};
use crate::remote::Remote;

/// Characters of a file's name at most.
const LONGEST: usize = 100;
/// Characters of a digest that tell files apart.
const SHORT: usize = 12;

/// Finds and writes.
pub(crate) fn run(extract: &Extract) -> anyhow::Result<ExitCode> {
    let reference: Reference = extract.reference.parse().map_err(Usage)?;
    let remote = Remote::new(&extract.registries)?;
    let repository = remote.repository(&reference)?;
    let subjects = remote.wait(Subjects::of(&repository, &reference))?;
    let (mut wanted, mut names) = (Vec::new(), BTreeSet::new());
    for (platform, subject) in subjects.all() {
        if extract.platform.as_deref().is_some_and(|it| platform != Some(it)) {
            continue;
        }
        for it in remote.wait(attached::all(&repository, subject, &subjects))? {
            if is_wanted(extract, &it) {
                let name = name(&it, platform, &mut names);
                wanted.push((it, name));
            }
        }
    }
    if wanted.is_empty() {
        let (host, what) = (
            reference.registry().to_owned(),
            format!("anything like that attached to {reference}"),
        );
        return Err(Error::NotFound { host, what }.into());
    }
    if extract.output == Path::new("-") {
        let [(only, _)] = wanted.as_slice() else {
            let why = format!(
                "{} things are attached like that: name a directory, or one digest",
                wanted.len()
            );
            return Err(Usage(why).into());
        };
        output::write_stdout(&remote.wait(only.content(&repository))?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let paths: Vec<PathBuf> = wanted.iter().map(|(_, name)| extract.output.join(name)).collect();
    // Told before anything is written; a file that comes later is not overwritten either.
    if let Some(path) = paths.iter().find(|it| !extract.force && it.symlink_metadata().is_ok()) {
        return Err(
            Usage(format!("{} is there already; --force overwrites it", path.display())).into()
        );
    }
    std::fs::create_dir_all(&extract.output)?;
    let existing = if extract.force { Existing::GivesWay } else { Existing::Stays };
    for ((it, _), path) in wanted.iter().zip(&paths) {
        let bytes = remote.wait(it.content(&repository))?;
        output::write_own(path, &bytes, existing)?;
        output::write_stdout(format!("{}  {}\n", path.display(), it.digest).as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn is_wanted(extract: &Extract, it: &Attached) -> bool {
    let digest = extract.digest.as_deref();
    let digest = digest
        .is_none_or(|wanted| [&it.digest, &it.manifest].iter().any(|it| it.as_ref() == wanted));
    digest && extract.kind.as_deref().is_none_or(|wanted| is_of(it, wanted))
}

/// Whether something is of a type: by its full name, or by that of a format.
fn is_of(it: &Attached, wanted: &str) -> bool {
    let own = [Some(&*it.artifact_type), Some(&*it.media_type), it.predicate_type.as_deref()];
    let is = |wanted: &str| own.contains(&Some(wanted));
    let named = |format: &str| format == wanted || format.split('-').next() == Some(wanted);
    let mut formats = ARTIFACTS.iter().filter(|it| named(it.format));
    is(wanted)
        || (wanted == "bundle" && is(BUNDLE_TYPE))
        || formats.any(|it| is(it.media_type) || it.predicate_type.is_some_and(is))
}

/// The name of a file of its own: the title, or what it is, with the platform where there are several.
fn name(it: &Attached, platform: Option<&str>, names: &mut BTreeSet<String>) -> String {
    let title = it.title.as_deref().or(it.predicate_type.as_deref()).unwrap_or(&it.media_type);
    let mut name = safe(title);
    if it.title.is_none() {
        name = format!("{name}.{}", short(it));
    }
    if let Some(platform) = platform {
        name = output::platform_name(&name, &safe(platform));
    }
    if names.contains(&name) {
        name = output::platform_name(&name, &short(it));
    }
    while !names.insert(name.clone()) {
        name = format!("{name}.again");
    }
    name
}

fn short(it: &Attached) -> String {
    it.digest.digest().chars().take(SHORT).collect()
}

/// A name that is no path, no option and no hidden file, whatever somebody wrote.
fn safe(text: &str) -> String {
    let text = text.strip_prefix("https://").unwrap_or(text);
    let legal = |it: char| if it.is_ascii_alphanumeric() || "._-".contains(it) { it } else { '-' };
    let name: String = text.chars().take(LONGEST).map(legal).collect();
    let name = name.trim_start_matches(['.', '-']);
    if name.is_empty() { "artifact".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attached::Road;

    fn attached(title: Option<&str>) -> Attached {
        let digest: oci_spec::image::Digest = format!("sha256:{}", "a".repeat(64)).parse().unwrap();
        Attached {
            road: Road::Referrer,
            subject: digest.clone(),
            manifest: digest.clone(),
            artifact_type: "application/spdx+json".to_owned(),
            media_type: "application/spdx+json".to_owned(),
            digest,
            size: 1,
            title: title.map(str::to_owned),
            predicate_type: None,
            is_ours: false,
        }
    }

    #[test]
    fn names_stay_in_the_directory_and_apart() {
        let mut names = BTreeSet::new();
        let mut given = |title, platform| name(&attached(title), platform, &mut names);
        assert_eq!(given(Some("../../etc/passwd"), None), "etc-passwd");
        assert_eq!(
            given(Some("sbom.spdx.json"), Some("linux/arm/v7")),
            "sbom.linux-arm-v7.spdx.json"
        );
        assert_eq!(
            given(Some("sbom.spdx.json"), Some("linux/arm/v7")),
            "sbom.aaaaaaaaaaaa.linux-arm-v7.spdx.json"
        );
        assert_eq!(
            given(Some("sbom.spdx.json"), Some("linux/arm/v7")),
            "sbom.aaaaaaaaaaaa.linux-arm-v7.spdx.json.again"
        );
        assert_eq!(given(None, None), "application-spdx-json.aaaaaaaaaaaa");
        assert_eq!(safe("--help\n/.."), "help--..");
        assert_eq!(safe(".."), "artifact");
    }

    #[test]
    fn types_have_short_names() {
        let it = attached(None);
        for wanted in ["spdx", "spdx-json", "application/spdx+json"] {
            assert!(is_of(&it, wanted), "{wanted}");
        }
        assert!(!is_of(&it, "cyclonedx") && !is_of(&it, "bundle"));
    }
}
