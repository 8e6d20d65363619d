//! Layers as they are stored: gzip, zstd or plain. Told by their first bytes, as container engines do.
//! Specification: RFC 1952 (several members one after another, too), RFC 8878 (frames and skippable frames).

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

/// How a layer is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Plain,
    Gzip,
    Zstd,
}

/// The largest window that zstd itself gives without being asked to, as a power of two: 128 MiB.
const WINDOW: u32 = 27;

impl Compression {
    /// The compression of a stream, by its first bytes. A zstd stream may begin with a skippable frame.
    pub(super) fn of(start: &[u8]) -> Self {
        match start {
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }
}

/// The content of a compressed stream.
pub(super) enum Decoder<R: BufRead> {
    Plain(R),
    Gzip(Box<MultiGzDecoder<R>>),
    Zstd(zstd::stream::read::Decoder<'static, R>),
}

impl<R: Read> Decoder<BufReader<R>> {
    /// Looks at the first bytes and begins.
    pub(super) fn new(stream: R) -> io::Result<(Self, Compression)> {
        let mut stream = BufReader::with_capacity(128 << 10, stream);
        let compression = Compression::of(stream.fill_buf()?);
        let decoder = match compression {
            Compression::Plain => Self::Plain(stream),
            Compression::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(stream))),
            Compression::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(stream)?;
                decoder.window_log_max(WINDOW)?;
                Self::Zstd(decoder)
            }
        };
        Ok((decoder, compression))
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(it) => it.read(buffer),
            Self::Gzip(it) => it.read(buffer),
            Self::Zstd(it) => it.read(buffer),
        }
    }
}
