//! The link graph is what the loaders themselves say, in trees of our own making.

use crate::edges::corpus;
use anyhow::{Context, Result};
use e2e::command::output;
use e2e::engine::roots;
use e2e::linker::Linker;
use e2e::loader::{Libraries, Loader, elf_files};
use e2e::truth::root;
use scanner_core::limits::Limits;
use scanner_core::model::{BinaryRole, FileDetail, Input, LinkGraph, RunConfig};
use scanner_core::path::ImagePath;
use scanner_core::scan::{Options, Tracing, scan};
use scanner_core::source::directory;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PRELOAD: &str = "/opt/preload/libpreload.so";

fn graph(root: &Path, library_path: Option<&str>) -> Result<LinkGraph> {
    let limits = Limits::default();
    let pool = rayon::ThreadPoolBuilder::new().build()?;
    let image = pool.install(|| directory::open(root, "tree".to_owned(), &limits))?;
    let env = library_path.map(|it| ("LD_LIBRARY_PATH".to_owned(), it.to_owned()));
    let run = RunConfig { env: env.into_iter().collect(), ..RunConfig::default() };
    let (input, files, tracing) = (Input::RootFs, FileDetail::None, Tracing::Given(run));
    Ok(scan(&image, &Options { input, files, tracing, limits, progress: &|_, _| {} }, &pool).links)
}

/// What the graph says that is loaded with a file, in the manner of the loaders' answers.
fn found(graph: &LinkGraph, file: &str) -> Result<Libraries> {
    let place = ImagePath::normalize(file).and_then(|it| graph.place(&it));
    let place = place.with_context(|| format!("{file} is not in the graph"))?;
    let loaded = graph.process(place);
    let members = loaded.iter().map(|it| it.edge.to).chain([place]);
    let missing = members.filter_map(|it| graph.files.get(it)).flat_map(|it| &it.missing);
    let missing = missing.filter(|it| it.kind.is_immediate()).map(|it| (it.name.clone(), None));
    let path = |to: usize| Some(graph.files.get(to)?.path.display().into_owned());
    let is_loader = |path: &str| path.contains("/ld-linux") || path.contains("/ld-musl");
    let files = loaded.iter();
    let files = files.filter_map(|it| Some((it.edge.name.clone(), path(it.edge.to)?)));
    let files = files.filter(|(_, path)| !is_loader(path)).map(|(name, it)| (name, Some(it)));
    // What one program lacks, another finds.
    Ok(missing.chain(files).collect())
}

fn is_program(graph: &LinkGraph, file: &str) -> bool {
    let file = ImagePath::normalize(file).and_then(|it| graph.file(&it));
    file.is_some_and(|it| it.binary.role == BinaryRole::Program)
}

/// Compares every ELF file of a tree, and gives their number.
fn compared(root: &Path, library_path: Option<&str>) -> Result<usize> {
    let (graph, loader) = (graph(root, library_path)?, Loader::of(root)?);
    let mut compared = 0;
    for file in elf_files(root)? {
        let Some(mut stated) = loader.list(&file, library_path)? else { continue };
        let mut found = found(&graph, &file)?;
        if !is_program(&graph, &file) {
            // What a library lacks alone, the program that loads it may bring.
            // The loader takes for a program whatever it is to list, and preloads.
            stated.libraries.retain(|name, path| path.is_some() && name != PRELOAD);
            found.retain(|_, path| path.is_some());
        }
        if !stated.whole {
            found.retain(|name, _| stated.libraries.contains_key(name));
        }
        assert_eq!(found, stated.libraries, "{file} with the library path {library_path:?}");
        compared += 1;
    }
    Ok(compared)
}

#[test]
fn every_program_and_library_of_debian_loads_what_its_loader_says() -> Result<()> {
    if roots()?.is_none() {
        return Ok(());
    }
    assert!(compared(&root("debian"), None)? > 500);
    Ok(())
}

#[test]
fn every_program_and_library_of_large_trees_loads_what_its_loader_says() -> Result<()> {
    // Some thousand questions to loaders take a minute: they are for who asks for them.
    if std::env::var_os("CORPUS").is_none() {
        return Ok(());
    }
    for (name, at_least) in
        [("services", 1_000), ("java", 50), ("node", 50), ("python", 50), ("ruby", 50)]
    {
        let Some(root) = corpus(name) else { continue };
        let compared = compared(&root, None)?;
        assert!(compared > at_least, "{name}: {compared}");
    }
    Ok(())
}

