//! What the frontend asks of the scan. All of it, and nothing else, decides what the step writes about a tree,
//! so BuildKit runs the step again when some of it changes.

use std::collections::{BTreeMap, BTreeSet};

use scanner_core::model::RunConfig;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::signing_request::Signatory;

/// What is asked of the scan of one platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// The platform, as BuildKit writes it.
    pub(crate) platform: String,
    /// The formats of documents, by name.
    pub(crate) formats: BTreeSet<String>,
    /// The views, by name.
    pub(crate) views: BTreeSet<String>,
    /// Which files the documents list, as the user writes it.
    pub(crate) files: String,
    /// What the documents call the image.
    pub(crate) name: Option<String>,
    /// Who supplies it.
    pub(crate) supplier: Option<String>,
    /// Who is to sign the documents once the image is pushed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sign: Option<Signatory>,
    /// When the documents say that they were made, in seconds since 1970.
    pub(crate) created: i64,
    /// Threads to use; 0 means one a processor.
    pub(crate) threads: usize,
    /// What the image starts.
    pub(crate) start: Start,
}

/// What of an image's configuration says what it starts. Labels and whatever else changes nothing of that are left
/// out, so that they do not make the scan run again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Start {
    /// The program with its first arguments.
    #[serde(alias = "Entrypoint", deserialize_with = "or_none")]
    pub(crate) entrypoint: Vec<String>,
    /// Further arguments, or the program if there is no other.
    #[serde(alias = "Cmd", deserialize_with = "or_none")]
    pub(crate) cmd: Vec<String>,
    /// The environment, `NAME=VALUE`.
    #[serde(alias = "Env", deserialize_with = "or_none")]
    pub(crate) env: Vec<String>,
    /// The working directory.
    #[serde(alias = "WorkingDir", deserialize_with = "or_none")]
    pub(crate) working_dir: String,
    /// The user.
    #[serde(alias = "User", deserialize_with = "or_none")]
    pub(crate) user: String,
    /// Directories that are mounted when it runs, each with an empty object.
    #[serde(alias = "Volumes", deserialize_with = "or_none")]
    pub(crate) volumes: BTreeMap<String, Value>,
}

impl Start {
    /// Reads it from the JSON of a configuration (OCI image-spec, config.md).
    pub(crate) fn of_config(json: &[u8]) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Config {
            #[serde(default, deserialize_with = "or_none")]
            config: Start,
        }
        Ok(serde_json::from_slice::<Config>(json)?.config)
    }

    /// The same as a scan takes it.
    pub(crate) fn run(&self) -> RunConfig {
        let variables = self.env.iter().filter_map(|it| it.split_once('='));
        RunConfig {
            entrypoint: self.entrypoint.clone(),
            cmd: self.cmd.clone(),
            env: variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            working_dir: self.working_dir.clone(),
            user: self.user.clone(),
            volumes: self.volumes.keys().cloned().collect(),
            ..RunConfig::default()
        }
    }
}

/// Go writes what is empty as `null`.
fn or_none<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_started_is_read_and_labels_are_not() {
        let config = |labels: &str| {
            let text = format!(
                r#"{{"architecture":"amd64","config":{{"Entrypoint":["/a"],"Cmd":null,"Env":["A=b"],"Labels":{labels}}}}}"#
            );
            Start::of_config(text.as_bytes()).unwrap()
        };
        assert_eq!(config("{}"), config(r#"{"a":"b"}"#));
        assert_eq!((config("{}").entrypoint, config("{}").cmd), (vec!["/a".to_owned()], vec![]));
        assert_eq!(Start::of_config(b"{}").unwrap(), Start::default());
        assert!(Start::of_config(b"[").is_err());
    }

    #[test]
    fn an_order_is_read_as_it_was_written() {
        let order = Order { platform: "linux/arm/v7".to_owned(), created: 5, ..Order::default() };
        let text = serde_json::to_vec(&order).unwrap();
        assert_eq!(serde_json::from_slice::<Order>(&text).unwrap(), order);
    }

    #[test]
    fn volumes_are_mounted_when_it_runs() {
        let start = |volumes: &str| {
            let text = format!(r#"{{"config":{{"Shell":["/bin/bash"],"Volumes":{volumes}}}}}"#);
            Start::of_config(text.as_bytes()).unwrap()
        };
        assert_eq!(start(r#"{"/data":{},"/a":{}}"#).run().volumes, ["/a", "/data"]);
        assert_eq!(start("null").run(), RunConfig::default());
    }
}
