//! The frame of a report.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::Safe;
use crate::emit::TOOL;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// A whole page. Style and script are allowed by their digests, everything else is not.
pub(super) fn page(title: &str, body: &str) -> String {
    let [style, script] = [STYLE, SCRIPT].map(allowed);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {style}; \
         script-src {script}; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"generator\" content=\"{TOOL}\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#inventory\">Skip to the list</a>\n{body}\
         <footer>{TOOL}</footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        Safe(title),
    )
}

fn allowed(text: &str) -> String {
    let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text));
    format!("'sha256-{digest}'")
}

/// A pair of a description list.
pub(super) fn fact(out: &mut String, name: &str, value: &str) -> fmt::Result {
    write!(out, "<div><dt>{}</dt><dd><bdi>{}</bdi></dd></div>", Safe(name), Safe(value))
}

/// Something that rows are filtered by: its name, its label, and its values with what is shown of each.
pub(super) struct Filter<'a> {
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    pub(super) values: Vec<(String, String)>,
}

/// The search field and the filters. A script shows them: without it they would do nothing.
pub(super) fn toolbar(out: &mut String, filters: &[Filter<'_>]) -> fmt::Result {
    out.push_str(
        "<form class=\"toolbar\" role=\"search\" hidden><label class=\"search\">Search\
         <input type=\"search\" name=\"q\" autocomplete=\"off\" spellcheck=\"false\" placeholder=\"name, version, licence, file …\"></label>",
    );
    for filter in filters.iter().filter(|it| it.values.len() > 1) {
        let (name, label) = (filter.name, filter.label);
        write!(out, "<label>{label}<select name=\"{name}\"><option value=\"\">All</option>")?;
        for (value, shown) in &filter.values {
            write!(out, "<option value=\"{}\">{}</option>", Safe(value), Safe(shown))?;
        }
        out.push_str("</select></label>");
    }
    out.push_str(
        "<button type=\"reset\">Clear</button><output aria-live=\"polite\"></output></form>\n",
    );
    Ok(())
}
