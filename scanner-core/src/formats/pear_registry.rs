//! `NAME.reg`: what PEAR, and PECL by it, noted of a package that it installed.
//! Specification: PEAR's `PEAR_Registry`; the manual of PHP, "serialize": `s:4:"name";`, `a:1:{KEY VALUE}` and so on.

use super::Malformed;

/// Levels of arrays in one another. Real ones have six.
const DEPTH: usize = 32;

/// A package; what is not stated is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// The channel that it came from: `pecl.php.net`.
    pub channel: String,
    /// Its version.
    pub version: String,
    /// Its licence.
    pub license: String,
    /// The files that were installed.
    pub files: Vec<String>,
}

/// Reads a record.
pub fn parse(bytes: &[u8]) -> Result<Record, Malformed> {
    let mut record = Record::default();
    values(bytes, &mut |keys, value| {
        let text = || String::from_utf8_lossy(value).into_owned();
        match keys {
            [b"name" | b"package"] => record.name = text(),
            [b"channel"] => record.channel = text(),
            // The second form of package.xml has a version of the interface beside that of the release.
            [b"version"] | [b"version", b"release"] => record.version = text(),
            [b"license"] | [b"license", b"_content"] => record.license = text(),
            [b"filelist", _, b"installed_as"] => record.files.push(text()),
            _ => {}
        }
    })?;
    Ok(record)
}

/// Shows every value that is no array, with the keys that lead to it.
fn values<'a>(bytes: &'a [u8], see: &mut impl FnMut(&[&[u8]], &[u8])) -> Result<(), Malformed> {
    let mut cursor = Cursor { bytes, at: 0 };
    let mut keys: Vec<&'a [u8]> = Vec::new();
    // Whether the key is read of what comes next.
    let mut has_key = true;
    loop {
        if !keys.is_empty() && !has_key && cursor.eat(b"}") {
            keys.pop();
        } else if has_key && cursor.eat(b"a:") {
            cursor.until(b":{")?;
            keys.push(b"");
            if keys.len() > DEPTH {
                return Err(cursor.malformed("arrays too deep in one another"));
            }
            has_key = false;
            continue;
        } else {
            let value = cursor.value()?;
            match keys.last_mut().filter(|_| !has_key) {
                Some(key) => {
                    *key = value;
                    has_key = true;
                    continue;
                }
                None => see(&keys, value),
            }
        }
        if keys.is_empty() {
            return Ok(());
        }
        has_key = false;
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn eat(&mut self, start: &[u8]) -> bool {
        let found = self.rest().starts_with(start);
        self.at += if found { start.len() } else { 0 };
        found
    }

    /// What comes before an end, which is passed over.
    fn until(&mut self, end: &[u8]) -> Result<&'a [u8], Malformed> {
        let rest = self.rest();
        let found = rest.windows(end.len()).position(|it| it == end);
        let found = found.ok_or(self.malformed("value without an end"))?;
        self.at += found + end.len();
        Ok(rest.get(..found).unwrap_or_default())
    }

    /// A value that is no array: a text of so many bytes, a number, a truth, or nothing.
    fn value(&mut self) -> Result<&'a [u8], Malformed> {
        if !self.eat(b"s:") {
            let value = self.until(b";")?;
            let known = matches!(value, [b'N'] | [b'i' | b'd' | b'b', b':', ..]);
            return if known {
                Ok(value.get(2..).unwrap_or_default())
            } else {
                Err(self.malformed("value of an unknown kind"))
            };
        }
        let length = self.until(b":\"")?;
        let length = str::from_utf8(length).ok().and_then(|it| it.parse::<usize>().ok());
        let text = length.and_then(|it| self.rest().get(..it));
        let text = text.ok_or(self.malformed("bad length of a text"))?;
        self.at += text.len();
        if self.eat(b"\";") { Ok(text) } else { Err(self.malformed("text of another length")) }
    }

    fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { what, offset: self.at as u64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_both_forms_of_a_package_are_read() {
        let new = b"a:6:{s:4:\"name\";s:5:\"redis\";s:7:\"channel\";s:12:\"pecl.php.net\";\
            s:7:\"version\";a:2:{s:7:\"release\";s:5:\"6.0.2\";s:3:\"api\";s:5:\"6.0.0\";}\
            s:7:\"license\";a:2:{s:7:\"attribs\";a:1:{s:3:\"uri\";s:1:\"x\";}s:8:\"_content\";s:3:\"PHP\";}\
            s:8:\"filelist\";a:1:{s:8:\"redis.so\";a:2:{s:4:\"role\";s:3:\"ext\";s:12:\"installed_as\";s:9:\"/ext/r.so\";}}\
            s:13:\"_lastmodified\";i:17;s:3:\"old\";a:1:{s:7:\"version\";N;}}";
        let read = parse(new).unwrap();
        assert_eq!((&*read.name, &*read.channel), ("redis", "pecl.php.net"));
        assert_eq!((&*read.version, &*read.license), ("6.0.2", "PHP"));
        assert_eq!(read.files, ["/ext/r.so"]);
        let old = b"a:3:{s:7:\"package\";s:3:\"Log\";s:7:\"version\";s:3:\"1.2\";i:0;b:1;}";
        let read = parse(old).unwrap();
        assert_eq!((&*read.name, &*read.version, &*read.channel), ("Log", "1.2", ""));
    }

    #[test]
    fn a_text_may_hold_what_ends_others() {
        let text = b"a:2:{s:7:\"summary\";s:8:\"a\";}b\";c\";s:4:\"name\";s:1:\"n\";}";
        assert_eq!(parse(text).unwrap().name, "n");
    }

    #[test]
    fn lies_objects_and_endless_depth_are_malformed() {
        let deep = b"a:1:{i:0;".repeat(100_000);
        for bytes in [&b""[..], b"a:1:{", b"s:9:\"x\";", b"s:x:\"\";", b"O:1:\"A\":0:{}", &deep] {
            assert!(parse(bytes).is_err());
        }
    }
}
