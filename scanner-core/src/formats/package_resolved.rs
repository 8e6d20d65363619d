//! `Package.resolved`, versions 1 to 3.
//! Specification: Swift Package Manager documentation, "Resolving and updating dependencies"; its `PackageResolvedStore`.

use serde::Deserialize;

use super::Pin;

#[derive(Deserialize)]
struct Document {
    /// Version 1 has the pins one level further in.
    object: Option<Pins>,
    #[serde(default)]
    pins: Vec<Package>,
}

#[derive(Deserialize)]
struct Pins {
    pins: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    #[serde(alias = "package")]
    identity: String,
    kind: Option<String>,
    #[serde(alias = "repositoryURL")]
    location: Option<String>,
    state: State,
}

#[derive(Deserialize)]
struct State {
    revision: Option<String>,
    version: Option<String>,
}

/// Reads the packages of repositories, by the places of those: `github.com/apple/swift-nio`; and packages of a registry
/// by their names in it, which have no slash. Repositories in folders are left out.
pub fn parse(text: &str) -> Result<Vec<Pin>, serde_json::Error> {
    let document: Document = serde_json::from_str(text)?;
    let pins = document.object.map_or(document.pins, |it| it.pins);
    Ok(pins.into_iter().filter_map(pin).collect())
}

fn pin(package: Package) -> Option<Pin> {
    let version = package.state.version.unwrap_or_default();
    if package.kind.as_deref() == Some("registry") {
        return Some(Pin { name: package.identity, version, ..Pin::default() });
    }
    let location = package.location.unwrap_or_default();
    let address = address(&location)?;
    let commit = package.state.revision.map(|it| format!("#{it}")).unwrap_or_default();
    Some(Pin {
        name: place(&address)?,
        version,
        download: Some(format!("git+{address}{commit}")),
        ..Pin::default()
    })
}

/// The address of a repository, with a scheme where ssh's short form has none; none for one in a folder.
fn address(location: &str) -> Option<String> {
    match location.split_once("://") {
        Some(("file", _)) => None,
        Some(_) => Some(location.to_owned()),
        None => {
            let (host, path) = location.split_once(':').filter(|(host, _)| !host.contains('/'))?;
            Some(format!("ssh://{host}/{}", path.trim_start_matches('/')))
        }
    }
}

/// Host and path of a repository.
fn place(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let (authority, path) = rest.split_once('/')?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (!host.is_empty() && !path.is_empty()).then(|| format!("{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_1_has_its_pins_in_an_object() {
        let text = r#"{"object":{"pins":[{"package":"Alamofire",
            "repositoryURL":"https://github.com/Alamofire/Alamofire.git",
            "state":{"branch":null,"revision":"c0ffee","version":"5.4.3"}}]},"version":1}"#;
        let pins = parse(text).unwrap();
        assert_eq!(
            (&*pins[0].name, &*pins[0].version),
            ("github.com/Alamofire/Alamofire", "5.4.3")
        );
        let download = "git+https://github.com/Alamofire/Alamofire.git#c0ffee";
        assert_eq!(pins[0].download.as_deref(), Some(download));
    }

    #[test]
    fn later_versions_name_the_kind_of_each_pin() {
        let text = r#"{"originHash":"x","pins":[
            {"identity":"swift-nio","kind":"remoteSourceControl","location":"git@github.com:apple/swift-nio.git",
             "state":{"branch":"main","revision":"c0ffee"}},
            {"identity":"mine","kind":"localSourceControl","location":"/src/mine","state":{"revision":"c0ffee"}},
            {"identity":"mona.LinkedList","kind":"registry","location":"","state":{"version":"1.2.3"}}],
            "version":3}"#;
        let pins = parse(text).unwrap();
        let names: Vec<_> = pins.iter().map(|it| (&*it.name, &*it.version)).collect();
        assert_eq!(names, [("github.com/apple/swift-nio", ""), ("mona.LinkedList", "1.2.3")]);
        let download = "git+ssh://git@github.com/apple/swift-nio.git#c0ffee";
        assert_eq!(pins[0].download.as_deref(), Some(download));
    }

    #[test]
    fn repositories_are_named_by_host_and_path() {
        let named = |location| address(location).and_then(|it| place(&it));
        for (location, name) in [
            ("https://user:secret@example.org/a/b/", "example.org/a/b"),
            ("ssh://git@example.org:22/a/b.git", "example.org:22/a/b"),
            ("example.org:a", "example.org/a"),
        ] {
            assert_eq!(named(location).as_deref(), Some(name), "{location}");
        }
        for none in
            ["", "/a/b", "../a", "./a:b", "file:///a/b", "https://example.org", "https:///a"]
        {
            assert_eq!(named(none), None, "{none}");
        }
    }
}
