//! What the image runs.

use std::fmt::{self, Write as _};

use super::Safe;
use crate::model::{Outcome, Sbom};

/// The entrypoints and how far they could be traced; nothing where that was not done.
pub(super) fn section(out: &mut String, sbom: &Sbom) -> fmt::Result {
    let Some(usage) = &sbom.usage else { return Ok(()) };
    let (class, words) = match usage.outcome {
        Outcome::Resolved => ("good", "traced to every program"),
        Outcome::PartiallyResolved => ("maybe", "traced in part: usage is partial"),
        Outcome::Unresolved => ("warn", "could not be traced"),
    };
    writeln!(
        out,
        "<section aria-labelledby=\"entry\"><h2 id=\"entry\">Entrypoint <span class=\"tag {class}\">{words}</span></h2>\n\
         <ul class=\"programs\">"
    )?;
    for (index, program) in usage.entrypoints.iter().enumerate() {
        let count = usage.components.values().filter(|it| it.by.contains(&index)).count();
        writeln!(
            out,
            "<li><code><bdi>{}</bdi></code> <span class=\"quiet\">uses {count} components</span></li>",
            Safe(program)
        )?;
    }
    out.push_str("</ul></section>\n");
    Ok(())
}
