//! Blobs, as they come. A download that breaks off goes on where it broke off.
//! Specification: OCI distribution-spec v1.1, "Pulling blobs"; RFC 9110 §14 (ranges).

use std::time::{Duration, Instant};

use bytes::Bytes;
use oci_spec::image::Digest;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_RANGE, HeaderValue, RANGE};

use crate::client::Repository;
use crate::digest::alike;
use crate::error::words;
use crate::headers::{content_range, text};
use crate::host::unavailable;
use crate::transport::{Answer, Ask, Endpoint};
use crate::{Error, Result, Settings};

/// A blob as it comes. Its size is verified here; its digest by whoever has all of it.
pub struct BlobStream {
    endpoint: Endpoint,
    ask: Ask,
    size: u64,
    /// Bytes that came.
    offset: u64,
    /// Bytes that come once more because the registry knows no ranges.
    again: u64,
    answer: Option<Answer>,
    /// Failures since something came.
    failures: u32,
    until: Instant,
}

impl Repository {
    /// Begins to download a blob of so many bytes.
    ///
    /// # Errors
    /// When there is none, or it has another size.
    pub async fn blob(&self, digest: &Digest, size: u64) -> Result<BlobStream> {
        self.first(async |endpoint| BlobStream::open(endpoint, digest, size).await).await
    }

    /// A small blob, whole and verified.
    ///
    /// # Errors
    /// When there is none, or it is not what its digest says.
    pub async fn small_blob(&self, digest: &Digest, size: u64) -> Result<Vec<u8>> {
        let mut stream = self.blob(digest, size).await?;
        let mut bytes = Vec::new();
        while let Some(more) = stream.next().await? {
            bytes.extend_from_slice(&more);
        }
        match alike(&bytes, digest) {
            Some(found) if found == digest.as_ref() => Ok(bytes),
            Some(found) => Err(stream.wrong(format!("has the digest {found}"))),
            None => Err(Error::Unsupported(format!("cannot verify digests like {digest}"))),
        }
    }
}

impl BlobStream {
    async fn open(endpoint: &Endpoint, digest: &Digest, size: u64) -> Result<Self> {
        let ask = Ask::get(endpoint, &format!("blobs/{digest}"), format!("the blob {digest}"));
        let Settings { slowest, grace, .. } = *endpoint.settings;
        let due = Duration::from_secs(size / slowest.max(1));
        let mut stream = Self {
            endpoint: endpoint.clone(),
            ask,
            size,
            offset: 0,
            again: 0,
            answer: None,
            failures: 0,
            until: Instant::now() + grace + due,
        };
        stream.answer = Some(stream.request().await?);
        Ok(stream)
    }

    /// The next bytes; none after the last.
    ///
    /// # Errors
    /// When the registry stops to answer, or sends more or less than it should.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            if self.offset == self.size {
                self.answer = None;
                return Ok(None);
            }
            let mut answer = match self.answer.take() {
                Some(answer) => answer,
                None => self.request().await?,
            };
            let left = self.until.saturating_duration_since(Instant::now());
            let came = tokio::time::timeout(left, answer.response.chunk()).await;
            let Ok(came) = came else {
                let why = format!("it sends {} too slowly", self.ask.what);
                return Err(unavailable(&self.endpoint.host.name, why));
            };
            let why = match came {
                Ok(Some(bytes)) => {
                    self.answer = Some(answer);
                    if let Some(bytes) = self.take(bytes)? {
                        return Ok(Some(bytes));
                    }
                    continue;
                }
                Ok(None) => format!("it sends {} of {} bytes", self.offset, self.size),
                Err(error) => words(error),
            };
            drop(answer);
            self.failures += 1;
            let why = format!("{}: {why}", self.ask.what);
            self.endpoint.pause(self.failures, None, why).await?;
        }
    }

    /// Takes bytes that came; none if all of them had come before.
    fn take(&mut self, mut bytes: Bytes) -> Result<Option<Bytes>> {
        let known = usize::try_from(self.again).unwrap_or(usize::MAX).min(bytes.len());
        self.again -= bytes.split_to(known).len() as u64;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.failures = 0;
        self.offset = self.offset.saturating_add(bytes.len() as u64);
        if self.offset > self.size {
            return Err(self.wrong(format!("has more than the {} bytes that it should", self.size)));
        }
        Ok(Some(bytes))
    }

    /// Asks for what is missing.
    async fn request(&mut self) -> Result<Answer> {
        let mut ask = self.ask.clone();
        if self.offset > 0 {
            let range = format!("bytes={}-", self.offset);
            ask.headers.extend(HeaderValue::from_str(&range).ok().map(|range| (RANGE, range)));
        }
        let mut answer = self.endpoint.send(&ask).await?;
        answer.response = self.endpoint.judge(answer.response, &self.ask).await?;
        if answer.response.status() == StatusCode::PARTIAL_CONTENT {
            let range = text(answer.response.headers(), CONTENT_RANGE);
            let start = range.and_then(content_range::start);
            if start != Some(self.offset) {
                return Err(self.wrong(format!("does not go on at byte {}", self.offset)));
            }
            self.again = 0;
        } else {
            let length = answer.response.content_length().filter(|it| *it != self.size);
            if let Some(length) = length {
                return Err(self.wrong(format!("has {length} bytes, not {}", self.size)));
            }
            self.again = self.offset;
        }
        Ok(answer)
    }

    fn wrong(&self, why: String) -> Error {
        self.endpoint.corrupt(&self.ask.what, why)
    }
}
