//! Python distributions, as pip and its like installed them.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::deb822::{self, Stanza};
use crate::formats::{direct_url, dist_record};
use crate::fs::File;
use crate::model::{Code, Component, Kind, License, Method, Position, Purl, Supplier};
use crate::path::ImagePath;

/// Finds installed Python distributions.
pub(super) struct Python;

impl Analyzer for Python {
    fn id(&self) -> &'static str {
        "python"
    }

    fn about(&self) -> About {
        About {
            claims: "each .dist-info with METADATA, each .egg-info folder with PKG-INFO or .egg-info file, each .egg \
                     folder, what an .egg-link leads to; copies in a _vendor folder too, marked as such",
            refuses: "metadata without Name or Version; wheels that lie about, requirement and lock files, .pth files, \
                      vendor.txt, pyvenv.cfg: they tell what should be there or where to look for it",
            specification: "PyPA: Recording installed projects, Core metadata, Direct URL; setuptools: the internal \
                            structure of Python eggs",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[
            Select::Suffix(".dist-info/METADATA"),
            Select::Suffix(".egg-info/PKG-INFO"),
            Select::Suffix(".egg-info"),
            Select::Suffix(".egg/EGG-INFO/PKG-INFO"),
            Select::Suffix(".egg-link"),
        ]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let path = target.file.path;
        let mut text = target.metadata(cx.fs.limits())?;
        // An .egg-info that is a file has no folder of its own.
        let mut info = path.parent().filter(|_| !path.as_bytes().ends_with(b".egg-info"));
        let mut editable = None;
        if path.as_bytes().ends_with(b".egg-link") {
            let Some((directory, metadata)) = linked(path, &text, cx) else {
                found.notice(Code::Incomplete, "links to a directory without its metadata");
                return Ok(());
            };
            let bytes = metadata.bytes(cx.fs.limits().metadata_bytes)?;
            text = String::from_utf8_lossy(&bytes).into_owned();
            info = None;
            editable = Some(directory);
        }
        let metadata = deb822::first(&text);
        let field = |name| metadata.get(name).filter(|value| !value.is_empty());
        let name = field("Name").filter(|it| is_name(it));
        let (Some(name), Some(version)) = (name, field("Version")) else {
            found.notice(Code::Incomplete, "lacks a valid name or version");
            return Ok(());
        };
        let mut component =
            Component::new(Kind::Library, &Purl::new("pypi", name, version), name, version);
        component.licenses = licenses(&metadata);
        component.supplier = supplier(&metadata);
        if let Some(directory) = info {
            component.owns = owned_files(&directory, cx);
            origin(&directory, &mut component, found, cx);
        }
        if path.as_bytes().ends_with(b".egg/EGG-INFO/PKG-INFO") {
            component.folders.extend(path.parent().and_then(|it| it.parent()));
        }
        if let Some(directory) = editable {
            component.properties.insert("python:editable", directory.display().into_owned());
        }
        if let Some(folder) = vendor_folder(path) {
            component.properties.insert("python:vendored", folder.display().into_owned());
        }
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

/// The directory that an `.egg-link` names, and the metadata of its project there.
fn linked<'a>(link: &ImagePath, text: &str, cx: &Context<'a>) -> Option<(ImagePath, File<'a>)> {
    let directory = link.parent()?.join(text.lines().next()?.trim())?;
    let directory = cx.fs.resolve(&directory).ok()?;
    let project = str::from_utf8(link.file_name()).ok()?.strip_suffix(".egg-link")?;
    let file = [project.to_owned(), project.replace('-', "_")]
        .iter()
        .find_map(|name| cx.fs.file_at(&directory.join(format!("{name}.egg-info/PKG-INFO"))?))?;
    Some((directory, file))
}

/// The folder of copies that a distribution brings along, if this is such a copy.
fn vendor_folder(path: &ImagePath) -> Option<ImagePath> {
    let folders = std::iter::successors(path.parent(), ImagePath::parent);
    folders.into_iter().find(|it| matches!(it.file_name(), b"_vendor" | b"_vendored"))
}

/// The licences declared: the expression of newer metadata counts alone, else the field and the classifiers.
fn licenses(metadata: &Stanza<'_>) -> Vec<License> {
    if let Some(expression) = metadata.get("License-Expression").and_then(License::new) {
        return vec![expression];
    }
    let field =
        metadata.get("License").filter(|it| !matches!(*it, "UNKNOWN" | "") && !it.contains('\n'));
    if let Some(license) = field.and_then(License::new) {
        return vec![license];
    }
    let classifiers = metadata.all("Classifier").filter_map(|it| it.strip_prefix("License ::"));
    classifiers.filter_map(|it| License::new(it.rsplit("::").next()?)).collect()
}

/// Who supplies a distribution, as its metadata declares.
fn supplier(metadata: &Stanza<'_>) -> Option<Supplier> {
    let field = |name| {
        metadata
            .get(name)
            .filter(|it| !matches!(*it, "" | "UNKNOWN"))
            .and_then(|it| it.lines().next())
    };
    let person = |name, address| match (field(name), field(address)) {
        (Some(name), Some(address)) if !address.contains(['<', ',']) => {
            Some(format!("{name} <{address}>"))
        }
        (Some(name), _) => Some(name.to_owned()),
        (None, address) => address.map(str::to_owned),
    };
    let named =
        person("Author", "Author-email").or_else(|| person("Maintainer", "Maintainer-email"))?;
    Supplier::person(&named)
}

/// The files that `RECORD` lists, or `installed-files.txt` of an egg.
fn owned_files(info: &ImagePath, cx: &Context<'_>) -> Vec<ImagePath> {
    let read = |name: &str| {
        let path = info.join(name)?;
        cx.fs.file_at(&path)?.bytes(cx.fs.limits().metadata_bytes).ok()
    };
    let (base, bytes) = match (read("RECORD"), read("installed-files.txt")) {
        (Some(record), _) => (info.parent(), record),
        (None, Some(list)) => (Some(info.clone()), list),
        (None, None) => return Vec::new(),
    };
    let Some(base) = base else { return Vec::new() };
    dist_record::paths(&bytes).iter().filter_map(|path| place(&base, path, cx)).collect()
}

/// Where a listed file is. `pip install --target` moves scripts after it wrote the list: `../../bin/NAME` to `bin/NAME`.
fn place(base: &ImagePath, listed: &[u8], cx: &Context<'_>) -> Option<ImagePath> {
    let path = base.join(listed)?;
    let moved = listed.strip_prefix(b"../../").filter(|it| it.starts_with(b"bin/"));
    let moved = moved.filter(|_| cx.fs.file_at(&path).is_none()).and_then(|it| base.join(it));
    moved.filter(|it| cx.fs.file_at(it).is_some()).or(Some(path))
}

/// Where a distribution that did not come from an index came from.
fn origin(info: &ImagePath, component: &mut Component, found: &mut Findings<'_>, cx: &Context<'_>) {
    let Some(path) = info.join("direct_url.json") else { return };
    let Some(file) = cx.fs.file_at(&path) else { return };
    let read = file.bytes(cx.fs.limits().metadata_bytes).map_err(Fault::from);
    match read.and_then(|bytes| {
        direct_url::parse(&bytes).map_err(|error| Fault::new(Code::Malformed, error.to_string()))
    }) {
        Ok(origin) => {
            component.download = origin.download();
            if origin.editable {
                component.properties.insert("python:editable", origin.url);
            }
        }
        Err(fault) => fault.report_at(path, found),
    }
}
