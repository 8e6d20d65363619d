//! Perl distributions, as cpanm and cpm installed them.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::cpan_meta::{self, Install, Meta};
use crate::model::{Code, Component, Kind, License, Method, Position, Purl, Supplier};
use crate::path::ImagePath;

/// Finds installed Perl distributions.
pub(super) struct Perl;

impl Analyzer for Perl {
    fn id(&self) -> &'static str {
        "perl"
    }

    fn about(&self) -> About {
        About {
            claims: "each MYMETA.json in the .meta folder of a Perl library \
                     (/usr/local/lib/perl5/site_perl/5.40.0/x86_64-linux-gnu/.meta/NAME-VERSION)",
            refuses: "versions that a later installation replaced; perllocal.pod and .packlist alone: they name \
                      modules and no distributions; META.json of sources; cpanfile.snapshot",
            specification: "CPAN::Meta::Spec; Menlo (cpanm), App::cpm; ExtUtils::Packlist; purl type cpan",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("MYMETA.json")]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::Name("install.json"), Select::Name(".packlist"), Select::Suffix(".pm")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(folder) = target.file.path.parent() else { return Ok(()) };
        let Some(record) = folder.parent().filter(|it| it.file_name() == b".meta") else {
            return Ok(());
        };
        let bytes = target.file.bytes(cx.fs.limits().metadata_bytes)?;
        let meta = cpan_meta::meta(&bytes)
            .map_err(|error| Fault::new(Code::Malformed, error.to_string()))?;
        let (Some(name), Some(version)) =
            (meta.name.as_deref().filter(|it| is_name(it)), meta.version.as_deref())
        else {
            found.notice(Code::Incomplete, "lacks a valid name or version");
            return Ok(());
        };
        let install = install(&folder, cx);
        let files = files(&record, &install, cx);
        if is_one_of_several(&folder, &record, version, cx)
            && !states_version(&files, &install, version, cx)
        {
            found.notice(Code::NotInstalled, format!("{name} {version} was replaced later"));
            return Ok(());
        }
        let mut component = component(name, version, &meta, &install);
        component.owns = files;
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}

fn component(name: &str, version: &str, meta: &Meta, install: &Install) -> Component {
    let purl =
        Purl::new("cpan", name, version).qualifier("author", install.author().unwrap_or_default());
    let mut component = Component::new(Kind::Library, &purl, name, version);
    component.licenses = meta.license.iter().filter_map(|it| license(it)).collect();
    component.supplier = meta.author.iter().find_map(|it| Supplier::person(it));
    component
}

fn install(folder: &ImagePath, cx: &Context<'_>) -> Install {
    let file = folder.join("install.json").and_then(|it| cx.fs.file_at(&it));
    let bytes = file.and_then(|it| it.bytes(cx.fs.limits().metadata_bytes).ok());
    bytes.and_then(|it| cpan_meta::install(&it).ok()).unwrap_or_default()
}

/// The files that the `.packlist` of the main module lists: `auto/Foo/Bar/.packlist` beside the `.meta` folder.
fn files(record: &ImagePath, install: &Install, cx: &Context<'_>) -> Vec<ImagePath> {
    let list = || {
        let module = install.name.as_deref()?.replace("::", "/");
        let list = record.parent()?.join(format!("auto/{module}/.packlist"))?;
        cx.fs.file_at(&list)?.bytes(cx.fs.limits().metadata_bytes).ok()
    };
    let list = list().unwrap_or_default();
    let list = String::from_utf8_lossy(&list);
    let paths = cpan_meta::packlist(&list).filter_map(ImagePath::normalize);
    paths.map(|it| cx.fs.resolve_parent(&it).unwrap_or(it)).collect()
}

/// Whether other versions of the same distribution have left their metadata, too.
fn is_one_of_several(
    folder: &ImagePath,
    record: &ImagePath,
    version: &str,
    cx: &Context<'_>,
) -> bool {
    let own = folder.file_name();
    let Some(stem) = own.strip_suffix(version.as_bytes()) else { return false };
    let same = |name: &[u8]| {
        let rest = name.strip_prefix(stem).filter(|_| name != own);
        let rest = rest.map(|it| it.strip_prefix(b"v").unwrap_or(it));
        rest.and_then(<[u8]>::first).is_some_and(u8::is_ascii_digit)
    };
    // Digits come before letters: another version, if there is one, is among the first.
    let Some(start) = record.join(stem) else { return false };
    let mut alike = cx.fs.files_beginning(&start).filter_map(|it| it.path.parent());
    alike.any(|it| same(it.file_name()))
}

/// Whether the main module, as it was installed, says that it has this version.
fn states_version(files: &[ImagePath], install: &Install, version: &str, cx: &Context<'_>) -> bool {
    let states = || {
        let module = format!("/{}.pm", install.name.as_deref()?.replace("::", "/"));
        let path = files.iter().find(|it| it.as_bytes().ends_with(module.as_bytes()))?;
        let bytes = cx.fs.file_at(path)?.bytes(cx.fs.limits().metadata_bytes).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let statement = text.lines().find(|it| it.contains("VERSION") && it.contains('='))?;
        let words = |it: char| !(it.is_alphanumeric() || matches!(it, '.' | '_'));
        Some(statement.split(words).any(|it| it == version))
    };
    states() == Some(true)
}

/// The words of `CPAN::Meta::Spec` that mean exactly one licence of SPDX.
fn license(word: &str) -> Option<License> {
    let expression = match word {
        "agpl_3" => "AGPL-3.0-only",
        "apache_1_1" => "Apache-1.1",
        "apache_2_0" => "Apache-2.0",
        "artistic_1" => "Artistic-1.0",
        "artistic_2" => "Artistic-2.0",
        "bsd" => "BSD-3-Clause",
        "freebsd" => "BSD-2-Clause",
        "gfdl_1_2" => "GFDL-1.2-only",
        "gfdl_1_3" => "GFDL-1.3-only",
        "gpl_1" => "GPL-1.0-only",
        "gpl_2" => "GPL-2.0-only",
        "gpl_3" => "GPL-3.0-only",
        "lgpl_2_1" => "LGPL-2.1-only",
        "lgpl_3_0" => "LGPL-3.0-only",
        "mit" => "MIT",
        "mozilla_1_0" => "MPL-1.0",
        "mozilla_1_1" => "MPL-1.1",
        "openssl" => "OpenSSL",
        "perl_5" => "Artistic-1.0-Perl OR GPL-1.0-or-later",
        "qpl_1_0" => "QPL-1.0",
        "zlib" => "Zlib",
        "unknown" => return None,
        _ => return License::new(word),
    };
    Some(License { declared: word.to_owned(), expression: Some(expression.to_owned()) })
}
