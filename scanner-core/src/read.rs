//! Random access to a file's bytes, whatever holds them.

use std::io;

/// Bytes of one file that can be read at any offset.
pub trait ReadAt: Send + Sync {
    /// The size in bytes.
    fn size(&self) -> u64;

    /// Reads at `offset` into `buffer` and says how many bytes came; 0 at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl ReadAt for &[u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest =
            usize::try_from(offset).ok().and_then(|start| self.get(start..)).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

/// Reads `length` bytes at `offset`, fewer where the file ends.
/// Memory is taken for bytes that the file really has, not for what `length` claims.
pub fn window(file: &(impl ReadAt + ?Sized), offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let length = length.min(file.size().saturating_sub(offset));
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, offset.saturating_add(filled as u64)) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_where_the_file_ends() {
        let file: &[u8] = b"0123456789";
        assert_eq!(window(&file, 8, u64::MAX).unwrap(), b"89");
        assert_eq!(window(&file, 2, 3).unwrap(), b"234");
        assert_eq!(window(&file, 99, 3).unwrap(), b"");
    }
}
