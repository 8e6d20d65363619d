//! Programs built by `cargo auditable`, and the crates that are in them.

use super::{About, Analyzer, Context, Fault, Findings, Opened, Select, Target};
use crate::formats::Malformed;
use crate::formats::cargo_auditable::{self, Crate};
use crate::model::{COMPLETE, Code, Component, DEPENDENCIES, Identity, Method, Position, Purl};
use crate::read::window;

/// The standard library as a program loads it that was made with `-C prefer-dynamic`, or with crates that are libraries
/// of their own: `libstd-HASH.so`. Such a program does not say which crates are in it.
const SHARED: &str = "libstd-";

/// Finds crates in binaries.
pub(super) struct Rust;

impl Analyzer for Rust {
    fn id(&self) -> &'static str {
        "rust"
    }

    fn about(&self) -> About {
        About {
            claims: "the crate that the program was made of and every crate that is in it",
            refuses: "crates that only took part in the build; programs without such a list",
            specification: "cargo-auditable, PARSING.md",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Executable]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(opened) = &target.executable else { return Ok(()) };
        let Opened { headers, facts, bytes } = opened;
        let is_static = facts.is_some() && !opened.loads(SHARED);
        let limits = cx.fs.limits();
        let layouts = headers.layouts().into_iter();
        for section in layouts.filter_map(|it| it.section(cargo_auditable::SECTION)) {
            if section.size > limits.section_bytes {
                return Err(Fault::new(Code::LimitReached, "has a too long list of crates"));
            }
            let bytes = window(bytes.as_ref(), section.offset, section.size)?;
            let malformed = |it| Malformed { offset: section.offset, ..it };
            let crates =
                cargo_auditable::parse(&bytes, limits.metadata_bytes).map_err(malformed)?;
            for it in crates.iter().filter(|it| in_program(it)) {
                let mut component = component(it, &crates);
                if it.root {
                    component.owns.push(target.file.path.clone());
                    if is_static {
                        component.linked = linked(&crates);
                    }
                }
                found.add(Method::BuildInfo, Position::Offset(section.offset), component);
            }
        }
        Ok(())
    }
}

fn in_program(it: &Crate) -> bool {
    it.kind == cargo_auditable::Kind::Runtime && !it.name.is_empty() && !it.version.is_empty()
}

/// Every crate that is in the program beside its own.
fn linked(crates: &[Crate]) -> Vec<Identity> {
    let inside = crates.iter().filter(|it| in_program(it) && !it.root);
    inside.map(|it| Identity::new(&purl(it).to_string())).collect()
}

fn component(it: &Crate, crates: &[Crate]) -> Component {
    let kind = if it.root { crate::model::Kind::Application } else { crate::model::Kind::Library };
    let mut component = Component::new(kind, &purl(it), &it.name, &it.version);
    let used = it.dependencies.iter().filter_map(|place| crates.get(*place));
    component.requires =
        used.filter(|it| in_program(it)).map(|it| Identity::new(&purl(it).to_string())).collect();
    component.properties.insert(DEPENDENCIES, COMPLETE.to_owned());
    if it.source != "crates.io" {
        component.properties.insert("cargo:source", it.source.clone());
    }
    component
}

fn purl(it: &Crate) -> Purl {
    Purl::new("cargo", &it.name, &it.version)
}
