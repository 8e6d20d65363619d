//! The layers, with how much each one brought.

use std::fmt::{self, Write as _};

use super::Safe;
use crate::model::Sbom;

/// The list of layers; nothing where there are none.
pub(super) fn section(out: &mut String, sbom: &Sbom) -> fmt::Result {
    let Some(image) = sbom.image.as_ref().filter(|it| !it.layers.is_empty()) else { return Ok(()) };
    let mut counts = vec![0_usize; image.layers.len()];
    for component in &sbom.components {
        if let Some(count) = counts.get_mut(component.layer) {
            *count += 1;
        }
    }
    let most = counts.iter().max().copied().unwrap_or_default().max(1);
    out.push_str("<section aria-labelledby=\"layers\"><h2 id=\"layers\">Layers</h2>\n<ol class=\"layers\" start=\"0\">\n");
    for (index, (layer, count)) in image.layers.iter().zip(&counts).enumerate() {
        writeln!(
            out,
            "<li><a href=\"#layer={index}\"><span class=\"index\">{index}</span>\
             <span class=\"what\"><code><bdi>{}</bdi></code><small><bdi>{}</bdi>{}</small></span>\
             <meter min=\"0\" max=\"{most}\" value=\"{count}\">{count}</meter><b>{count}</b></a></li>",
            Safe(layer.created_by.as_deref().unwrap_or("not told what made it")),
            Safe(&layer.digest),
            image.part(index).map(|it| format!(" · {it}")).unwrap_or_default(),
        )?;
    }
    out.push_str("</ol></section>\n");
    Ok(())
}
