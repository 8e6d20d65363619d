//! The content of a layer, which one thread decompresses while another one reads it, a piece at a time.

use std::io::{self, BufRead, Read};
use std::mem;
use std::panic::resume_unwind;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use crate::formats::tar::Stream;
use crate::source::verify::Digester;

/// Bytes of a piece: so many that handing it over is little beside making it, and few enough to stay in a core's cache.
const PIECE: usize = 256 << 10;
/// Pieces that are decompressed before those before them are read.
const AHEAD: usize = 3;

/// Puts the next piece in the place of the last one; an empty one at the end.
type Next<'a> = dyn FnMut(&mut Piece) -> io::Result<()> + 'a;

/// Some bytes, in memory that is used for one piece after another.
#[derive(Default)]
struct Piece {
    memory: Vec<u8>,
    filled: usize,
}

impl Piece {
    fn bytes(&self) -> &[u8] {
        self.memory.get(..self.filled).unwrap_or_default()
    }

    /// Reads what comes next in the place of what was there.
    fn refill(&mut self, decoder: &mut dyn Read) -> io::Result<()> {
        if self.memory.is_empty() {
            self.memory = vec![0; PIECE];
        }
        self.filled = 0;
        loop {
            match decoder.read(&mut self.memory) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => {
                    self.filled = read?;
                    return Ok(());
                }
            }
        }
    }
}

/// The content as it streams by, counted and, where that is asked for, digested. Nothing comes after an error.
pub(super) struct Content<'a> {
    next: &'a mut Next<'a>,
    digester: Option<Digester>,
    piece: Piece,
    /// How much of the piece was read.
    read: usize,
    ended: bool,
    bytes: u64,
}

impl<'a> Content<'a> {
    fn new(next: &'a mut Next<'a>) -> Self {
        Self { next, digester: None, piece: Piece::default(), read: 0, ended: false, bytes: 0 }
    }

    /// Digests what comes from now on, on the thread that reads it.
    pub(super) fn digest(&mut self, digester: Option<Digester>) {
        self.digester = digester;
    }

    /// Reads to the end.
    pub(super) fn drain(&mut self) -> io::Result<()> {
        loop {
            match self.fill_buf()?.len() {
                0 => return Ok(()),
                ready => self.consume(ready),
            }
        }
    }

    /// The bytes that came so far.
    pub(super) fn count(&self) -> u64 {
        self.bytes
    }

    /// The digest of all that came.
    pub(super) fn finish(self) -> Option<String> {
        self.digester.map(Digester::finish)
    }
}

