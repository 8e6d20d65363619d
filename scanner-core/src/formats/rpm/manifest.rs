//! `container-manifest-2`: what rpm said of the packages of an image before its database was taken out.
//! Specification: the query format of Azure Linux's distroless images:
//! `NAME VERSION-RELEASE INSTALLTIME BUILDTIME VENDOR EPOCH SIZE ARCH EPOCHNUM SOURCERPM`, a tab between fields.

use crate::formats::Problem;

/// A line: one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The line's number, counted from 1.
    pub line: u32,
    /// Name.
    pub name: &'a str,
    /// Version and release, with `-` between.
    pub version: &'a str,
    /// Epoch; empty where none is stated.
    pub epoch: &'a str,
    /// Architecture; empty where none is stated.
    pub architecture: &'a str,
    /// Who distributes it; empty where nobody is stated.
    pub vendor: &'a str,
    /// The file name of the source package; empty where none is stated.
    pub source_rpm: &'a str,
}

/// Reads every line.
pub fn manifest(text: &str) -> (Vec<Row<'_>>, Vec<Problem>) {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for (line, text) in (1_u32..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        // rpm writes `(none)` for what a package does not state.
        let fields: Vec<&str> =
            text.split('\t').map(|it| if it == "(none)" { "" } else { it }).collect();
        match fields.as_slice() {
            [name, version, _, _, vendor, epoch, _, architecture, _, source_rpm] => {
                rows.push(Row { line, name, version, epoch, architecture, vendor, source_rpm });
            }
            _ => problems.push(Problem { line, what: "does not have ten fields" }),
        }
    }
    (rows, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_rpm_had_nothing_for_are_empty() {
        let (rows, problems) = manifest(
            "bash\t5.1.8-4.cm2\t1\t2\tMicrosoft Corporation\t(none)\t3\tx86_64\t0\tbash-5.1.8-4.cm2.src.rpm\n\nbroken\n",
        );
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].epoch, rows[0].vendor), ("", "Microsoft Corporation"));
        assert_eq!(problems, [Problem { line: 3, what: "does not have ten fields" }]);
    }
}
