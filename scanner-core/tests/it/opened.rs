//! Which files a scan opens, and how often.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use scanner_core::image::{Entry, EntryKind, Image, Layer};
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Notice};
use scanner_core::path::ImagePath;
use scanner_core::read::ReadAt;
use scanner_core::scan::scan;
use testkit::{Elf, GoBuildInfo, Pe};

use crate::options;

/// A layer in memory that counts.
struct Counting {
    entries: Vec<Entry>,
    contents: BTreeMap<ImagePath, Vec<u8>>,
    opened: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Layer for Counting {
    fn id(&self) -> &'static str {
        "memory"
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&self, path: &ImagePath) -> io::Result<Box<dyn ReadAt + '_>> {
        *self.opened.lock().unwrap().entry(path.display().into_owned()).or_default() += 1;
        Ok(Box::new(self.contents[path].as_slice()))
    }

    fn notices(&self) -> &[Notice] {
        &[]
    }
}

/// How often a scan opens each of these files, of which some may be executed.
fn opened(files: &[(&str, bool, Vec<u8>)]) -> BTreeMap<String, usize> {
    let path = |name: &str| ImagePath::normalize(name).unwrap();
    let mut entries = BTreeMap::new();
    for (name, executable, bytes) in files {
        let kind = EntryKind::File { size: bytes.len() as u64, executable: *executable };
        let above = std::iter::successors(path(name).parent(), ImagePath::parent);
        entries.extend(above.map(|it| (it, EntryKind::Directory)));
        entries.insert(path(name), kind);
    }
    let count = Arc::default();
    let layer = Counting {
        entries: entries.into_iter().map(|(path, kind)| Entry { path, kind }).collect(),
        contents: files.iter().map(|(name, _, bytes)| (path(name), bytes.clone())).collect(),
        opened: Arc::clone(&count),
    };
    let image = Image { name: "opened".to_owned(), facts: None, layers: vec![Arc::new(layer)] };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let _ = scan(&image, &options(FileDetail::None, Limits::default()), &pool);
    count.lock().unwrap().clone()
}

#[test]
fn what_is_no_program_by_its_listing_stays_closed_and_programs_are_opened_once_for_all_who_want_them()
 {
    let status = "Package: a\nStatus: install ok installed\nVersion: 1\n";
    let go = GoBuildInfo::new("go1.22.1", "path\ta.b/c\nmod\ta.b/c\tv1.0.0\t\n");
    let large = |start: &[u8]| [start, &[b' '; 5000]].concat();
    let files = [
        ("/var/lib/dpkg/status", false, status.into()),
        ("/var/lib/dpkg/info/a.list", false, b"/bin/a\n/bin/a.dll\n".to_vec()),
        ("/bin/a", true, Elf::new().section(".text", "x").build()),
        ("/bin/a.dll", false, Pe::new().library().build()),
        ("/srv/server", true, go.elf().build()),
        ("/srv/unmarked", false, large(b"data")),
        ("/srv/short", false, b"data".to_vec()),
        ("/srv/photo.png", false, large(b"\x89PNG")),
        ("/srv/index.js", false, large(b"let a")),
        ("/srv/notes.txt", false, large(b"notes")),
    ];
    let opened = opened(&files);
    let of = |path: &str| opened.get(path).copied().unwrap_or_default();
    for once in ["/bin/a", "/bin/a.dll", "/srv/server", "/srv/unmarked"] {
        assert_eq!(of(once), 1, "{once}");
    }
    for never in ["/srv/short", "/srv/photo.png", "/srv/index.js", "/srv/notes.txt"] {
        assert_eq!(of(never), 0, "{never}");
    }
}
