//! Which of several databases counts: the one that rpm itself would open.

use super::Context;
use crate::fs::File;
use crate::path::ImagePath;

/// Where a database may be. In one directory rpm takes the first form that is there, whatever is in it
/// (`lib/backend/dbi.cc`): what is left of an older form is stale.
pub(super) const PLACES: [[&str; 3]; 3] = [
    [
        "/usr/lib/sysimage/rpm/rpmdb.sqlite",
        "/usr/lib/sysimage/rpm/Packages.db",
        "/usr/lib/sysimage/rpm/Packages",
    ],
    ["/usr/share/rpm/rpmdb.sqlite", "/usr/share/rpm/Packages.db", "/usr/share/rpm/Packages"],
    ["/var/lib/rpm/rpmdb.sqlite", "/var/lib/rpm/Packages.db", "/var/lib/rpm/Packages"],
];
/// How the configuration names the directories of [`PLACES`]: as they are, or by macros for their first part.
const ENDINGS: [&str; 3] = ["/lib/sysimage/rpm", "/share/rpm", "r}/lib/rpm"];
pub(super) const CONFIGURATION: &str = "/usr/lib/rpm/macros";

/// The database that counts before this one; none where this one counts.
pub(super) fn preferred(file: &File<'_>, cx: &Context<'_>) -> Option<ImagePath> {
    let chosen: Vec<Option<File<'_>>> =
        PLACES.iter().map(|forms| forms.iter().find_map(|path| cx.fs.file(path))).collect();
    // Without a configuration each directory is a database of its own.
    let configured = configured(cx).and_then(|index| chosen.get(index)?.as_ref());
    let counting: Vec<&File<'_>> = match configured {
        Some(file) => vec![file],
        None => chosen.iter().flatten().collect(),
    };
    if counting.iter().any(|it| it.path == file.path) {
        return None;
    }
    let beside = counting.iter().find(|it| it.path.parent() == file.path.parent());
    beside.or(counting.first()).map(|it| it.path.clone())
}

/// The directory that the image's own rpm is configured to use.
fn configured(cx: &Context<'_>) -> Option<usize> {
    let macros = cx.fs.file(CONFIGURATION)?.bytes(cx.fs.limits().metadata_bytes).ok()?;
    directory(&String::from_utf8_lossy(&macros))
}

/// The directory that `%_dbpath` names; the last definition counts.
fn directory(macros: &str) -> Option<usize> {
    let definition = |line: &str| {
        let value = line.strip_prefix("%_dbpath")?;
        value.starts_with([' ', '\t']).then(|| value.trim().to_owned())
    };
    let value = macros.lines().filter_map(definition).next_back()?;
    let value = if value == "/var/lib/rpm" { "%{_var}/lib/rpm".to_owned() } else { value };
    ENDINGS.iter().position(|ending| value.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_of_the_configuration_is_known_by_macro_and_by_path() {
        assert_eq!(directory("%_dbpath\t\t%{_var}/lib/rpm\n"), Some(2));
        assert_eq!(directory("%_dbpath /var/lib/rpm\n"), Some(2));
        assert_eq!(directory("%_dbpath %{_usr}/lib/sysimage/rpm\n"), Some(0));
        assert_eq!(directory("%_dbpath\t/usr/share/rpm\n"), Some(1));
        assert_eq!(directory("%_dbpath_rebuild %{_dbpath}\n%_dbpath ~/.rpmdb\n"), None);
    }
}
