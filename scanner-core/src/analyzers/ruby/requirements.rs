//! What a gem requires at run time, met by the latest gem that RubyGems finds from where it is.
//!
//! Specification: RubyGems guides, "Specification reference", `Gem::PathSupport`; Debian's `rubygems-integration`.

use std::sync::Arc;

use super::Place;
use crate::analyzers::Context;
use crate::formats::gemspec::Gemspec;
use crate::model::{Claim, Component, DEPENDENCIES, INCOMPLETE};
use crate::path::ImagePath;

/// Gem homes of a Ruby that was built here, and of the distribution's. The first of each is that of its default gems.
const HOMES: [&[&str]; 2] = [
    &["/usr/local/lib/ruby/gems/V"],
    &[
        "/usr/lib/ruby/gems/V",
        "/usr/share/gems",
        "/usr/share/rubygems-integration/V",
        "/usr/share/rubygems-integration/all",
        "/usr/lib/aarch64-linux-gnu/rubygems-integration/V",
        "/usr/lib/x86_64-linux-gnu/rubygems-integration/V",
        "/var/lib/gems/V",
    ],
];

/// Versions of Ruby's interface that are looked for.
const VERSIONS: [std::ops::Range<u32>; 2] = [2..5, 0..10];

/// Adds what a gem requires to its component. What is no literal is not known.
pub(super) fn claim(
    component: &mut Component,
    (path, place): (&ImagePath, &Place),
    gemspec: &Gemspec,
    cx: &Context<'_>,
) {
    let Some(own) = home(path, place) else { return };
    let homes: Arc<[ImagePath]> = homes(&own, cx).into();
    let mut claim = Claim { latest: true, ..Claim::new(homes) };
    claim.provides.add(&component.name, &component.version);
    let requires = claim.requires.get_or_insert_default();
    for (name, versions) in &gemspec.dependencies {
        requires.add(name, &versions.join(","));
    }
    if gemspec.is_computed {
        component.properties.insert(DEPENDENCIES, INCOMPLETE.to_owned());
    }
    component.claims.push(claim);
}

/// The gem home that a specification is in.
fn home(path: &ImagePath, place: &Place) -> Option<ImagePath> {
    let folder = match place {
        Place::Home | Place::Default => b"specifications".as_slice(),
        Place::Checkout(_) => b"bundler",
    };
    let folders = std::iter::successors(path.parent(), ImagePath::parent);
    folders.into_iter().find(|it| it.file_name() == folder)?.parent()
}

/// The gem homes in which gems of one find others: those of the same Ruby.
fn homes(own: &ImagePath, cx: &Context<'_>) -> Vec<ImagePath> {
    let stated = str::from_utf8(own.file_name()).ok();
    let stated = stated.filter(|it| it.starts_with(|it: char| it.is_ascii_digit()));
    let [major, minor] = VERSIONS;
    let all = || major.clone().flat_map(|it| minor.clone().map(move |of| format!("{it}.{of}.0")));
    let versions: Vec<String> = stated.map_or_else(|| all().collect(), |it| vec![it.to_owned()]);
    let groups = HOMES.iter().flat_map(|homes| {
        versions.iter().map(|version| {
            let paths = homes.iter().map(|it| it.replace('V', version));
            paths.filter_map(ImagePath::normalize).collect::<Vec<_>>()
        })
    });
    let there = |it: &Vec<ImagePath>| it.first().is_some_and(|it| cx.fs.is_directory(it));
    let mut groups: Vec<Vec<ImagePath>> = groups.filter(there).collect();
    if let Some(group) = groups.iter().position(|it| it.contains(own)) {
        groups = vec![groups.swap_remove(group)];
    }
    // Of several Rubies nothing says which one it is.
    let others = groups.pop().filter(|_| groups.is_empty()).unwrap_or_default();
    let others = others.into_iter().filter(|it| it != own && cx.fs.is_directory(it));
    std::iter::once(own.clone()).chain(others).collect()
}
