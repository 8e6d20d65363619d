//! The chain as a tree that a person can follow: where each hop is written, and what it leads to.

use std::io;

use super::super::columns::printable;
use crate::model::{Certainty, Hop, HopKind, Place, Trace};

/// Characters of what is written that a line shows.
const WIDTH: usize = 100;

/// Writes the tree, then the programs that end up running, then what stood in the way.
pub fn tree(trace: &Trace, out: &mut dyn io::Write) -> io::Result<()> {
    let mut pending: Vec<(usize, String)> = roots(trace).map(|it| (it, String::new())).collect();
    pending.reverse();
    while let Some((at, indent)) = pending.pop() {
        let Some(hop) = trace.hops.get(at) else { continue };
        line(trace, at, hop, &indent, out)?;
        let children: Vec<usize> = children(trace, at).collect();
        let deeper = format!("{indent}  ");
        pending.extend(children.into_iter().rev().map(|it| (it, deeper.clone())));
    }
    writeln!(out, "\noutcome: {}", trace.outcome.as_str())?;
    for it in &trace.terminals {
        let target = it.target.iter().map(|it| format!(" [{it}]")).collect::<Vec<_>>().concat();
        let program =
            format!("{}{target} as {}: {}", it.program.display(), it.user, it.words.join(" "));
        writeln!(out, "runs{}: {}", certainty(it.certainty), printable(&program))?;
        it.when.iter().try_for_each(|it| writeln!(out, "  when {}", printable(it)))?;
    }
    for it in &trace.diagnostics {
        let place = it.place.as_ref().map_or_else(String::new, |it| format!("{} ", shown(it)));
        let text = format!("{}: {place}{}: {}", it.reason.as_str(), it.subject, it.message);
        writeln!(out, "! {}\n  {}", printable(&text), it.reason.remedy())?;
    }
    Ok(())
}

fn roots(trace: &Trace) -> impl Iterator<Item = usize> {
    trace.hops.iter().enumerate().filter(|(_, it)| it.from.is_none()).map(|(at, _)| at)
}

fn children(trace: &Trace, hop: usize) -> impl Iterator<Item = usize> {
    trace.hops.iter().enumerate().filter(move |(_, it)| it.from == Some(hop)).map(|(at, _)| at)
}

fn line(
    trace: &Trace,
    at: usize,
    hop: &Hop,
    indent: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let place = hop.place.as_ref().map_or_else(|| "image".to_owned(), shown);
    let written = in_short(&hop.written);
    let words = hop.words.join(" ");
    let comes_to = if words == written || hop.kind == HopKind::Entrypoint {
        String::new()
    } else {
        format!(" = {}", words.chars().take(WIDTH).collect::<String>())
    };
    let file = match (&hop.file, &hop.called) {
        (Some(file), Some(called)) => format!(" -> {} -> {}", called.display(), file.display()),
        (Some(file), None) => format!(" -> {}", file.display()),
        (None, _) if hop.evidence.is_empty() => String::new(),
        (None, _) => format!(" ({})", hop.evidence),
    };
    let ends = trace.terminals.iter().any(|it| it.hop == at);
    let mark = if ends { "*" } else { "-" };
    let text = format!("{place} {}: {written}{comes_to}{file}", hop.kind.as_str());
    writeln!(out, "{indent}{mark} {}{}", printable(&text), certainty(hop.certainty))
}

/// A text on one line, cut where it is long.
pub(in crate::emit) fn in_short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(WIDTH).collect();
    if cut.len() < line.len() { cut + "…" } else { line }
}

fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Entrypoint => "",
        Certainty::Possible => " (possibly)",
    }
}

/// A place as people write it: `FILE:LINE`.
pub(in crate::emit) fn shown(place: &Place) -> String {
    format!("{}:{}", place.file.display(), place.line)
}
