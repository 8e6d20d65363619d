//! `RECORD`: the files of an installed Python distribution.
//! Specification: PyPA, "Recording installed projects", the RECORD file.

/// Reads the path of every row: relative to the directory that holds the `.dist-info`, or absolute.
pub fn paths(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split(|byte| *byte == b'\n').map(first_field).filter(|path| !path.is_empty()).collect()
}

/// The first field of a row of comma-separated values.
fn first_field(row: &[u8]) -> Vec<u8> {
    let row = row.strip_suffix(b"\r").unwrap_or(row);
    let Some(quoted) = row.strip_prefix(b"\"") else {
        return row.split(|byte| *byte == b',').next().unwrap_or_default().to_vec();
    };
    let mut field = Vec::new();
    let mut bytes = quoted.iter().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if bytes.peek() != Some(&&b'"') => break,
            b'"' => field.extend(bytes.next()),
            byte => field.push(*byte),
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_quoted_paths_are_read() {
        let rows = b"a/b.py,sha256=x,3\r\n\"we,ird\"\"name\",,\n\n../../bin/tool,,\n";
        assert_eq!(
            paths(rows),
            [b"a/b.py".to_vec(), b"we,ird\"name".to_vec(), b"../../bin/tool".to_vec()]
        );
    }
}
