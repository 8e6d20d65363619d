//! `conda-meta/NAME-VERSION-BUILD.json`: the record of a package in a conda environment.
//! Specification: conda's `PrefixRecord`, as conda, mamba and pixi write it.

use serde::Deserialize;

use super::{text, texts};

/// The fields that matter; those of a wrong type are left out.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct CondaMeta {
    /// `name`.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// `version`.
    #[serde(deserialize_with = "text")]
    pub version: Option<String>,
    /// `build`: the build string.
    #[serde(deserialize_with = "text")]
    pub build: Option<String>,
    /// `channel`: a name or an address.
    #[serde(deserialize_with = "text")]
    channel: Option<String>,
    /// `subdir`: the platform that it was built for.
    #[serde(deserialize_with = "text")]
    pub subdir: Option<String>,
    /// `fn`: the name of the archive.
    #[serde(deserialize_with = "text", rename = "fn")]
    archive: Option<String>,
    /// `url`: where the archive came from.
    #[serde(deserialize_with = "text")]
    url: Option<String>,
    /// `license`.
    #[serde(deserialize_with = "text")]
    pub license: Option<String>,
    /// `files`, relative to the environment.
    #[serde(deserialize_with = "texts")]
    pub files: Vec<String>,
}

/// Reads the file.
pub fn parse(bytes: &[u8]) -> Result<CondaMeta, serde_json::Error> {
    serde_json::from_slice(bytes)
}

impl CondaMeta {
    /// The channel's own name: `conda-forge` of its address, platform and access token left out.
    pub fn channel(&self) -> Option<&str> {
        let address = self.channel.as_deref()?.trim_end_matches('/');
        let platform = self.subdir.as_deref().unwrap_or_default();
        let whole = address.strip_suffix(platform).filter(|_| address.contains("://"));
        let whole = whole.and_then(|it| it.strip_suffix('/')).unwrap_or(address);
        whole.rsplit('/').next().filter(|it| !it.is_empty())
    }

    /// The form of the archive: `conda` or `tar.bz2`.
    pub fn archive_type(&self) -> Option<&'static str> {
        let archive = self.archive.as_deref().or(self.url.as_deref())?;
        ["conda", "tar.bz2"]
            .into_iter()
            .find(|it| archive.strip_suffix(it).is_some_and(|rest| rest.ends_with('.')))
    }

    /// Where the archive came from, unless the address holds an access token or is no address of the web.
    pub fn download(&self) -> Option<&str> {
        let url = self.url.as_deref()?;
        let (scheme, rest) = url.split_once("://")?;
        let public =
            matches!(scheme, "http" | "https") && !rest.contains('@') && !rest.contains("/t/");
        public.then_some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(channel: &str, url: &str) -> CondaMeta {
        let text =
            format!(r#"{{"channel":"{channel}","subdir":"linux-64","url":"{url}","name":1}}"#);
        parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_channel_is_named_without_address_platform_and_token() {
        for (channel, name) in [
            ("https://conda.anaconda.org/conda-forge/linux-64", "conda-forge"),
            ("https://repo.anaconda.com/pkgs/main/linux-64", "main"),
            ("https://conda.anaconda.org/t/secret/mine", "mine"),
            ("defaults", "defaults"),
        ] {
            assert_eq!(record(channel, "").channel(), Some(name));
        }
        assert_eq!(record("", "").channel(), None);
    }

    #[test]
    fn addresses_with_secrets_are_no_downloads() {
        let good = "https://conda.anaconda.org/conda-forge/linux-64/a-1-0.conda";
        assert_eq!(record("", good).download(), Some(good));
        assert_eq!(record("", good).archive_type(), Some("conda"));
        for url in ["https://x.org/t/secret/a.conda", "https://me:pw@x.org/a.conda", "file:///a"] {
            assert_eq!(record("", url).download(), None);
        }
    }

    #[test]
    fn wrong_types_are_left_out() {
        assert_eq!(record("", "").name, None);
        assert!(parse(b"7").is_err());
    }
}
