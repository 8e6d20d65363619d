//! The depth of a stranger's image, in its real sizes: many files, many packages, large and lying archives.
//! What is wrong is told of, and the rest of the inventory is there.

use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use scanner_core::emit::{Stamp, spdx23};
use scanner_core::image::{Entry, EntryKind, Image, Layer};
use scanner_core::limits::Limits;
use scanner_core::model::{Code, FileDetail, Notice, Sbom};
use scanner_core::path::ImagePath;
use scanner_core::read::ReadAt;
use scanner_core::scan::scan;
use scanner_core::source::directory;
use testkit::{Elf, Tree, Zip};

use crate::options;

/// One package that must be found whatever else there is.
const WITNESS: &str = "//- /etc/os-release\nID=alpine\n//- /lib/apk/db/installed\nP:witness\nV:1\n";
const FOUND: &str = "pkg:apk/alpine/witness@1?distro=alpine";
/// Components that it makes.
const WITNESSES: usize = 2;

/// A layer of files that all have the same content, in no place but memory.
struct Files {
    entries: Vec<Entry>,
    content: Vec<u8>,
}

impl Layer for Files {
    fn id(&self) -> &'static str {
        "memory"
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&self, _: &ImagePath) -> io::Result<Box<dyn ReadAt + '_>> {
        Ok(Box::new(self.content.as_slice()))
    }

    fn notices(&self) -> &[Notice] {
        &[]
    }
}

/// An image of the witness and of files with these names.
fn image_of(names: impl Iterator<Item = String>, content: &str) -> Image {
    let path = |name: &str| ImagePath::normalize(name).unwrap();
    let files = names.map(|name| Entry {
        path: path(&name),
        kind: EntryKind::File { size: content.len() as u64, executable: false },
    });
    let mut entries: Vec<Entry> = files.collect();
    let mut folders: Vec<ImagePath> = entries
        .iter()
        .flat_map(|it| std::iter::successors(it.path.parent(), ImagePath::parent))
        .collect();
    folders.sort();
    folders.dedup();
    entries.extend(folders.into_iter().map(|path| Entry { path, kind: EntryKind::Directory }));
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let layer = Files { entries, content: content.as_bytes().to_vec() };
    Image { name: "depth".to_owned(), facts: None, layers: vec![Arc::new(layer)] }
}

fn scanned(image: &Image) -> Sbom {
    let options = options(FileDetail::None, Limits::default());
    scan(image, &options, &rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap())
}

/// Scans a directory, and finds the witness in it.
fn scanned_directory(root: &Path) -> Sbom {
    Tree::parse(WITNESS).write(root);
    let image = directory::open(root, "depth".to_owned(), &Limits::default()).unwrap();
    let sbom = scanned(&image);
    assert!(sbom.components.iter().any(|it| it.identity.as_str() == FOUND), "the rest is gone");
    sbom
}

fn scanned_tree(tree: &Tree) -> Sbom {
    scanned_directory(tree.to_directory().path())
}

fn told(sbom: &Sbom, code: Code) -> usize {
    sbom.notices.iter().filter(|it| it.code == code).count()
}

fn statement(sbom: &Sbom) -> usize {
    spdx23::statement(sbom, &Stamp::default(), usize::MAX).unwrap().bytes.len()
}

#[test]
fn two_hundred_thousand_files_of_which_twenty_thousand_are_packages() {
    let names = (0..200_000).map(|at| {
        let file = if at % 10 == 0 { "package.json" } else { "index.js" };
        format!("/app/node_modules/p{at}/{file}")
    });
    let image = image_of(names, "{\"name\":\"a\",\"version\":\"1\"}");
    let sbom = scanned(&image);
    assert_eq!(sbom.components.len(), 1);
    assert_eq!(sbom.components[0].evidence.len(), Limits::default().evidence);
    assert_eq!(told(&sbom, Code::LimitReached), 1);
}

#[test]
fn ten_thousand_packages_are_all_there_and_fit_into_a_statement() {
    let mut status = String::from("//- /var/lib/dpkg/status\n");
    for at in 0..10_000 {
        let _ = write!(status, "Package: p{at}\nStatus: install ok installed\nVersion: 1.{at}\n\n");
    }
    let sbom = scanned_tree(&Tree::parse(&status));
    assert_eq!(sbom.components.len(), 10_000 + WITNESSES);
    assert!(statement(&sbom) < 40 << 20);
}

#[test]
fn a_directory_with_a_million_entries() {
    let names = (0..1_000_000).map(|at| format!("/var/spool/{at}"));
    let names = names.chain(["/app/node_modules/a/package.json".to_owned()]);
    let sbom = scanned(&image_of(names, "{\"name\":\"a\",\"version\":\"1\"}"));
    assert_eq!(sbom.components.len(), 1);
    assert_eq!(sbom.notices.len(), 0);
}

#[test]
#[ignore = "makes a million files, which takes a minute"]
fn a_real_directory_with_a_million_entries() {
    let root = Tree::default().to_directory();
    let spool = root.path().join("spool");
    std::fs::create_dir(&spool).unwrap();
    for at in 0..1_000_000 {
        File::create(spool.join(at.to_string())).unwrap();
    }
    assert_eq!(scanned_directory(root.path()).components.len(), WITNESSES);
}

