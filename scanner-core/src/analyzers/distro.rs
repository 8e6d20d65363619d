//! The operating system itself, by its `os-release`.

use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::os_release;
use crate::fs::{File, LayeredFs};
use crate::model::{Component, Distro, Identity, Kind, Method, Position, Supplier};

/// Where the file may be; the first that is there counts (os-release(5)).
const PLACES: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];

/// Finds the operating system.
pub(super) struct OsRelease;

impl Analyzer for OsRelease {
    fn id(&self) -> &'static str {
        "distro"
    }

    fn about(&self) -> About {
        About {
            claims: "the operating system, by ID and VERSION_ID",
            refuses: "a file without ID; /usr/lib/os-release where /etc/os-release is another file",
            specification: "os-release(5)",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Path(PLACES[0]), Select::Path(PLACES[1])]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        target.metadata(cx.fs.limits())?;
        let Some(distro) =
            cx.distro.filter(|_| place(cx.fs).is_some_and(|it| it.path == target.file.path))
        else {
            return Ok(());
        };
        let identity = Identity::new(&format!("os:{}", distro.qualifier()));
        let version = distro.version_id.clone().unwrap_or_default();
        let mut component =
            Component::identified(Kind::OperatingSystem, identity, &distro.id, version);
        component.properties.insert("os:name", distro.name.clone());
        if !distro.id_like.is_empty() {
            component.properties.insert("os:id-like", distro.id_like.join(" "));
        }
        component.supplier = Supplier::organization(&distro.name);
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

/// The distribution that an image names. A file that cannot be read is told of when its turn as a file comes.
pub fn distro(fs: &LayeredFs<'_>) -> Option<Distro> {
    let text = place(fs)?.bytes(fs.limits().metadata_bytes).ok()?;
    read(&String::from_utf8_lossy(&text))
}

fn place<'a>(fs: &'a LayeredFs<'_>) -> Option<File<'a>> {
    PLACES.iter().find_map(|path| fs.file(path))
}

fn read(text: &str) -> Option<Distro> {
    let mut values = os_release::parse(text);
    let id = values.remove("ID").map(|id| id.to_lowercase()).filter(|id| !id.is_empty())?;
    Some(Distro {
        name: values.remove("NAME").filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone()),
        version_id: values.remove("VERSION_ID").filter(|version| !version.is_empty()),
        id_like: values
            .remove("ID_LIKE")
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rolling_release_has_no_version() {
        let distro = read("ID=\"Arch\"\nNAME='Arch Linux'\nID_LIKE=\"a b\"\n").unwrap();
        assert_eq!(distro.qualifier(), "arch");
        assert_eq!(distro.id_like, ["a", "b"]);
        assert_eq!(read("NAME=x\n"), None);
    }
}
