//! Packages of Gentoo and its derivatives, from Portage's database.

use super::{About, Analyzer, Context, Fault, Findings, Select, Target, os_package};
use crate::model::{Code, Component, Kind, License, Method, Position, Purl};
use crate::path::ImagePath;

const DATABASE: &str = "/var/db/pkg";

/// Finds packages that Portage installed.
pub(super) struct Portage;

impl Analyzer for Portage {
    fn id(&self) -> &'static str {
        "portage"
    }

    fn about(&self) -> About {
        About {
            claims: "each PF in /var/db/pkg/CATEGORY/NAME-VERSION, split into name and version by the grammar of PMS",
            refuses: "entries that are still being merged (-MERGING-…); binary packages and ebuilds elsewhere",
            specification: "PMS 3.1 and 3.2; portage(5)",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("PF")]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Name("CONTENTS"), Select::Name("LICENSE"), Select::Name("repository")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(directory) = target.file.path.parent() else { return Ok(()) };
        let category = directory.parent();
        let database = ImagePath::normalize(DATABASE).and_then(|it| cx.fs.resolve(&it).ok());
        if category.as_ref().and_then(ImagePath::parent) != database
            || directory.file_name().starts_with(b"-MERGING-")
        {
            return Ok(());
        }
        let text = target.metadata(cx.fs.limits())?;
        let category = category.map(|it| String::from_utf8_lossy(it.file_name()).into_owned());
        let (Some(category), Some((name, version))) = (category, split(text.trim())) else {
            found.notice(Code::Incomplete, "is not a name and a version");
            return Ok(());
        };
        let distro = cx.distro.map(crate::model::Distro::qualifier).unwrap_or_default();
        let purl =
            Purl::new("ebuild", name, version).namespace(&category).qualifier("distro", &distro);
        let mut package =
            Component::new(Kind::OsPackage, &purl, format!("{category}/{name}"), version);
        let read = |name| {
            let file = directory.join(name).and_then(|it| cx.fs.file_at(&it))?;
            file.bytes(cx.fs.limits().database_bytes).ok()
        };
        // A choice or a condition is kept in Portage's own words.
        let license = read("LICENSE").and_then(|it| License::new(&String::from_utf8_lossy(&it)));
        package.licenses = license.into_iter().collect();
        let contents = read("CONTENTS").unwrap_or_default();
        package.owns = os_package::owned_files(
            cx.fs,
            contents.split(|byte| *byte == b'\n').filter_map(installed_file),
        );
        if let Some(repository) = read("repository") {
            let repository = String::from_utf8_lossy(&repository).trim().to_owned();
            package.properties.insert("portage:repository", repository);
        }
        found.add(Method::Database, Position::Whole, package);
        Ok(())
    }
}

/// The path of a line of CONTENTS: `obj PATH MD5 MTIME` or `sym PATH -> TARGET MTIME`.
fn installed_file(line: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = line.strip_prefix(b"sym ") {
        let end = rest.windows(4).position(|it| it == b" -> ")?;
        return rest.get(..end);
    }
    let rest = line.strip_prefix(b"obj ")?;
    let mut parts = rest.rsplitn(3, |byte| *byte == b' ');
    parts.nth(2)
}

/// Splits `NAME-VERSION` where the grammar of versions says that the version begins.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut ends = text.rmatch_indices('-').map(|(at, _)| at);
    // A revision has a hyphen of its own.
    let last = ends.next()?;
    let (before, revision) = text.split_at_checked(last)?;
    let is_revision = revision.strip_prefix("-r").is_some_and(is_number);
    let at = if is_revision { ends.next()? } else { last };
    let name = text.get(..at)?;
    let version = text.get(at + 1..)?;
    let bare = if is_revision { before.get(at + 1..)? } else { version };
    (!name.is_empty() && is_version(bare)).then_some((name, version))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

/// Numbers with full stops, a letter, suffixes like `_p1` (PMS 3.2).
fn is_version(text: &str) -> bool {
    let mut parts = text.split('_');
    let numbers = parts.next().unwrap_or_default();
    let numbers = numbers.strip_suffix(|it: char| it.is_ascii_lowercase()).unwrap_or(numbers);
    numbers.split('.').all(is_number)
        && parts.all(|it| {
            let number =
                ["alpha", "beta", "pre", "rc", "p"].iter().find_map(|word| it.strip_prefix(word));
            number.is_some_and(|it| it.is_empty() || is_number(it))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_are_split_by_the_grammar() {
        for (text, expected) in [
            ("bash-5.2_p15-r6", Some(("bash", "5.2_p15-r6"))),
            ("gtk+-3.24.38", Some(("gtk+", "3.24.38"))),
            ("libsdl2-2.28.1b_alpha", Some(("libsdl2", "2.28.1b_alpha"))),
            ("font-adobe-100dpi-1.0.3-r2", Some(("font-adobe-100dpi", "1.0.3-r2"))),
            ("no-version", None),
            ("1.0", None),
            ("a-1_x2", None),
            ("a-r1", None),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
    }

    #[test]
    fn files_and_links_are_owned_and_directories_are_not() {
        assert_eq!(installed_file(b"obj /bin/a b 0123 17"), Some(b"/bin/a b".as_slice()));
        assert_eq!(installed_file(b"sym /bin/sh -> bash 17"), Some(b"/bin/sh".as_slice()));
        assert_eq!(installed_file(b"dir /bin"), None);
    }
}
