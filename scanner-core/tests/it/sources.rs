//! Images in every medium, and what is wrong with some of them.

use std::path::Path;
use std::sync::Arc;

use oci_spec::image::Digest;
use scanner_core::analyzers::Wants;
use scanner_core::image::Passing;
use scanner_core::limits::Limits;
use scanner_core::model::{Code, FileDetail, Input, Sbom};
use scanner_core::source::{
    Found, Platforms, Reading, Reference, Request, SourceError, Spill, docker_archive, oci_layout,
    read_all,
};
use serde_json::{Value, json};
use testkit::{Compression, Layers, OciImage, OciLayout, Tar, blob, compress, digest};

use crate::images::{reading, request, scan_found, scan_threads};
use crate::{describe, options};

const LAYERS: &str = "\
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

const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
const FOREIGN_LAYER: &str = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

/// Components with their layers, and notices.
fn told(sbom: &Sbom) -> String {
    let layers = sbom.components.iter().map(|it| format!("{:?}", it.evidence));
    layers.fold(describe(sbom), |text, it| text + &it)
}

fn scan(layout: &OciLayout) -> Result<Sbom, SourceError> {
    asked(layout, &request()).map(|mut it| it.remove(0))
}

/// Scans images of a layout, and gives the same on one thread as on two.
fn asked(layout: &OciLayout, request: &Request) -> Result<Vec<Sbom>, SourceError> {
    asked_within(layout, request, Limits::default())
}

fn asked_within(
    layout: &OciLayout,
    request: &Request,
    limits: Limits,
) -> Result<Vec<Sbom>, SourceError> {
    let directory = layout.to_directory();
    let find = |reading: &Reading<'_>| oci_layout::find(directory.path(), request, reading);
    let [one, two] = [1, 2].map(|threads| {
        scan_threads(threads, find, limits, FileDetail::None).map(|(sboms, _)| sboms)
    });
    assert_eq!(format!("{one:?}"), format!("{two:?}"));
    two
}

/// A reader of a file that holds images.
type Find = fn(&Path, &Request, &Reading<'_>) -> Result<Vec<Found>, SourceError>;

/// Scans the image of a file with these bytes.
fn in_file(bytes: &[u8], find: Find) -> Sbom {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("saved.tar");
    std::fs::write(&path, bytes).unwrap();
    let find = |reading: &Reading<'_>| find(&path, &request(), reading);
    scan_found(find, Limits::default(), FileDetail::None).unwrap().0.remove(0)
}

#[test]
fn an_image_is_the_same_in_a_directory_and_in_archives_however_they_are_compressed() {
    let image = OciImage::new(LAYERS);
    let layout = OciLayout::of(&image);
    let expected = told(&scan(&layout).unwrap());
    assert!(expected.contains("pkg:apk/alpine/musl") && expected.contains("pkg:npm/left-pad"));
    let saved = testkit::docker_archive(&[(&image, &["app:1"])]);
    let media: [(&[u8], Find); 3] = [
        (&layout.to_archive(), oci_layout::find),
        (&layout.to_archive(), docker_archive::find),
        (&saved, docker_archive::find),
    ];
    for (archive, find) in media {
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            let found = in_file(&compress(archive, compression).1, find);
            assert_eq!(told(&found), expected, "{compression:?}");
        }
        let stream = |reading: &Reading<'_>| {
            docker_archive::find_in_stream(&mut { archive }, &request(), reading)
        };
        let found = scan_found(stream, Limits::default(), FileDetail::None).unwrap().0.remove(0);
        assert_eq!(told(&found), expected, "in a stream");
    }
}

#[test]
fn layers_are_told_by_their_bytes_whatever_their_types_say() {
    use Compression::{Gzip, GzipMembers, None, Zstd, ZstdChunked};
    let expected = told(&scan(&OciLayout::of(&OciImage::new(LAYERS))).unwrap());
    for compression in [None, Gzip, GzipMembers, Zstd, ZstdChunked] {
        let image = OciImage::new(LAYERS).compression(compression);
        for image in [image.clone(), image.layer_type(DOCKER_LAYER)] {
            assert_eq!(told(&scan(&OciLayout::of(&image)).unwrap()), expected, "{compression:?}");
        }
    }
}

