//! Images whose blobs can only be read from the beginning, as those of registries.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::sync::{Arc, Mutex};

use oci_spec::image::{Descriptor, Digest};
use scanner_core::image::Keep;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Sbom};
use scanner_core::scan::scan;
use scanner_core::source::{
    Blob, Contents, Platforms, Reading, Request, SourceError, Spill, oci_layout, read_all,
};
use serde_json::Value;
use testkit::{Compression, Layers, OciImage, OciLayout, blob, compress};

use crate::images::scan_layout;
use crate::options;

const FIXTURE: &str = "\
//- layer
//- /etc/os-release
ID=alpine
VERSION_ID=3.20
//- /lib/apk/db/installed
P:musl
V:1.2.5-r0

//- layer
//- /usr/lib/node_modules/left-pad/package.json
{\"name\": \"left-pad\", \"version\": \"1.3.0\"}
";

type Change = fn(Vec<u8>, usize) -> io::Result<Vec<u8>>;

/// A layout's files, given as a registry gives them.
struct Remote {
    files: BTreeMap<String, Vec<u8>>,
    /// What became of a blob on its way, by how often it was asked for before.
    change: Change,
    asked: Mutex<Vec<String>>,
}

impl Remote {
    fn new(layout: &OciLayout) -> Self {
        Self { files: layout.files.clone(), change: |bytes, _| Ok(bytes), asked: Mutex::default() }
    }

    fn changed(layout: &OciLayout, change: Change) -> Self {
        Self { change, ..Self::new(layout) }
    }

    fn get(&self, digest: &Digest) -> io::Result<Vec<u8>> {
        let name = digest.to_string();
        let bytes = self.files.get(&blob(&name)).cloned();
        let bytes = bytes.ok_or(io::ErrorKind::NotFound)?;
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|it| **it == name).count();
        asked.push(name);
        let is_layer = serde_json::from_slice::<Value>(&bytes).is_err();
        if is_layer { (self.change)(bytes, before) } else { Ok(bytes) }
    }
}

/// A blob of a registry: asked for when it is opened.
struct Stream(Arc<Remote>, Digest);

impl Blob for Stream {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(io::Cursor::new(self.0.get(&self.1)?)))
    }
}

struct Held(Arc<Remote>);

impl Contents for Held {
    fn manifest(&self, digest: &Digest, _limit: u64) -> io::Result<Option<Vec<u8>>> {
        self.0.get(digest).map(Some)
    }

    fn blob(&self, digest: &Digest, _size: u64) -> io::Result<Option<Arc<dyn Blob>>> {
        Ok(Some(Arc::new(Stream(Arc::clone(&self.0), digest.clone()))))
    }
}

/// The descriptor that a layout's index begins with.
#[expect(clippy::disallowed_methods, reason = "the test wrote the file itself")]
fn top(layout: &OciLayout) -> Descriptor {
    let directory = layout.to_directory();
    let index = std::fs::read(directory.path().join("index.json")).unwrap();
    let index: Value = serde_json::from_slice(&index).unwrap();
    serde_json::from_value(index["manifests"][0].clone()).unwrap()
}

fn scan_remote(
    remote: &Arc<Remote>,
    top: &Descriptor,
    (platforms, keep): (Platforms, Keep),
) -> Result<Vec<Sbom>, SourceError> {
    let limits = Limits::default();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let spill = Arc::new(Spill::new(tempfile::tempfile().unwrap(), u64::MAX));
    let reading =
        Reading { limits: &limits, spill, keep: &|_| keep, cache: None, watch: &|_, _| {} };
    let request = Request { reference: None, platforms, title: "fixture".to_owned() };
    let contents = Arc::new(Held(Arc::clone(remote)));
    let found = oci_layout::find_among(contents, std::slice::from_ref(top), &request, &reading)?;
    let images = pool.install(|| read_all(&found, &reading))?;
    let files = FileDetail::Evidence;
    let options = options(files, limits);
    let sboms = images.iter().map(|image| scan(image, &options, &pool)).collect();
    for layer in images.iter().flat_map(|image| &image.layers) {
        layer
            .verdict()
            .map_err(|error| SourceError::Unreadable { what: "it".to_owned(), error })?;
    }
    Ok(sboms)
}

fn dead_line() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the line is dead")
}

fn only(layout: &OciLayout, change: Change, keep: Keep) -> Result<Sbom, SourceError> {
    let remote = Arc::new(Remote::changed(layout, change));
    scan_remote(&remote, &top(layout), (Platforms::All, keep)).map(|mut it| it.remove(0))
}

