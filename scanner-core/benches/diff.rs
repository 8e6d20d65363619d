//! What a diff costs: two inventories of which a tenth differs. `cargo bench -p scanner-core --bench diff`.

mod cpu_time;

use std::hint::black_box;

use cpu_time::CpuTime;
use criterion::{BenchmarkId, Criterion, Throughput};
use scanner_core::diff::{Metadata, diff};
use scanner_core::emit::{EMITTERS, Stamp};
use scanner_core::model::{Component, Identity, Kind, License, Purl, Sbom};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Of so many components one has another version.
const EVERY: usize = 10;

fn component(number: usize, build: usize) -> Component {
    let patch = if number.is_multiple_of(EVERY) { build } else { 0 };
    let version = format!("1.{number}.{patch}");
    let purl = Purl::new("npm", &format!("package-{number}"), &version);
    let mut component =
        Component::new(Kind::Library, &purl, format!("package-{number}"), version.as_str());
    component.licenses = License::new("MIT").into_iter().collect();
    component.properties.insert("npm:workspace", format!("packages/{number}"));
    component.requires = vec![Identity::new(&format!("pkg:npm/package-{}@1", number / 2))];
    component
}

fn sbom(size: usize, build: usize) -> Sbom {
    let mut components: Vec<Component> = (0..size).map(|it| component(it, build)).collect();
    components.sort_by(|a, b| a.identity.cmp(&b.identity));
    Sbom { name: "bench".to_owned(), components, ..Sbom::default() }
}

fn main() {
    let mut criterion = Criterion::default().with_measurement(CpuTime).configure_from_args();
    let mut group = criterion.benchmark_group("diff");
    for size in [5_000, 100_000] {
        let (old, new) = (sbom(size, 0), sbom(size, 1));
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher
                .iter(|| diff(black_box(&old), black_box(&new), Metadata::Compared).changes.len());
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("index");
    for size in [5_000, 100_000] {
        let sbom = sbom(size, 0);
        for emitter in EMITTERS.iter().filter(|it| it.format().starts_with("bom-index")) {
            group.throughput(Throughput::Elements(size as u64));
            group.bench_function(BenchmarkId::new(emitter.format(), size), |bencher| {
                let mut bytes = Vec::new();
                bencher.iter(|| {
                    bytes.clear();
                    // Writing to memory does not fail.
                    drop(emitter.emit(black_box(&sbom), &Stamp::default(), &mut bytes));
                    bytes.len()
                });
            });
        }
    }
    group.finish();
    criterion.final_summary();
}
