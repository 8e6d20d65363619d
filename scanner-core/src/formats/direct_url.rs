//! `direct_url.json`: where a Python distribution came from, if not from an index.
//! Specification: PyPA, "Recording the Direct URL Origin of installed distributions".

use serde::Deserialize;

/// The origin of a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectUrl {
    /// The address as recorded, credentials included where an installer left them.
    pub url: String,
    /// The version control system and the commit.
    pub commit: Option<(String, String)>,
    /// Whether it is a link to a working directory.
    pub editable: bool,
}

#[derive(Deserialize)]
struct Document {
    url: String,
    vcs_info: Option<VcsInfo>,
    dir_info: Option<DirInfo>,
}

#[derive(Deserialize)]
struct VcsInfo {
    vcs: String,
    commit_id: String,
}

#[derive(Deserialize)]
struct DirInfo {
    #[serde(default)]
    editable: bool,
}

/// Reads the file.
pub fn parse(bytes: &[u8]) -> Result<DirectUrl, serde_json::Error> {
    let document: Document = serde_json::from_slice(bytes)?;
    Ok(DirectUrl {
        url: document.url,
        commit: document.vcs_info.map(|info| (info.vcs, info.commit_id)),
        editable: document.dir_info.is_some_and(|info| info.editable),
    })
}

impl DirectUrl {
    /// The path of the directory that it is a link to.
    pub fn linked(&self) -> Option<Vec<u8>> {
        let path = self.url.strip_prefix("file://").filter(|_| self.editable)?;
        Some(percent_encoding::percent_decode_str(path).collect())
    }

    /// The address as a download location (SPDX 2.3 §7.7), without credentials; none for local directories.
    pub fn download(&self) -> Option<String> {
        let (scheme, rest) = self.url.split_once("://").filter(|(scheme, _)| *scheme != "file")?;
        let (authority, path) = rest.split_once('/')?;
        let host = authority.rsplit('@').next()?;
        let address = format!("{scheme}://{host}/{path}");
        Some(match &self.commit {
            Some((vcs, commit)) => format!("{vcs}+{address}@{commit}"),
            None => address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_is_named_with_its_commit_and_without_credentials() {
        let origin = parse(
            br#"{"url":"https://me:pw@x.org/a.git","vcs_info":{"vcs":"git","commit_id":"ab"}}"#,
        )
        .unwrap();
        assert_eq!(origin.download().as_deref(), Some("git+https://x.org/a.git@ab"));
    }

    #[test]
    fn a_working_directory_is_no_download() {
        let origin = parse(br#"{"url":"file:///src","dir_info":{"editable":true}}"#).unwrap();
        assert!(origin.editable && origin.download().is_none());
        assert_eq!(origin.linked().as_deref(), Some(&b"/src"[..]));
        let spaced = br#"{"url":"file:///my%20src","dir_info":{"editable":true}}"#;
        assert_eq!(parse(spaced).unwrap().linked().as_deref(), Some(&b"/my src"[..]));
        let copied = br#"{"url":"file:///src","dir_info":{}}"#;
        assert_eq!(parse(copied).unwrap().linked(), None);
    }
}
