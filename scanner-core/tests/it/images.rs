//! Images, whatever holds them.

use std::path::Path;
use std::sync::Arc;

use scanner_core::analyzers::Wants;
use scanner_core::image::{Keep, Passing};
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Input, Sbom};
use scanner_core::scan::scan;
use scanner_core::source::{
    Found, Platforms, Reading, Request, SourceError, Spill, oci_layout, read_all,
};

use crate::options;

/// A request for the only image.
pub(crate) fn request() -> Request {
    Request { reference: None, platforms: Platforms::Default, title: "fixture".to_owned() }
}

/// What reading a fixture needs, with a spill file of its own.
pub(crate) fn reading<'a>(
    limits: &'a Limits,
    keep: &'a (dyn Fn(&Passing<'_>) -> Keep + Sync),
) -> Reading<'a> {
    let spill = Arc::new(Spill::new(tempfile::tempfile().unwrap(), u64::MAX));
    Reading { limits, spill, keep, cache: None, watch: &|_, _| {} }
}

/// Finds images and scans them. Tells also how many further passes over layers it took.
pub(crate) fn scan_found(
    find: impl Fn(&Reading<'_>) -> Result<Vec<Found>, SourceError>,
    limits: Limits,
    files: FileDetail,
) -> Result<(Vec<Sbom>, usize), SourceError> {
    scan_threads(2, find, limits, files)
}

/// The same on so many threads.
pub(crate) fn scan_threads(
    threads: usize,
    find: impl Fn(&Reading<'_>) -> Result<Vec<Found>, SourceError>,
    limits: Limits,
    files: FileDetail,
) -> Result<(Vec<Sbom>, usize), SourceError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let wants = Wants::new(Input::RootFs);
    let keep = |it: &Passing<'_>| wants.of(it);
    let reading = reading(&limits, &keep);
    let found = find(&reading)?;
    let mut sboms = Vec::new();
    for image in pool.install(|| read_all(&found, &reading))? {
        sboms.push(scan(&image, &options(files, limits), &pool));
    }
    Ok((sboms, reading.spill.passes()))
}

/// Scans the only image of a layout.
pub(crate) fn scan_layout(path: &Path, limits: Limits, files: FileDetail) -> (Sbom, usize) {
    let find = |reading: &Reading<'_>| oci_layout::find(path, &request(), reading);
    let (mut sboms, passes) = scan_found(find, limits, files).unwrap();
    assert_eq!(sboms.len(), 1);
    (sboms.remove(0), passes)
}
