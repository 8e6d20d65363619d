//! What is kept between scans never shows in documents, whatever became of it.

use std::fs;
use std::path::{Path, PathBuf};

use indicatif::DecimalBytes;
use testkit::{Compression, Layers, OciImage, OciLayout};

use crate::{program, run};

const LAYERS: &str = "\
//- layer
//- /etc/os-release
ID=debian
VERSION_ID=12
//- /var/lib/dpkg/status
Package: a
Status: install ok installed
Version: 1
Architecture: all

//- exec /opt/tool
#!/bin/sh
echo
//- layer
//- removed /opt/tool
//- /srv/node_modules/b/package.json
{\"name\":\"b\",\"version\":\"1.0.0\"}
//- layer
//- /var/lib/dpkg/status
Package: a
Status: install ok installed
Version: 2
Architecture: all

";

/// What becomes of a file.
type Damage = fn(&[u8]) -> Vec<u8>;

/// A layout and a cache.
struct Fixture {
    layout: tempfile::TempDir,
    cache: tempfile::TempDir,
}

impl Fixture {
    fn new(compression: Compression) -> Self {
        let image = OciImage::new(Layers::parse(LAYERS)).compression(compression);
        let cache = tempfile::tempdir().unwrap();
        Self { layout: OciLayout::of(&image).to_directory(), cache }
    }

    fn scan(&self, format: &str, flags: &[&str]) -> (Vec<u8>, String) {
        let source = format!("oci-layout:{}", self.layout.path().display());
        let (code, log, output) =
            run(program().args(["scan", &source, "--name", "x", "-o", format]).args(flags));
        assert_eq!(code, 0, "{log}");
        (output.stdout, log)
    }

    fn cached(&self, format: &str) -> (Vec<u8>, String) {
        self.scan(format, &["--cache-dir", self.cache.path().to_str().unwrap()])
    }

    /// The files of one kind in the cache.
    fn kept(&self, kind: &str) -> Vec<PathBuf> {
        files(&self.cache.path().join(kind))
    }

    /// The bytes of all layers as they are stored.
    fn stored(&self) -> u64 {
        let blobs = files(&self.layout.path().join("blobs"));
        let blobs = blobs.iter().map(|it| fs::read(it).unwrap());
        blobs.filter(|it| !it.starts_with(b"{")).map(|it| it.len() as u64).sum()
    }

    /// Makes every layer's blob useless without changing its size.
    fn spoil_blobs(&self) {
        for path in files(&self.layout.path().join("blobs")) {
            let bytes = fs::read(&path).unwrap();
            if !bytes.starts_with(b"{") {
                fs::write(&path, vec![0; bytes.len()]).unwrap();
            }
        }
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    found
}

#[test]
fn a_layer_that_was_listed_before_is_not_read_again() {
    for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
        let fixture = Fixture::new(compression);
        let (plain, _) = fixture.scan("spdx-json", &["--no-cache"]);
        let (other, _) = fixture.scan("cyclonedx-json", &["--no-cache", "--files", "none"]);
        let (cold, log) = fixture.cached("spdx-json");
        let stored = DecimalBytes(fixture.stored());
        let summary = format!("layers   0 of 3 were listed before, {stored} read in ");
        assert!(log.contains(&summary), "{log}");
        let lines = log.lines().filter(|it| it.contains("] layer    sha256:"));
        assert_eq!(lines.filter(|it| it.contains(" entries ") && it.ends_with(" ms")).count(), 3);
        fixture.spoil_blobs();
        let (warm, log) = fixture.cached("spdx-json");
        assert!(log.contains("this image was scanned before"), "{log}");
        let directory = fixture.cache.path().to_str().unwrap();
        let (another, log) =
            fixture.scan("cyclonedx-json", &["--cache-dir", directory, "--files", "none"]);
        assert!(log.contains("layers   3 of 3 were listed before, 0 B read in "), "{log}");
        assert!(cold == plain && warm == plain && another == other);
    }
}

#[test]
fn an_image_on_a_base_that_was_scanned_costs_what_is_new_in_it() {
    let fixture = Fixture::new(Compression::Gzip);
    fixture.cached("spdx-json");
    let more = format!("{LAYERS}//- layer\n//- /etc/new\nnew\n");
    let image = OciImage::new(Layers::parse(&more)).compression(Compression::Gzip);
    let changed = Fixture { layout: OciLayout::of(&image).to_directory(), cache: fixture.cache };
    let (plain, _) = changed.scan("spdx-json", &["--no-cache"]);
    // The base's blobs are as good as gone.
    let base = files(&fixture.layout.path().join("blobs"));
    for path in base.iter().filter(|it| !fs::read(it).unwrap().starts_with(b"{")) {
        let same = changed.layout.path().join(path.strip_prefix(fixture.layout.path()).unwrap());
        fs::write(&same, vec![0; fs::read(&same).unwrap().len()]).unwrap();
    }
    let (found, log) = changed.cached("spdx-json");
    assert!(log.contains("layers   3 of 4 were listed before, "), "{log}");
    assert!(found == plain, "{log}");
}

#[test]
fn damaged_entries_are_made_anew() {
    let fixture = Fixture::new(Compression::Gzip);
    let (plain, _) = fixture.scan("spdx-json", &["--no-cache"]);
    fixture.cached("spdx-json");
    let damages: [Damage; 5] = [
        |_| Vec::new(),
        |bytes| bytes[..bytes.len() / 2].to_vec(),
        |bytes| bytes[..bytes.len() - 1].to_vec(),
        |bytes| bytes.iter().map(|it| it ^ 0x55).collect(),
        // The contents alone: the list is as it was.
        |bytes| [vec![b'!'; 256 << 10], bytes[256 << 10..].to_vec()].concat(),
    ];
    for damage in damages {
        for path in fixture.kept("layers") {
            let bytes = fs::read(&path).unwrap();
            assert!(bytes.len() > 256 << 10);
            fs::write(&path, damage(&bytes)).unwrap();
        }
        for path in fixture.kept("results") {
            fs::remove_file(path).unwrap();
        }
        assert_eq!(fixture.cached("spdx-json").0, plain);
        for path in fixture.kept("results") {
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, damage(&[bytes, vec![0; 256 << 10]].concat())).unwrap();
        }
        assert_eq!(fixture.cached("spdx-json").0, plain);
        let (_, log) = fixture.cached("spdx3-json");
        fixture.kept("results").iter().for_each(|path| fs::remove_file(path).unwrap());
        let (again, _) = fixture.cached("spdx-json");
        assert!(again == plain, "{log}");
    }
}

