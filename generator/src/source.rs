//! What is scanned, as the user writes it, and the file that keeps contents of compressed layers meanwhile.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use scanner_core::source::{
    Found, Platform, Platforms, Reading, Reference, Request, Spill, docker_archive, oci_layout,
};

use crate::cli::Registries;
use crate::failure::Usage;
use crate::remote::Remote;

/// File systems that live in memory, by their magic numbers (statfs(2)).
const IN_MEMORY: [i64; 2] = [0x0102_1994, 0x8584_58f6];

/// Something to scan.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A directory.
    Directory(PathBuf),
    /// Images in a medium.
    Images { medium: Medium, path: PathBuf, reference: Option<Reference> },
    /// An image or index of a registry.
    Registry(registry::Reference),
    /// An image of this machine's Docker.
    Daemon(String),
}

/// What holds images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Medium {
    OciLayout,
    DockerArchive,
}

impl Source {
    /// Reads `dir:PATH`, `oci-layout:PATH[:NAME|@DIGEST]` and the like. A path that is named must be there;
    /// what is no directory and has no such word before it is a reference.
    pub(crate) fn parse(text: &str) -> Result<Self, Usage> {
        let media = [
            ("oci-layout:", Medium::OciLayout),
            ("oci-archive:", Medium::OciLayout),
            ("docker-archive:", Medium::DockerArchive),
        ];
        for (prefix, medium) in media {
            if let Some(rest) = text.strip_prefix(prefix) {
                let (path, reference) = split(rest)?;
                return Ok(Self::Images { medium, path, reference });
            }
        }
        if let Some(name) = text.strip_prefix("docker:") {
            return Ok(Self::Daemon(name.to_owned()));
        }
        if let Some(reference) = text.strip_prefix("registry:") {
            return reference.parse().map(Self::Registry).map_err(Usage);
        }
        let path = Path::new(text.strip_prefix("dir:").unwrap_or(text));
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Ok(Self::Directory(path.to_owned())),
            Ok(_) => Err(Usage(format!(
                "{0} is not a directory: give dir:PATH of an unpacked root, or say what the file is, as in \
                 docker-archive:{0} or oci-archive:{0}",
                path.display()
            ))),
            Err(error) if text.starts_with("dir:") => Err(missing(path, &error)),
            Err(error) => match text.parse() {
                Ok(reference) => Ok(Self::Registry(reference)),
                Err(why) => Err(Usage(format!("{}; and {why}", missing(path, &error).0))),
            },
        }
    }

    /// What an image is called that has no name of its own: its reference, or the last part of the path.
    /// The rest of a path is the user's own business and never reaches a document.
    pub(crate) fn title(&self) -> anyhow::Result<String> {
        let path = match self {
            Self::Directory(path) | Self::Images { path, .. } => path,
            Self::Registry(reference) => return Ok(reference.to_string()),
            Self::Daemon(name) => return Ok(name.clone()),
        };
        let absolute =
            path.canonicalize().with_context(|| format!("cannot resolve {}", path.display()))?;
        Ok(absolute
            .file_name()
            .map_or_else(|| "root".to_owned(), |name| name.to_string_lossy().into_owned()))
    }
}

/// Where images are found.
pub(crate) struct Sources<'a> {
    pub(crate) reading: &'a Reading<'a>,
    pub(crate) registries: &'a Registries,
}

