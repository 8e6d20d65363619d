//! What the entrypoint uses.

use std::collections::BTreeSet;

use crate::model::{
    Code, DEPENDENCIES, INCOMPLETE, Identity, Notice, Outcome, Relation, Sbom, View,
};
use crate::path::ImagePath;

/// The inventory cut to the components that the entrypoint uses, certainly or possibly.
/// Where nothing is known of that, no component is left, and a notice says why.
pub fn usage(inventory: &Sbom) -> Sbom {
    let mut sbom = Sbom { view: View::Usage, ..inventory.clone() };
    let known = sbom.usage.as_ref().filter(|it| it.outcome != Outcome::Unresolved);
    if known.is_none() {
        let message = "what the entrypoint uses is not known, so nothing is listed";
        let notice = Notice {
            path: ImagePath::root(),
            code: Code::UsageUnknown,
            message: message.to_owned(),
        };
        sbom.notices.push(notice);
    }
    let usage = sbom.usage.as_ref();
    let used = |it: &Identity| usage.is_some_and(|usage| usage.components.contains_key(it));
    sbom.components.retain(|it| used(&it.identity));
    let depends = sbom.relationships.iter().filter(|it| it.relation == Relation::DependsOn);
    let cut: BTreeSet<Identity> =
        depends.filter(|it| !used(&it.to)).map(|it| it.from.clone()).collect();
    for component in sbom.components.iter_mut().filter(|it| cut.contains(&it.identity)) {
        component.properties.insert(DEPENDENCIES, INCOMPLETE.to_owned());
    }
    sbom.relationships.retain(|it| used(&it.from) && used(&it.to));
    let components = &sbom.components;
    let proofs = components.iter().flat_map(|it| it.evidence.iter().map(|it| &it.path));
    let paths: BTreeSet<&ImagePath> =
        proofs.chain(components.iter().flat_map(|it| &it.owns)).collect();
    sbom.files.retain(|it| paths.contains(&it.path));
    sbom.gone.clear();
    sbom.sort();
    sbom
}
