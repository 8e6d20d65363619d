//! Version 2: a directory of sections, each with its digest, and the maps in both directions.

use std::io;

use super::roaring::encode;
use super::{Content, header, number};
use crate::model::Sha256;

/// What sections begin at multiples of.
const ALIGNMENT: usize = 8;

/// Bytes of an entry of the directory.
const ENTRY: usize = 50;

/// The last bytes of an index, after the digest of all before it.
const TRAILER: &[u8] = b"BOMIDXE\0";

/// The index as bytes.
pub fn version2(content: &Content<'_>) -> io::Result<Vec<u8>> {
    let sections: Vec<(u16, Vec<u8>)> =
        sections(content)?.into_iter().filter(|(_, bytes)| !bytes.is_empty()).collect();
    let mut out = header(content, 2)?;
    out.extend(u16::try_from(sections.len()).unwrap_or(u16::MAX).to_le_bytes());
    let mut at = (out.len() + sections.len() * ENTRY).next_multiple_of(ALIGNMENT);
    for (id, bytes) in &sections {
        out.extend(id.to_le_bytes());
        out.extend((at as u64).to_le_bytes());
        out.extend((bytes.len() as u64).to_le_bytes());
        out.extend(Sha256::of(bytes).0);
        at = (at + bytes.len()).next_multiple_of(ALIGNMENT);
    }
    align(&mut out);
    for (_, bytes) in &sections {
        out.extend(bytes);
        align(&mut out);
    }
    let digest = Sha256::of(&out);
    out.extend(digest.0);
    out.extend(TRAILER);
    Ok(out)
}

fn sections(content: &Content<'_>) -> io::Result<Vec<(u16, Vec<u8>)>> {
    let components = &content.components;
    let held = content.held();
    let layers_of = components.iter().map(|it| held.get(it.since as usize).cloned());
    let used = numbers(components.iter().map(|it| !it.entrypoints.is_empty()));
    Ok(vec![
        (1, table(content.layers.iter().map(|it| it.as_bytes()))?),
        (2, table(components.iter().map(|it| it.identity.as_bytes()))?),
        (3, table(content.entrypoints.iter().map(|it| it.as_bytes()))?),
        (4, table(layers_of.map(Option::unwrap_or_default))?),
        (5, table(components.iter().map(|it| encode(&it.entrypoints)))?),
        (6, table(by_layer(content).iter().map(|it| encode(it)))?),
        (7, table(by_entrypoint(content).iter().map(|it| encode(it)))?),
        (8, encode(&used)),
        (9, components.iter().map(|it| it.origin as u8).collect()),
    ])
}

/// Counted items, each found by its offset.
fn table(items: impl ExactSizeIterator<Item = impl AsRef<[u8]>>) -> io::Result<Vec<u8>> {
    let mut out = number(items.len())?.to_le_bytes().to_vec();
    out.extend(0_u32.to_le_bytes());
    let mut body: Vec<u8> = Vec::new();
    for item in items {
        body.extend(item.as_ref());
        out.extend(number(body.len())?.to_le_bytes());
    }
    out.extend(body);
    Ok(out)
}

/// For each layer the components that it holds.
fn by_layer(content: &Content<'_>) -> Vec<Vec<u32>> {
    let count = u32::try_from(content.layers.len()).unwrap_or(u32::MAX);
    let holds = |layer| numbers(content.components.iter().map(|it| it.since <= layer));
    (0..count).map(holds).collect()
}

/// For each entrypoint the components that it uses.
fn by_entrypoint(content: &Content<'_>) -> Vec<Vec<u32>> {
    let mut users = vec![Vec::new(); content.entrypoints.len()];
    for (component, row) in (0..).zip(&content.components) {
        for entrypoint in &row.entrypoints {
            if let Some(used) = users.get_mut(*entrypoint as usize) {
                used.push(component);
            }
        }
    }
    users
}

/// The places of what is true.
fn numbers(facts: impl Iterator<Item = bool>) -> Vec<u32> {
    (0..).zip(facts).filter_map(|(place, fact)| fact.then_some(place)).collect()
}

fn align(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
}
