//! R packages, as R installed them.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::deb822;
use crate::model::{Code, Component, Kind, License, Method, Position, Purl, Supplier};

/// Finds installed R packages.
pub(super) struct R;

impl Analyzer for R {
    fn id(&self) -> &'static str {
        "r"
    }

    fn about(&self) -> About {
        About {
            claims: "each DESCRIPTION with a Built field beside Meta/package.rds in a library \
                     (/usr/local/lib/R/site-library/NAME), those that come with R too",
            refuses: "packages that were not installed, whose DESCRIPTION has no Built field; message translations; \
                      renv.lock",
            specification: "Writing R Extensions 1.1.1; utils::installed.packages; purl type cran",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("DESCRIPTION")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(directory) = target.file.path.parent() else { return Ok(()) };
        let record = directory.join("Meta/package.rds");
        if record.and_then(|it| cx.fs.file_at(&it)).is_none() {
            return Ok(());
        }
        let text = target.metadata(cx.fs.limits())?;
        let description = deb822::first(&text);
        if description.get("Built").is_none() {
            return Ok(());
        }
        let field = |name| description.get(name).filter(|it| !it.is_empty());
        let (Some(name), Some(version)) =
            (field("Package").filter(|it| is_name(it)), field("Version"))
        else {
            found.notice(Code::Incomplete, "lacks a valid name or version");
            return Ok(());
        };
        let purl = Purl::new("cran", name, version);
        let mut component = Component::new(Kind::Library, &purl, name, version);
        component.folders.push(directory);
        component.licenses = field("License").and_then(license).into_iter().collect();
        component.supplier = field("Maintainer").and_then(Supplier::person);
        for (key, name) in [("r:priority", "Priority"), ("r:repository", "Repository")] {
            if let Some(value) = field(name) {
                component.properties.insert(key, value.to_owned());
            }
        }
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

/// The licence in R's words, and as SPDX where every part of the choice means exactly one listed licence.
fn license(declared: &str) -> Option<License> {
    let license = License::new(declared)?;
    let parts = license.declared.split('|').map(|it| spdx(it.trim()));
    let expression = parts.collect::<Option<Vec<_>>>().map(|it| it.join(" OR "));
    let expression = expression.and_then(|it| License::new(&it)?.expression);
    Some(License { expression: expression.or(license.expression), ..license })
}

/// One part in SPDX (Writing R Extensions 1.1.2).
fn spdx(part: &str) -> Option<String> {
    let template = ["+ file LICENSE", "+ file LICENCE"].iter().find_map(|it| part.strip_suffix(it));
    match (part, template.map(str::trim)) {
        // The file of these fills in year and holder; that of any other adds terms.
        (_, Some("MIT")) => Some("MIT".to_owned()),
        ("BSD_2_clause", _) | (_, Some("BSD_2_clause")) => Some("BSD-2-Clause".to_owned()),
        ("BSD_3_clause", _) | (_, Some("BSD_3_clause")) => Some("BSD-3-Clause".to_owned()),
        (_, Some(_)) => None,
        ("CC0", _) => Some("CC0-1.0".to_owned()),
        (part, None) => versioned(part),
    }
}

/// `GPL-2`, `GPL (>= 2)`, `Apache License (== 2.0)`, and names that are those of SPDX.
fn versioned(part: &str) -> Option<String> {
    let (name, relation, version) = match part.strip_suffix(')').and_then(|it| it.split_once(" ("))
    {
        Some((name, range)) => {
            let (relation, version) = range.split_once(' ')?;
            (name, relation, version.trim())
        }
        None => match part.rsplit_once(['-', ' ']) {
            Some((name, version)) => (name, "==", version),
            None => (part, "", ""),
        },
    };
    let version = if version.contains('.') { version.to_owned() } else { format!("{version}.0") };
    match (name, relation) {
        ("GPL" | "LGPL" | "AGPL", "==") => Some(format!("{name}-{version}-only")),
        ("GPL" | "LGPL" | "AGPL", ">=") => Some(format!("{name}-{version}-or-later")),
        ("Apache License" | "Apache License version" | "Apache License Version", "==") => {
            Some(format!("Apache-{version}"))
        }
        _ => Some(part.to_owned()).filter(|it| !it.contains(' ')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_become_spdx_where_they_mean_one() {
        for (declared, expected) in [
            ("GPL-2 | GPL-3", Some("GPL-2.0-only OR GPL-3.0-only")),
            ("GPL (>= 2)", Some("GPL-2.0-or-later")),
            ("LGPL-2.1", Some("LGPL-2.1-only")),
            ("MIT + file LICENSE", Some("MIT")),
            ("BSD_3_clause + file LICENCE", Some("BSD-3-Clause")),
            ("Apache License (== 2.0)", Some("Apache-2.0")),
            ("Apache License 2.0", Some("Apache-2.0")),
            ("Artistic-2.0", Some("Artistic-2.0")),
            ("GPL-3 + file LICENSE", None),
            ("Part of R 4.2.2", None),
            ("GPL", None),
            ("Apache License (>= 2)", None),
            ("file LICENSE", None),
        ] {
            assert_eq!(license(declared).unwrap().expression.as_deref(), expected, "{declared}");
        }
    }
}
