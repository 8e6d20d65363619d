//! The frame and the escaping; what browsers make of it is tested end to end.

use super::page::page;
use super::safe::Safe;

#[test]
fn nothing_scanned_is_markup_or_hides() {
    let hostile = "<script>alert(1)</script>\" onload='x' &amp; \u{202e}gnp.exe\u{0}\u{200b}";
    let text = Safe(hostile).to_string();
    assert!(!text.contains(['<', '>', '"', '\'', '\u{202e}', '\u{0}', '\u{200b}']), "{text}");
    assert!(text.contains("&amp;amp;") && text.contains("\\u{202e}gnp.exe"), "{text}");
}

#[test]
fn a_page_needs_nothing_from_elsewhere() {
    let page = page("a & <b>", "");
    assert!(page.contains("<title>a &amp; &lt;b&gt;</title>"));
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'; style-src 'sha256-"));
}