impl BufRead for Content<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read == self.piece.filled && !self.ended {
            self.read = 0;
            let next = (self.next)(&mut self.piece);
            if next.is_err() {
                self.piece.filled = 0;
            }
            self.ended = self.piece.filled == 0;
            next?;
            if let Some(digester) = &mut self.digester {
                digester.update(self.piece.bytes());
            }
            self.bytes = self.bytes.saturating_add(self.piece.filled as u64);
        }
        Ok(self.piece.bytes().get(self.read..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.read = self.read.saturating_add(amount).min(self.piece.filled);
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl Stream for Content<'_> {
    fn skip(&mut self, mut bytes: u64) -> io::Result<()> {
        while bytes > 0 {
            let ready = self.fill_buf()?.len();
            if ready == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let passed = usize::try_from(bytes).map_or(ready, |bytes| bytes.min(ready));
            self.consume(passed);
            bytes -= passed as u64;
        }
        Ok(())
    }
}

/// Reads on another thread what a decoder gives on this one, unless one thread is all that is asked for or to be had.
pub(super) fn read<T: Send>(decoder: &mut dyn Read, read: &(dyn Fn(Content<'_>) -> T + Sync)) -> T {
    if rayon::current_num_threads() > 1 { beside(decoder, read) } else { alone(decoder, read) }
}

fn alone<T>(decoder: &mut dyn Read, read: &dyn Fn(Content<'_>) -> T) -> T {
    read(Content::new(&mut |piece| piece.refill(decoder)))
}

fn beside<T: Send>(decoder: &mut dyn Read, read: &(dyn Fn(Content<'_>) -> T + Sync)) -> T {
    thread::scope(|scope| {
        let (full, pieces) = sync_channel(AHEAD);
        let (empty, used) = channel();
        let reader = thread::Builder::new().spawn_scoped(scope, move || {
            read(Content::new(&mut |piece| {
                // Nobody wants it any more where the next one is the last.
                let _ = empty.send(mem::take(piece));
                *piece = pieces.recv().unwrap_or_else(|_| Ok(Piece::default()))?;
                Ok(())
            }))
        });
        let Ok(reader) = reader else { return alone(decoder, read) };
        loop {
            let mut piece: Piece = used.try_recv().unwrap_or_default();
            let next = piece.refill(decoder).map(|()| piece);
            let ended = next.as_ref().map_or(true, |piece| piece.filled == 0);
            // It is not taken where the reader has given up.
            if full.send(next).is_err() || ended {
                break;
            }
        }
        drop(full);
        reader.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// Gives some bytes at a time, then fails.
    struct Failing(usize);

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.min(buffer.len()).min(1000);
            self.0 -= read;
            if read == 0 { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(read) }
        }
    }

    fn both<T: Send + PartialEq + std::fmt::Debug>(
        decoder: impl Fn() -> Box<dyn Read>,
        read: &(dyn Fn(Content<'_>) -> T + Sync),
    ) -> T {
        let found = alone(&mut decoder(), read);
        assert_eq!(beside(&mut decoder(), read), found);
        found
    }

    #[test]
    fn a_content_is_the_same_on_two_threads_as_on_one() {
        let bytes: Vec<u8> = (0..=250).cycle().take(20 * PIECE + 7).collect();
        let given = || Box::new(io::Cursor::new(bytes.clone())) as Box<dyn Read>;
        let read = both(given, &|mut content| {
            let mut read = vec![0; 10];
            content.read_exact(&mut read).unwrap();
            content.skip(5 * PIECE as u64).unwrap();
            content.read_to_end(&mut read).unwrap();
            assert_eq!(content.read(&mut [0; 9]).unwrap(), 0);
            assert_eq!(content.skip(1).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
            read
        });
        assert_eq!(read, [&bytes[..10], &bytes[10 + 5 * PIECE..]].concat());
    }

    #[test]
    fn what_came_before_an_error_is_read_and_nothing_after_it() {
        let failing = || Box::new(Failing(3 * PIECE)) as Box<dyn Read>;
        let (kind, count, after) = both(failing, &|mut content| {
            let error = content.drain().unwrap_err();
            (error.kind(), content.count(), content.read(&mut [0; 9]).unwrap())
        });
        assert_eq!((kind, count, after), (io::ErrorKind::ConnectionReset, 3 * PIECE as u64, 0));
    }

    #[test]
    fn a_reader_that_gives_up_or_panics_stops_the_decoder() {
        let zeros = || Box::new(io::repeat(0)) as Box<dyn Read>;
        assert_eq!(both(zeros, &|mut content| content.fill_buf().unwrap().len()), PIECE);
        let panics = |content: Content<'_>| -> u8 {
            drop(content);
            panic!("as it should")
        };
        assert!(catch_unwind(AssertUnwindSafe(|| beside(&mut io::repeat(0), &panics))).is_err());
    }

    #[test]
    fn a_decoder_that_panics_stops_the_reader() {
        struct Panicking;
        impl Read for Panicking {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("as it should")
            }
        }
        let drain = |mut content: Content<'_>| content.drain().unwrap();
        assert!(catch_unwind(AssertUnwindSafe(|| beside(&mut Panicking, &drain))).is_err());
    }
}