impl Sources<'_> {
    /// Finds the images that a source means, for these platforms.
    pub(crate) fn find(&self, source: &Source, platforms: Platforms) -> anyhow::Result<Vec<Found>> {
        let mut request = Request { reference: None, platforms, title: source.title()? };
        match source {
            Source::Directory(path) => {
                let why = format!("{} is a directory, where an image is wanted", path.display());
                Err(Usage(why).into())
            }
            Source::Images { medium, path, reference } => {
                request.reference.clone_from(reference);
                Ok(match medium {
                    Medium::OciLayout => oci_layout::find(path, &request, self.reading),
                    Medium::DockerArchive => docker_archive::find(path, &request, self.reading),
                }?)
            }
            Source::Registry(reference) => {
                Remote::new(self.registries)?.in_registry(reference, &request, self.reading)
            }
            Source::Daemon(name) => {
                Remote::new(self.registries)?.in_daemon(name, &request, self.reading)
            }
        }
    }

    /// Finds one image for a platform.
    pub(crate) fn find_one(&self, text: &str, platform: Platform) -> anyhow::Result<Found> {
        let mut found = self.find(&Source::parse(text)?, Platforms::One(platform))?;
        found.pop().with_context(|| format!("there is no image in {text}"))
    }
}

/// Tells a path from the name or digest after it: the longest part that exists is the path.
fn split(text: &str) -> Result<(PathBuf, Option<Reference>), Usage> {
    if Path::new(text).exists() {
        return Ok((text.into(), None));
    }
    if let Some((path, digest)) = text.rsplit_once('@').filter(|(path, _)| Path::new(path).exists())
    {
        let reference = Reference::digest(digest).map_err(Usage)?;
        return Ok((path.into(), Some(reference)));
    }
    let named = text.rmatch_indices(':').map(|(at, _)| (&text[..at], &text[at + 1..]));
    let found = named.into_iter().find(|(path, name)| !name.is_empty() && Path::new(path).exists());
    match found {
        Some((path, name)) => Ok((path.into(), Some(Reference::Name(name.to_owned())))),
        None => Err(missing(Path::new(text), &std::io::ErrorKind::NotFound.into())),
    }
}

fn missing(path: &Path, error: &std::io::Error) -> Usage {
    Usage(format!("cannot scan {}: {error}", path.display()))
}

/// Makes the spill file where the user says, else in the first usual place that is on a disk.
/// It has no name: it is gone with the program, however that ends.
pub(crate) fn spill(directory: Option<&Path>, limit: u64) -> anyhow::Result<Arc<Spill>> {
    let file = match directory {
        Some(directory) => tempfile::tempfile_in(directory)
            .with_context(|| format!("cannot make a file in {}", directory.display()))?,
        None => on_disk().context(
            "no directory for temporary files is on a disk and may be written to; name one with --spill-dir",
        )?,
    };
    Ok(Arc::new(Spill::new(file, limit)))
}

fn on_disk() -> Option<File> {
    let usual = [std::env::temp_dir(), "/var/tmp".into(), "/tmp".into(), ".".into(), "/".into()];
    usual.iter().filter(|it| !is_in_memory(it)).find_map(|it| tempfile::tempfile_in(it).ok())
}

pub(crate) fn is_in_memory(path: &Path) -> bool {
    rustix::fs::statfs(path).is_ok_and(|it| IN_MEMORY.contains(&it.f_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_part_that_exists_is_the_path() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a:b");
        std::fs::create_dir(&path).unwrap();
        let text = path.to_str().unwrap();
        let name = |name: &str| Some(Reference::Name(name.to_owned()));
        assert_eq!(split(text).unwrap(), (path.clone(), None));
        assert_eq!(split(&format!("{text}:v1")).unwrap(), (path.clone(), name("v1")));
        let full = "registry.example:5000/app:v1";
        assert_eq!(split(&format!("{text}:{full}")).unwrap(), (path.clone(), name(full)));
        let digest = format!("sha256:{}", "0".repeat(64));
        assert_eq!(
            split(&format!("{text}@{digest}")).unwrap(),
            (path.clone(), Some(Reference::digest(&digest).unwrap()))
        );
        assert!(split(&format!("{text}@sha256:12")).is_err());
        assert!(split("/nonexistent:v1").is_err());
    }

    #[test]
    fn memory_is_told_from_disks() {
        assert!(is_in_memory(Path::new("/dev/shm")));
        assert!(!is_in_memory(Path::new("/proc")));
    }
}
