//! What writing a document costs: seconds and processor time by criterion, and the peak of memory beside the size of
//! the document.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement that cannot be made is a failed one; it reads the kernel's account and prints it"
)]

mod cpu_time;

use std::hint::black_box;
use std::io::{self, Write};

use cpu_time::CpuTime;
use criterion::measurement::Measurement;
use criterion::{BenchmarkId, Criterion, Throughput};
use scanner_core::emit::{EMITTERS, Stamp};
use scanner_core::model::{
    Component, Evidence, Kind, License, Method, Position, Purl, Relation, Relationship, Sbom,
    Sha256, Source, Supplier,
};
use scanner_core::path::ImagePath;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An inventory of so many packages, each with what a Debian package has, a proof, and three dependencies.
fn inventory(count: usize) -> Sbom {
    let components: Vec<Component> = (0..count).map(component).collect();
    let edges =
        (0..count).flat_map(|from| (1..4).map(move |step| (from, (from + step * 7) % count)));
    let edge = |(from, to): (usize, usize)| Relationship {
        from: components[from].identity.clone(),
        relation: Relation::DependsOn,
        to: components[to].identity.clone(),
        proof: ImagePath::normalize("/var/lib/dpkg/status").unwrap(),
    };
    let mut sbom = Sbom {
        name: "registry.example/app:v1".to_owned(),
        relationships: edges.map(edge).collect(),
        components,
        ..Sbom::default()
    };
    sbom.sort();
    sbom
}

fn component(number: usize) -> Component {
    let (name, version) = (format!("package-{number:06}"), format!("1.{number}-2+deb12u1"));
    let purl = Purl::new("deb", &name, &version)
        .namespace("debian")
        .qualifier("arch", "amd64")
        .qualifier("distro", "debian-12");
    let mut component = Component::new(Kind::OsPackage, &purl, name.as_str(), version.as_str());
    let licenses = ["GPL-2.0-or-later", "MIT OR Apache-2.0", "custom licence of its own"];
    component.licenses =
        licenses.iter().skip(number % 3).filter_map(|it| License::new(it)).collect();
    component.supplier =
        Supplier::person(&format!("Maintainer {} <m{}@debian.org>", number % 500, number % 500));
    component.source = Some(Source { name: format!("source-{}", number / 2), version });
    component.properties.insert("dpkg:architecture", "amd64".to_owned());
    component.evidence = vec![Evidence {
        path: ImagePath::normalize("/var/lib/dpkg/status").unwrap(),
        position: Position::Line(u32::try_from(number).unwrap() * 20 + 1),
        analyzer: "dpkg".into(),
        method: Method::Database,
        layer: 0,
        sha256: Some(Sha256::of(b"status")),
    }];
    component
}

/// The peak of memory since the last call, in kB (proc(5): `clear_refs`, `VmHWM`), and what is held now.
fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let of = |key: &str| {
        let line = status.lines().find_map(|it| it.strip_prefix(key)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap()
    };
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    (of("VmHWM:"), of("VmRSS:"))
}

/// A file, as far as memory goes.
#[derive(Default)]
struct Written(usize);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Prints how much memory it takes to write a document to a file, beside the size of the document.
fn peaks(sbom: &Sbom) {
    for emitter in EMITTERS {
        memory();
        let (_, before) = memory();
        let mut out = Written::default();
        emitter.emit(sbom, &Stamp::default(), &mut out).unwrap();
        let (peak, _) = memory();
        println!(
            "{:<20} {:>7} kB, memory {:>7} kB",
            emitter.format(),
            out.0 / 1024,
            peak.saturating_sub(before)
        );
    }
}

fn documents<M: Measurement>(criterion: &mut Criterion<M>, what: &str) {
    let mut group = criterion.benchmark_group(what);
    group.sample_size(20);
    for count in [5_000, 100_000] {
        let sbom = inventory(count);
        group.throughput(Throughput::Elements(count as u64));
        for emitter in EMITTERS {
            let id = BenchmarkId::new(emitter.format(), count);
            group.bench_with_input(id, &sbom, |bench, sbom| {
                let mut bytes = Vec::new();
                bench.iter(|| {
                    bytes.clear();
                    emitter.emit(black_box(sbom), &Stamp::default(), &mut bytes).unwrap();
                    bytes.len()
                });
            });
        }
    }
    group.finish();
}

fn main() {
    peaks(&inventory(5_000));
    documents(&mut Criterion::default().configure_from_args(), "emit");
    let criterion = Criterion::default().with_measurement(CpuTime);
    documents(&mut criterion.configure_from_args(), "emit, processor time");
    Criterion::default().configure_from_args().final_summary();
}
