//! Reports for people: one file that needs no network, no server and, to be read, no script.
//! All that comes from images is escaped, and the page's own policy lets no other script or style run.

mod changes;
mod entry;
mod inventory;
mod layers;
mod page;
mod safe;

use std::fmt::Write as _;
use std::io;

use super::{DiffEmitter, Emitter, Stamp};
use crate::diff::Diff;
use crate::model::Sbom;

use page::{fact, page};
use safe::Safe;

/// The format `html`.
pub struct Html;

impl Emitter for Html {
    fn format(&self) -> &'static str {
        "html"
    }

    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        write(sbom, stamp, None, out)
    }
}

impl DiffEmitter for Html {
    fn format(&self) -> &'static str {
        "html"
    }

    fn emit(&self, diff: &Diff<'_>, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        let body = changes::report(diff, stamp).map_err(io::Error::other)?;
        let title = format!("{} → {}", diff.old.name, diff.new.name);
        out.write_all(page(&title, &body).as_bytes())
    }
}

/// What is known of the signature of the document that a report shows. Only what was verified is.
pub struct Attestation {
    /// Who signed it.
    pub signer: String,
    /// The digest of what it is about.
    pub subject: String,
    /// Whether a transparency log has the signature.
    pub logged: bool,
}

/// Writes the report of a document that was attested.
pub fn attested(
    sbom: &Sbom,
    stamp: &Stamp,
    attestation: &Attestation,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    write(sbom, stamp, Some(attestation), out)
}

fn write(
    sbom: &Sbom,
    stamp: &Stamp,
    attestation: Option<&Attestation>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let body = report(sbom, stamp, attestation).map_err(io::Error::other)?;
    out.write_all(page(&sbom.name, &body).as_bytes())
}

fn report(
    sbom: &Sbom,
    stamp: &Stamp,
    attestation: Option<&Attestation>,
) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    header(&mut out, sbom, stamp, attestation)?;
    out.push_str("<main>\n");
    entry::section(&mut out, sbom)?;
    layers::section(&mut out, sbom)?;
    inventory::section(&mut out, sbom)?;
    gone(&mut out, sbom)?;
    notices(&mut out, sbom)?;
    out.push_str("</main>\n");
    Ok(out)
}

fn header(
    out: &mut String,
    sbom: &Sbom,
    stamp: &Stamp,
    attestation: Option<&Attestation>,
) -> std::fmt::Result {
    let view = sbom.view.as_str();
    write!(
        out,
        "<header><p class=\"over\">Bill of materials · {view}</p>\n<h1>{}</h1>\n",
        Safe(&sbom.name)
    )?;
    attestation.map_or(Ok(()), |it| badge(out, it))?;
    out.push_str("<dl class=\"facts\">");
    fact(out, "Digest", &sbom.digest())?;
    if let Some(distro) = &sbom.distro {
        fact(
            out,
            "System",
            &format!("{} {}", distro.name, distro.version_id.as_deref().unwrap_or("")),
        )?;
    }
    if let Some(image) = &sbom.image {
        fact(out, "Platform", &image.platform)?;
    }
    fact(out, "Components", &sbom.components.len().to_string())?;
    fact(out, "Notices", &sbom.notices.len().to_string())?;
    fact(out, "Made", &stamp.timestamp())?;
    out.push_str("</dl></header>\n");
    Ok(())
}

fn badge(out: &mut String, it: &Attestation) -> std::fmt::Result {
    let log = if it.logged { "in a transparency log" } else { "in no transparency log" };
    writeln!(
        out,
        "<p class=\"lead\"><span class=\"tag good\">attested</span> signed by <bdi>{}</bdi>, {log}, for <code><bdi>{}</bdi></code></p>",
        Safe(&it.signer),
        Safe(&it.subject),
    )
}

/// What lower layers brought and later ones took away: it is still in the image's layers.
fn gone(out: &mut String, sbom: &Sbom) -> std::fmt::Result {
    if sbom.gone.is_empty() {
        return Ok(());
    }
    out.push_str(
        "<section aria-labelledby=\"gone\"><h2 id=\"gone\">Gone</h2>\n\
         <p>Layers brought these and later ones took them away or replaced them. The bytes are still in the image.</p>\n\
         <table><thead><tr><th scope=\"col\">Component</th><th scope=\"col\">Version</th>\
         <th scope=\"col\">Type</th><th scope=\"col\">Layers</th></tr></thead><tbody>\n",
    );
    for it in &sbom.gone {
        writeln!(
            out,
            "<tr><th scope=\"row\"><bdi>{}</bdi></th><td><bdi>{}</bdi></td><td>{}</td><td>{}–{}</td></tr>",
            Safe(&it.name),
            Safe(&it.version),
            Safe(it.identity.ecosystem()),
            it.layer,
            it.until.saturating_sub(1),
        )?;
    }
    out.push_str("</tbody></table></section>\n");
    Ok(())
}

fn notices(out: &mut String, sbom: &Sbom) -> std::fmt::Result {
    if sbom.notices.is_empty() {
        return Ok(());
    }
    out.push_str("<section aria-labelledby=\"notices\"><h2 id=\"notices\">Notices</h2>\n<ul class=\"notices\">\n");
    for it in &sbom.notices {
        writeln!(
            out,
            "<li><span class=\"tag warn\" title=\"{}\">{}</span> <code><bdi>{}</bdi></code> {}</li>",
            Safe(it.code.about()),
            Safe(it.code.as_str()),
            Safe(&it.path.display()),
            Safe(&it.message),
        )?;
    }
    out.push_str("</ul></section>\n");
    Ok(())
}

#[cfg(test)]
mod tests;