#[test]
fn of_several_images_one_is_named_and_a_layer_that_is_linked_to_is_read() {
    let other = OciImage::new(LAYERS.split("//- layer\n").nth(1).unwrap());
    let (image, named) = (OciImage::new(LAYERS), |name: &str| Request {
        reference: Some(Reference::Name(name.to_owned())),
        ..request()
    });
    let layout = OciLayout::default().image(&other, "base").image(&image, "app");
    let error = asked(&layout, &request()).unwrap_err().to_string();
    assert!(error.contains("name one of base, app"), "{error}");
    assert!(told(&asked(&layout, &named("app")).unwrap()[0]).contains("left-pad"));
    assert!(!told(&asked(&layout, &named("base")).unwrap()[0]).contains("left-pad"));
    let top = Reference::Digest(layout.top_digest().parse::<Digest>().unwrap());
    let by_digest = asked(&layout, &Request { reference: Some(top), ..request() }).unwrap();
    assert!(!told(&by_digest[0]).contains("left-pad"));
    let error = asked(&layout, &named("none")).unwrap_err();
    assert!(matches!(error, SourceError::NotFound(_)), "{error}");

    // The archive has the lower layer once; the second image links to it.
    let saved =
        testkit::docker_archive(&[(&other, &["base:1"]), (&image, &["registry.example/app:1"])]);
    let find = |name: &str| {
        let request = named(name);
        let stream = |reading: &Reading<'_>| {
            docker_archive::find_in_stream(&mut saved.as_slice(), &request, reading)
        };
        scan_found(stream, Limits::default(), FileDetail::None)
    };
    let expected = told(&asked(&layout, &named("app")).unwrap()[0]);
    assert_eq!(told(&find("app:1").unwrap().0[0]), expected);
    assert!(matches!(find("none:1").unwrap_err(), SourceError::NotFound(_)));
}

#[test]
fn the_platform_that_is_asked_for_is_chosen_and_attestations_are_never_images() {
    let platform = |name: &str| {
        let layer = format!("//- /etc/os-release\nID={}\n", name.replace('/', "-"));
        OciImage::new(format!("//- layer\n{layer}").as_str()).platform(name)
    };
    let images = ["linux/amd64", "linux/arm64", "linux/arm/v6", "linux/arm/v7"].map(platform);
    let layout = OciLayout::default().platforms(&images, "v1");
    let asked = |platforms: Platforms| -> Result<Vec<String>, SourceError> {
        let sboms = asked(&layout, &Request { platforms, ..request() })?;
        Ok(sboms.iter().map(|it| it.image.as_ref().unwrap().platform.clone()).collect())
    };
    let one = |text: &str| Platforms::One(text.parse().unwrap());
    assert_eq!(asked(Platforms::All).unwrap().len(), 4);
    let own = if cfg!(target_arch = "aarch64") { "linux/arm64" } else { "linux/amd64" };
    assert_eq!(asked(Platforms::Default).unwrap(), [own]);
    assert_eq!(asked(one("linux/arm64")).unwrap(), ["linux/arm64"]);
    assert_eq!(asked(one("linux/arm/v7")).unwrap(), ["linux/arm/v7"]);
    let error = asked(one("linux/s390x")).unwrap_err().to_string();
    assert!(error.contains("there are linux/amd64, linux/arm64"), "{error}");
}

#[test]
fn a_layer_that_may_not_be_distributed_is_told_of_where_it_is_missing() {
    for kind in [FOREIGN_LAYER, "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"] {
        let mut layout = OciLayout::of(&OciImage::new(LAYERS).layer_type(kind));
        let whole = scan(&layout).unwrap();
        assert!(whole.notices.is_empty() && told(&whole).contains("left-pad"));
        layout.files.remove(&layer(&layout, 1));
        let sbom = scan(&layout).unwrap();
        let notices: Vec<Code> = sbom.notices.iter().map(|it| it.code).collect();
        assert_eq!(notices, [Code::LayerMissing]);
        assert!(told(&sbom).contains("musl") && !told(&sbom).contains("left-pad"));
    }
    let mut layout = OciLayout::of(&OciImage::new(LAYERS));
    layout.files.remove(&layer(&layout, 1));
    let error = scan(&layout).unwrap_err();
    assert!(matches!(error, SourceError::Corrupt { .. }), "{error}");
    assert!(error.to_string().ends_with("is missing"), "{error}");
}

/// The manifest of a layout's only image.
fn manifest(layout: &OciLayout) -> Value {
    serde_json::from_slice(&layout.files[&blob(layout.top_digest())]).unwrap()
}

/// Where a layout keeps a layer of its only image.
fn layer(layout: &OciLayout, index: usize) -> String {
    blob(manifest(layout)["layers"][index]["digest"].as_str().unwrap())
}

#[test]
fn manifests_of_schema_1_and_encrypted_layers_are_refused_with_advice() {
    let old = json!({"schemaVersion": 1, "name": "app", "fsLayers": [], "history": []});
    let kind = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    let old = OciLayout::default().manifest(kind, &old);
    let kind = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted";
    let encrypted = OciLayout::of(&OciImage::new(LAYERS).layer_type(kind));
    for (layout, said) in [(old, "schema 1, which is not read"), (encrypted, "is encrypted")] {
        let error = scan(&layout).unwrap_err();
        assert!(matches!(error, SourceError::Unsupported(_)), "{error}");
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[test]
fn a_bit_that_is_turned_in_any_blob_ends_the_scan_and_the_blob_is_named() {
    for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
        let layout = OciLayout::of(&OciImage::new(LAYERS).compression(compression));
        let blobs = layout.files.keys().filter(|it| it.starts_with("blobs/"));
        assert_eq!(blobs.clone().count(), 4);
        for name in blobs {
            let digest = name.trim_start_matches("blobs/").replace('/', ":");
            for at in [0, 10, layout.files[name].len() / 2, layout.files[name].len() - 1] {
                let mut broken = layout.clone();
                broken.files.get_mut(name).unwrap()[at] ^= 1;
                let error = scan(&broken).unwrap_err().to_string();
                assert!(error.starts_with(&format!("the blob {digest} has the digest")), "{error}");
            }
        }
    }
}

/// A layout of one layer that is stored so, its digests right.
fn stored(bytes: &[u8], content: &[u8]) -> OciLayout {
    let config = json!({"os": "linux", "architecture": "amd64", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [digest(content)]}});
    let config = serde_json::to_vec(&config).unwrap();
    let descriptor = |kind: &str, bytes: &[u8]| json!({"mediaType": kind, "digest": digest(bytes), "size": bytes.len()});
    let manifest = json!({"schemaVersion": 2,
        "config": descriptor("application/vnd.oci.image.config.v1+json", &config),
        "layers": [descriptor("application/vnd.oci.image.layer.v1.tar+gzip", bytes)]});
    let kind = "application/vnd.oci.image.manifest.v1+json";
    let mut layout = OciLayout::default().manifest(kind, &manifest);
    layout.files.insert(blob(&digest(&config)), config);
    layout.files.insert(blob(&digest(bytes)), bytes.to_vec());
    layout
}

