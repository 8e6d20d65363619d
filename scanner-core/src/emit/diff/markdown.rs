//! A diff for a comment on a pull request: what changed, by the layer that did it.

use std::fmt::Write as _;
use std::io;

use super::{DiffEmitter, Summary, remarks, version, word};
use crate::diff::{Change, Diff, LayerPair, Match, Usage};
use crate::emit::Stamp;
use crate::emit::columns::is_unseen;
use crate::model::{Certainty, Component};

/// Bytes of the longest comment. GitHub takes 65,536 characters.
const LONGEST: usize = 60_000;

/// Characters of an instruction that are shown.
const INSTRUCTION: usize = 160;

/// The format `markdown`.
pub(super) struct Markdown;

impl DiffEmitter for Markdown {
    fn format(&self) -> &'static str {
        "markdown"
    }

    fn emit(&self, diff: &Diff<'_>, _stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(comment(diff).as_bytes())
    }
}

fn comment(diff: &Diff<'_>) -> String {
    let (old, new) = (text(&diff.old.name), text(&diff.new.name));
    let words = Summary::of(diff.changes.iter()).words().join(", ");
    let words = if words.is_empty() { "no changes".to_owned() } else { words };
    let mut comment = format!("### {new}: {words}\n\n");
    let _ = writeln!(
        comment,
        "From {old} (`{}`, {} components) to {new} (`{}`, {} components).",
        short(&diff.old.digest()),
        diff.old.components.len(),
        short(&diff.new.digest()),
        diff.new.components.len(),
    );
    for remark in remarks(diff) {
        let _ = writeln!(comment, "{remark}");
    }
    let mut shown = 0;
    for (heading, changes) in sections(diff) {
        let section = section(&heading, &changes);
        if comment.len() + section.len() > LONGEST {
            let left = diff.changes.len() - shown;
            let _ = writeln!(comment, "\n{left} further changes are in `diff.json`.");
            break;
        }
        shown += changes.len();
        comment.push_str(&section);
    }
    comment
}

/// The changes by layer, and those of which the layer is not known at the end. Large layers are cut into pieces.
fn sections<'d>(diff: &'d Diff<'d>) -> Vec<(String, Vec<&'d Change<'d>>)> {
    const PIECE: usize = 200;
    let mut by_layer: Vec<Vec<&Change<'_>>> = vec![Vec::new(); diff.layers.len() + 1];
    for change in &diff.changes {
        if let Some(list) = by_layer.get_mut(change.layer.unwrap_or(diff.layers.len())) {
            list.push(change);
        }
    }
    let headings = diff.layers.iter().map(|it| heading(it, diff));
    let headings = headings.chain(std::iter::once("Layer not known".to_owned()));
    let lists = headings.zip(by_layer);
    lists
        .flat_map(|(heading, list)| {
            let pieces: Vec<_> = list.chunks(PIECE).map(<[_]>::to_vec).collect();
            pieces.into_iter().map(move |piece| (heading.clone(), piece))
        })
        .collect()
}

fn heading(pair: &LayerPair, diff: &Diff<'_>) -> String {
    let (sbom, index) = match (pair.new, pair.old) {
        (Some(new), _) => (diff.new, new),
        (None, old) => (diff.old, old.unwrap_or_default()),
    };
    let facts = sbom.image.as_ref().and_then(|it| it.layers.get(index));
    let made_by = facts.and_then(|it| it.created_by.as_deref()).unwrap_or_default();
    let made_by: String = made_by.chars().take(INSTRUCTION).collect();
    let what = match pair.is {
        Match::Same => "Layer",
        Match::Rebuilt => "Rebuilt layer",
        Match::Added => "New layer",
        Match::Removed => "Removed layer",
    };
    let made_by = text(&made_by);
    if made_by.is_empty() {
        format!("{what} {index}")
    } else {
        format!("{what} {index}: {made_by}")
    }
}

/// A layer's changes: open if they are few.
fn section(heading: &str, changes: &[&Change<'_>]) -> String {
    const FEW: usize = 10;
    let open = if changes.len() <= FEW { " open" } else { "" };
    let words = Summary::of(changes.iter().copied()).words().join(", ");
    let mut section = format!(
        "\n<details{open}><summary>{heading} — {words}</summary>\n\n\
         | change | package | old | new | used |\n| --- | --- | --- | --- | --- |\n"
    );
    for change in changes {
        let of = change.new.or(change.old);
        let name = of.map_or(String::new(), |it| text(&it.name));
        let kind = of.map_or("", |it| it.identity.ecosystem());
        let shown = |it: Option<&Component>| it.map_or(String::new(), |it| text(version(it)));
        let _ = writeln!(
            section,
            "| {} | {name} ({}) | {} | {} | {} |",
            sign(change),
            text(kind),
            shown(change.old),
            shown(change.new),
            used(change.usage),
        );
    }
    section.push_str("\n</details>\n");
    section
}

fn sign(change: &Change<'_>) -> String {
    let fields: Vec<String> = change.fields.iter().map(|it| text(&it.name)).collect();
    if fields.is_empty() {
        return word(change.kind).to_owned();
    }
    format!("{}: {}", word(change.kind), fields.join(", "))
}

fn used(usage: Option<Usage>) -> &'static str {
    match usage {
        Some(Usage::Used(Certainty::Entrypoint)) => "**yes**",
        Some(Usage::Used(Certainty::Possible)) => "possibly",
        Some(Usage::Unused) => "no",
        Some(Usage::Unknown) | None => "",
    }
}

/// The first characters of a digest.
fn short(digest: &str) -> &str {
    let hex = digest.split(':').next_back().unwrap_or_default();
    hex.get(..12).unwrap_or(hex)
}

/// A text in which nothing is Markdown, HTML, a mention or a link. Characters that could be are written as references.
fn text(text: &str) -> String {
    let mut safe = String::new();
    for it in text.chars() {
        match it {
            it if it.is_alphanumeric() => safe.push(it),
            ' ' | '.' | ',' | '-' | '+' | '/' | '(' | ')' | '=' | ';' | '%' => safe.push(it),
            it if it.is_control() => safe.push(' '),
            it if is_unseen(it) => safe.push(char::REPLACEMENT_CHARACTER),
            it => {
                let _ = write!(safe, "&#{};", u32::from(it));
            }
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_nothing_but_text() {
        let hostile = "a|b\n`x` <img src=x> @all [l](http://h) **b** #1 https://x.y";
        let safe = text(hostile);
        assert_eq!(text("\u{202e}gpj"), "\u{fffd}gpj");
        assert!(!safe.contains(['|', '\n', '`', '<', '>', '@', '[', '*', ':', '_']), "{safe}");
    }
}
