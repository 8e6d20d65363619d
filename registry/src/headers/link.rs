//! Where a list goes on: the header `Link`.
//! Specification: RFC 8288 §3; OCI distribution-spec v1.1, "Listing Referrers".

/// The next page, on the same host.
pub(crate) fn next(text: &str) -> Option<&str> {
    let (address, rest) = text.strip_prefix('<')?.split_once('>')?;
    (rest.contains("rel=\"next\"") && address.starts_with('/')).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_on_the_same_host() {
        assert_eq!(next(r#"</v2/a/referrers/x?n=2>; rel="next""#), Some("/v2/a/referrers/x?n=2"));
        for wrong in ["", "</a", "</a>", r#"</a>; rel="prev""#, r#"<http://b/a>; rel="next""#] {
            assert_eq!(next(wrong), None, "{wrong}");
        }
    }
}
