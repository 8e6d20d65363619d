//! The manifest of images whose database was taken out.

use super::package::{KEY, Package};
use super::{Context, Fault, Findings, os_package};
use crate::formats::rpm;
use crate::fs::File;
use crate::model::{Code, Method, Position};

pub(super) fn analyze(
    found: &mut Findings<'_>,
    file: &File<'_>,
    cx: &Context<'_>,
) -> Result<(), Fault> {
    let bytes = file.bytes(cx.fs.limits().database_bytes)?;
    let text = String::from_utf8_lossy(os_package::whole_lines(&bytes, found));
    let (rows, problems) = rpm::manifest(&text);
    os_package::problems(&problems, found);
    if rows.is_empty() {
        found.notice(Code::EmptyDatabase, "holds no package");
    }
    for row in rows.iter().filter(|row| row.name != KEY) {
        let package = Package {
            name: row.name,
            version: row.version,
            epoch: row.epoch,
            architecture: row.architecture,
            vendor: row.vendor,
            source_rpm: row.source_rpm,
        };
        if !package.is_complete() {
            let message = format!("line {} lacks a valid name or version", row.line);
            found.notice(Code::Incomplete, message);
            continue;
        }
        found.add(Method::Database, Position::Line(row.line), package.component(cx));
    }
    Ok(())
}
