//! What a package requires and provides.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Context, os_package, rich};
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
            rich::require(requires, term);
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
