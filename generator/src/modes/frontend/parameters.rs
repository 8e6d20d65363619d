//! The user's parameters: words after the image in `# syntax=`, attributes of `--attest`, build arguments.
//! What is nearer to the command line counts before what stands in the Dockerfile.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::time::Duration;

use proto::gateway::PongResponse;
use scanner_core::model::{Code, View};

use super::attributes;
use super::request::Request;
use crate::artifacts::SPDX;
use crate::cli::file_detail;
use crate::failure::Usage;
use crate::modes::build_step::{Order, formats};
use crate::signing_request::Signatory;

/// What comes before the name of a parameter that is a build argument.
pub(super) const ARGUMENT: &str = "build-arg:SBOM_INDEXER_";

/// How long BuildKit may take to answer a call if the user does not say: a build may wait for slow registries, and
/// for the Dockerfile's own frontend to be pulled and run.
const PATIENCE: Duration = Duration::from_hours(1);

/// What BuildKit calls its knowing what one file system has changed of another (since 0.10).
const DIFFERENCE: &str = "diffop";

/// Every parameter.
const KNOWN: [&str; 12] = [
    "ATTESTOR",
    "BASE",
    "FAIL_ON",
    "FILES",
    "FORMATS",
    "NAME",
    "SIGN",
    "SOURCE_DATE_EPOCH",
    "SUPPLIER",
    "THREADS",
    "TIMEOUT",
    "VIEWS",
];

/// What the user wants of the scan.
#[derive(Debug)]
pub(super) struct Parameters {
    /// What the step that scans is told; all of it changes what that step writes.
    pub(super) order: Order,
    pub(super) base: Base,
    /// The notices that fail the build, by their codes.
    pub(super) fail_on: BTreeSet<&'static str>,
    pub(super) patience: Duration,
    /// What the user asked of BuildKit itself.
    pub(super) sbom: Asked,
}

/// Whether the user asked for an SBOM, and of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Not at all.
    No,
    /// Of us, or of nobody in particular.
    Ours,
    /// Of another generator, which is then run as if we were not there.
    Theirs,
}

/// Whether the image that is built on is scanned by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// It is, once for all that is built on it.
    Split,
    /// The result is scanned as a whole.
    Whole,
}

impl Parameters {
    /// Reads them. Unknown and wrong ones are an error that names them.
    pub(super) fn read(request: &Request) -> anyhow::Result<Self> {
        let mut values = words(request.option("cmdline"))?;
        let attest = request.options.get("attest:sbom").map(|it| attributes::parse(it));
        let mut attest = attest.transpose()?;
        let sbom = asked(attest.as_mut(), request.option("source"));
        if sbom == Asked::Ours {
            values.extend(attest.into_iter().flatten());
        }
        for (key, value) in &request.options {
            if let Some(key) = key.strip_prefix(ARGUMENT) {
                values.insert(key.to_owned(), value.clone());
            }
        }
        let epoch = request.option("build-arg:SOURCE_DATE_EPOCH");
        if !epoch.is_empty() {
            values.entry("SOURCE_DATE_EPOCH".to_owned()).or_insert_with(|| epoch.to_owned());
        }
        if let Some(unknown) = values.keys().find(|it| !KNOWN.contains(&it.as_str())) {
            let known = KNOWN.join(", ");
            return Err(Usage(format!("unknown parameter {unknown}: there are {known}")).into());
        }
        let mut values = Values(values);
        Ok(Self {
            order: order(&mut values, sbom)?,
            base: values.read("BASE", Base::Split, base)?,
            fail_on: values.read("FAIL_ON", BTreeSet::new(), codes)?,
            patience: values.read("TIMEOUT", PATIENCE, |it| number(it).map(Duration::from_secs))?,
            sbom,
        })
    }

    /// Whether the base is scanned by itself: as the user says, if BuildKit can tell what differs from it.
    pub(super) fn base_for(&self, can: &PongResponse) -> Base {
        let differs = can.llb_capabilities.iter().any(|it| it.id == DIFFERENCE && it.enabled);
        if differs { self.base } else { Base::Whole }
    }
}

