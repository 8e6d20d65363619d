//! What a package requires and provides.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Context, os_package};
use crate::formats::Malformed;
use crate::formats::boolean_dependency::{self, Step};
use crate::formats::rpm::{Header, Named};
use crate::fs::LayeredFs;
use crate::model::{Claim, Join, TermPart, Terms};
use crate::path::ImagePath;

/// What the header of a package states. Abilities of rpm itself are none of another package.
pub(super) fn claim(
    (header, size): (&Header<'_>, u64),
    home: &Arc<[ImagePath]>,
    cx: &Context<'_>,
) -> Result<Claim, Malformed> {
    let limit = size.saturating_mul(cx.fs.limits().path_expansion);
    let mut claim = Claim::new(Arc::clone(home));
    let needed = header.requires()?.into_iter().filter(|it| !it.of_rpm && !it.is_weak);
    let needed: BTreeSet<(String, String)> = needed.map(|it| words(&it)).collect();
    let requires = claim.requires.get_or_insert_default();
    for (name, version) in &needed {
        if name.starts_with('/') {
            let expand = (requires.size() as u64) < limit;
            require_file(requires, name, expand.then_some(cx.fs));
        } else if name.starts_with('(') {
            let expand = (requires.size() as u64) < limit;
            require_term(requires, name, expand.then_some(cx.fs));
        } else {
            requires.add(name, version);
        }
    }
    for it in header.provides()? {
        let (name, version) = words(&it);
        claim.provides.add(&name, version.trim_start_matches("= "));
    }
    Ok(claim)
}

/// The name, and operator and version with a blank between.
fn words(it: &Named<'_>) -> (String, String) {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let version = match it.operator {
        "" => String::new(),
        operator => format!("{operator} {}", text(it.version)),
    };
    (text(it.name), version)
}

/// A term over names. One that cannot be decided stands for itself, and nothing meets it.
fn require_term(terms: &mut Terms, term: &str, fs: Option<&LayeredFs<'_>>) {
    let of_rpm =
        |it: &Step<'_>| matches!(it, Step::Name { name, .. } if name.starts_with("rpmlib("));
    let steps = boolean_dependency::parse(term);
    let Some(steps) = steps.filter(|steps| !steps.iter().any(of_rpm)) else {
        terms.add(term, "");
        return;
    };
    // The names as they are here: versions in one word with their operators, files by their real paths too.
    let names: Vec<(String, Option<String>)> = steps.iter().map(|it| texts(it, fs)).collect();
    let parts = steps.iter().zip(&names).flat_map(|(step, (version, real))| {
        let join = |join| [Some(TermPart::Join(join)), None, None];
        match step {
            Step::Name { name, .. } => {
                let real = real.as_deref().map(|it| TermPart::Name(it, ""));
                [Some(TermPart::Name(name, version)), real, real.map(|_| TermPart::Join(Join::Or))]
            }
            Step::And => join(Join::And),
            Step::Or => join(Join::Or),
            Step::With => join(Join::With),
            Step::Without => join(Join::Without),
            Step::If => join(Join::If),
            Step::IfElse => join(Join::IfElse),
            Step::Unless => join(Join::Unless),
            Step::UnlessElse => join(Join::UnlessElse),
        }
    });
    terms.add_term(parts.flatten());
}

/// The operator and version of a step, and the real path of the file that it names.
fn texts(step: &Step<'_>, fs: Option<&LayeredFs<'_>>) -> (String, Option<String>) {
    let Step::Name { name, operator, version } = step else { return (String::new(), None) };
    let version = format!("{operator} {version}").trim_end().to_owned();
    let real = fs.filter(|_| name.starts_with('/')).and_then(|fs| real_path(name, fs));
    (version, real)
}

/// A file, by the path that is asked for, which a package may provide as a name, or by the one that it really has.
fn require_file(terms: &mut Terms, path: &str, fs: Option<&LayeredFs<'_>>) {
    let real = fs.and_then(|fs| real_path(path, fs));
    let both = [Some(path), real.as_deref()];
    terms.add_choice(both.into_iter().flatten().map(|it| (it, "")));
}

fn real_path(path: &str, fs: &LayeredFs<'_>) -> Option<String> {
    let real = os_package::owned_files(fs, std::iter::once(path.as_bytes()));
    real.first().map(|it| it.display().into_owned())
}
