//! What cpanm and cpm note of a distribution that they installed: `MYMETA.json`, `install.json`, and `.packlist`.
//! Specification: `CPAN::Meta::Spec`; `Menlo::CLI::Compat` (`save_meta`); `ExtUtils::Packlist`.

use serde::Deserialize;

use super::{text, texts};

/// `MYMETA.json`: the distribution as it was configured. Fields of a wrong type are left out.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Meta {
    /// `name`: of the distribution, `libwww-perl`.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// `version`.
    #[serde(deserialize_with = "text")]
    pub version: Option<String>,
    /// `license`: words of the specification's own list.
    #[serde(deserialize_with = "texts")]
    pub license: Vec<String>,
    /// `author`.
    #[serde(deserialize_with = "texts")]
    pub author: Vec<String>,
}

/// `install.json`: what was asked for and what came. Fields of a wrong type are left out.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Install {
    /// `name`: of the main module, `LWP`.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// `pathname`: of the archive in the mirror, `O/OA/OALDERS/libwww-perl-6.76.tar.gz`.
    #[serde(deserialize_with = "text")]
    pathname: Option<String>,
}

/// Reads `MYMETA.json`.
pub fn meta(bytes: &[u8]) -> Result<Meta, serde_json::Error> {
    serde_json::from_slice(bytes)
}

/// Reads `install.json`.
pub fn install(bytes: &[u8]) -> Result<Install, serde_json::Error> {
    serde_json::from_slice(bytes)
}

/// Reads the paths of a `.packlist`; what is said of a path stands behind a blank.
pub fn packlist(text: &str) -> impl Iterator<Item = &str> {
    let paths = text.lines().map(|line| line.split(" type=").next().unwrap_or_default());
    paths.filter(|path| path.starts_with('/'))
}

impl Install {
    /// The account of the author who uploaded the archive.
    pub fn author(&self) -> Option<&str> {
        let mut parts = self.pathname.as_deref()?.split('/');
        let (first, second, author) = (parts.next()?, parts.next()?, parts.next()?);
        // The folders repeat the beginning of the name: `O/OA/OALDERS`.
        let known = !first.is_empty() && second.starts_with(first) && author.starts_with(second);
        (known && parts.next().is_some()).then_some(author)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_is_read_from_the_place_in_the_mirror() {
        let author = |pathname: &str| {
            let text = format!(r#"{{"name":"LWP","version":6.76,"pathname":"{pathname}"}}"#);
            install(text.as_bytes()).unwrap().author().map(str::to_owned)
        };
        assert_eq!(author("O/OA/OALDERS/libwww-perl-6.76.tar.gz").as_deref(), Some("OALDERS"));
        assert_eq!(author("libwww-perl-6.76.tar.gz"), None);
        assert_eq!(author("O/OA/OALDERS"), None);
        assert_eq!(author("//x/y"), None);
    }

    #[test]
    fn paths_are_read_without_what_is_said_of_them() {
        let text = "/usr/bin/x\n/usr/lib/a b.pm type=link from=/y\nrelative\n";
        assert_eq!(packlist(text).collect::<Vec<_>>(), ["/usr/bin/x", "/usr/lib/a b.pm"]);
    }

    #[test]
    fn wrong_types_are_left_out() {
        let read = meta(br#"{"name":"A-B","version":1.0,"license":"mit"}"#).unwrap();
        assert_eq!(read, Meta { name: Some("A-B".into()), ..Meta::default() });
    }
}
