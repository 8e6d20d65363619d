//! Paths inside an image: absolute bytes, never a path of the host.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::str::Utf8Chunk;
use std::sync::Arc;

/// An absolute path inside an image.
///
/// Linux names are bytes, so this is bytes.
/// It begins with `/`, has no empty, `.` or `..` component and no trailing slash (the root is `/`).
/// Paths order by component, so that a directory is directly followed by its content.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ImagePath(Arc<[u8]>);

impl ImagePath {
    /// The root directory.
    pub fn root() -> Self {
        Self(b"/".as_slice().into())
    }

    /// Takes a name as archives and databases write it, relative or absolute, as seen from the root.
    /// `..` never climbs above the root. A name with a NUL byte is none.
    pub fn normalize(name: impl AsRef<[u8]>) -> Option<Self> {
        let name = name.as_ref();
        if is_normal(name) { Some(Self(name.into())) } else { Self::root().join(name) }
    }

    /// Resolves `name` from this directory without looking at the file system.
    pub fn join(&self, name: impl AsRef<[u8]>) -> Option<Self> {
        let name = name.as_ref();
        if name.contains(&0) {
            return None;
        }
        let directory = if name.first() == Some(&b'/') { b"" } else { self.prefix() };
        let mut joined = Vec::with_capacity(directory.len() + name.len() + 1);
        joined.extend_from_slice(directory);
        for component in name.split(|byte| *byte == b'/') {
            match component {
                b"" | b"." => {}
                b".." => {
                    joined.truncate(joined.iter().rposition(|byte| *byte == b'/').unwrap_or(0));
                }
                component => {
                    joined.push(b'/');
                    joined.extend_from_slice(component);
                }
            }
        }
        if joined.is_empty() {
            joined.push(b'/');
        }
        Some(Self(joined.into()))
    }

    /// The directory that holds this path; none for the root.
    pub fn parent(&self) -> Option<Self> {
        self.directory().map(|it| Self(it.into()))
    }

    /// The bytes of the directory that holds this path; none for the root.
    pub fn directory(&self) -> Option<&[u8]> {
        let end = self.0.iter().rposition(|byte| *byte == b'/')?;
        let directory = if end == 0 { b"/" } else { self.0.get(..end)? };
        (self.0.len() > 1).then_some(directory)
    }

    /// The last component; empty for the root.
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
    }

    /// The whole path, beginning with `/`.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path without its leading slash, as system calls beneath a root take it; empty for the root.
    pub fn relative(&self) -> &[u8] {
        self.0.get(1..).unwrap_or_default()
    }

    /// What the paths of its content begin with, before the slash.
    fn prefix(&self) -> &[u8] {
        if self.0.len() == 1 { b"" } else { &self.0 }
    }

    /// The components from the root down.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &[u8]> + Clone {
        self.relative().split(|byte| *byte == b'/').filter(|component| !component.is_empty())
    }

    /// Whether this path lies below the directory; no directory lies below itself.
    pub fn is_below(&self, directory: &Self) -> bool {
        self.0
            .strip_prefix(directory.prefix())
            .is_some_and(|rest| rest.len() > 1 && rest.first() == Some(&b'/'))
    }

    /// The path as text. Bytes that are not UTF-8, and those that steer a terminal, are percent-encoded.
    pub fn display(&self) -> Cow<'_, str> {
        match str::from_utf8(&self.0) {
            Ok(text) if !has_controls(text) => Cow::Borrowed(text),
            _ => Cow::Owned(
                self.0.utf8_chunks().fold(String::new(), |text, chunk| encode(text, &chunk)),
            ),
        }
    }
}

impl Ord for ImagePath {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0)
    }
}

impl PartialOrd for ImagePath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for ImagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display())
    }
}

/// Whether a name is written as paths are kept. Of hidden files it says no, which only costs time.
fn is_normal(name: &[u8]) -> bool {
    let [b'/', rest @ ..] = name else { return false };
    let mut before = b'/';
    for byte in rest {
        if *byte == 0 || before == b'/' && matches!(byte, b'/' | b'.') {
            return false;
        }
        before = *byte;
    }
    before != b'/'
}