/// Where run paths, variable and system differ in what a name means.
fn ways(tree: &Linker) -> Result<()> {
    let old = "-Wl,--disable-new-dtags,-rpath,$ORIGIN/../lib";
    let new = "-Wl,--enable-new-dtags,-rpath,$ORIGIN/../lib";
    for directory in ["/opt/app/lib", "/opt/env", "/usr/lib"] {
        tree.library(&format!("{directory}/libtwo.so"), &[], &[])?;
    }
    let two = "/opt/app/lib/libtwo.so";
    tree.library("/opt/app/lib/libone.so", &[two], &[])?;
    tree.library("/opt/app/lib/libown.so", &[two], &["-Wl,-rpath,/opt/env"])?;
    tree.library("/opt/app/lib/libonly.so", &[], &[])?;
    tree.library("/opt/app/lib/libdeep.so", &["/opt/app/lib/libonly.so"], &[])?;
    tree.library("/opt/app/lib/liblost.so", &[], &[])?;
    tree.named("/opt/plain/libpath.so", "/opt/plain/libpath.so", &[], &[])?;
    tree.library("/usr/local/lib/liblocal.so", &[], &[])?;
    let mut all = ["/opt/app/lib/libone.so", "/opt/app/lib/libown.so", "/opt/plain/libpath.so"];
    tree.program("/opt/app/bin/old", &all, &[old])?;
    tree.program("/opt/app/bin/new", &all, &[new])?;
    tree.program("/opt/app/bin/none", &all, &[])?;
    // What is there already counts before any path.
    tree.program("/opt/app/bin/first", &[&[two], &all[..]].concat(), &[new])?;
    all.reverse();
    tree.program("/opt/app/bin/last", &all, &[new])?;
    tree.program("/opt/app/bin/old-deep", &["/opt/app/lib/libdeep.so"], &[old])?;
    tree.program("/opt/app/bin/new-deep", &["/opt/app/lib/libdeep.so"], &[new])?;
    tree.program("/opt/app/bin/local", &["/usr/local/lib/liblocal.so"], &[])?;
    tree.program("/opt/app/bin/lost", &["/opt/app/lib/liblost.so"], &[old])?;
    fs::remove_file(tree.root().join("opt/app/lib/liblost.so"))?;
    Ok(())
}

#[test]
fn run_paths_variables_caches_and_preloads_mean_what_glibcs_loader_says() -> Result<()> {
    if roots()?.is_none() {
        return Ok(());
    }
    let tree = Linker::new("cc")?;
    let own = |name: &str| -> Result<PathBuf> {
        let path = output(Command::new("cc").arg(format!("-print-file-name={name}")))?;
        Ok(Path::new(path.trim()).canonicalize()?)
    };
    let loader = match std::env::consts::ARCH {
        "aarch64" => "/lib/ld-linux-aarch64.so.1",
        _ => "/lib64/ld-linux-x86-64.so.2",
    };
    tree.copy(&own(loader.rsplit('/').next().unwrap_or_default())?, loader)?;
    tree.copy(&own("libc.so.6")?, "/usr/lib/libc.so.6")?;
    ways(&tree)?;
    tree.program("/bin/bare", &["/usr/lib/libtwo.so"], &["-Wl,-z,nodefaultlib"])?;
    tree.program("/bin/lib", &["/usr/lib/libtwo.so"], &["-Wl,-rpath,/opt/$LIB:/opt/env"])?;
    for library_path in [None, Some("/opt/env"), Some("/nowhere:/opt/app/bin/../lib")] {
        assert!(compared(&tree.root(), library_path)? > 15, "without a cache");
    }
    tree.text("/etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n")?;
    tree.text("/etc/ld.so.conf.d/local.conf", "/usr/local/lib\n/opt/env\n")?;
    output(Command::new("/sbin/ldconfig").arg("-r").arg(tree.root()))?;
    tree.library(PRELOAD, &[], &[])?;
    tree.text("/etc/ld.so.preload", PRELOAD)?;
    for library_path in [None, Some("/opt/env"), Some("/opt/app/lib")] {
        assert!(compared(&tree.root(), library_path)? > 15, "with a cache and a preload");
    }
    Ok(())
}

#[test]
fn run_paths_variables_and_the_path_file_mean_what_musls_loader_says() -> Result<()> {
    if roots()?.is_none() {
        return Ok(());
    }
    let tree = Linker::new("musl-gcc")?;
    let arch = std::env::consts::ARCH;
    let loader = format!("/lib/ld-musl-{arch}.so.1");
    tree.copy(Path::new(&loader), &loader)?;
    ways(&tree)?;
    for library_path in [None, Some("/opt/env"), Some("/nowhere:/opt/app/lib")] {
        assert!(compared(&tree.root(), library_path)? > 15, "without a path file");
    }
    tree.text(&format!("/etc/ld-musl-{arch}.path"), "/opt/env\n/usr/local/lib\n")?;
    assert!(compared(&tree.root(), None)? > 15, "with a path file");
    Ok(())
}
