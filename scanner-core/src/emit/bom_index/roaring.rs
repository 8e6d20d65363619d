//! Sets of numbers in the portable Roaring form without run containers: each set has exactly one such form.
//! Specification: `RoaringFormatSpec`, "Standard 32-bit Roaring Bitmap".

/// The cookie of the form without run containers.
const COOKIE: u32 = 12346;

/// Bytes before the descriptions of the containers.
const HEAD: u32 = 8;

/// Bytes of a container's description and of its offset.
const ENTRY: u32 = 8;

/// Numbers up to which a container is an array; above, it is a bitset.
const ARRAY: usize = 4096;

/// Bytes of a bitset.
const BITSET: usize = 8192;

/// Encodes numbers that ascend strictly. The empty set is no bytes at all.
pub(super) fn encode(numbers: &[u32]) -> Vec<u8> {
    let containers: Vec<&[u32]> = numbers.chunk_by(|a, b| a >> 16 == b >> 16).collect();
    let Ok(count) = u32::try_from(containers.len()) else { return Vec::new() };
    if count == 0 {
        return Vec::new();
    }
    let mut out = [COOKIE.to_le_bytes(), count.to_le_bytes()].concat();
    for container in &containers {
        let key = container.first().map_or(0, |it| it >> 16);
        out.extend(low_half(key).to_le_bytes());
        out.extend(u16::try_from(container.len() - 1).unwrap_or(u16::MAX).to_le_bytes());
    }
    let mut offset = HEAD + ENTRY * count;
    for container in &containers {
        out.extend(offset.to_le_bytes());
        let size = if container.len() > ARRAY { BITSET } else { container.len() * 2 };
        offset += u32::try_from(size).unwrap_or(u32::MAX);
    }
    for container in containers {
        fill(&mut out, container);
    }
    out
}

fn fill(out: &mut Vec<u8>, container: &[u32]) {
    if container.len() <= ARRAY {
        out.extend(container.iter().flat_map(|it| low_half(*it).to_le_bytes()));
        return;
    }
    let mut bits = [0_u8; BITSET];
    for number in container {
        if let Some(byte) = bits.get_mut(usize::from(low_half(*number) >> 3)) {
            *byte |= 1 << (number & 7);
        }
    }
    out.extend(bits);
}

fn low_half(number: u32) -> u16 {
    (number & 0xffff).try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use roaring::RoaringBitmap;

    use super::*;

    fn by_crate(numbers: &[u32]) -> Vec<u8> {
        let mut bytes = Vec::new();
        numbers.iter().collect::<RoaringBitmap>().serialize_into(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn arrays_and_bitsets_meet_where_the_specification_says() {
        for size in [1, 4096, 4097, 65_535, 65_536, 65_537, 200_000] {
            let numbers: Vec<u32> = (7..7 + size).collect();
            assert_eq!(encode(&numbers), by_crate(&numbers), "{size}");
        }
        assert!(encode(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn every_set_is_written_as_the_crate_writes_it_without_runs(
            numbers in proptest::collection::btree_set(0..300_000_u32, 1..9_000)
        ) {
            let numbers: Vec<u32> = numbers.into_iter().collect();
            prop_assert_eq!(encode(&numbers), by_crate(&numbers));
        }
    }
}
