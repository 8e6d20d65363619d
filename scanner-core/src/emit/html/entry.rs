//! What the image runs, and how the entrypoint comes to run it.

use std::fmt::{self, Write as _};

use super::Safe;
use crate::emit::entrytrace::{in_short, shown};
use crate::model::{Certainty, Diagnostic, Hop, Outcome, Sbom, Terminal, Trace};

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
        write!(
            out,
            "<li><code><bdi>{}</bdi></code> <span class=\"quiet\">uses {count} components</span>",
            Safe(program)
        )?;
        if let Some(trace) = &sbom.trace {
            let ends = trace.terminals.iter().filter(|it| it.program.display() == *program);
            ends.into_iter().try_for_each(|it| way(out, it, trace))?;
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>");
    obstacles(out, sbom.trace.iter().flat_map(|it| &it.diagnostics))?;
    out.push_str("</section>\n");
    Ok(())
}

/// The chain from the entrypoint to a program, folded away.
fn way(out: &mut String, terminal: &Terminal, trace: &Trace) -> fmt::Result {
    write!(
        out,
        "<details><summary>as <bdi>{}</bdi>{}: <code><bdi>{}</bdi></code></summary><ol class=\"chain\">",
        Safe(&terminal.user),
        possibly(terminal.certainty),
        Safe(&in_short(&terminal.words.join(" "))),
    )?;
    let mut hops: Vec<&Hop> =
        trace.chain(terminal.hop).filter_map(|it| trace.hops.get(it)).collect();
    hops.reverse();
    hops.into_iter().try_for_each(|it| hop(out, it, trace))?;
    out.push_str("</ol></details>");
    Ok(())
}

/// A step: what is written, where, and the file that it leads to.
fn hop(out: &mut String, hop: &Hop, trace: &Trace) -> fmt::Result {
    let place = match (&hop.place, hop.from) {
        (Some(place), _) => shown(place),
        (None, None) => trace.run.origin.place().to_owned(),
        (None, Some(_)) => hop.evidence.clone(),
    };
    write!(
        out,
        "<li><code><bdi>{}</bdi></code> <span class=\"tag\">{}</span>{}<small><bdi>{}</bdi>",
        Safe(&in_short(&hop.written)),
        hop.kind.as_str(),
        possibly(hop.certainty),
        Safe(&place),
    )?;
    if let Some(file) = &hop.file {
        write!(out, " → <bdi>{}</bdi>", Safe(&file.display()))?;
    }
    hop.when
        .iter()
        .try_for_each(|it| write!(out, "<br>when <bdi>{}</bdi>", Safe(&in_short(it))))?;
    out.push_str("</small></li>");
    Ok(())
}

fn possibly(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Entrypoint => "",
        Certainty::Possible => " <span class=\"tag maybe\">possibly</span>",
    }
}

/// What stood in the way of the trace.
fn obstacles<'a>(
    out: &mut String,
    diagnostics: impl Iterator<Item = &'a Diagnostic>,
) -> fmt::Result {
    let mut diagnostics = diagnostics.peekable();
    if diagnostics.peek().is_none() {
        return Ok(());
    }
    out.push_str("<h3>What stood in the way</h3><ul class=\"notices\">");
    for it in diagnostics {
        writeln!(
            out,
            "<li><span class=\"tag warn\" title=\"{}\">{}</span> <code><bdi>{}</bdi></code> {} <small>{}</small></li>",
            Safe(it.reason.about()),
            it.reason.as_str(),
            Safe(&it.place.as_ref().map_or_else(|| it.subject.clone(), shown)),
            Safe(&it.message),
            Safe(it.reason.remedy()),
        )?;
    }
    out.push_str("</ul>");
    Ok(())
}
