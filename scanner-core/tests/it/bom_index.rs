//! BOM-Index files as they are written, read again.

use scanner_core::emit::bom_index::{BomIndex, BomIndex2};
use scanner_core::emit::{Emitter, Stamp};
use scanner_core::formats::bom_index::{Bounds, Index, Select};
use scanner_core::model::{Component, Identity, Kind, Sbom};

#[test]
fn a_name_is_found_wherever_it_stands_in_a_large_index() {
    let named = |it: u32| format!("pkg:npm/name-{it:05}@1");
    let component = |it| Component::identified(Kind::Library, Identity::new(&named(it)), "n", "1");
    let sbom = Sbom { components: (0..20_000).map(component).collect(), ..Sbom::default() };
    for emitter in [&BomIndex as &dyn Emitter, &BomIndex2] {
        let mut bytes = Vec::new();
        emitter.emit(&sbom, &Stamp::default(), &mut bytes).unwrap();
        let found = |name: &str| {
            let wide = Bounds { bytes: 1 << 24, cells: 1 << 24 };
            let index =
                Index::open(&bytes.as_slice(), wide).unwrap().rows(&Select::Named(name, &|_| true));
            index.unwrap().into_iter().map(|it| it.ordinal).collect::<Vec<_>>()
        };
        for ordinal in (0..20_000).step_by(333).chain([19_999]) {
            assert_eq!(found(&named(ordinal)), [ordinal]);
        }
        assert_eq!(found("pkg:npm/name-1234").len(), 10);
        assert!(found("pkg:npm/name-2").is_empty());
    }
}
