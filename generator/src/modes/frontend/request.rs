//! What BuildKit tells a frontend in its environment.

use std::collections::BTreeMap;
use std::ffi::OsString;

use anyhow::Context as _;
use proto::gateway::CacheImport;
use serde::Deserialize;

use crate::failure::Usage;

/// The variable that only a frontend has.
const SESSION: &str = "BUILDKIT_SESSION_ID";

/// What comes before the number of an option.
const OPTION: &str = "BUILDKIT_FRONTEND_OPT_";

/// A build that BuildKit asks a frontend for.
#[derive(Debug)]
pub(crate) struct Request {
    /// The options of the frontend: what the user asks of the build.
    pub(super) options: BTreeMap<String, String>,
}

impl Request {
    /// The request, if BuildKit started the program as a frontend.
    pub(crate) fn from_environment(
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Option<anyhow::Result<Self>> {
        let (mut asked, mut options) = (false, Vec::new());
        for (name, value) in variables {
            asked |= name == SESSION;
            if name.to_str().is_some_and(|it| it.starts_with(OPTION)) {
                options.push(option(&value));
            }
        }
        asked.then(|| Ok(Self { options: options.into_iter().collect::<anyhow::Result<_>>()? }))
    }

    /// An option, empty where it is not given.
    pub(super) fn option(&self, key: &str) -> &str {
        self.options.get(key).map_or("", String::as_str)
    }

    /// Where the user wants cached results looked for.
    pub(super) fn cache_imports(&self) -> anyhow::Result<Vec<CacheImport>> {
        #[derive(Deserialize)]
        struct Place {
            #[serde(rename = "Type")]
            kind: String,
            #[serde(rename = "Attrs", default)]
            attributes: BTreeMap<String, String>,
        }
        // buildx names registries in the older of the two ways, for frontends that know no other.
        let registries = self.option("cache-from").split(',').filter(|it| !it.is_empty());
        let registry = |it: &str| CacheImport {
            kind: "registry".to_owned(),
            attributes: [("ref".to_owned(), it.to_owned())].into(),
        };
        let mut imports: Vec<CacheImport> = registries.map(registry).collect();
        let text = self.option("cache-imports");
        if !text.is_empty() {
            let places: Vec<Place> =
                serde_json::from_str(text).context("BuildKit's option cache-imports")?;
            let import = |it: Place| CacheImport { kind: it.kind, attributes: it.attributes };
            imports.extend(places.into_iter().map(import));
        }
        Ok(imports)
    }
}

/// Reads `KEY=VALUE`.
fn option(text: &OsString) -> anyhow::Result<(String, String)> {
    let pair = text.to_str().and_then(|it| it.split_once('='));
    let (key, value) = pair.ok_or_else(|| {
        Usage(format!("BuildKit's option {} is no KEY=VALUE in UTF-8", text.display()))
    })?;
    Ok((key.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(variables: &[(&str, &str)]) -> Option<anyhow::Result<Request>> {
        Request::from_environment(variables.iter().map(|(key, value)| (key.into(), value.into())))
    }

    #[test]
    fn only_a_session_makes_a_frontend() {
        assert!(request(&[("BUILDKIT_FRONTEND_OPT_0", "target=x")]).is_none());
        assert!(request(&[(SESSION, "x")]).unwrap().unwrap().options.is_empty());
    }

    #[test]
    fn options_are_split_at_their_first_sign() {
        let given = [(SESSION, "x"), ("BUILDKIT_FRONTEND_OPT_7", "build-arg:A=b=c")];
        let request = request(&given).unwrap().unwrap();
        assert_eq!(request.option("build-arg:A"), "b=c");
        assert_eq!(request.option("build-arg:B"), "");
    }

    #[test]
    fn an_option_without_a_sign_is_an_error() {
        assert!(request(&[(SESSION, "x"), ("BUILDKIT_FRONTEND_OPT_0", "x")]).unwrap().is_err());
    }

    #[test]
    fn places_of_caches_are_read() {
        let places = "cache-imports=[{\"Type\":\"gha\",\"Attrs\":{\"scope\":\"x\"}}]";
        let given = [
            (SESSION, "x"),
            ("BUILDKIT_FRONTEND_OPT_0", places),
            ("BUILDKIT_FRONTEND_OPT_1", "cache-from=r.example/c,r.example/d"),
        ];
        let imports = request(&given).unwrap().unwrap().cache_imports().unwrap();
        let kinds: Vec<&str> = imports.iter().map(|it| it.kind.as_str()).collect();
        assert_eq!(kinds, ["registry", "registry", "gha"]);
        assert_eq!(imports[1].attributes["ref"], "r.example/d");
        assert_eq!(imports[2].attributes["scope"], "x");
    }
}
