//! An inventory as a scan of the bare files gives it.

use crate::model::Sbom;

/// The inventory without what is only known of an image: its manifest, its configuration, and which layer brought what.
/// It is what a scan of a directory with the same content gives.
pub fn unlayered(sbom: &mut Sbom) {
    sbom.image = None;
    sbom.gone.clear();
    for component in &mut sbom.components {
        component.layer = 0;
        component.evidence.iter_mut().for_each(|it| it.layer = 0);
        component.properties.retain(|key, _| !key.starts_with("layer:"));
    }
    sbom.files.iter_mut().for_each(|it| it.layer = 0);
    sbom.sort();
}
