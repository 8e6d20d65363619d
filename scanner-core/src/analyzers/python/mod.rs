//! Python distributions, as pip and its like installed them.

mod environment;
mod files;
mod marker;
mod metadata;
mod requirements;
mod source;

use super::cached::is_cached;
use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::{deb822, direct_url};
use crate::model::{Code, Component, Kind, Method, Purl};
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
                     folder or file of an installation, what an .egg-link leads to; copies in a _vendor folder too, marked as such; Requires-Dist and \
                     requires.txt, markers evaluated for the interpreter of the environment, extras where another one asks for them",
            refuses: "metadata without Name or Version; fixtures in the tests of packages; the caches of uv and conda; wheels and eggs that lie about, requirement and lock files, .pth files, \
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
            Select::Suffix(".egg"),
            Select::Suffix(".egg-link"),
        ]
    }

    fn reads(&self) -> &'static [Select] {
        &[
            Select::Name("RECORD"),
            Select::Name("installed-files.txt"),
            Select::Name(files::TOP_LEVEL),
            Select::Name("direct_url.json"),
            Select::Name("easy-install.pth"),
            Select::Name(source::REQUIRES),
            Select::Name("pyvenv.cfg"),
        ]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let path = target.file.path;
        if is_cached(path, cx.fs) {
            return Ok(());
        }
        let Some(source) = source::read(target, cx)? else { return Ok(()) };
        if files::are_fixtures(&source.site) {
            return Ok(());
        }
        let metadata = deb822::first(&source.text);
        let field = |name| metadata.get(name).filter(|value| !value.is_empty());
        let name = field("Name").filter(|it| is_name(it));
        let (Some(name), Some(version)) = (name, field("Version")) else {
            found.notice(Code::Incomplete, "lacks a valid name or version");
            return Ok(());
        };
        let mut component =
            Component::new(Kind::Library, &Purl::new("pypi", name, version), name, version);
        component.licenses = metadata::licenses(&metadata);
        component.supplier = metadata::supplier(&metadata);
        let names = (name, version);
        let requires = source.requires.unwrap_or_else(|fault| {
            fault.report_at(path.clone(), found);
            None
        });
        let place = (&source.site, requires.as_deref());
        component.claims = requirements::claims(place, &metadata, names, cx);
        component.folders.extend(source.folder);
        if let Some(directory) = source.info {
            component.owns = files::owned_files(&directory, cx);
            if component.owns.is_empty() {
                component.folders.extend(files::vendor_folders(&directory, &source.site, cx));
            }
            origin(&directory, &mut component, found, cx);
        }
        if let Some(directory) = source.editable {
            component.properties.insert("python:editable", directory.display().into_owned());
            requirements::look_into(&mut component.claims, &directory);
            requirements::link(&mut component.claims, &directory);
        }
        if let Some(folder) = vendor_folder(path) {
            component.properties.insert("python:vendored", folder.display().into_owned());
        }
        found.add(Method::Metadata, source.position, component);
        Ok(())
    }
}

/// The folder of copies that a distribution brings along, if this is such a copy.
fn vendor_folder(path: &ImagePath) -> Option<ImagePath> {
    let folders = std::iter::successors(path.parent(), ImagePath::parent);
    let is_one = |it: &ImagePath| files::VENDORED.iter().any(|of| it.file_name() == of.as_bytes());
    folders.into_iter().find(is_one)
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
            let directory = origin.linked().and_then(ImagePath::normalize);
            if let Some(directory) = directory.and_then(|it| cx.fs.resolve(&it).ok()) {
                requirements::link(&mut component.claims, &directory);
            }
            if origin.editable {
                component.properties.insert("python:editable", origin.url);
            }
        }
        Err(fault) => fault.report_at(path, found),
    }
}
