//! Images as files: OCI layouts and archives of Docker.

use std::collections::BTreeMap;
use std::io::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{Layers, Tar, Tree};

/// How a layer is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// As it is.
    None,
    /// One gzip member.
    Gzip,
    /// Many gzip members, as eStargz writes.
    GzipMembers,
    /// One zstd frame.
    Zstd,
    /// Many frames between skippable ones, as zstd:chunked writes.
    ZstdChunked,
}

/// An image under construction.
#[derive(Clone, Debug)]
pub struct OciImage {
    tars: Vec<Vec<u8>>,
    compression: Compression,
    platform: (String, String, Option<String>),
    history: Option<Value>,
    env: Vec<String>,
    labels: Value,
    annotations: Value,
    layer_type: Option<String>,
}

impl OciImage {
    /// An image of these layers, gzip-compressed, for linux/amd64.
    pub fn new(layers: impl Into<Layers>) -> Self {
        Self::of_tars(layers.into().to_tars())
    }

    /// An image of layers whose archives are at hand.
    pub fn of_tars(tars: Vec<Vec<u8>>) -> Self {
        Self {
            tars,
            compression: Compression::Gzip,
            platform: ("linux".to_owned(), "amd64".to_owned(), None),
            history: None,
            env: vec!["PATH=/bin".to_owned()],
            labels: json!({}),
            annotations: json!({}),
            layer_type: None,
        }
    }

    /// Stores the layers in another way.
    #[must_use]
    pub fn compression(self, compression: Compression) -> Self {
        Self { compression, ..self }
    }

    /// Makes it for `OS/ARCHITECTURE[/VARIANT]`.
    #[must_use]
    pub fn platform(self, text: &str) -> Self {
        let mut parts = text.split('/').map(str::to_owned);
        let platform = (parts.next().unwrap(), parts.next().unwrap(), parts.next());
        Self { platform, ..self }
    }

    /// Adds a history: instructions, those in brackets without a layer.
    #[must_use]
    pub fn history(self, instructions: &[&str]) -> Self {
        let entry = |it: &&str| match it.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            Some(empty) => json!({"created_by": empty, "empty_layer": true}),
            None => json!({"created_by": it}),
        };
        Self { history: Some(instructions.iter().map(entry).collect()), ..self }
    }

    /// Adds variables of the environment to the configuration, as `NAME=VALUE`.
    #[must_use]
    pub fn env(mut self, variables: &[&str]) -> Self {
        self.env.extend(variables.iter().map(|it| (*it).to_owned()));
        self
    }

    /// Adds annotations of the manifest.
    #[must_use]
    pub fn annotations(self, annotations: Value) -> Self {
        Self { annotations, ..self }
    }

    /// Adds labels of the configuration.
    #[must_use]
    pub fn labels(self, labels: Value) -> Self {
        Self { labels, ..self }
    }

    /// Says of every layer that it is of this media type.
    #[must_use]
    pub fn layer_type(self, media_type: &str) -> Self {
        Self { layer_type: Some(media_type.to_owned()), ..self }
    }

    fn config(&self) -> Vec<u8> {
        let (os, architecture, variant) = &self.platform;
        let mut config = json!({
            "os": os,
            "architecture": architecture,
            "created": "2024-05-06T07:08:09.5Z",
            "config": {"Env": self.env, "Cmd": ["sh"], "Labels": self.labels, "Volumes": null},
            "rootfs": {"type": "layers", "diff_ids": self.tars.iter().map(|it| digest(it)).collect::<Vec<_>>()},
        });
        if let Some(variant) = variant {
            config["variant"] = json!(variant);
        }
        if let Some(history) = &self.history {
            config["history"] = history.clone();
        }
        serde_json::to_vec(&config).unwrap()
    }
}

/// Files by name that make up a layout or an archive.
#[derive(Clone, Debug)]
pub struct OciLayout {
    /// The files; tests may break them.
    pub files: BTreeMap<String, Vec<u8>>,
    index: Vec<Value>,
}

impl Default for OciLayout {
    fn default() -> Self {
        let version = br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec();
        Self { files: BTreeMap::from([("oci-layout".to_owned(), version)]), index: Vec::new() }
    }
}

impl OciLayout {
    /// A layout of one image with the tag `latest`.
    pub fn of(image: &OciImage) -> Self {
        Self::default().image(image, "latest")
    }

    /// Adds an image with a tag.
    #[must_use]
    pub fn image(mut self, image: &OciImage, tag: &str) -> Self {
        let mut descriptor = self.put_image(image);
        descriptor["annotations"] = json!({"org.opencontainers.image.ref.name": tag});
        self.index.push(descriptor);
        self
    }

    /// Adds an index of images, each with an attestation as BuildKit writes them, with a tag.
    #[must_use]
    pub fn platforms(self, images: &[OciImage], tag: &str) -> Self {
        self.stating(images, tag, |_| vec![json!({})])
    }

