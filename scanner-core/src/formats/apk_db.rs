//! The database of installed packages of Alpine's package keeper.
//! Specification: apk-package(5), and the source of apk-tools (`src/database.c`).

/// One installed package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The line of its first field, counted from 1.
    pub line: u32,
    /// `P`: name.
    pub name: String,
    /// `V`: version with revision.
    pub version: String,
    /// `A`: architecture.
    pub architecture: String,
    /// `L`: licence.
    pub license: String,
    /// `o`: the source package that it was built from.
    pub origin: String,
    /// `m`: maintainer.
    pub maintainer: String,
    /// `c`: the commit of the package's recipe.
    pub commit: String,
    /// `D`: what it needs, as written; see [`names`].
    pub depends: String,
    /// `p`: what it provides, as written.
    pub provides: String,
    /// `F` and `R`: the files, relative to the root, as written.
    pub files: Vec<Vec<u8>>,
}

/// Reads every record that has at least one known field.
pub fn parse(bytes: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut record = Record::default();
    let mut directory: &[u8] = b"";
    for (line, text) in (1_u32..).zip(bytes.split(|byte| *byte == b'\n')) {
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let [field, b':', value @ ..] = text else {
            if text.is_empty() {
                finish(&mut records, &mut record);
                directory = b"";
            }
            continue;
        };
        if record.line == 0 {
            record.line = line;
        }
        match field {
            b'P' => record.name = lossy(value),
            b'V' => record.version = lossy(value),
            b'A' => record.architecture = lossy(value),
            b'L' => record.license = lossy(value),
            b'o' => record.origin = lossy(value),
            b'm' => record.maintainer = lossy(value),
            b'c' => record.commit = lossy(value),
            b'D' => record.depends = lossy(value),
            b'p' => record.provides = lossy(value),
            b'F' => directory = value,
            b'R' => record.files.push([directory, value].join(&b'/')),
            _ => {}
        }
    }
    finish(&mut records, &mut record);
    records
}

/// Names with operator and version, as in `musl>=1.2 so:libssl.so.3 cmd:sh=1.36-r0`; both are empty where any will do.
/// Conflicts (`!name`) are left out, and so is the repository that one asks for (`name@edge`).
pub fn names(field: &str) -> impl Iterator<Item = (&str, &str)> {
    let wanted = field.split_whitespace().filter(|it| !it.starts_with('!'));
    wanted.map(|it| {
        let it = it.split('@').next().unwrap_or_default();
        it.split_at(it.find(['<', '>', '=', '~']).unwrap_or(it.len()))
    })
}

fn finish(records: &mut Vec<Record>, record: &mut Record) {
    let record = std::mem::take(record);
    if record.line != 0 {
        records.push(record);
    }
}

fn lossy(value: &[u8]) -> String {
    String::from_utf8_lossy(value).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_below_the_directory_before_them() {
        let text =
            b"P:musl\nV:1.2.5-r0\nF:lib\nR:libc.so\nZ:Q1x\nF:\nR:init\n\nP:second\nR:stray\n";
        let records = parse(text);
        assert_eq!(records[0].files, [b"lib/libc.so".to_vec(), b"/init".to_vec()]);
        assert_eq!((records[1].line, records[1].name.as_str()), (9, "second"));
        assert_eq!(records[1].files, [b"/stray".to_vec()]);
    }

    #[test]
    fn what_is_needed_is_a_name_with_a_version_or_without() {
        let records = parse(b"P:a\nD:musl>=1.2 !old so:libz.so.1 b~3@edge\np:cmd:a=1-r0\n");
        let read = |field: &str| -> Vec<String> {
            names(field).map(|(name, version)| format!("{name} {version}")).collect()
        };
        assert_eq!(read(&records[0].depends), ["musl >=1.2", "so:libz.so.1 ", "b ~3"]);
        assert_eq!(read(&records[0].provides), ["cmd:a =1-r0"]);
    }

    #[test]
    fn a_cut_record_keeps_what_it_has() {
        let records = parse(b"P:musl\nV:1.2");
        assert_eq!(records[0].version, "1.2");
        assert_eq!(parse(b"\n\n\n"), []);
    }
}
