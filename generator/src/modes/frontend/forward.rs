//! What the build itself is: the built-in frontend for Dockerfiles is asked for it, with all that the user said.

use std::collections::BTreeMap;

use super::parameters::{ARGUMENT, Asked};
use super::request::Request;

/// The frontend that builds Dockerfiles.
pub(super) const FRONTEND: &str = "dockerfile.v0";

/// The build argument that names a frontend.
const SYNTAX: &str = "build-arg:BUILDKIT_SYNTAX";

/// The older way to ask for an SBOM.
const OLD_ASK: &str = "build-arg:BUILDKIT_ATTEST_SBOM";

/// What we say to ourselves where the Dockerfile names us too: the outer one scans. Others do not look at it.
const NESTED: &str = "sbom-indexer.nested";

/// Whether the answer of the built-in frontend is passed on as it is: when the user asks not for a build but about it,
/// as `--check` does, and when we are called by ourselves.
pub(super) fn is_all(request: &Request) -> bool {
    !request.option("requestid").is_empty() || !request.option(NESTED).is_empty()
}

/// The options of the built-in frontend.
///
/// A build argument that names us is not passed on, and then the Dockerfile's own `# syntax=` counts as without us.
/// Where that line names us, `cmdline` is passed on: it tells the built-in frontend that the line has been followed.
/// `image` is our own as BuildKit found it. By its digest it is known, where a tag is looked up in the registry again.
pub(super) fn options(
    request: &Request,
    asked: Asked,
    image: Option<String>,
) -> BTreeMap<String, String> {
    let mut options = request.options.clone();
    let source = options.remove("source").unwrap_or_default();
    if options.remove(SYNTAX).is_some() {
        options.remove("cmdline");
    }
    options.retain(|key, _| !key.starts_with(ARGUMENT));
    if is_all(request) {
        return options;
    }
    options.insert(NESTED.to_owned(), "true".to_owned());
    if asked != Asked::Theirs {
        // The step that would scan is never run: it only tells which stages and contexts are to be scanned.
        options.remove(OLD_ASK);
        let image = image.unwrap_or(source);
        options.insert("attest:sbom".to_owned(), format!("generator={image}"));
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(given: &[(&str, &str)], asked: Asked) -> Vec<String> {
        let options = given.iter().map(|(key, it)| ((*key).to_owned(), (*it).to_owned())).collect();
        let options = options_of(options, asked);
        options.into_iter().map(|(key, value)| format!("{key}={value}")).collect()
    }

    fn options_of(options: BTreeMap<String, String>, asked: Asked) -> BTreeMap<String, String> {
        super::options(&Request { options }, asked, None)
    }

    #[test]
    fn a_syntax_line_that_was_followed_is_not_followed_again() {
        let given = [("cmdline", "us --base=whole"), ("source", "us@sha256:00"), ("target", "x")];
        let expected = [
            "attest:sbom=generator=us@sha256:00",
            "cmdline=us --base=whole",
            "sbom-indexer.nested=true",
            "target=x",
        ];
        assert_eq!(forwarded(&given, Asked::No), expected);
    }

    #[test]
    fn an_argument_that_names_us_leaves_the_syntax_line_to_be_followed() {
        let given = [
            (SYNTAX, "us"),
            ("build-arg:SBOM_INDEXER_BASE", "whole"),
            ("cmdline", "us"),
            ("source", "us"),
        ];
        let expected = ["attest:sbom=generator=us", "sbom-indexer.nested=true"];
        assert_eq!(forwarded(&given, Asked::No), expected);
    }

    #[test]
    fn another_generator_and_questions_are_passed_on() {
        let theirs = [("attest:sbom", "generator=them"), ("source", "us")];
        let expected = ["attest:sbom=generator=them", "sbom-indexer.nested=true"];
        assert_eq!(forwarded(&theirs, Asked::Theirs), expected);
        let question = [("requestid", "frontend.lint"), ("source", "us")];
        assert_eq!(forwarded(&question, Asked::No), ["requestid=frontend.lint"]);
    }

    #[test]
    fn the_inner_one_of_two_passes_everything_on() {
        let inner = [
            ("attest:sbom", "generator=us"),
            ("cmdline", "us"),
            ("sbom-indexer.nested", "true"),
            ("source", "us"),
        ];
        let expected = ["attest:sbom=generator=us", "cmdline=us", "sbom-indexer.nested=true"];
        assert_eq!(forwarded(&inner, Asked::Ours), expected);
    }
}