fn order(values: &mut Values, sbom: Asked) -> anyhow::Result<Order> {
    let mut formats = values.read("FORMATS", formats::usual(), formats::read)?;
    // Where BuildKit finds no SPDX although it was asked for, it runs a generator for it as well.
    match sbom {
        Asked::Ours => formats.insert(SPDX.to_owned()),
        Asked::Theirs => formats.remove(SPDX),
        Asked::No => false,
    };
    Ok(Order {
        formats,
        views: values.read("VIEWS", views("inventory,usage").unwrap_or_default(), views)?,
        files: values
            .read("FILES", "none".to_owned(), |it| file_detail(it).map(|_| it.to_owned()))?,
        name: values.0.remove("NAME"),
        supplier: values.0.remove("SUPPLIER"),
        sign: signatory(values)?,
        created: values.read("SOURCE_DATE_EPOCH", 0, number)?,
        threads: values.read("THREADS", 0, number)?,
        ..Order::default()
    })
}

/// Who is to sign what is attached, once the image is pushed.
fn signatory(values: &mut Values) -> anyhow::Result<Option<Signatory>> {
    let attestor = values.0.remove("ATTESTOR");
    if attestor.is_some() && !values.0.contains_key("SIGN") {
        return Err(Usage("the parameter ATTESTOR needs SIGN=signer=URL".to_owned()).into());
    }
    values.read("SIGN", None, |it| Signatory::read(it, attestor).map(Some))
}

/// Whom the user asked for an SBOM. BuildKit's own attributes are taken out.
fn asked(attest: Option<&mut BTreeMap<String, String>>, source: &str) -> Asked {
    let Some(attributes) = attest else { return Asked::No };
    attributes.remove("TYPE");
    let disabled = attributes.remove("DISABLED").is_some_and(|it| it == "true");
    match attributes.remove("GENERATOR") {
        _ if disabled => Asked::No,
        Some(generator) if repository(&generator) != repository(source) => Asked::Theirs,
        _ => Asked::Ours,
    }
}

/// The name of an image without tag and digest, as Docker completes it.
fn repository(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or_default();
    let after_host = name.rfind('/').map_or(0, |it| it + 1);
    let end = name.get(after_host..).and_then(|it| it.find(':')).map(|it| after_host + it);
    let name = end.and_then(|it| name.get(..it)).unwrap_or(name);
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name)
}

/// The words after the image: `--fail-on=losses`.
fn words(line: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let word = |word: &str| {
        let pair = word.strip_prefix("--").and_then(|it| it.split_once('='));
        let (key, value) = pair.ok_or_else(|| {
            Usage(format!("{word} after the image of the syntax line is no --name=value"))
        })?;
        Ok((key.to_uppercase().replace('-', "_"), value.to_owned()))
    };
    line.split_whitespace().skip(1).map(word).collect()
}

/// Parameters that are not read yet.
struct Values(BTreeMap<String, String>);

