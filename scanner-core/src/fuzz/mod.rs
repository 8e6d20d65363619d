//! A body to fuzz for every format. cargo-fuzz and an ordinary test both run this list.
//!
//! A body parses the bytes and asserts what must hold whatever they are.

mod bom_index;
mod declared;
mod documents;
mod dotnet;
mod native;
mod packages;
mod python;
mod scripts;
mod vendors;

use crate::formats::zip::{Archive, Budget, Content};
use crate::formats::{
    alpm_desc, apk_db, cargo_auditable, composer_installed, conda_meta, cpan_meta, deb822,
    dpkg_diversions, elf, erlang_terms,
    executable::Executable,
    gemspec, go_buildinfo, install_receipt,
    layer_index::{self, LayerIndex},
    manifest, os_release, package_json, package_note, pnp_state, pom, pom_properties, rockspec,
    rpm::{self, Database, Header},
    script::Script,
    tar::{Bounds, Tar},
};
use crate::read::ReadAt;
use std::io::Read as _;
use std::sync::Arc;

/// A format's name, which is that of its file, and its body.
pub type Target = (&'static str, fn(&[u8]));

/// Every target, in alphabetical order.
pub const TARGETS: &[Target] = &[
    ("alpm_desc", alpm_desc),
    ("apk_db", apk_db),
    ("bitnami_components", vendors::bitnami_components),
    ("bom_index", bom_index::bom_index),
    ("boolean_dependency", packages::boolean_dependency),
    ("c_defines", vendors::c_defines),
    ("cargo_auditable", cargo_auditable),
    ("cargo_lock", declared::cargo_lock),
    ("channel_manifest", vendors::channel_manifest),
    ("chisel_manifest", packages::chisel_manifest),
    ("clr", dotnet::clr),
    ("composer_installed", composer_installed),
    ("composer_lock", declared::composer_lock),
    ("composition", documents::composition),
    ("conda_meta", conda_meta),
    ("cpan_meta", cpan_meta),
    ("cyclonedx", documents::cyclonedx),
    ("cyclonedx_protobuf", documents::cyclonedx_protobuf),
    ("deb822", deb822),
    ("deb_relations", packages::deb_relations),
    ("deps_json", dotnet::deps_json),
    ("direct_url", python::direct_url),
    ("dist_record", python::dist_record),
    ("dlopen_note", native::dlopen_note),
    ("dockerfile", scripts::dockerfile),
    ("documents", documents::documents),
    ("dotnet_bundle", dotnet::dotnet_bundle),
    ("dpkg_diversions", dpkg_diversions),
    ("elf", elf),
    ("embedded_sbom", vendors::embedded_sbom),
    ("erlang_terms", erlang_terms),
    ("executable", executable),
    ("gemfile_lock", declared::gemfile_lock),
    ("gemspec", gemspec),
    ("go_buildinfo", go_buildinfo),
    ("go_mod", declared::go_mod),
    ("graalvm_sbom", vendors::graalvm_sbom),
    ("gradle_lockfile", declared::gradle_lockfile),
    ("install_receipt", install_receipt),
    ("interpreter_config", vendors::interpreter_config),
    ("layer_index", layer_index),
    ("ld_so_cache", native::ld_so_cache),
    ("ld_so_conf", native::ld_so_conf),
    ("macho", executable),
    ("manifest", manifest),
    ("maven_dependencies", declared::maven_dependencies),
    ("os_release", os_release),
    ("package_json", package_json),
    ("package_lock", declared::package_lock),
    ("package_note", package_note),
    ("package_resolved", declared::package_resolved),
    ("packages_config", declared::packages_config),
    ("packages_lock", declared::packages_lock),
    ("pdm_lock", declared::pdm_lock),
    ("pe", executable),
    ("pe_imports", native::pe_imports),
    ("pear_registry", packages::pear_registry),
    ("pipfile_lock", declared::pipfile_lock),
    ("pnp_state", pnp_state),
    ("pnpm_lock", declared::pnpm_lock),
    ("poetry_lock", declared::poetry_lock),
    ("pom", pom),
    ("pom_properties", pom_properties),
    ("pylock", declared::pylock),
    ("python_requirement", python::python_requirement),
    ("release_file", vendors::release_file),
    ("requirements_txt", declared::requirements_txt),
    ("rockspec", rockspec),
    ("rpm", rpm),
    ("runtime_config", dotnet::runtime_config),
    ("script", script),
    ("shell", scripts::shell),
    ("snap_yaml", vendors::snap_yaml),
    ("spdx23", documents::spdx23),
    ("spdx3", documents::spdx3),
    ("sqlite", vendors::sqlite),
    ("tar", tar),
    ("toml_rows", declared::toml_rows),
    ("uv_lock", declared::uv_lock),
    ("version_resource", dotnet::version_resource),
    ("yaml", declared::yaml),
    ("yarn_lock", declared::yarn_lock),
    ("zip", zip),
];

/// Bytes of a table that a hostile file may make us hold here.
const LIMIT: u64 = 1 << 16;

fn alpm_desc(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (sections, problems) = alpm_desc::parse(&text);
    assert!(sections.all("FILES").len() + problems.len() <= text.lines().count());
}

fn apk_db(bytes: &[u8]) {
    let records = apk_db::parse(bytes);
    assert!(records.iter().map(|it| it.files.len() + 1).sum::<usize>() <= bytes.len() + 1);
}

fn cargo_auditable(bytes: &[u8]) {
    if let Ok(crates) = cargo_auditable::parse(bytes, LIMIT) {
        assert!(crates.iter().map(|it| it.name.len() + it.source.len()).sum::<usize>() <= 1 << 16);
    }
}

fn composer_installed(bytes: &[u8]) {
    if let Ok(packages) = composer_installed::parse(bytes) {
        assert!(packages.len() <= bytes.len());
        assert!(packages.iter().all(|it| it.name.as_deref() != Some("")));
    }
}

fn conda_meta(bytes: &[u8]) {
    if let Ok(record) = conda_meta::parse(bytes) {
        assert!(record.channel().is_none_or(|it| !it.is_empty() && !it.contains('/')));
        assert!(record.download().is_none_or(|it| !it.contains('@')));
    }
}

fn cpan_meta(bytes: &[u8]) {
    if let Ok(meta) = cpan_meta::meta(bytes) {
        assert!(meta.name.is_none_or(|it| !it.is_empty()));
    }
    if let Ok(install) = cpan_meta::install(bytes) {
        assert!(install.author().is_none_or(|it| !it.is_empty() && !it.contains('/')));
    }
    let text = String::from_utf8_lossy(bytes);
    assert!(cpan_meta::packlist(&text).all(|it| it.starts_with('/')));
}

fn deb822(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (stanzas, problems) = deb822::parse(&text);
    assert!(stanzas.iter().all(|it| !it.fields.is_empty() && it.line > 0));
    assert!(stanzas.len() + problems.len() <= text.lines().count());
    assert_eq!(stanzas.into_iter().next().unwrap_or_default(), deb822::first(&text));
}

fn dpkg_diversions(bytes: &[u8]) {
    let diversions = dpkg_diversions::parse(bytes);
    assert!(diversions.iter().all(|(from, it)| !from.is_empty() && !it.to.contains(&b'\n')));
    assert!(diversions.len() * 3 <= bytes.len() + 1);
}

fn elf(bytes: &[u8]) {
    let Ok(Some(Executable::Elf(elf))) = Executable::read(&bytes, LIMIT) else { return };
    let facts = elf::Facts::read(&bytes, &elf, LIMIT);
    assert!(facts.interpreter.iter().all(|it| it.len() <= bytes.len()));
    let dynamic = facts.dynamic.unwrap_or_default();
    let needed = dynamic.versions_needed.iter().map(|it| &it.library).chain(&dynamic.needed);
    let texts = needed.chain(&dynamic.versions_defined).chain(&dynamic.soname);
    assert!(texts.map(String::len).sum::<usize>() <= bytes.len(), "texts are read over and over");
    assert!(facts.package.is_none_or(|(_, json)| json.len() < bytes.len()));
}

fn executable(bytes: &[u8]) {
    let Ok(Some(executable)) = Executable::read(&bytes, LIMIT) else { return };
    for layout in executable.layouts() {
        assert!(layout.sections.len() as u64 <= LIMIT && layout.segments.len() as u64 <= LIMIT);
    }
}

fn erlang_terms(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for level in 1..4 {
        let properties = erlang_terms::properties(&text, level);
        assert!(properties.iter().all(|it| !it.name.is_empty()));
        let values = properties.iter().flat_map(|it| it.atoms.iter().chain(&it.texts));
        let values = values.map(String::len).sum::<usize>();
        assert!(values <= text.len());
    }
}

fn gemspec(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let spec = gemspec::parse(&text);
    let lists = spec.licenses.iter().chain(&spec.authors).map(String::len).sum::<usize>();
    assert!(lists + spec.name.map_or(0, |it| it.len()) <= text.len());
}

fn go_buildinfo(bytes: &[u8]) {
    let Ok(Some(executable)) = Executable::read(&bytes, LIMIT) else { return };
    let facts = match &executable {
        Executable::Elf(elf) => Some(elf::Facts::read(&bytes, elf, LIMIT)),
        _ => None,
    };
    let markers = go_buildinfo::markers(&bytes, &executable, facts.as_ref());
    assert!(markers.line_table.is_none() || bytes.len() > 4);
    if let Ok(Some(info)) = go_buildinfo::read(&bytes, &executable, LIMIT) {
        assert!(info.offset < bytes.len() as u64);
        // Lossy decoding makes at most three bytes of one.
        assert!(info.go_version.len() <= bytes.len() * 3);
    }
}

fn install_receipt(bytes: &[u8]) {
    if let Ok(receipt) = install_receipt::parse(bytes) {
        assert!(receipt.tap.is_none_or(|it| it.contains('/')));
    }
}

fn layer_index(bytes: &[u8]) {
    if let Ok((contents, list)) = layer_index::unpack(&bytes) {
        assert!(contents < bytes.len() as u64);
        let _ = LayerIndex::parse(&list);
    }
    let Ok(index) = LayerIndex::parse(bytes) else { return };
    let packed = index.pack(0).unwrap_or_default();
    let unpacked = layer_index::unpack(&packed.as_slice()).map(|(_, list)| list);
    assert!(unpacked.is_ok_and(|list| LayerIndex::parse(&list).is_ok_and(|it| it == index)));
}

fn os_release(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    assert!(
        os_release::parse(&text).iter().all(|(key, value)| key.len() + value.len() <= text.len())
    );
}

fn package_json(bytes: &[u8]) {
    if let Ok(package) = package_json::parse(bytes) {
        assert!(package.name.is_none_or(|name| !name.is_empty()));
        assert!(package.version.is_none_or(|version| !version.is_empty()));
    }
}

fn package_note(bytes: &[u8]) {
    if let Ok(note) = package_note::parse(bytes) {
        assert!(note.name.len() + note.version.len() + note.kind.len() <= bytes.len());
    }
}

fn pnp_state(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(packages) = pnp_state::parse(&text) {
        assert!(packages.iter().map(|it| it.location.len() + 1).sum::<usize>() <= text.len());
    }
}

fn rockspec(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read = rockspec::parse(&text);
    assert!(read.license.is_none_or(|it| !it.is_empty() && it.len() < text.len()));
    assert!(rockspec::manifest(&text, 99).iter().all(|it| it.len() <= 99));
}

fn rpm(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (rows, problems) = rpm::manifest(&text);
    assert!(rows.len() + problems.len() <= text.lines().count());
    rpm_header(bytes);
    rpm_database(&bytes, None);
    // A database and its log, each one half.
    let (file, log) = bytes.split_at(bytes.len() / 2);
    rpm_database(&file, Some(&log));
}

fn rpm_header(bytes: &[u8]) {
    let Ok(header) = Header::read(bytes) else { return };
    assert!(header.files().is_ok_and(|it| it.len() <= bytes.len()) || header.files().is_err());
    for named in [header.requires(), header.provides()] {
        assert!(named.is_err() || named.is_ok_and(|it| it.len() <= bytes.len()));
    }
}

fn rpm_database(file: &dyn ReadAt, log: Option<&dyn ReadAt>) {
    let Ok(Some(database)) = Database::open(file, log) else { return };
    let listing = database.list(1_000);
    let size: u64 = listing.blobs.iter().map(|blob| blob.size).sum();
    assert!(listing.blobs.len() <= 1_000);
    assert!(size <= file.size() + log.map_or(0, ReadAt::size));
    for blob in &listing.blobs {
        if let Ok(bytes) = database.read(blob) {
            assert_eq!(bytes.len() as u64, blob.size);
            rpm_header(&bytes);
        }
    }
}

fn script(bytes: &[u8]) {
    if let Some(script) = Script::read(bytes) {
        assert!(!script.interpreter.is_empty());
        assert!(script.interpreter.len() + script.argument.len() < bytes.len());
    }
}

fn manifest(bytes: &[u8]) {
    let manifest = manifest::parse(bytes);
    let size = |(name, value): &(String, String)| name.len() + value.len();
    // Lossy decoding makes at most three bytes of one.
    assert!(manifest.attributes.iter().map(size).sum::<usize>() <= bytes.len() * 3);
    assert!(manifest.attributes.iter().all(|(name, _)| !name.is_empty()));
}

fn pom(bytes: &[u8]) {
    if let Ok(pom) = pom::parse(&String::from_utf8_lossy(bytes)) {
        let stated = [pom.group, pom.artifact, pom.version, pom.organization];
        assert!(
            stated
                .iter()
                .flatten()
                .chain(&pom.licenses)
                .all(|it| { !it.is_empty() && !it.contains("${") && it.len() <= bytes.len() * 3 })
        );
    }
}

fn pom_properties(bytes: &[u8]) {
    let stated = pom_properties::parse(bytes);
    let values = [stated.group, stated.artifact, stated.version];
    // Each byte is a character, which takes at most two bytes.
    assert!(values.iter().flatten().all(|it| !it.is_empty() && it.len() <= bytes.len() * 2));
}

fn tar(bytes: &[u8]) {
    let bounds = Bounds { extension_bytes: LIMIT, pieces: 1_000 };
    let mut archive = Tar::new(bytes, bounds);
    let mut members = 0;
    while let Ok(Some(member)) = archive.next_member() {
        members += 1;
        assert!(member.position <= bytes.len() as u64);
        assert!(member.pieces.is_none_or(|pieces| pieces.len() <= bounds.pieces));
        let mut buffer = [0; 4096];
        let mut read = 0;
        while let Ok(count @ 1..) = archive.read(&mut buffer) {
            read += count as u64;
        }
        assert!(read <= member.stored);
    }
    // Every member has a header of 512 bytes.
    assert!(members * 512 <= bytes.len());
}

fn zip(bytes: &[u8]) {
    let Ok(archive) = Archive::open(Content::new(Arc::new(bytes) as Arc<dyn ReadAt + '_>)) else {
        return;
    };
    let listing = archive.entries(1_000, |_| true);
    assert!(listing.entries.len() <= 1_000);
    let packed: u64 = listing.entries.iter().map(|it| it.packed).sum();
    assert!(packed <= bytes.len() as u64, "entries share bytes");
    let budget = Arc::new(Budget::new(LIMIT));
    for entry in listing.entries.iter().filter(|it| it.size <= LIMIT) {
        if let Ok(content) = archive.read(entry, &budget) {
            assert_eq!(content.len() as u64, entry.size);
        }
    }
}
