//! How much of an upload came: the header `Range` of an answer.
//! Specification: OCI distribution-spec v1.1, "Pushing a blob in chunks".

/// How many bytes came: `0-LAST`, which is `0-0` where there are none.
pub(crate) fn received(text: &str) -> Option<usize> {
    let last: usize = text.trim_start_matches("bytes=").strip_prefix("0-")?.parse().ok()?;
    Some(if last == 0 { 0 } else { last.saturating_add(1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_one_more_than_the_last_place() {
        assert_eq!(received("0-99"), Some(100));
        assert_eq!(received("bytes=0-99"), Some(100));
        assert_eq!(received("0-0"), Some(0));
        assert_eq!(received(&format!("0-{}", usize::MAX)), Some(usize::MAX));
        for wrong in ["", "0", "1-2", "0-", "0--1", "0-99999999999999999999"] {
            assert_eq!(received(wrong), None, "{wrong}");
        }
    }
}