    /// The same, with what is stated about each image, given its digest.
    #[must_use]
    pub fn stating(
        mut self,
        images: &[OciImage],
        tag: &str,
        statements: impl Fn(&str) -> Vec<Value>,
    ) -> Self {
        let mut manifests = Vec::new();
        for image in images {
            let (os, architecture, variant) = &image.platform;
            let mut descriptor = self.put_image(image);
            let mut platform = json!({"os": os, "architecture": architecture});
            if let Some(variant) = variant {
                platform["variant"] = json!(variant);
            }
            descriptor["platform"] = platform;
            let stated = statements(descriptor["digest"].as_str().unwrap());
            manifests.push(self.attestation(&descriptor, &stated));
            manifests.insert(manifests.len() - 1, descriptor);
        }
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests});
        let mut descriptor = self.put(INDEX, serde_json::to_vec(&index).unwrap());
        descriptor["annotations"] = json!({"org.opencontainers.image.ref.name": tag});
        self.index.push(descriptor);
        self
    }

    /// Adds a manifest as it is.
    #[must_use]
    pub fn manifest(mut self, media_type: &str, manifest: &Value) -> Self {
        let descriptor = self.put(media_type, serde_json::to_vec(manifest).unwrap());
        self.index.push(descriptor);
        self
    }

    fn attestation(&mut self, of: &Value, statements: &[Value]) -> Value {
        let put = |it: &Value| {
            let mut statement =
                self.put("application/vnd.in-toto+json", serde_json::to_vec(it).unwrap());
            if let Some(kind) = it.get("predicateType") {
                statement["annotations"] = json!({"in-toto.io/predicate-type": kind});
            }
            statement
        };
        let layers: Vec<Value> = statements.iter().map(put).collect();
        let digests: Vec<&Value> = layers.iter().map(|it| &it["digest"]).collect();
        let config = json!({"os": "unknown", "architecture": "unknown", "config": {},
            "rootfs": {"type": "layers", "diff_ids": digests}});
        let config = self.put(CONFIG, serde_json::to_vec(&config).unwrap());
        let manifest =
            json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers});
        let mut descriptor = self.put(MANIFEST, serde_json::to_vec(&manifest).unwrap());
        descriptor["platform"] = json!({"os": "unknown", "architecture": "unknown"});
        descriptor["annotations"] = json!({
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": of["digest"],
        });
        descriptor
    }

    fn put_image(&mut self, image: &OciImage) -> Value {
        let config = self.put(CONFIG, image.config());
        let layers: Vec<Value> = image
            .tars
            .iter()
            .map(|tar| {
                let (suffix, bytes) = compress(tar, image.compression);
                let media_type = format!("application/vnd.oci.image.layer.v1.tar{suffix}");
                self.put(image.layer_type.as_ref().unwrap_or(&media_type), bytes)
            })
            .collect();
        let manifest = json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers,
            "annotations": image.annotations});
        self.put(MANIFEST, serde_json::to_vec(&manifest).unwrap())
    }

    /// Adds a blob and gives its descriptor.
    fn put(&mut self, media_type: &str, bytes: Vec<u8>) -> Value {
        let descriptor =
            json!({"mediaType": media_type, "digest": digest(&bytes), "size": bytes.len()});
        self.files.insert(blob(&digest(&bytes)), bytes);
        descriptor
    }

    fn all(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = self.files.clone();
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": self.index});
        files.entry("index.json".to_owned()).or_insert(serde_json::to_vec(&index).unwrap());
        files
    }

    /// The descriptor of what was added first.
    pub fn top(&self) -> &Value {
        &self.index[0]
    }

    /// The digest of what was added first.
    pub fn top_digest(&self) -> &str {
        self.top()["digest"].as_str().unwrap()
    }

    /// Writes the layout to a new directory.
    pub fn to_directory(&self) -> tempfile::TempDir {
        let files = self.all().into_iter();
        files.fold(Tree::default(), |tree, (name, bytes)| tree.file(name, bytes)).to_directory()
    }

    /// Puts the layout into an archive.
    pub fn to_archive(&self) -> Vec<u8> {
        let files = self.all().into_iter();
        files.fold(Tar::default(), |tar, (name, bytes)| tar.file(name, bytes)).build()
    }
}

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";

/// What `docker save` of older versions writes: each image with its names.
pub fn docker_archive(images: &[(&OciImage, &[&str])]) -> Vec<u8> {
    let mut tar = Tar::default();
    let mut manifest = Vec::new();
    let mut stored: BTreeMap<String, String> = BTreeMap::new();
    for (image, tags) in images {
        let config = image.config();
        let name = format!("{}.json", hex(&config));
        let mut layers = Vec::new();
        for layer in &image.tars {
            let member = format!("{}{}/layer.tar", hex(layer), stored.len());
            tar = match stored.get(&digest(layer)) {
                // A layer that is there already is linked to.
                Some(other) => tar.symlink(&member, format!("../{other}")),
                None => tar.file(&member, layer),
            };
            stored.entry(digest(layer)).or_insert(member.clone());
            layers.push(member);
        }
        tar = tar.file(&name, &config);
        manifest.push(json!({"Config": name, "RepoTags": tags, "Layers": layers}));
    }
    tar.file("manifest.json", serde_json::to_vec(&manifest).unwrap()).build()
}

/// Compresses bytes; tells the suffix of the media type.
pub fn compress(bytes: &[u8], compression: Compression) -> (&'static str, Vec<u8>) {
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
    let skippable = [b"\x50\x2a\x4d\x18\x04\0\0\0".as_slice(), b"TOC."].concat();
    match compression {
        Compression::None => ("", bytes.to_vec()),
        Compression::Gzip => ("+gzip", gzip(bytes)),
        Compression::GzipMembers => ("+gzip", bytes.chunks(700).flat_map(gzip).collect()),
        Compression::Zstd => ("+zstd", zstd(bytes)),
        Compression::ZstdChunked => {
            let frames = bytes.chunks(700).flat_map(|it| [skippable.clone(), zstd(it)].concat());
            ("+zstd", frames.chain(skippable.clone()).collect())
        }
    }
}

/// `sha256:` and the digest of bytes.
pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(bytes))
}

/// Where a layout keeps the blob of a digest.
pub fn blob(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
