//! Text of images as text of a page.

use std::fmt;

use crate::emit::columns::is_unseen;

/// Displays a text so that nothing in it is markup, and nothing in it hides or turns what the reader sees.
pub(super) struct Safe<'a>(pub(super) &'a str);

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for it in self.0.chars() {
            match it {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                it if is_unseen(it) => write!(f, "{}", it.escape_unicode())?,
                it => write!(f, "{it}")?,
            }
        }
        Ok(())
    }
}
