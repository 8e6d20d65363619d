//! What changed between two images, by the layer that did it.

use std::fmt::{self, Write as _};

use super::Safe;
use super::inventory::{types, usage_tag};
use super::page::{Filter, fact, toolbar};
use crate::diff::{Change, Diff, Direction, Kind, LayerPair};
use crate::emit::Stamp;
use crate::emit::diff::{Summary, remarks, version, word};
use crate::model::{Component, Sbom};

/// The report's content.
pub(super) fn report(diff: &Diff<'_>, stamp: &Stamp) -> Result<String, fmt::Error> {
    let mut out = String::new();
    header(&mut out, diff, stamp)?;
    out.push_str(
        "<main>\n<section aria-labelledby=\"inventory\"><h2 id=\"inventory\">Changes</h2>\n",
    );
    for remark in remarks(diff) {
        writeln!(out, "<p class=\"remark\">{}</p>", Safe(remark))?;
    }
    if diff.changes.is_empty() {
        out.push_str("<p>Nothing changed.</p>\n");
    }
    toolbar(&mut out, &filters(diff))?;
    let layer = |place: usize| diff.changes.iter().filter(move |it| it.layer == Some(place));
    for (place, pair) in diff.layers.iter().enumerate() {
        table(&mut out, &heading(pair, diff), layer(place).collect())?;
    }
    let unknown = diff.changes.iter().filter(|it| it.layer.is_none()).collect();
    table(&mut out, if diff.layers.is_empty() { "" } else { "Layer not known" }, unknown)?;
    out.push_str("</section></main>\n");
    Ok(out)
}

fn header(out: &mut String, diff: &Diff<'_>, stamp: &Stamp) -> fmt::Result {
    let words = Summary::of(diff.changes.iter()).words().join(", ");
    write!(
        out,
        "<header><p class=\"over\">What changed · {}</p>\n<h1>{} → {}</h1>\n<p class=\"lead\">{}</p><dl class=\"facts\">",
        diff.new.view.as_str(),
        Safe(&diff.old.name),
        Safe(&diff.new.name),
        Safe(&words),
    )?;
    let side = |sbom: &Sbom| format!("{} ({} components)", sbom.digest(), sbom.components.len());
    fact(out, "Old", &side(diff.old))?;
    fact(out, "New", &side(diff.new))?;
    fact(out, "Made", &stamp.timestamp())?;
    out.push_str("</dl></header>\n");
    Ok(())
}

fn filters(diff: &Diff<'_>) -> [Filter<'static>; 3] {
    let words = ["added", "removed", "upgraded", "downgraded", "changed", "metadata"];
    let same = |it: &&str| ((*it).to_owned(), (*it).to_owned());
    let usages =
        if diff.new.usage.is_some() { &["entrypoint", "possible", "unused"][..] } else { &[] };
    [
        Filter { name: "change", label: "Change", values: words.iter().map(same).collect() },
        types(diff.changes.iter().filter_map(|it| it.new.or(it.old))),
        Filter { name: "usage", label: "Usage", values: usages.iter().map(same).collect() },
    ]
}

fn heading(pair: &LayerPair, diff: &Diff<'_>) -> String {
    let (sbom, index) = match (pair.new, pair.old) {
        (Some(new), _) => (diff.new, new),
        (None, old) => (diff.old, old.unwrap_or_default()),
    };
    let facts = sbom.image.as_ref().and_then(|it| it.layers.get(index));
    let made_by = facts.and_then(|it| it.created_by.as_deref()).unwrap_or("not told what made it");
    let is = pair.is.as_str();
    format!(
        "<span class=\"index\">{index}</span> <code><bdi>{}</bdi></code> <span class=\"tag\">{is}</span>",
        Safe(made_by)
    )
}

/// The changes of a layer; nothing where there are none. The heading is markup.
fn table(out: &mut String, heading: &str, changes: Vec<&Change<'_>>) -> fmt::Result {
    if changes.is_empty() {
        return Ok(());
    }
    if !heading.is_empty() {
        writeln!(out, "<h3>{heading}</h3>")?;
    }
    out.push_str(
        "<div class=\"scroll\"><table class=\"filtered changes\"><thead><tr><th scope=\"col\">Change</th><th scope=\"col\">Component</th>\
         <th scope=\"col\">Old</th><th scope=\"col\">New</th><th scope=\"col\">Type</th><th scope=\"col\">Usage</th>\
         </tr></thead><tbody>\n",
    );
    for change in changes {
        row(out, change)?;
    }
    out.push_str("</tbody></table></div>\n");
    Ok(())
}

fn row(out: &mut String, change: &Change<'_>) -> fmt::Result {
    let Some(of) = change.new.or(change.old) else { return Ok(()) };
    let shown = |it: Option<&Component>| it.map_or("", |it| version(it)).to_owned();
    let (word, kind) = (word(change.kind), of.identity.ecosystem());
    write!(
        out,
        "<tr data-change=\"{word}\" data-type=\"{}\" data-usage=\"{}\"><td><span class=\"tag {}\">{word}</span></td>\
         <th scope=\"row\"><bdi title=\"{}\">{}</bdi>",
        Safe(kind),
        change.usage.map_or("", crate::diff::Usage::as_str),
        class(change.kind),
        Safe(of.identity.as_str()),
        Safe(&of.name),
    )?;
    for field in &change.fields {
        let (old, new) = (field.old.join(", "), field.new.join(", "));
        write!(
            out,
            "<small>{}: <del>{}</del> <ins>{}</ins></small>",
            Safe(&field.name),
            Safe(&old),
            Safe(&new)
        )?;
    }
    writeln!(
        out,
        "</th><td><bdi>{}</bdi></td><td><bdi>{}</bdi></td><td>{}</td><td>{}</td></tr>",
        Safe(&shown(change.old)),
        Safe(&shown(change.new)),
        Safe(kind),
        usage_tag(change.usage),
    )
}

fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Added => "good",
        Kind::VersionChanged(Direction::Upgraded) => "up",
        Kind::Removed | Kind::VersionChanged(Direction::Downgraded) => "warn",
        Kind::VersionChanged(Direction::Unordered) | Kind::MetadataChanged => "maybe",
    }
}
