//! Tar archives, right and wrong ones, written without the help of any library.

/// Bytes of a header; content is padded to a multiple of it.
const BLOCK: usize = 512;

/// An archive under construction.
#[derive(Clone, Debug, Default)]
pub struct Tar {
    bytes: Vec<u8>,
}

impl Tar {
    /// Adds a file.
    #[must_use]
    pub fn file(self, name: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        self.member(b'0', name, "", 0o644, bytes)
    }

    /// Adds a directory.
    #[must_use]
    pub fn directory(self, name: impl AsRef<[u8]>) -> Self {
        self.member(b'5', name, "", 0o755, "")
    }

    /// Adds a symbolic link.
    #[must_use]
    pub fn symlink(self, name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.member(b'2', name, target, 0o777, "")
    }

    /// Adds a hard link.
    #[must_use]
    pub fn hardlink(self, name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.member(b'1', name, target, 0o644, "")
    }

    /// Adds a member of any type. Long names go into an extended header.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "the fields of a header")]
    pub fn member(
        mut self,
        kind: u8,
        name: impl AsRef<[u8]>,
        link: impl AsRef<[u8]>,
        mode: u32,
        bytes: impl AsRef<[u8]>,
    ) -> Self {
        let (name, link, bytes) = (name.as_ref(), link.as_ref(), bytes.as_ref());
        let mut records = Vec::new();
        if name.len() > 100 {
            records.push((&b"path"[..], name));
        }
        if link.len() > 100 {
            records.push((&b"linkpath"[..], link));
        }
        if !records.is_empty() {
            self = self.pax(&records);
        }
        let header = header(kind, name, link, mode, bytes.len() as u64);
        self.raw(header).content(bytes)
    }

    /// Adds an extended header for the next member.
    #[must_use]
    pub fn pax(self, records: &[(&[u8], &[u8])]) -> Self {
        let body: Vec<u8> = records.iter().flat_map(|(key, value)| record(key, value)).collect();
        self.member(b'x', "PaxHeaders/0", "", 0o644, body)
    }

    /// Adds GNU's long name for the next member.
    #[must_use]
    pub fn gnu_long_name(self, name: impl AsRef<[u8]>) -> Self {
        self.member(b'L', "././@LongLink", "", 0o644, [name.as_ref(), b"\0"].concat())
    }

    /// Adds a sparse file in GNU's old form: its whole size, and its pieces with their bytes.
    #[must_use]
    pub fn gnu_sparse(self, name: impl AsRef<[u8]>, size: u64, pieces: &[(u64, &[u8])]) -> Self {
        let content: Vec<u8> = pieces.iter().flat_map(|(_, bytes)| bytes.to_vec()).collect();
        let mut block = header(b'S', name.as_ref(), b"", 0o644, content.len() as u64);
        block[257..265].copy_from_slice(b"ustar  \0");
        block[345..].fill(0);
        block[483..495].copy_from_slice(&octal(size));
        let mut fields = pieces.iter().map(|(at, bytes)| (*at, bytes.len() as u64));
        put_pieces(&mut block[386..482], &mut fields);
        block[482] = u8::from(fields.len() > 0);
        let mut it = self.raw(checked(block));
        while fields.len() > 0 {
            let mut extension = [0; BLOCK];
            put_pieces(&mut extension[..504], &mut fields);
            extension[504] = u8::from(fields.len() > 0);
            it.bytes.extend_from_slice(&extension);
        }
        it.content(&content)
    }

    /// Adds a header as it is.
    #[must_use]
    pub fn raw(mut self, block: [u8; BLOCK]) -> Self {
        self.bytes.extend_from_slice(&block);
        self
    }

    /// Adds content, padded.
    #[must_use]
    pub fn content(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self.bytes.resize(self.bytes.len().next_multiple_of(BLOCK), 0);
        self
    }

    /// The archive with its end.
    pub fn build(mut self) -> Vec<u8> {
        self.bytes.resize(self.bytes.len() + 2 * BLOCK, 0);
        self.bytes
    }

    /// The archive without its end.
    pub fn unfinished(self) -> Vec<u8> {
        self.bytes
    }
}

/// A header in ustar's form; too long names are cut.
pub fn header(kind: u8, name: &[u8], link: &[u8], mode: u32, size: u64) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let (name, link) = (&name[..name.len().min(100)], &link[..link.len().min(100)]);
    block[..name.len()].copy_from_slice(name);
    block[100..108].copy_from_slice(format!("{mode:07o}\0").as_bytes());
    block[108..124].copy_from_slice(b"0000000\x000000000\0");
    block[124..136].copy_from_slice(&octal(size));
    block[136..148].copy_from_slice(&octal(0));
    block[156] = kind;
    block[157..157 + link.len()].copy_from_slice(link);
    block[257..265].copy_from_slice(b"ustar\x0000");
    checked(block)
}

/// Puts the right checksum into a header.
pub fn checked(mut block: [u8; BLOCK]) -> [u8; BLOCK] {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

fn octal(number: u64) -> [u8; 12] {
    format!("{number:011o}\0").into_bytes().try_into().unwrap()
}

fn put_pieces(table: &mut [u8], pieces: &mut impl Iterator<Item = (u64, u64)>) {
    for (slot, (offset, length)) in table.chunks_exact_mut(24).zip(pieces) {
        slot[..12].copy_from_slice(&octal(offset));
        slot[12..].copy_from_slice(&octal(length));
    }
}

/// `LENGTH KEY=VALUE\n`, whose length counts itself.
fn record(key: &[u8], value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut length = rest;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    [length.to_string().as_bytes(), b" ", key, b"=", value, b"\n"].concat()
}
