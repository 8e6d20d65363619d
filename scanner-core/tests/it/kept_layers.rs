//! Layers that were kept give the same as those that are listed.

use std::fs::{self, File, OpenOptions};
use std::path::PathBuf;
use std::sync::Arc;

use scanner_core::analyzers::Wants;
use scanner_core::image::Passing;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Input, Sbom};
use scanner_core::scan::scan;
use scanner_core::source::{Claim, LayerCache, Place, Reading, oci_layout, read_all};
use testkit::{Compression, OciImage, OciLayout, Tar};

use crate::images::{reading, request};
use crate::options;

/// A folder in which layers are kept, for one scan at a time.
pub(crate) struct Folder(pub(crate) tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(tempfile::tempdir().unwrap()))
    }
}

impl LayerCache for Folder {
    fn claim(&self, diff_id: &str) -> Claim<'_> {
        let path = self.0.path().join(diff_id);
        match OpenOptions::new().read(true).open(&path) {
            Ok(file) => Claim::Kept(file),
            Err(_) => Claim::Free(Box::new(Unfinished { path })),
        }
    }

    fn discard(&self, diff_id: &str) {
        fs::remove_file(self.0.path().join(diff_id)).unwrap();
    }
}

struct Unfinished {
    path: PathBuf,
}

impl Place for Unfinished {
    fn file(&self) -> std::io::Result<File> {
        let path = self.path.with_extension("unfinished");
        OpenOptions::new().create(true).truncate(true).read(true).write(true).open(path)
    }

    fn keep(self: Box<Self>) {
        fs::rename(self.path.with_extension("unfinished"), &self.path).unwrap();
    }
}

/// Scans an image of these layers with the help of what is kept.
pub(crate) fn scan_kept(tars: &[Vec<u8>], cache: Option<Arc<Folder>>, files: FileDetail) -> Sbom {
    let layout = OciLayout::of(&OciImage::of_tars(tars.to_vec()).compression(Compression::Gzip));
    let layout = layout.to_directory();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (limits, wants) = (Limits::default(), Wants::new(Input::RootFs));
    let keep = |it: &Passing<'_>| wants.of(it);
    let cache = cache.map(|it| it as Arc<dyn LayerCache>);
    let reading = Reading { cache, ..reading(&limits, &keep) };
    let found = oci_layout::find(layout.path(), &request(), &reading).unwrap();
    let image = read_all(&found, &reading).unwrap().remove(0);
    let options = options(files, limits);
    let sbom = scan(&image, &options, &pool);
    image.layers.iter().for_each(|it| it.verdict().unwrap());
    sbom
}

#[test]
fn everything_that_a_layer_lists_is_kept() {
    let base = Tar::default().file("d/x", "1").file("gone", "1").build();
    let top = Tar::default()
        .gnu_sparse(
            "app/node_modules/s/package.json",
            60,
            &[(0, b"{\"name\":\"s\",\"version\":\"1.0.0\"}")],
        )
        .hardlink("again", "d/x")
        .symlink("link", "d")
        .directory("d")
        .file("d/.wh..wh..opq", "")
        .file(".wh.gone", "")
        .file(".wh...", "")
        .member(b'6', "pipe", "", 0o644, "")
        .file("odd/\u{1b}", "x")
        .build();
    let tars = [base, top];
    let cache = Folder::new();
    let plain = format!("{:?}", scan_kept(&tars, None, FileDetail::All));
    for _ in 0..2 {
        let kept = scan_kept(&tars, Some(Arc::clone(&cache)), FileDetail::All);
        assert_eq!(format!("{kept:?}"), plain);
    }
    assert!(tars.iter().all(|tar| cache.0.path().join(testkit::digest(tar)).exists()));
    assert!(plain.contains("whiteout that names nothing"), "{plain}");
}
