//! Which part of a blob comes: the header `Content-Range`.
//! Specification: RFC 9110 §14.4.

/// The place of the first byte that comes.
pub(crate) fn start(text: &str) -> Option<u64> {
    text.strip_prefix("bytes ")?.split_once('-')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_begins_where_it_says() {
        assert_eq!(start("bytes 20-99/100"), Some(20));
        assert_eq!(start("bytes 0-0/*"), Some(0));
        let huge = "bytes 99999999999999999999-";
        for wrong in ["", "bytes ", "bytes */100", "bytes -5", "items 1-2", "bytes 1", huge] {
            assert_eq!(start(wrong), None, "{wrong}");
        }
    }
}
