//! Gems, as RubyGems and Bundler installed them.

mod files;
mod place;
mod requirements;

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::gemspec::{self, Gemspec};
use crate::model::{Code, Component, Kind, License, Method, Position, Purl, Supplier};

use place::{Place, place};

/// Finds installed gems.
pub(super) struct Ruby;

impl Analyzer for Ruby {
    fn id(&self) -> &'static str {
        "ruby"
    }

    fn about(&self) -> About {
        About {
            claims: "each specification in the specifications folder of a gem home (/usr/local/lib/ruby/gems/3.3.0, \
                     Debian's rubygems-integration, a Bundler path), default gems too; gems that Bundler checked out; runtime \
                     dependencies, met by the latest gem of the same Ruby",
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
        component.owns = files::launchers((target.file.path, &place), name, &gemspec, cx);
        component.folders = files::folders(target.file.path, &place, cx);
        let found_at = (target.file.path, &place);
        requirements::claim(&mut component, found_at, &gemspec, cx);
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