impl Values {
    fn read<T>(
        &mut self,
        key: &str,
        usual: T,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> anyhow::Result<T> {
        let Some(value) = self.0.remove(key) else { return Ok(usual) };
        let wrong = |why| Usage(format!("the parameter {key}={value} is wrong: {why}"));
        Ok(read(&value).map_err(wrong)?)
    }
}

fn number<T: FromStr<Err = std::num::ParseIntError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn base(text: &str) -> Result<Base, String> {
    match text {
        "split" => Ok(Base::Split),
        "whole" => Ok(Base::Whole),
        _ => Err("it is split or whole".to_owned()),
    }
}

fn views(text: &str) -> Result<BTreeSet<String>, String> {
    let known = [View::Inventory.as_str(), View::Usage.as_str()];
    let wrong = || "it is inventory, usage or both with a comma between".to_owned();
    let view = |it| if known.contains(&it) { Ok(it.to_owned()) } else { Err(wrong()) };
    text.split(',').map(view).collect()
}

/// The codes that some words stand for.
fn codes(text: &str) -> Result<BTreeSet<&'static str>, String> {
    let mut found = BTreeSet::new();
    for word in text.split(',').filter(|it| !it.is_empty() && *it != "none") {
        let means = |code: &&Code| match word {
            "notices" => true,
            "losses" => code.loses_content(),
            other => code.as_str() == other,
        };
        let before = found.len();
        found.extend(Code::ALL.iter().filter(means).map(|it| it.as_str()));
        if found.len() == before && !found.contains(word) {
            return Err(format!(
                "{word} is neither none, losses, notices nor the code of a notice"
            ));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(options: &[(&str, &str)]) -> anyhow::Result<Parameters> {
        let options =
            options.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Parameters::read(&Request { options })
    }

    const SOURCE: (&str, &str) = ("source", "registry.example:5000/x/sbom-indexer:1@sha256:00");

    #[test]
    fn what_is_nearer_to_the_command_line_counts() {
        let line = ("cmdline", "x/sbom-indexer --base=whole --fail-on=losses --name=a");
        let attest = ("attest:sbom", "generator=registry.example:5000/x/sbom-indexer,NAME=b");
        let argument = ("build-arg:SBOM_INDEXER_NAME", "c");
        let parameters = read(&[SOURCE, line]).unwrap();
        assert_eq!((parameters.base, parameters.sbom), (Base::Whole, Asked::No));
        assert!(parameters.fail_on.contains("malformed"));
        assert!(!parameters.fail_on.contains("superseded"));
        assert_eq!(parameters.order.name.as_deref(), Some("a"));
        assert_eq!(read(&[SOURCE, line, attest]).unwrap().order.name.as_deref(), Some("b"));
        let all = read(&[SOURCE, line, attest, argument]).unwrap();
        assert_eq!((all.order.name.as_deref(), all.sbom), (Some("c"), Asked::Ours));
    }

    #[test]
    fn parameters_of_another_generator_are_its_own() {
        let theirs = ("attest:sbom", "generator=docker/buildkit-syft-scanner:stable-1,SELECT=x");
        let parameters = read(&[SOURCE, theirs]).unwrap();
        assert_eq!(parameters.sbom, Asked::Theirs);
        assert!(!parameters.order.formats.contains(SPDX));
    }

    #[test]
    fn who_asks_for_an_sbom_gets_spdx_whatever_else() {
        let given = [("attest:sbom", ""), ("build-arg:SBOM_INDEXER_FORMATS", "cyclonedx-json")];
        let parameters = read(&given).unwrap();
        assert_eq!(Vec::from_iter(parameters.order.formats), ["cyclonedx-json", "spdx-json"]);
        assert!(!read(&given[1..]).unwrap().order.formats.contains(SPDX));
    }

    #[test]
    fn unknown_and_wrong_parameters_are_named() {
        let error = |key: &str, value: &str| read(&[(key, value)]).unwrap_err().to_string();
        assert!(error("build-arg:SBOM_INDEXER_FROMATS", "x").contains("unknown parameter FROMATS"));
        assert!(error("attest:sbom", "BAES=split").contains("unknown parameter BAES"));
        assert!(error("cmdline", "image split").contains("split after the image"));
        for (key, value) in [
            ("BASE", "half"),
            ("FAIL_ON", "malformed,nothing"),
            ("FILES", "some"),
            ("FORMATS", "spdx"),
            ("SIGN", "key=env://K"),
            ("SOURCE_DATE_EPOCH", "now"),
            ("THREADS", "-1"),
            ("TIMEOUT", ""),
            ("VIEWS", "use"),
        ] {
            let argument = format!("{ARGUMENT}{key}");
            let error = error(&argument, value);
            assert!(error.contains(&format!("{key}={value} is wrong")), "{error}");
        }
    }

    #[test]
    fn images_are_compared_by_their_repositories() {
        assert_eq!(repository("docker.io/library/a:1"), "a");
        assert_eq!(repository("localhost:5000/a@sha256:00"), "localhost:5000/a");
        assert_eq!(repository("localhost:5000/a:1@sha256:00"), "localhost:5000/a");
    }
}
