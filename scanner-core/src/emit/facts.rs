//! Further facts of a component, which every format writes as `stellaops:KEY`.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::model::{Component, INSTALLED_AS, Identity, Outcome, Sbom, Usage};

/// A key without `stellaops:`, and its value. A key may come more than once.
pub(super) type Fact<'a> = (&'a str, Cow<'a, str>);

/// What stands between the links of the chain that leads from an entrypoint to a component.
const NEXT: &str = " -> ";

/// What is known of a component beside what formats have fields for and beside its properties: its identity where its
/// purl does not tell it, and what the entrypoint makes of it.
pub(super) fn further<'a>(component: &'a Component, sbom: &'a Sbom) -> Vec<Fact<'a>> {
    let mut found = Vec::new();
    if component.properties.contains_key(INSTALLED_AS) && component.identity.purl().is_some() {
        found.push(("identity", component.identity.as_str().into()));
    }
    if let Some(usage) = &sbom.usage {
        used(&component.identity, usage, &mut found);
    }
    found
}

/// The properties of a component as facts, in order.
pub(super) fn own(component: &Component) -> impl Iterator<Item = Fact<'_>> {
    component.properties.iter().map(|(key, value)| (key, Cow::Borrowed(value.as_str())))
}

/// All facts for formats that have no call stacks: with the frames, from the component's file out to the entrypoint.
pub(super) fn with_stack<'a>(
    component: &'a Component,
    sbom: &'a Sbom,
) -> impl Iterator<Item = Fact<'a>> {
    let used = sbom.usage.as_ref().and_then(|it| it.components.get(&component.identity));
    let frames = used.into_iter().flat_map(|it| &it.stack);
    let frames = frames.map(|it| ("usage:frame", Cow::Owned(it.to_string())));
    own(component).chain(further(component, sbom)).chain(frames)
}

/// The properties of a component and these facts, in the order of keys. Facts of one key stay in the order in which they
/// are given, which is what pairs them with those of another.
pub(super) fn in_order<'a>(
    component: &'a Component,
    mut further: Vec<Fact<'a>>,
) -> impl Iterator<Item = Fact<'a>> {
    further.sort_by_key(|(key, _)| *key);
    let (mut own, mut further) = (own(component).peekable(), further.into_iter().peekable());
    std::iter::from_fn(move || {
        let Some(next) = further.peek() else { return own.next() };
        match own.peek().map(|it| it.cmp(next)) {
            None | Some(Ordering::Greater) => further.next(),
            Some(Ordering::Less) => own.next(),
            Some(Ordering::Equal) => {
                further.next();
                own.next()
            }
        }
    })
}

/// How a component is used. Where the entrypoint was traced in part only, what was not met may be used all the same.
fn used<'a>(identity: &Identity, usage: &'a Usage, found: &mut Vec<Fact<'a>>) {
    let Some(used) = usage.components.get(identity) else {
        if usage.outcome == Outcome::Resolved {
            found.push(("usage", "no".into()));
        }
        return;
    };
    found.push(("usage", used.certainty.as_str().into()));
    let by = used.by.iter().filter_map(|it| usage.entrypoints.get(*it));
    found.extend(by.map(|it| ("usage:by", Cow::Borrowed(it.as_str()))));
    if !used.why.is_empty() {
        found.push(("usage:why", used.why.join(NEXT).into()));
    }
}
