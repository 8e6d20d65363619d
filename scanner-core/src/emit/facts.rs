//! Further facts of a component, which every format writes as `stellaops:KEY`.

use std::borrow::Cow;

use crate::model::{Component, Identity, Outcome, Sbom, Usage};

/// A key without `stellaops:`, and its value. A key may come more than once.
pub(super) type Fact<'a> = (&'a str, Cow<'a, str>);

/// What stands between the links of the chain that leads from an entrypoint to a component.
const NEXT: &str = " -> ";

/// What is known of a component beside what formats have fields for: its properties, its identity where its purl does
/// not tell it, and what the entrypoint makes of it.
pub(super) fn facts<'a>(component: &'a Component, sbom: &'a Sbom) -> Vec<Fact<'a>> {
    let own = component.properties.iter();
    let mut found: Vec<Fact<'a>> =
        own.map(|(key, value)| (key, Cow::Borrowed(value.as_str()))).collect();
    if component.purl() != component.identity.purl() {
        found.push(("identity", component.identity.as_str().into()));
    }
    if let Some(usage) = &sbom.usage {
        used(&component.identity, usage, &mut found);
    }
    found
}

/// The same for formats that have no call stacks: with the frames, from the component's file out to the entrypoint.
pub(super) fn facts_with_stack<'a>(component: &'a Component, sbom: &'a Sbom) -> Vec<Fact<'a>> {
    let mut found = facts(component, sbom);
    let used = sbom.usage.as_ref().and_then(|it| it.components.get(&component.identity));
    let frames = used.into_iter().flat_map(|it| &it.stack);
    found.extend(frames.map(|it| ("usage:frame", Cow::Owned(it.to_string()))));
    found
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
