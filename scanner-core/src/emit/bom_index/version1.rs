//! Version 1: one table after the other.

use std::io;

use super::roaring::encode;
use super::{Content, header, number, text};

/// The index as bytes.
pub fn version1(content: &Content<'_>) -> io::Result<Vec<u8>> {
    let mut out = header(content, 1)?;
    content.layers.iter().try_for_each(|it| text(&mut out, it))?;
    content.components.iter().try_for_each(|it| text(&mut out, &it.identity))?;
    let held = content.held();
    for row in &content.components {
        bitmap(&mut out, held.get(row.since as usize).map_or(&[], Vec::as_slice))?;
    }
    if content.entrypoints.is_empty() {
        return Ok(out);
    }
    content.entrypoints.iter().try_for_each(|it| text(&mut out, it))?;
    content.components.iter().try_for_each(|it| bitmap(&mut out, &encode(&it.entrypoints)))?;
    Ok(out)
}

fn bitmap(out: &mut Vec<u8>, bytes: &[u8]) -> io::Result<()> {
    out.extend(number(bytes.len())?.to_le_bytes());
    out.extend(bytes);
    Ok(())
}

impl Content<'_> {
    /// For each layer the bitmap of it and all above it: that of every component that it brought.
    pub(super) fn held(&self) -> Vec<Vec<u8>> {
        let count = u32::try_from(self.layers.len()).unwrap_or(u32::MAX);
        (0..count).map(|since| encode(&(since..count).collect::<Vec<_>>())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Content, Origin, Row, version2};
    use super::*;

    /// What the reference files of the format hold.
    fn golden() -> Content<'static> {
        let row = |identity: String, since, entrypoints| Row {
            identity: identity.into(),
            since,
            entrypoints,
            origin: Origin::Unknown,
        };
        let digest = |digits: &str| format!("sha256:{}", digits.repeat(32));
        Content {
            image: digest("aa"),
            created: 1_704_067_200_000_000,
            layers: vec![digest("11").into(), digest("22").into()],
            entrypoints: vec!["/usr/local/bin/app".into()],
            components: vec![
                row(format!("bin:{}", digest("33")), 1, vec![]),
                row("pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64".to_owned(), 0, vec![0]),
            ],
        }
    }

    #[test]
    fn the_reference_files_are_met_byte_for_byte() {
        let reference = include_bytes!("../../../tests/data/bom-index/v1.bin");
        assert_eq!(version1(&golden()).unwrap(), reference);
        let reference = include_bytes!("../../../tests/data/bom-index/v2.bin");
        assert_eq!(version2(&golden()).unwrap(), reference);
    }

    #[test]
    fn without_entrypoints_there_is_no_table_of_them() {
        let content = Content { entrypoints: Vec::new(), ..golden() };
        let bytes = version1(&content).unwrap();
        assert_eq!(bytes[9..11], [0, 0]);
        assert!(bytes.len() < version1(&golden()).unwrap().len());
    }
}
