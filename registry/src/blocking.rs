//! The same for threads that wait: what a synchronous reader of images needs.

use std::future::Future;
use std::io;

use bytes::{Buf as _, Bytes};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

use crate::daemon::Saved;
use crate::{BlobStream, Error, Result};

/// Pieces of a download that are held at most before somebody reads them.
const PIECES: usize = 16;

/// What drives downloads while other threads wait for them.
pub struct Driver(Runtime);

/// A download, read as a file. It must be read on a thread of its own, never inside the driver.
pub struct Reader {
    pieces: mpsc::Receiver<Result<Bytes>>,
    current: Bytes,
    /// Why no more comes.
    failed: Option<Error>,
}

impl Driver {
    /// Starts it.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start() -> io::Result<Self> {
        Builder::new_multi_thread().worker_threads(1).enable_all().build().map(Self)
    }

    /// Waits for something.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    /// Reads a blob. It is downloaded ahead, but not far.
    pub fn read_blob(&self, mut stream: BlobStream) -> Reader {
        let (sender, pieces) = mpsc::channel(PIECES);
        self.0.spawn(async move {
            while let Some(piece) = stream.next().await.transpose() {
                let last = piece.is_err();
                // Nobody reads any more: the download ends with the reader.
                if sender.send(piece).await.is_err() || last {
                    return;
                }
            }
        });
        Reader { pieces, current: Bytes::new(), failed: None }
    }

    /// Reads an archive of a daemon.
    pub fn read_saved(&self, mut saved: Saved) -> Reader {
        let (sender, pieces) = mpsc::channel(PIECES);
        self.0.spawn(async move {
            while let Some(piece) = saved.next().await.transpose() {
                let last = piece.is_err();
                if sender.send(piece).await.is_err() || last {
                    return;
                }
            }
        });
        Reader { pieces, current: Bytes::new(), failed: None }
    }
}

impl io::Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() && self.failed.is_none() {
            match self.pieces.blocking_recv() {
                Some(Ok(piece)) => self.current = piece,
                Some(Err(error)) => self.failed = Some(error),
                None => return Ok(0),
            }
        }
        if let Some(error) = &self.failed {
            return Err(error.clone().into());
        }
        let length = self.current.len().min(buffer.len());
        if let Some(buffer) = buffer.get_mut(..length) {
            self.current.copy_to_slice(buffer);
        }
        Ok(length)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::NotFound { .. } => io::ErrorKind::NotFound,
            Error::Denied { .. } => io::ErrorKind::PermissionDenied,
            Error::Unavailable { .. } => io::ErrorKind::ConnectionAborted,
            Error::Corrupt { .. } => io::ErrorKind::InvalidData,
            _ => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}