#[test]
fn a_jar_of_two_gigabytes() {
    let root = Tree::default().to_directory();
    let jar = File::create(root.path().join("huge.jar")).unwrap();
    // Nothing but its end is there: the directory, and the entries that it lists.
    let end = Zip::new().maven("g", "huge", "1").build();
    jar.write_all_at(&end, 2 << 30).unwrap();
    let sbom = scanned_directory(root.path());
    assert!(sbom.components.iter().any(|it| it.identity.as_str() == "pkg:maven/g/huge@1"));
    assert!(sbom.notices.is_empty(), "{:?}", sbom.notices);
}

#[test]
fn a_jar_with_sixty_four_jars_in_it_and_one_that_is_sixty_four_deep() {
    let inner = |at: usize| Zip::new().maven("g", &format!("inner{at}"), "1").build();
    let wide =
        (0..64).fold(Zip::new(), |zip, at| zip.store(format!("BOOT-INF/lib/{at}.jar"), inner(at)));
    let sbom = scanned_tree(&Tree::default().file("/wide.jar", wide.build()));
    let found =
        sbom.components.iter().filter(|it| it.identity.as_str().starts_with("pkg:maven/g/inner"));
    assert_eq!((found.count(), sbom.notices.len()), (64, 0));
    let deep = (0..64).fold(inner(64), |jar, at| {
        Zip::new().maven("g", &format!("level{at}"), "1").store("next.jar", jar).build()
    });
    let sbom = scanned_tree(&Tree::default().file("/deep.jar", deep));
    let levels =
        sbom.components.iter().filter(|it| it.identity.as_str().starts_with("pkg:maven/g/level"));
    assert_eq!(
        (levels.count(), told(&sbom, Code::LimitReached)),
        (Limits::default().archive_depth + 1, 1)
    );
}

#[test]
fn zip_bombs_nested_and_overlapping() {
    // Six gigabytes: 64 MB of nothing in each of ten archives, and ten of those in each of ten more.
    let blank = Zip::new().deflate("blank", vec![0; 64 << 20]).build();
    let layer = |inner: &[u8]| {
        (0..10)
            .fold(Zip::new(), |zip, at| zip.deflate(format!("{at}.jar"), inner))
            .maven("g", "bomb", "1")
            .build()
    };
    let sbom = scanned_tree(&Tree::default().file("/bomb.jar", layer(&layer(&blank))));
    assert!(sbom.components.iter().any(|it| it.identity.as_str() == "pkg:maven/g/bomb@1"));
    let kernel = vec![0; 1 << 20];
    let overlapping = (0..1_000)
        .fold(Zip::new().maven("g", "over", "1").deflate("kernel", kernel), |zip, at| {
            zip.store(format!("{at}/next.jar"), "").sharing(1)
        });
    let sbom = scanned_tree(&Tree::default().file("/over.jar", overlapping.build()));
    assert!(sbom.components.iter().any(|it| it.identity.as_str() == "pkg:maven/g/over@1"));
    // The first of them is read, and is no archive; the others have its bytes.
    assert_eq!(told(&sbom, Code::Malformed), 2, "{:?}", sbom.notices);
}

#[test]
fn programs_that_lie_about_their_sections() {
    const SECTIONS: usize = 0x28;
    const PROGRAM_HEADERS: usize = 0x38;
    const SECTION_COUNT: usize = 0x3c;
    let lie = |at: usize, bytes: &[u8]| {
        let mut program = Elf::new().section(".text", [0x90; 64]).interpreter("/lib/ld.so").build();
        program[at..at + bytes.len()].copy_from_slice(bytes);
        program
    };
    let tree = Tree::default()
        .executable("/many-sections", lie(SECTION_COUNT, &[0xff; 2]))
        .executable("/far-sections", lie(SECTIONS, &[0xff; 8]))
        .executable("/no-sections", lie(SECTION_COUNT, &[0; 2]))
        .executable("/many-segments", lie(PROGRAM_HEADERS, &[0xff; 2]));
    let sbom = scanned_tree(&tree);
    let unknown = sbom.components.iter().filter(|it| it.identity.file_digest().is_some()).count();
    assert_eq!(unknown + told(&sbom, Code::Malformed), 4, "{:?}", sbom.notices);
    assert!(unknown >= 3, "{:?}", sbom.notices);
}

#[test]
fn a_package_json_of_a_hundred_megabytes() {
    let tree =
        Tree::parse("//- /app/node_modules/b/package.json\n{\"name\":\"b\",\"version\":\"1\"}\n");
    let root = tree.to_directory();
    let folder = root.path().join("app/node_modules/a");
    std::fs::create_dir_all(&folder).unwrap();
    let file = File::create(folder.join("package.json")).unwrap();
    file.write_all_at(b"{\"name\":\"a\",\"version\":\"1\"", 0).unwrap();
    file.write_all_at(b"}", 100 << 20).unwrap();
    let sbom = scanned_directory(root.path());
    assert_eq!((sbom.components.len(), told(&sbom, Code::LimitReached)), (1 + WITNESSES, 1));
}