/// Whether control characters are in a text. Of ASCII, which most paths are, its bytes tell.
fn has_controls(text: &str) -> bool {
    text.bytes().any(|it| it.is_ascii_control())
        || !text.is_ascii() && text.contains(char::is_control)
}

/// Adds a piece of a path to its text form.
fn encode(mut text: String, chunk: &Utf8Chunk<'_>) -> String {
    for character in chunk.valid().chars() {
        if character.is_control() {
            let _ = write!(text, "%{:02X}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    for byte in chunk.invalid() {
        let _ = write!(text, "%{byte:02X}");
    }
    text
}

/// Orders bytes as paths: `/` sorts before every other byte, so components compare one by one.
/// Neighbours share most of their bytes, so these are compared many at a time.
fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let rank = |byte: u8| if byte == b'/' { 0 } else { u16::from(byte) + 1 };
    let (chunks, others) = (left.as_chunks::<16>().0, right.as_chunks::<16>().0);
    for (a, b) in chunks.iter().zip(others) {
        let (a, b) = (u128::from_le_bytes(*a), u128::from_le_bytes(*b));
        if a != b {
            // The first byte is the lowest one.
            let before = (a ^ b).trailing_zeros() / 8 * 8;
            let first = |it: u128| (it >> before).to_le_bytes()[0];
            return rank(first(a)).cmp(&rank(first(b)));
        }
    }
    let same = chunks.len().min(others.len()) * 16;
    let (left, right) =
        (left.get(same..).unwrap_or_default(), right.get(same..).unwrap_or_default());
    match left.iter().zip(right).find(|(a, b)| a != b) {
        Some((a, b)) => rank(*a).cmp(&rank(*b)),
        None => left.len().cmp(&right.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> ImagePath {
        ImagePath::normalize(name).unwrap()
    }

    #[test]
    fn dots_are_resolved_and_never_leave_the_root() {
        assert_eq!(path("./usr//lib/../bin/").as_bytes(), b"/usr/bin");
        assert_eq!(path("../../etc/shadow").as_bytes(), b"/etc/shadow");
        assert_eq!(path("/usr").join("/etc").unwrap().as_bytes(), b"/etc");
        assert_eq!(ImagePath::normalize(b"a\0b"), None);
    }

    #[test]
    fn names_that_are_paths_already_are_kept() {
        let root = ImagePath::root();
        for name in [
            "/", "/a", "/a/b.c", "/a/.b", "/a.", "/a/", "//a", "/a//b", "/./a", "/a/..", "a", "",
            "/..",
        ] {
            assert_eq!(ImagePath::normalize(name), root.join(name), "{name}");
        }
        assert_eq!(ImagePath::normalize(b"/a\0"), None);
    }

    #[test]
    fn a_directory_is_directly_followed_by_its_content() {
        let mut paths = ["/a-b", "/a/b", "/a", "/", "/a.b"].map(path);
        paths.sort();
        assert_eq!(paths, ["/", "/a", "/a/b", "/a-b", "/a.b"].map(path));
    }

    #[test]
    fn long_paths_order_as_short_ones_do_wherever_they_differ() {
        for length in 1..40 {
            let directory = format!("/{}", "d".repeat(length));
            let sorted =
                ["", "/b", "/b/c", "-b", ".b", "e"].map(|it| path(&(directory.clone() + it)));
            assert!(sorted.is_sorted(), "{sorted:?}");
        }
    }

    #[test]
    fn parent_and_name_split_the_last_component() {
        assert_eq!(path("/usr/bin").parent(), Some(path("/usr")));
        assert_eq!(path("/usr").parent(), Some(ImagePath::root()));
        assert_eq!(ImagePath::root().parent(), None);
        assert_eq!(path("/usr/bin").file_name(), b"bin");
        assert!(
            path("/usr/bin").is_below(&path("/usr")) && !path("/usr-x").is_below(&path("/usr"))
        );
    }

    #[test]
    fn bytes_that_are_not_text_are_percent_encoded() {
        assert_eq!(ImagePath::normalize(b"a\xff\xfeb").unwrap().display(), "/a%FF%FEb");
        assert_eq!(path("a\x1b[31m\nb").display(), "/a%1B[31m%0Ab");
    }
}
