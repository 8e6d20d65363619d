//! A document as JSON. Its components are made one after the other as they are written.

use std::io::{self, Write as _};

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::build::Source;
use crate::emit::each::Each;

/// So many bytes are handed on at once.
const BUFFER: usize = 64 * 1024;

/// Writes a document.
pub(super) fn write(
    source: &Source<'_>,
    serial_number: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    // A document is written in small pieces.
    let mut out = io::BufWriter::with_capacity(BUFFER, out);
    serde_json::to_writer(&mut out, &Document { source, serial_number })?;
    out.write_all(b"\n")?;
    out.flush()
}

/// A document that is made as it is written.
struct Document<'a> {
    source: &'a Source<'a>,
    serial_number: &'a str,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (source, spec) = (self.source, self.source.spec.as_str());
        let mut map = serializer.serialize_map(None)?;
        let schema = format!("http://cyclonedx.org/schema/bom-{spec}.schema.json");
        map.serialize_entry("$schema", &schema)?;
        map.serialize_entry("bomFormat", "CycloneDX")?;
        map.serialize_entry("specVersion", spec)?;
        map.serialize_entry("serialNumber", self.serial_number)?;
        map.serialize_entry("version", &1)?;
        map.serialize_entry("metadata", &source.metadata())?;
        map.serialize_entry("components", &Each(|| source.components()))?;
        map.serialize_entry("dependencies", &Each(|| source.dependencies()))?;
        map.serialize_entry("compositions", &source.compositions())?;
        if !source.sbom.notices.is_empty() {
            map.serialize_entry("annotations", &Each(|| source.annotations()))?;
        }
        map.end()
    }
}