#[test]
fn an_archive_that_no_engine_would_unpack_ends_the_scan_though_its_digests_are_right() {
    use Compression::{Gzip, None, Zstd};
    let tar = Layers::parse(LAYERS).to_tars().remove(0);
    let large = Tar::default().file("a", vec![7; 1 << 20]).file("b", b"").build();
    let cut = &large[..700_000];
    let garbage = vec![b'x'; 1 << 20];
    let zip = |bytes: &[u8]| compress(bytes, Gzip).1;
    let half = |mut bytes: Vec<u8>| {
        bytes.truncate(bytes.len() / 2);
        bytes
    };
    let other = format!("has content of the digest {}, not", digest(&tar));
    let cases = [
        (tar.clone(), &large, &*other),
        (zip(&tar), &large, &other),
        (cut.to_vec(), &cut.to_vec(), "cannot be read to its end"),
        (zip(cut), &cut.to_vec(), "cannot be read to its end"),
        (garbage.clone(), &garbage, "is no valid tar archive"),
        (zip(&garbage), &garbage, "is no valid tar archive"),
        (half(zip(&large)), &large, "cannot be"),
        (half(compress(&large, Zstd).1), &large, "cannot be"),
        ([zip(&tar), b"trailing".to_vec()].concat(), &tar, "cannot be decompressed"),
    ];
    for (bytes, content, why) in cases {
        let layout = stored(&bytes, content);
        let error = scan(&layout).unwrap_err();
        assert!(matches!(error, SourceError::Corrupt { .. }), "{error}");
        let said = format!("the blob {} {why}", digest(&bytes));
        assert!(error.to_string().starts_with(&said), "{error}, not {said}");
        // A blob that was damaged on its way is told as such, whatever its archive looks like.
        let mut damaged = layout.clone();
        *damaged.files.get_mut(&blob(&digest(&bytes))).unwrap().last_mut().unwrap() ^= 1;
        let error = scan(&damaged).unwrap_err().to_string();
        assert!(error.contains("has the digest"), "{error}");
    }
    assert!(scan(&stored(&compress(&tar, None).1, &tar)).is_ok());
}

#[test]
fn what_a_layer_holds_over_the_bound_is_left_out_and_told_of() {
    let image = OciImage::new("//- layer\n//- /a\n1\n//- /b\n2\n");
    for compression in [Compression::None, Compression::Gzip] {
        let layout = OciLayout::of(&image.clone().compression(compression));
        for layer_bytes in [1500, 100] {
            let limits = Limits { layer_bytes, ..Limits::default() };
            let sboms = asked_within(&layout, &request(), limits).unwrap();
            let notices: Vec<String> = sboms[0].notices.iter().map(ToString::to_string).collect();
            assert!(notices.iter().any(|it| it.contains("the layer holds over")), "{notices:?}");
        }
    }
}

#[test]
fn what_the_spill_file_has_no_room_for_is_told_of_and_the_scan_goes_on() {
    let directory = OciLayout::of(&OciImage::new(LAYERS)).to_directory();
    let (limits, wants) = (Limits::default(), Wants::new(Input::RootFs));
    let keep = |it: &Passing<'_>| wants.of(it);
    let spill = Arc::new(Spill::new(tempfile::tempfile().unwrap(), 100));
    let reading = Reading { spill, ..reading(&limits, &keep) };
    let found = oci_layout::find(directory.path(), &request(), &reading).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let images = pool.install(|| read_all(&found, &reading)).unwrap();
    let sbom = scanner_core::scan::scan(&images[0], &options(FileDetail::None, limits), &pool);
    assert!(reading.spill.used() <= 100);
    let notices: Vec<String> = sbom.notices.iter().map(ToString::to_string).collect();
    let told =
        |path: &str| notices.iter().any(|it| it.contains(path) && it.contains("no room left"));
    assert!(told("/lib/apk/db/installed") && told("package.json"), "{notices:?}");
}
