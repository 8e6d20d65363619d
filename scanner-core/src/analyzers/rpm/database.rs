//! rpm's own database, in any of its forms.

use std::sync::Arc;

use rayon::prelude::*;

use super::package::{KEY, Package};
use super::{Context, Fault, Findings, authority, os_package, relations, sqlite};
use crate::formats::rpm::{Blob, Database, Header, Path};
use crate::fs::File;
use crate::model::{Code, Component, FileDetail, License, Method, Position, RecordedDigest};
use crate::path::ImagePath;

/// Bytes of memory that a path takes beside its own.
const PATH_OVERHEAD: u64 = 32;

pub(super) fn analyze(
    found: &mut Findings<'_>,
    file: &File<'_>,
    cx: &Context<'_>,
) -> Result<(), Fault> {
    if let Some(path) = authority::preferred(file, cx) {
        found.notice(Code::Superseded, format!("is not what rpm uses; that is {}", path.display()));
        return Ok(());
    }
    let limits = cx.fs.limits();
    let bytes = sqlite::open(file, limits)?;
    let log = sqlite::log(file, cx);
    let log = log.as_ref().map(|log| sqlite::open(log, limits)).transpose()?;
    if bytes.size() == 0 {
        found.notice(Code::EmptyDatabase, "holds no package");
        return Ok(());
    }
    let database = Database::open(bytes.as_ref(), log.as_deref())?;
    let database = database.ok_or(Fault::new(Code::Malformed, "is no database of rpm"))?;
    let listing = database.list(limits.records);
    if listing.blobs.is_empty() && listing.problem.is_none() {
        found.notice(Code::EmptyDatabase, "holds no package");
    }
    if listing.left_out > 0 {
        let (limit, left_out) = (limits.records, listing.left_out);
        let message = format!("describes over {limit} packages; {left_out} are left out");
        found.notice(Code::LimitReached, message);
    }
    let size = listing.blobs.iter().map(|blob| blob.size).sum();
    let home = file.path.parent().into_iter().collect();
    let reader = Reader { database: &database, size, home, cx };
    let outcomes: Vec<Outcome> = listing.blobs.par_iter().map(|blob| reader.read(blob)).collect();
    for (blob, outcome) in listing.blobs.iter().zip(outcomes) {
        if let Some((code, message)) = outcome.notice {
            found.notice(code, format!("the package at offset {} {message}", blob.offset));
        }
        if let Some(package) = outcome.package {
            found.add(Method::Database, Position::Offset(blob.offset), package);
        }
    }
    listing.problem.map_or(Ok(()), |problem| Err(problem.into()))
}

/// What a blob comes to.
#[derive(Default)]
struct Outcome {
    package: Option<Component>,
    notice: Option<(Code, String)>,
}

impl Outcome {
    fn refused(code: Code, message: impl Into<String>) -> Self {
        Self { package: None, notice: Some((code, message.into())) }
    }
}

/// Reads the packages of one database.
struct Reader<'a> {
    database: &'a Database<'a>,
    /// Bytes of all its packages.
    size: u64,
    /// The directory that it is in.
    home: Arc<[ImagePath]>,
    cx: &'a Context<'a>,
}

impl Reader<'_> {
    fn read(&self, blob: &Blob) -> Outcome {
        let limit = self.cx.fs.limits().package_bytes;
        if blob.size > limit {
            let message = format!("has {} bytes, over the limit of {limit}", blob.size);
            return Outcome::refused(Code::LimitReached, message);
        }
        let bytes = match self.database.read(blob) {
            Ok(bytes) => bytes,
            Err(problem) => return Outcome::refused(Code::Malformed, format!("is cut: {problem}")),
        };
        let header = match Header::read(&bytes) {
            Ok(header) => header,
            Err(problem) => {
                return Outcome::refused(Code::Malformed, format!("is damaged: {problem}"));
            }
        };
        if header.name == KEY {
            return Outcome::default();
        }
        let Some(mut package) = component(&header, self.cx) else {
            return Outcome::refused(Code::Incomplete, "lacks a valid name, version or release");
        };
        let notice = match self.files(&header, blob.size) {
            Ok(files) => {
                package.owns = files;
                self.recorded(&header, &mut package).err()
            }
            Err(notice) => Some(notice),
        };
        let notice = match relations::claim((&header, blob.size), &self.home, self.cx) {
            Ok(claim) => {
                package.claims.push(claim);
                notice
            }
            Err(it) => notice.or(Some((Code::Malformed, format!("lists no dependencies: {it}")))),
        };
        Outcome { package: Some(package), notice }
    }

    /// The digests of a package's files, where documents list the files.
    fn recorded(&self, header: &Header<'_>, package: &mut Component) -> Result<(), (Code, String)> {
        if self.cx.files < FileDetail::All {
            return Ok(());
        }
        let malformed = |it| (Code::Malformed, format!("lists no digests: {it}"));
        let Some(algorithm) = header.digest_algorithm().map_err(malformed)? else { return Ok(()) };
        let listed = header.files().map_err(malformed)?;
        for it in listed.iter().take(self.cx.fs.limits().owned_files) {
            let value = str::from_utf8(it.digest).unwrap_or_default().to_lowercase();
            if value.is_empty() || !value.bytes().all(|it| it.is_ascii_hexdigit()) {
                continue;
            }
            let path = [it.directory, it.name].concat();
            let paths = os_package::owned_files(self.cx.fs, std::iter::once(path.as_slice()));
            let digest = RecordedDigest { algorithm, value: value.into() };
            package.recorded.extend(paths.into_iter().map(|path| (path, digest.clone())));
        }
        Ok(())
    }

    /// The files of a package of this size.
    fn files(&self, header: &Header<'_>, size: u64) -> Result<Vec<ImagePath>, (Code, String)> {
        let limits = self.cx.fs.limits();
        let listed = header.files();
        let listed = listed.map_err(|it| (Code::Malformed, format!("lists no files: {it}")))?;
        let weigh = |it: &Path<'_>| (it.directory.len() + it.name.len()) as u64 + PATH_OVERHEAD;
        let weight: u64 = listed.iter().map(weigh).sum();
        let share = size.saturating_mul(limits.owned_bytes) / self.size.max(1);
        let limit = size.saturating_mul(limits.path_expansion).min(share);
        if weight > limit {
            let message = format!(
                "lists files whose paths take {weight} bytes, over the limit of {limit}; they are left out"
            );
            return Err((Code::LimitReached, message));
        }
        let paths = listed.iter().take(limits.owned_files.saturating_add(1));
        let paths: Vec<Vec<u8>> = paths.map(|it| [it.directory, it.name].concat()).collect();
        Ok(os_package::owned_files(self.cx.fs, paths.iter().map(Vec::as_slice)))
    }
}

fn component(header: &Header<'_>, cx: &Context<'_>) -> Option<Component> {
    let package = Package {
        name: &header.name,
        version: &format!("{}-{}", header.version, header.release),
        epoch: &header.epoch.map(|it| it.to_string()).unwrap_or_default(),
        architecture: &header.architecture,
        vendor: &header.vendor,
        source_rpm: &header.source_rpm,
    };
    if !package.is_complete() || header.version.is_empty() || header.release.is_empty() {
        return None;
    }
    let mut component = package.component(cx);
    component.licenses.extend(License::new(&header.license));
    if !header.modularity_label.is_empty() {
        component.properties.insert("rpm:modularity-label", header.modularity_label.clone());
    }
    Some(component)
}
