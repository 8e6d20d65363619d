//! Gems, as RubyGems and Bundler installed them.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::gemspec::{self, Gemspec};
use crate::fs::LayeredFs;
use crate::model::{Code, Component, Kind, License, Method, Position, Purl, Supplier};
use crate::path::ImagePath;

/// Finds installed gems.
pub(super) struct Ruby;

impl Analyzer for Ruby {
    fn id(&self) -> &'static str {
        "ruby"
    }

    fn about(&self) -> About {
        About {
            claims: "each specification in the specifications folder of a gem home (/usr/local/lib/ruby/gems/3.3.0, \
                     Debian's rubygems-integration, a Bundler path), default gems too; gems that Bundler checked out",
            refuses: "specifications inside a gem's own folder; those whose name and version are no literals; \
                      Gemfile.lock",
            specification: "RubyGems: Gem::Specification#to_ruby, Gem::StubSpecification; Bundler: Source::Git",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix(".gemspec")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(place) = place(target.file.path, cx.fs) else { return Ok(()) };
        let gemspec = gemspec::parse(&target.metadata(cx.fs.limits())?);
        let (Some(name), Some(version)) =
            (gemspec.name.as_deref().filter(|it| is_name(it)), gemspec.version.as_deref())
        else {
            found.notice(Code::Incomplete, "lacks a valid name or version that is a literal");
            return Ok(());
        };
        let mut component = component(name, version, &gemspec);
        component.folders = folders(target.file.path, &place, cx.fs);
        match place {
            Place::Default => {
                component.properties.insert("gem:default", "true".to_owned());
            }
            Place::Checkout(revision) => {
                component.properties.insert("gem:revision", revision);
            }
            Place::Home => {}
        }
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

fn component(name: &str, version: &str, gemspec: &Gemspec) -> Component {
    let platform = gemspec.platform.as_deref().unwrap_or_default();
    let purl = Purl::new("gem", name, version).qualifier("platform", platform);
    let mut component = Component::new(Kind::Library, &purl, name, version);
    component.licenses = gemspec.licenses.iter().filter_map(|it| License::new(it)).collect();
    component.supplier = gemspec.authors.iter().find_map(|it| Supplier::person(it));
    component
}

/// Where a specification of an installed gem can be.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// Among the gems of a gem home.
    Home,
    /// Among those that came with Ruby itself.
    Default,
    /// In a checkout of this revision, as Bundler keeps them.
    Checkout(String),
}

/// The place of a specification; none for one that is part of something else.
fn place(path: &ImagePath, fs: &LayeredFs<'_>) -> Option<Place> {
    let folders: Vec<&[u8]> = path.components().rev().skip(1).collect();
    let place = match folders.as_slice() {
        [b"specifications", ..] => Place::Home,
        [b"default", b"specifications", ..] => Place::Default,
        [checkout, b"gems", b"bundler", ..] => Place::Checkout(revision(checkout)?),
        // Of a checkout that holds several gems, each has a folder of its name.
        [own, checkout, b"gems", b"bundler", ..] | [own, _, checkout, b"gems", b"bundler", ..]
            if path.file_name().strip_suffix(b".gemspec") == Some(own) =>
        {
            Place::Checkout(revision(checkout)?)
        }
        _ => return None,
    };
    (!inside_gem(path, fs)).then_some(place)
}

/// The directories of a gem: its files, and beside them what was compiled for it.
fn folders(gemspec: &ImagePath, place: &Place, fs: &LayeredFs<'_>) -> Vec<ImagePath> {
    let Some(folder) = gemspec.parent() else { return Vec::new() };
    let home = match place {
        Place::Home => folder.parent(),
        Place::Default => folder.parent().and_then(|it| it.parent()),
        Place::Checkout(_) => return vec![folder],
    };
    let stem = gemspec.file_name().strip_suffix(b".gemspec").unwrap_or_default();
    let Some(home) = home else { return Vec::new() };
    let own = home.join("gems").and_then(|it| it.join(stem));
    let extensions = home.join("extensions");
    let compiled = extensions.iter().flat_map(|it| fs.files_below(it)).filter_map(|file| {
        // `extensions/PLATFORM/ABI/NAME-VERSION/…`
        let folders = std::iter::successors(file.path.parent(), ImagePath::parent);
        let depth = home.components().count() + 4;
        let folder = folders.into_iter().find(|it| it.components().count() == depth)?;
        (folder.file_name() == stem).then_some(folder)
    });
    own.into_iter().chain(compiled).collect()
}

/// The commit in the name of a checkout's folder: `NAME-0123456789ab`.
fn revision(folder: &[u8]) -> Option<String> {
    let folder = str::from_utf8(folder).ok()?;
    let (_, revision) = folder.rsplit_once('-')?;
    (revision.len() >= 7 && revision.bytes().all(|it| it.is_ascii_hexdigit()))
        .then(|| revision.to_owned())
}

/// Whether a path lies in the own folder of an installed gem: `gems/NAME-VERSION` beside a specification of that name.
fn inside_gem(path: &ImagePath, fs: &LayeredFs<'_>) -> bool {
    let mut home = ImagePath::root();
    let mut folders = path.components().peekable();
    while let Some(folder) = folders.next() {
        if let Some(gem) = folders.peek().filter(|_| folder == b"gems") {
            let file = [gem, b".gemspec".as_slice()].concat();
            let listed = |folder: &str| {
                let place = home.join(folder).and_then(|it| it.join(&file));
                place.is_some_and(|it| fs.file_at(&it).is_some())
            };
            if listed("specifications") || listed("specifications/default") {
                return true;
            }
        }
        let Some(next) = home.join(folder) else { return false };
        home = next;
    }
    false
}
