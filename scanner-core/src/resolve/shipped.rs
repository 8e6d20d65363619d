//! What is declared in one tree and installed in another: the build context asks, the image ships.

use std::collections::BTreeMap;

use crate::model::{Component, Origin, Sbom};

/// Marks what `asking` declares and `shipping` has installed, and says how many of how many.
/// Declared and installed are compared by name and version alone: what else a purl says, only one side may know.
pub fn link(asking: &mut Sbom, shipping: &Sbom) -> Shipped {
    let installed =
        shipping.components.iter().filter(|it| it.identity.origin() == Origin::Installed);
    let installed: BTreeMap<String, &Component> =
        installed.rev().filter_map(|it| Some((key(it)?, it))).collect();
    let mut shipped = Shipped::default();
    let declared =
        asking.components.iter_mut().filter(|it| it.identity.origin() == Origin::Declared);
    for component in declared {
        shipped.declared += 1;
        let Some(found) = key(component).and_then(|it| installed.get(&it)) else { continue };
        shipped.shipped += 1;
        component.properties.insert("shipped", found.identity.as_str().to_owned());
    }
    shipped
}

/// How much of what is declared is shipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shipped {
    /// Components that are declared.
    pub declared: usize,
    /// Those of them that are installed in the other tree.
    pub shipped: usize,
}

/// The purl without qualifiers, in the form in which its type's tools compare names.
pub(super) fn key(component: &Component) -> Option<String> {
    let purl = component.identity.purl()?;
    let base = purl.split('?').next()?;
    let (ty, rest) = base.strip_prefix("pkg:")?.split_once('/')?;
    let (name, version) = rest.rsplit_once('@')?;
    Some(match ty {
        // PEP 503: case and kind of separator do not tell names apart.
        "pypi" => format!("pypi/{}@{version}", normalized(name)),
        "nuget" => format!("nuget/{}@{}", name.to_lowercase(), version.to_lowercase()),
        _ => format!("{ty}/{rest}"),
    })
}

/// The name in lower case, with one `-` for each run of separators.
fn normalized(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}
