//! `Gemfile.lock`.
//! Specification: Bundler documentation, "Gemfile.lock"; Bundler's `LockfileParser`.

use super::Pin;

/// A gem that would be installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gem {
    /// Its name, version and origin.
    pub pin: Pin,
    /// The platform that it was built for; empty where it runs on all.
    pub platform: String,
}

/// Where the gems of a section come from.
#[derive(Default)]
struct Section {
    remote: Option<String>,
    revision: Option<String>,
    /// Whether its gems come from outside, and not from a folder of the project.
    outside: bool,
}

/// Reads the gems that come from servers and repositories; those in folders of the project are left out.
pub fn parse(text: &str) -> Vec<Gem> {
    let mut section = Section::default();
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let (indent, text) = (line.len() - line.trim_start().len(), line.trim());
        match indent {
            0 => {
                let outside = matches!(text, "GEM" | "GIT" | "PLUGIN SOURCE");
                section = Section { outside, ..Section::default() };
            }
            2 => match text.split_once(": ") {
                Some(("remote", address)) => section.remote = Some(address.to_owned()),
                Some(("revision", commit)) => section.revision = Some(commit.to_owned()),
                _ => {}
            },
            4 if section.outside => found.extend(gem(text, number, &section)),
            _ => {}
        }
    }
    found
}

/// `NAME (VERSION-PLATFORM)`.
fn gem(text: &str, line: u32, section: &Section) -> Option<Gem> {
    let (name, version) = text.strip_suffix('!').unwrap_or(text).split_once(" (")?;
    let version = version.strip_suffix(')')?;
    let (version, platform) = version.split_once('-').unwrap_or((version, ""));
    let commit = section.revision.as_ref();
    let download = commit.and_then(|it| Some(format!("git+{}@{it}", section.remote.as_ref()?)));
    let (name, version) = (name.to_owned(), version.to_owned());
    let pin = Pin { name, version, line: Some(line), download, ..Pin::default() };
    Some(Gem { pin, platform: platform.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gems_are_read_with_their_platforms_and_folders_left_out() {
        let text = "GIT\n  remote: https://example.org/g.git\n  revision: c0ffee\n  specs:\n    g (0.1)\n\n\
            PATH\n  remote: .\n  specs:\n    mine (1.0)\n\nGEM\n  remote: https://rubygems.org/\n  specs:\n    \
            nokogiri (1.16.0-x86_64-linux)\n      racc (~> 1.4)\n    racc (1.7.3)\n\nPLATFORMS\n  x86_64-linux\n\n\
            DEPENDENCIES\n  nokogiri (= 1.16.0)\n\nCHECKSUMS\n  racc (1.7.3) sha256=ab\n\nBUNDLED WITH\n   2.5.0\n";
        let gems = parse(text);
        let names: Vec<_> =
            gems.iter().map(|it| (&*it.pin.name, &*it.pin.version, &*it.platform)).collect();
        assert_eq!(
            names,
            [("g", "0.1", ""), ("nokogiri", "1.16.0", "x86_64-linux"), ("racc", "1.7.3", "")]
        );
        assert_eq!(gems[0].pin.download.as_deref(), Some("git+https://example.org/g.git@c0ffee"));
        assert_eq!(gems[1].pin.line, Some(15));
    }
}
