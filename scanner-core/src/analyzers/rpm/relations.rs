//! What a package requires and provides.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Context, os_package};
use crate::formats::Malformed;
use crate::formats::rpm::{Header, Named};
use crate::fs::LayeredFs;
use crate::model::{Claim, Terms};
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
        } else if let Some(term) = name.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
            require_all(requires, term);
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

/// A file, by the path that is asked for, which a package may provide as a name, or by the one that it really has.
fn require_file(terms: &mut Terms, path: &str, fs: Option<&LayeredFs<'_>>) {
    let real = fs.map(|fs| os_package::owned_files(fs, std::iter::once(path.as_bytes())));
    let real = real.iter().flatten().map(ImagePath::display).next();
    let both = [Some(path), real.as_deref()];
    terms.add_choice(both.into_iter().flatten().map(|it| (it, "")));
}

/// A term over names ("Boolean Dependencies" of rpm's manual): all of some, any of some, ranges of versions, and what
/// is only needed beside something else. What is nested deeper stands for itself, and nothing meets it.
fn require_all(terms: &mut Terms, term: &str) {
    let whole = |terms: &mut Terms| terms.add(&format!("({term})"), "");
    if term.contains(['(', ')']) && term.split(' ').any(|it| it.starts_with('(')) {
        return whole(terms);
    }
    let parts = |word: &str| term.split(word).map(name).collect::<Vec<_>>();
    let words: BTreeSet<&str> =
        term.split(' ').filter(|it| it.starts_with(|it: char| it.is_ascii_lowercase())).collect();
    let has = |word| words.contains(word);
    match (
        has("and"),
        has("or"),
        has("with"),
        has("if"),
        has("else") || has("unless") || has("without"),
    ) {
        (true, false, false, false, false) => {
            for (name, version) in parts(" and ") {
                terms.add(name, version);
            }
        }
        (false, true, false, false, false) => terms.add_choice(parts(" or ")),
        (false, false, true, false, false) => match parts(" with ").as_slice() {
            [(name, first), rest @ ..] if rest.iter().all(|(it, _)| it == name) => {
                let versions: Vec<&str> =
                    std::iter::once(*first).chain(rest.iter().map(|(_, it)| *it)).collect();
                terms.add(name, &versions.join(","));
            }
            _ => whole(terms),
        },
        (false, false, false, true, false) => match parts(" if ").as_slice() {
            [needed, (name, version)] => {
                let absent = format!("!{name}");
                terms.add_choice([*needed, (&absent, version)]);
            }
            _ => whole(terms),
        },
        _ => whole(terms),
    }
}

/// `NAME [OPERATOR VERSION]`.
fn name(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(' ').map_or((text, ""), |(name, version)| (name, version.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(term: &str) -> Vec<String> {
        let mut terms = Terms::default();
        require_all(&mut terms, term);
        let text = |(name, version)| format!("{name} {version}").trim_end().to_owned();
        terms.iter().map(|it| it.map(text).collect::<Vec<_>>().join(" | ")).collect()
    }

    #[test]
    fn simple_terms_are_taken_apart() {
        assert_eq!(read("a >= 1 and b"), ["a >= 1", "b"]);
        assert_eq!(read("a or b = 2"), ["a | b = 2"]);
        assert_eq!(read("dist(x) >= 1 with dist(x) < 2"), ["dist(x) >= 1,< 2"]);
        assert_eq!(read("a if b > 1"), ["a | !b > 1"]);
    }

    #[test]
    fn other_terms_stand_for_themselves() {
        for term in ["a with b", "a unless b", "a if b else c", "(a and b) or c", "a and b or c"] {
            assert_eq!(read(term), [format!("({term})")]);
        }
    }
}
