//! Images that come over a network: from registries, and from a Docker daemon through its socket.
//!
//! The core reads them as streams and knows nothing of where they come from.

use std::io::{self, Read};
use std::sync::Arc;

use anyhow::Context as _;
use oci_spec::image::Digest;
use registry::blocking::Driver;
use registry::{Client, Daemon, Manifest, Reference, Repository, Settings};
use scanner_core::source::{self, Found, Reading, Request, docker_archive, oci_layout};

use crate::cli::Registries;

/// What speaks with registries and daemons.
pub(crate) struct Remote {
    driver: Arc<Driver>,
    client: Client,
}

impl Remote {
    /// Set up as flags and the machine's files say.
    pub(crate) fn new(flags: &Registries) -> anyhow::Result<Self> {
        let settings = Settings {
            plain_http: flags.plain_http.clone(),
            concurrency: flags.registry_concurrency,
            ..Settings::of_this_machine()
        };
        let driver = Driver::start().context("cannot start a thread for the network")?;
        Ok(Self { driver: Arc::new(driver), client: Client::new(settings) })
    }

    /// The repository of a reference.
    pub(crate) fn repository(&self, reference: &Reference) -> registry::Result<Repository> {
        self.client.repository(reference)
    }

    /// Waits for an answer.
    pub(crate) fn wait<F: Future>(&self, answer: F) -> F::Output {
        self.driver.wait(answer)
    }

    /// Finds the images of a registry that a reference means.
    pub(crate) fn in_registry(
        &self,
        reference: &Reference,
        request: &Request,
        reading: &Reading<'_>,
    ) -> anyhow::Result<Vec<Found>> {
        let repository = self.client.repository(reference)?;
        let top = self.driver.wait(repository.manifest(reference.target()))?;
        let descriptor = top.descriptor();
        let contents = Contents { driver: Arc::clone(&self.driver), repository, top };
        Ok(oci_layout::find_among(Arc::new(contents), &[descriptor], request, reading)?)
    }

    /// Finds an image of the Docker daemon.
    pub(crate) fn in_daemon(
        &self,
        name: &str,
        request: &Request,
        reading: &Reading<'_>,
    ) -> anyhow::Result<Vec<Found>> {
        let saved = self.driver.wait(Daemon::of_this_machine()?.save(name))?;
        let mut archive = self.driver.read_saved(saved);
        Ok(docker_archive::find_in_stream(&mut archive, request, reading)?)
    }
}

/// The contents of a repository.
struct Contents {
    driver: Arc<Driver>,
    repository: Repository,
    /// What the reference led to, which need not be asked for again.
    top: Manifest,
}

impl source::Contents for Contents {
    fn manifest(&self, digest: &Digest, _limit: u64) -> io::Result<Option<Vec<u8>>> {
        if *digest == self.top.digest {
            return Ok(Some(self.top.bytes.to_vec()));
        }
        match self.driver.wait(self.repository.manifest(digest.as_ref())) {
            Ok(manifest) => Ok(Some(manifest.bytes.to_vec())),
            Err(registry::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn blob(&self, digest: &Digest, size: u64) -> io::Result<Option<Arc<dyn source::Blob>>> {
        let (driver, repository) = (Arc::clone(&self.driver), self.repository.clone());
        Ok(Some(Arc::new(Blob { driver, repository, digest: digest.clone(), size })))
    }
}

/// A blob of a repository. Each time that it is opened it is downloaded.
struct Blob {
    driver: Arc<Driver>,
    repository: Repository,
    digest: Digest,
    size: u64,
}

impl source::Blob for Blob {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        let stream = self.driver.wait(self.repository.blob(&self.digest, self.size))?;
        Ok(Box::new(self.driver.read_blob(stream)))
    }
}