#[test]
fn a_cache_that_cannot_be_written_to_is_told_of_and_done_without() {
    let fixture = Fixture::new(Compression::Gzip);
    let (plain, _) = fixture.scan("spdx-json", &["--no-cache"]);
    let place = fixture.layout.path().join("a-file");
    fs::write(&place, "").unwrap();
    let (bytes, log) = fixture.scan("spdx-json", &["--cache-dir", place.to_str().unwrap()]);
    assert!(log.contains("warning: scanning without a cache"), "{log}");
    assert_eq!(bytes, plain);
}

#[test]
fn what_a_killed_process_left_stands_in_nobodys_way() {
    let fixture = Fixture::new(Compression::Gzip);
    let (plain, _) = fixture.cached("spdx-json");
    for path in fixture.kept("layers") {
        let version = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let name = format!("{version}-{}", path.file_name().unwrap().to_str().unwrap());
        fs::write(fixture.cache.path().join("locks").join(&name), "").unwrap();
        fs::write(fixture.cache.path().join("unfinished").join(&name), "half of it").unwrap();
        fs::remove_file(path).unwrap();
    }
    fixture.kept("results").iter().for_each(|path| fs::remove_file(path).unwrap());
    assert_eq!(fixture.cached("spdx-json").0, plain);
    assert_eq!((fixture.kept("layers").len(), fixture.kept("unfinished").len()), (3, 0));
}

#[test]
fn many_processes_at_once_do_no_work_twice() {
    let fixture = Fixture::new(Compression::Gzip);
    let (plain, _) = fixture.scan("spdx-json", &["--no-cache"]);
    let outcomes: Vec<(Vec<u8>, String)> = std::thread::scope(|scope| {
        let scans: Vec<_> = (0..6).map(|_| scope.spawn(|| fixture.cached("spdx-json"))).collect();
        scans.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let mut listed = 0;
    for (bytes, log) in &outcomes {
        assert_eq!(*bytes, plain);
        let line = log.lines().find_map(|it| it.split_once("] layers   "));
        let number = line.and_then(|(_, rest)| rest.split(' ').next()?.parse::<u32>().ok());
        listed += number.map_or(0, |found| 3 - found);
    }
    assert_eq!(listed, 3, "each layer is listed by one of them");
    assert_eq!(fixture.kept("layers").len(), 3);
}

#[test]
fn the_bound_is_kept_and_the_cache_can_be_looked_at_and_emptied() {
    let fixture = Fixture::new(Compression::Gzip);
    let directory = fixture.cache.path().to_str().unwrap();
    fixture.scan("spdx-json", &["--cache-dir", directory, "--cache-size", "1"]);
    assert_eq!((fixture.kept("layers").len(), fixture.kept("results").len()), (0, 1));
    fixture.cached("cyclonedx-json");
    let text = |arguments: &[&str]| {
        let (code, log, output) =
            run(program().args(["cache", "--cache-dir", directory]).args(arguments));
        assert_eq!(code, 0, "{log}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(text(&["info"]).contains("layers           3"), "{}", text(&["info"]));
    assert!(text(&["prune"]).contains("removed 0 files"));
    assert!(text(&["prune", "--cache-size", "0"]).contains("removed 5 files"));
    assert_eq!(fixture.kept("layers").len() + fixture.kept("results").len(), 0);
}

#[test]
fn without_a_home_there_is_no_cache_and_no_complaint() {
    let fixture = Fixture::new(Compression::Gzip);
    let (_, log) = fixture.scan("spdx-json", &[]);
    assert!(!log.contains("cache") && !log.contains("warning"), "{log}");
}
