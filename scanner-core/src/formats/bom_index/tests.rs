//! Reading of the reference files, and of files that lie.

use super::*;

const V1: &[u8] = include_bytes!("../../../tests/data/bom-index/v1.bin");
const V2: &[u8] = include_bytes!("../../../tests/data/bom-index/v2.bin");
const BOUNDS: Bounds = Bounds { bytes: 1 << 20, cells: 1 << 20 };
const MUSL: &str = "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64";

fn rows(bytes: &[u8], select: &Select<'_>) -> Result<Vec<Row>, Malformed> {
    Index::open(&bytes, BOUNDS)?.rows(select)
}

fn refusal(bytes: &[u8]) -> String {
    rows(bytes, &Select::All).unwrap_err().to_string()
}

/// The reference file with other bytes at a place.
fn with(bytes: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

#[test]
fn both_versions_say_the_same() {
    for (version, bytes) in [(1, V1), (2, V2)] {
        let index = Index::open(&bytes, BOUNDS).unwrap();
        assert_eq!(index.header.version, version);
        assert_eq!(index.header.image, format!("sha256:{}", "aa".repeat(32)));
        assert_eq!(index.header.created, 1_704_067_200_000_000);
        assert_eq!(index.layers().unwrap()[1], format!("sha256:{}", "22".repeat(32)));
        assert_eq!(index.entrypoints().unwrap(), ["/usr/local/bin/app"]);
        let rows = index.rows(&Select::All).unwrap();
        assert_eq!(rows[1].identity, MUSL);
        assert!(rows[1].layers.iter().eq([0, 1]) && rows[1].entrypoints.iter().eq([0]));
        assert!(rows[0].layers.iter().eq([1]) && rows[0].entrypoints.is_empty());
    }
}

#[test]
fn queries_give_what_they_are_for() {
    for bytes in [V1, V2] {
        let names = |select| {
            let rows = rows(bytes, &select).unwrap();
            rows.into_iter().map(|it| it.identity).collect::<Vec<_>>()
        };
        assert_eq!(names(Select::Used), [MUSL]);
        assert_eq!(names(Select::Layer(0)), [MUSL]);
        assert_eq!(names(Select::Layer(1)).len(), 2);
        assert!(names(Select::Layer(2)).is_empty());
        assert_eq!(names(Select::Named("pkg:apk/", &|_| true)), [MUSL]);
        assert!(names(Select::Named("pkg:apk/", &|it| it.contains("curl"))).is_empty());
        assert!(names(Select::Named("pkg:npm/", &|_| true)).is_empty());
    }
}

#[test]
fn a_query_reads_no_further_than_where_its_names_would_be() {
    let bitmaps = V1.windows(4).position(|it| it == [0x12, 0, 0, 0]).unwrap();
    let cut = &V1[..bitmaps];
    assert!(rows(cut, &Select::Named("pkg:aaa/", &|_| true)).is_ok_and(|it| it.is_empty()));
    assert!(rows(cut, &Select::Named("pkg:apk/", &|_| true)).is_err());
}

#[test]
fn nothing_wrong_passes_where_all_is_read() {
    assert!(refusal(b"BOMIDX2").contains("first bytes are others at offset 0"));
    assert!(refusal(&with(V1, 7, &[3])).contains("version"));
    assert!(refusal(&with(V1, 9, &[2])).contains("flags"));
    assert!(refusal(&with(V1, 9, &[0])).contains("contradict"));
    assert!(refusal(&[V1, b"x"].concat()).contains("bytes behind the end at offset 461"));
    assert!(refusal(&V1[..460]).contains("cut"));
    // The first component becomes `zin:…`, which comes after the second.
    let first = V1.windows(4).position(|it| it == b"bin:").unwrap();
    assert!(refusal(&with(V1, first, b"z")).contains("not behind the one before it"));
    // The layer of the first component becomes layer 7.
    let layers = V1.windows(2).position(|it| it == 12346_u16.to_le_bytes()).unwrap();
    assert!(refusal(&with(V1, layers + 16, &[7])).contains("in no table"));
    for (at, byte) in V2.iter().enumerate() {
        let changed = with(V2, at, &[byte ^ 0x10]);
        assert!(rows(&changed, &Select::All).is_err(), "a change at {at} passes");
    }
    for at in 0..V1.len() {
        assert!(rows(&V1[..at], &Select::All).is_err(), "cut at {at} it passes");
        assert!(rows(&V2[..at], &Select::All).is_err(), "cut at {at} it passes");
    }
}

#[test]
fn run_containers_of_other_writers_are_read() {
    // The cookie, which containers are runs, key and cardinality less one, and one run of two numbers from 0 on.
    let bytes = [0x3b, 0x30, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0];
    let old = V1.windows(4).rposition(|it| it == [20, 0, 0, 0]).unwrap();
    let first = old - 4 - 18;
    assert_eq!(V1[first..first + 4], 18_u32.to_le_bytes());
    let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let changed = [&V1[..old], &length, &bytes[..], &V1[old + 4 + 20..]].concat();
    assert!(rows(&changed, &Select::All).unwrap()[1].layers.iter().eq([0, 1]));
}

#[test]
fn counts_are_checked_before_memory_is_taken() {
    let counts = 7 + 2 + 2 + 2 + 71 + 8;
    let many = with(V1, counts + 4, &u32::MAX.to_le_bytes());
    assert!(refusal(&many).contains("more layers and entrypoints"));
    let many = with(&with(V1, counts, &[0; 4]), counts + 4, &0x00ff_ffff_u32.to_le_bytes());
    let wide = Bounds { bytes: 1 << 20, cells: u64::MAX };
    assert!(Index::open(&many.as_slice(), wide).unwrap().rows(&Select::All).is_err());
    let small = Bounds { bytes: 100, cells: 9 };
    assert!(Index::open(&V1, small).is_err());
}
