//! The libraries that a binary may load on demand, as its authors wrote it into the binary.
//! Specification: systemd, "`dlopen()` Metadata for ELF Files".

use serde::Deserialize;

/// One thing that a library is loaded for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Feature {
    /// The names of the library, the one that is tried first in front.
    pub soname: Vec<String>,
    /// What it is called.
    pub feature: String,
    /// What it is, for people.
    pub description: String,
    /// How much it matters.
    pub priority: Priority,
}

/// How much a library matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// The program does not work without it.
    Required,
    /// It should be there unless someone knows better.
    #[default]
    Recommended,
    /// It adds something that few need.
    Suggested,
}

/// Reads the JSON list, which NUL bytes may follow. Features without a library say nothing.
pub fn parse(bytes: &[u8]) -> Result<Vec<Feature>, serde_json::Error> {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let mut features: Vec<Feature> = serde_json::from_slice(bytes.get(..end).unwrap_or_default())?;
    for feature in &mut features {
        feature.soname.retain(|name| !name.is_empty());
    }
    features.retain(|it| !it.soname.is_empty());
    Ok(features)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_name_their_libraries_in_order() {
        let note =
            br#"[{"soname":["libx.so.2","libx.so.1"],"feature":"x","priority":"required","more":1},
            {"soname":["liby.so"]},{"soname":[]},{"soname":[""]}]"#;
        let features = parse(&[note.as_slice(), b"\0\0"].concat()).unwrap();
        let [first, second] = &features[..] else { panic!("{features:?}") };
        assert_eq!(first.soname, ["libx.so.2", "libx.so.1"]);
        assert_eq!((first.priority, second.priority), (Priority::Required, Priority::Recommended));
    }

    #[test]
    fn what_is_no_list_of_features_is_refused() {
        for text in ["", "{}", "[1]", r#"[{"soname":"libx.so"}]"#, r#"[{"priority":"vital"}]"#] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
