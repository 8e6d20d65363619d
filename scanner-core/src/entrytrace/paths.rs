//! The paths that a pattern stands for.
//! Specification: POSIX.1-2024, Shell & Utilities, 2.14.3; the manual of GNU Bash, 3.5.8 "Filename Expansion".

use super::directory::Directory;
use super::fields::is_wild;
use super::options::Options;
use super::test::unfollowed;
use super::tracer::Tracer;
use super::value::Value;
use super::world::World;
use crate::formats::shell::{is_extended, matches};
use crate::path::ImagePath;

/// A path that matches so far, and how it is shown.
type Found = (ImagePath, String);

impl Tracer<'_> {
    /// The paths that match a pattern; without any, the pattern itself.
    pub(super) fn paths(&mut self, world: &World, value: &Value, pattern: &str) -> Vec<Value> {
        let options = world.shell.options;
        let absolute = pattern.starts_with('/');
        let start = match &world.shell.directory {
            Directory::Unknown(why) if !absolute => {
                return vec![Value::unknown(value.text.clone(), why.clone())];
            }
            Directory::At(path) if !absolute => path.clone(),
            _ => ImagePath::root(),
        };
        let mut found = vec![(start, if absolute { "/" } else { "" }.to_owned())];
        for component in components(pattern, options.extglob).filter(|it| !it.is_empty()) {
            let mut next = Vec::new();
            for from in found {
                if self.matching(&from, (component, options), &mut next).is_none() {
                    return vec![Value::unknown(value.text.clone(), unfollowed())];
                }
            }
            found = next;
            found.truncate(self.limits().shell_words);
        }
        if pattern.ends_with('/') {
            found.retain(|(path, _)| {
                self.fs.resolve(path).is_ok_and(|it| self.fs.is_directory(&it))
            });
            for (_, shown) in &mut found {
                shown.push('/');
            }
        }
        if found.is_empty() {
            return if options.nullglob { Vec::new() } else { vec![value.clone()] };
        }
        found.into_iter().map(|(_, shown)| value.with(shown)).collect()
    }

    /// Adds what in a directory matches one component of a pattern; none if it takes too long to tell.
    fn matching(
        &mut self,
        (directory, shown): &Found,
        (component, options): (&str, Options),
        next: &mut Vec<Found>,
    ) -> Option<()> {
        let Ok(real) = self.fs.resolve(directory) else { return Some(()) };
        let join = |name: &str| {
            let between = if shown.is_empty() || shown.ends_with('/') { "" } else { "/" };
            [shown, between, name].concat()
        };
        let extended = options.extglob && is_extended(component);
        if !extended && !is_wild(component) {
            let name = component.replace('\\', "");
            let there = real.join(&name).filter(|it| self.fs.resolve(it).is_ok());
            next.extend(there.map(|it| (it, join(&name))));
            return Some(());
        }
        for child in self.fs.children(&real) {
            let Ok(name) = str::from_utf8(child.file_name()) else { continue };
            let hidden = name.starts_with('.') && !component.starts_with('.') && !options.dotglob;
            if hidden || !self.spend(1 + name.len() * component.len() / 64) {
                continue;
            }
            let fits =
                if extended { self.fits(component, name)? } else { matches(component, name) };
            if fits {
                next.push((child.clone(), join(name)));
            }
        }
        Some(())
    }
}

/// What stands between the slashes of a pattern. One within an extended pattern parts nothing.
fn components(pattern: &str, extended: bool) -> impl Iterator<Item = &str> {
    let (mut depth, mut escaped, mut before) = (0_usize, false, None);
    pattern.split(move |it| {
        let plain = !escaped;
        escaped = it == '\\' && plain;
        match it {
            '(' if plain && (depth > 0 || matches!(before, Some('?' | '*' | '+' | '@' | '!'))) => {
                depth += 1;
            }
            ')' if plain => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = plain.then_some(it);
        it == '/' && !(extended && depth > 0)
    })
}
