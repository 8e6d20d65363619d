//! The main section of a jar's `META-INF/MANIFEST.MF`.
//! Specification: JAR File Specification, "JAR Manifest".

/// The attributes of the whole jar. Those of single entries come after the first blank line and are not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Names and values in their order.
    pub attributes: Vec<(String, String)>,
}

impl Manifest {
    /// The value of an attribute, if it has one; names are compared without case, and the last of one name counts.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().rev().find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// Reads the main section. Lines that are no attributes are left out.
pub fn parse(bytes: &[u8]) -> Manifest {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in lines_of(bytes) {
        match (line.strip_prefix(b" "), lines.last_mut()) {
            // A line may be broken within a character, so it is put together before it is decoded.
            (Some(rest), Some(last)) => last.extend_from_slice(rest),
            (None, _) => lines.push(line.to_vec()),
            (Some(_), None) => {}
        }
    }
    let attribute = |line: &Vec<u8>| {
        let line = String::from_utf8_lossy(line);
        let (name, value) = line.split_once(':')?;
        (!name.is_empty()).then(|| (name.to_owned(), value.trim().to_owned()))
    };
    Manifest { attributes: lines.iter().filter_map(attribute).collect() }
}

/// The lines up to the first blank one; they end with CR, LF or both.
fn lines_of(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut rest = Some(bytes);
    let lines = std::iter::from_fn(move || {
        let text = rest.filter(|text| !text.is_empty())?;
        let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(text.len());
        let (line, after) = text.split_at_checked(end)?;
        rest = after.strip_prefix(b"\r\n").or_else(|| after.get(1..));
        Some(line)
    });
    lines.take_while(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_lines_are_joined_even_within_a_character() {
        let text = b"Manifest-Version: 1.0\r\nBundle-Name: caf\xc3\r\n \xa9 au\r\n  lait\r\n\r\nName: x\r\nBundle-Name: y\r\n";
        let manifest = parse(text);
        assert_eq!(manifest.get("bundle-name"), Some("café au lait"));
        assert_eq!(manifest.get("Name"), None);
        assert_eq!(manifest.attributes.len(), 2);
    }

    #[test]
    fn every_line_end_is_one_and_what_is_no_attribute_is_left_out() {
        let manifest = parse(b" lost\nA: 1\rnonsense\rB:2\nEmpty:\nA: 3");
        assert_eq!(manifest.get("A"), Some("3"));
        assert_eq!(manifest.get("B"), Some("2"));
        assert_eq!(manifest.get("Empty"), None);
    }
}
