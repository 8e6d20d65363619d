//! What SBOMs in the image say is there, beside what is proven to be there.

use std::collections::BTreeMap;

use super::shipped::key;
use crate::model::{Component, INSTALLED_AS, Identity, Origin};

/// Links each attested component to the installed one of the same purl, whatever their qualifiers. They stay two:
/// the one is proven, and of the other it is only known who says so.
pub fn confirm(components: &mut [Component]) {
    let installed = components.iter().filter(|it| it.identity.origin() == Origin::Installed);
    let installed: BTreeMap<String, Identity> =
        installed.rev().filter_map(|it| Some((key(it)?, it.identity.clone()))).collect();
    for it in components.iter_mut().filter(|it| it.identity.origin() == Origin::Attested) {
        let proven = key(it).and_then(|it| installed.get(&it));
        it.properties.extend(proven.map(|proven| (INSTALLED_AS, proven.as_str().to_owned())));
    }
}