#[test]
fn a_stream_gives_what_a_file_gives_however_it_is_compressed() {
    use Compression::{Gzip, GzipMembers, None, Zstd, ZstdChunked};
    for compression in [None, Gzip, GzipMembers, Zstd, ZstdChunked] {
        let layout = OciLayout::of(&OciImage::new(FIXTURE).compression(compression));
        let directory = layout.to_directory();
        let (mut expected, _) =
            scan_layout(directory.path(), Limits::default(), FileDetail::Evidence);
        expected.name = "fixture".to_owned();
        for keep in [Keep::Whole, Keep::Head, Keep::Nothing] {
            let mut found = only(&layout, |bytes, _| Ok(bytes), keep).unwrap();
            found.name = "fixture".to_owned();
            assert_eq!(format!("{found:?}"), format!("{expected:?}"), "{compression:?} {keep:?}");
            assert!(!found.components.is_empty());
        }
    }
}

#[test]
fn what_is_sent_again_must_be_what_was_sent_before() {
    let layout = OciLayout::of(&OciImage::new(FIXTURE));
    let other = |bytes, before| match before {
        0 => Ok(bytes),
        _ => Ok(compress(&Layers::parse("//- /a\nb\n").to_tars()[0], Compression::Gzip).1),
    };
    let error = only(&layout, other, Keep::Nothing).unwrap_err();
    assert!(error.to_string().contains("the blob sha256:"), "{error}");
    assert!(only(&layout, other, Keep::Whole).is_ok());
}

#[test]
fn a_broken_connection_is_not_taken_for_a_broken_layer() {
    let layout = OciLayout::of(&OciImage::new(FIXTURE));
    let broken = |_, _| Err(dead_line());
    let error = only(&layout, broken, Keep::Whole).unwrap_err();
    assert!(matches!(error, SourceError::Unreadable { .. }), "{error:?}");
    let later = |bytes, before| if before == 0 { Ok(bytes) } else { Err(dead_line()) };
    let error = only(&layout, later, Keep::Nothing).unwrap_err();
    assert!(error.to_string().contains("the line is dead"), "{error}");
}

#[test]
fn a_blob_is_as_long_as_its_manifest_says() {
    let layout = OciLayout::of(&OciImage::new(FIXTURE));
    let longer = |bytes: Vec<u8>, _| Ok([bytes, vec![0; 512]].concat());
    let shorter = |bytes: Vec<u8>, _| Ok(bytes[..bytes.len() - 1].to_vec());
    let turned = |mut bytes: Vec<u8>, _| {
        bytes[9] ^= 1;
        Ok(bytes)
    };
    for (change, why) in
        [(longer as Change, "has more than"), (shorter, "bytes, not"), (turned, "has the digest")]
    {
        let error = only(&layout, change, Keep::Whole).unwrap_err();
        let said = error.to_string();
        assert!(matches!(error, SourceError::Corrupt { .. }) && said.contains(why), "{said}");
    }
}

#[test]
fn platforms_share_layers_and_those_that_are_not_wanted_are_not_asked_for() {
    let base = "//- layer\n//- /etc/os-release\nID=alpine\n";
    let platform = |name: &str| {
        let layers = format!("{base}//- layer\n//- /usr/share/name\n{name}\n");
        OciImage::new(layers.as_str()).platform(name)
    };
    let images = ["linux/amd64", "linux/arm64", "linux/s390x"].map(platform);
    let layout = OciLayout::default().platforms(&images, "v1");
    let top = top(&layout);

    let remote = Arc::new(Remote::new(&layout));
    let sboms = scan_remote(&remote, &top, (Platforms::All, Keep::Whole)).unwrap();
    assert_eq!(sboms.len(), 3);
    let asked = remote.asked.lock().unwrap();
    let distinct: BTreeSet<&String> = asked.iter().collect();
    // The index; of each platform a manifest, a configuration and a layer; and the layer that they share.
    assert_eq!((asked.len(), distinct.len()), (11, 11));

    let remote = Arc::new(Remote::new(&layout));
    let one = Platforms::One("linux/arm64".parse().unwrap());
    assert_eq!(scan_remote(&remote, &top, (one, Keep::Whole)).unwrap().len(), 1);
    assert_eq!(remote.asked.lock().unwrap().len(), 5);

    let other = Platforms::One("linux/riscv64".parse().unwrap());
    let error = scan_remote(&remote, &top, (other, Keep::Whole)).unwrap_err();
    assert!(error.to_string().contains("linux/s390x"), "{error}");
}
