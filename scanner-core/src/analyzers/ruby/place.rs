//! Where RubyGems and Bundler put the specifications of gems.

use crate::fs::LayeredFs;
use crate::path::ImagePath;

/// Where a specification of an installed gem can be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Among the gems of a gem home.
    Home,
    /// Among those that came with Ruby itself.
    Default,
    /// In a checkout of this revision, as Bundler keeps them.
    Checkout(String),
}

/// The place of a specification; none for one that is part of something else.
pub(super) fn place(path: &ImagePath, fs: &LayeredFs<'_>) -> Option<Place> {
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
