//! The components, a row each, with what proves them.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use super::Safe;
use super::page::{Filter, toolbar};
use crate::diff::Usage;
use crate::emit::words;
use crate::model::{Certainty, Component, License, Origin, Relation, Relationship, Sbom, Supplier};

/// The list with its filters.
pub(super) fn section(out: &mut String, sbom: &Sbom) -> fmt::Result {
    let has_layers = sbom.image.is_some();
    out.push_str("<section aria-labelledby=\"inventory\"><h2 id=\"inventory\">Inventory</h2>\n");
    toolbar(out, &[types(&sbom.components), layers(sbom), usages(sbom)])?;
    out.push_str("<div class=\"scroll\"><table class=\"filtered inventory\"><thead><tr><th scope=\"col\">Component</th>\
                  <th scope=\"col\">Version</th><th scope=\"col\">Type</th><th scope=\"col\">Licence</th>");
    out.push_str(if has_layers { "<th scope=\"col\">Layer</th>" } else { "" });
    out.push_str("<th scope=\"col\">Usage</th></tr></thead><tbody>\n");
    for (component, relations) in sbom.with_relationships() {
        row(out, component, relations, sbom)?;
    }
    out.push_str("</tbody></table></div></section>\n");
    Ok(())
}

/// The ecosystems with their counts.
pub(super) fn types<'c>(components: impl IntoIterator<Item = &'c Component>) -> Filter<'static> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for it in components {
        *counts.entry(it.identity.ecosystem()).or_default() += 1;
    }
    let values = counts.into_iter().map(|(it, count)| (it.to_owned(), format!("{it} ({count})")));
    Filter { name: "type", label: "Type", values: values.collect() }
}

fn layers(sbom: &Sbom) -> Filter<'static> {
    let layers = sbom.image.as_ref().map_or(0, |it| it.layers.len());
    let values = (0..layers).map(|it| (it.to_string(), format!("Layer {it}")));
    Filter { name: "layer", label: "Layer", values: values.collect() }
}

fn usages(sbom: &Sbom) -> Filter<'static> {
    let values = if sbom.usage.is_some() { &["entrypoint", "possible", "unused"][..] } else { &[] };
    let values = values.iter().map(|it| ((*it).to_owned(), (*it).to_owned()));
    Filter { name: "usage", label: "Usage", values: values.collect() }
}

fn row(
    out: &mut String,
    component: &Component,
    relations: &[Relationship],
    sbom: &Sbom,
) -> fmt::Result {
    let usage = Usage::of(component, sbom);
    let kind = component.identity.ecosystem();
    write!(
        out,
        "<tr data-type=\"{}\" data-layer=\"{}\" data-usage=\"{}\"><th scope=\"row\"><details><summary><bdi>{}</bdi>{}</summary>",
        Safe(kind),
        component.layer,
        usage.as_str(),
        Safe(&component.name),
        origin(component),
    )?;
    details(out, component, relations, sbom)?;
    let licenses: Vec<&str> = component.licenses.iter().map(license).collect();
    write!(
        out,
        "</details></th><td><bdi>{}</bdi></td><td>{}</td><td>{}</td>",
        Safe(&component.version),
        Safe(kind),
        Safe(&licenses.join(", ")),
    )?;
    if sbom.image.is_some() {
        write!(out, "<td class=\"number\">{}</td>", component.layer)?;
    }
    writeln!(out, "<td>{}</td></tr>", usage_tag(Some(usage)))
}

fn origin(component: &Component) -> String {
    match component.identity.origin() {
        Origin::Installed => String::new(),
        other => format!(" <span class=\"tag\">{}</span>", other.as_str()),
    }
}

fn license(license: &License) -> &str {
    license.expression.as_deref().unwrap_or(&license.declared)
}

/// What is used, in a word with a colour.
pub(super) fn usage_tag(usage: Option<Usage>) -> &'static str {
    match usage {
        Some(Usage::Used(Certainty::Entrypoint)) => "<span class=\"tag good\">used</span>",
        Some(Usage::Used(Certainty::Possible)) => "<span class=\"tag maybe\">possibly used</span>",
        Some(Usage::Unused) => "<span class=\"tag\">unused</span>",
        Some(Usage::Unknown) => "<span class=\"quiet\">unknown</span>",
        None => "",
    }
}

fn details(
    out: &mut String,
    component: &Component,
    relations: &[Relationship],
    sbom: &Sbom,
) -> fmt::Result {
    out.push_str("<dl>");
    line(out, "Identity", component.identity.as_str())?;
    if let Some(Supplier::Person(text) | Supplier::Organization(text)) = &component.supplier {
        line(out, "Supplier", text)?;
    }
    if let Some(source) = &component.source {
        line(out, "Source package", &format!("{} {}", source.name, source.version))?;
    }
    for evidence in &component.evidence {
        let mut proof = String::new();
        words::push_evidence(&mut proof, evidence, sbom);
        line(out, "Evidence", &proof)?;
    }
    if let Some(used) = sbom.usage.as_ref().and_then(|it| it.components.get(&component.identity)) {
        line(out, "Used by way of", &used.why.join(" → "))?;
        let frames: Vec<String> = used.stack.iter().rev().map(ToString::to_string).collect();
        if !frames.is_empty() {
            line(out, "Run from", &frames.join(" → "))?;
        }
    }
    for it in relations.iter().filter(|it| it.relation == Relation::DependsOn) {
        line(out, "Requires", it.to.as_str())?;
    }
    for (key, value) in component.properties.iter() {
        line(out, key, value)?;
    }
    out.push_str("</dl>");
    Ok(())
}

fn line(out: &mut String, name: &str, value: &str) -> fmt::Result {
    write!(out, "<dt>{}</dt><dd><bdi>{}</bdi></dd>", Safe(name), Safe(value))
}
