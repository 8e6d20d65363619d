//! What every scan of an image in a registry must pay: its layers are downloaded by the same client, verified as they are
//! stored and as they are unpacked, and thrown away. `benches/images` measures it beside scans.
//!
//! ```text
//! floor REFERENCE
//! ```

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, BufReader, Read};
use std::thread;

use flate2::bufread::MultiGzDecoder;
use oci_spec::image::{Descriptor, Digest, ImageConfiguration, ImageManifest};
use registry::blocking::Driver;
use registry::{Client, Reference, Repository, Settings};
use sha2::{Digest as _, Sha256};

type Failure = Box<dyn Error + Send + Sync>;

/// Bytes that are read at a time.
const PIECE: usize = 128 << 10;

fn main() -> Result<(), Failure> {
    let reference: Reference = std::env::args().nth(1).ok_or("floor REFERENCE")?.parse()?;
    let driver = Driver::start()?;
    let repository = Client::new(Settings::of_this_machine()).repository(&reference)?;
    let manifest = driver.wait(repository.manifest(reference.target()))?;
    let manifest: ImageManifest = serde_json::from_slice(&manifest.bytes)?;
    let config = manifest.config();
    let config = driver.wait(repository.small_blob(config.digest(), config.size()))?;
    let config: ImageConfiguration = serde_json::from_slice(&config)?;
    thread::scope(|scope| {
        let layers = manifest.layers().iter().zip(config.rootfs().diff_ids());
        let workers: Vec<_> = layers
            .map(|(layer, diff_id)| scope.spawn(|| unpack(&driver, &repository, layer, diff_id)))
            .collect();
        workers.into_iter().try_for_each(|it| it.join().map_err(|_| "a thread panicked")?)
    })
}

/// Unpacks one layer to nothing.
fn unpack(
    driver: &Driver,
    repository: &Repository,
    layer: &Descriptor,
    diff_id: &str,
) -> Result<(), Failure> {
    let download = driver.wait(repository.blob(layer.digest(), layer.size()))?;
    let stored = BufReader::with_capacity(PIECE, Digested::new(driver.read_blob(download)));
    let kind = layer.media_type().as_ref();
    let stored = if kind.ends_with("gzip") {
        let mut content = Digested::new(MultiGzDecoder::new(stored));
        content.drain()?;
        content.verify(&diff_id.parse()?)?.into_inner()
    } else if kind.ends_with("zstd") {
        let mut content = Digested::new(zstd::stream::read::Decoder::with_buffer(stored)?);
        content.drain()?;
        content.verify(&diff_id.parse()?)?.finish()
    } else {
        stored
    };
    let mut stored = stored.into_inner();
    stored.drain()?;
    stored.verify(layer.digest())?;
    Ok(())
}

/// A stream that is digested as it is read.
struct Digested<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Digested<R> {
    fn new(inner: R) -> Self {
        Self { inner, hasher: Sha256::new() }
    }

    fn drain(&mut self) -> io::Result<()> {
        let mut piece = vec![0; PIECE];
        while self.read(&mut piece)? > 0 {}
        Ok(())
    }

    /// What was read, if it was all that the digest says.
    fn verify(self, expected: &Digest) -> Result<R, Failure> {
        let found = self.hasher.finalize().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        if found == expected.digest() {
            Ok(self.inner)
        } else {
            Err(format!("{expected} is {found}").into())
        }
    }
}

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}
