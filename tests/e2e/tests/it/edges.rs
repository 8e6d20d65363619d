//! The dependency edges are those that the package managers themselves see.

use anyhow::Result;
use e2e::command::output;
use e2e::edges::{self, Edges};
use e2e::engine::roots;
use e2e::truth::root;
use scanner_core::limits::Limits;
use scanner_core::model::{Component, FileDetail, Input, Relation, Sbom};
use scanner_core::scan::{Options, Tracing, scan};
use scanner_core::source::directory;
use std::path::{Path, PathBuf};
use std::process::Command;

fn scanned(root: &Path) -> Result<Sbom> {
    let limits = Limits::default();
    let pool = rayon::ThreadPoolBuilder::new().build()?;
    let image = pool.install(|| directory::open(root, "tree".to_owned(), &limits))?;
    let (input, files, tracing) = (Input::RootFs, FileDetail::None, Tracing::Configured);
    Ok(scan(&image, &Options { input, files, tracing, limits, progress: &|_, _| {} }, &pool))
}

/// What packages of a type depend on within it, each as a name says it.
fn found(sbom: &Sbom, kind: &str, name: impl Fn(&Component) -> String) -> Edges {
    let edges = sbom.relationships.iter().filter(|it| it.relation == Relation::DependsOn);
    let ends = edges.map(|it| [&it.from, &it.to]);
    let ends = ends.filter(|it| it.iter().all(|it| it.ecosystem() == kind));
    let name = |it| Component::find(&sbom.components, it).map_or("not listed".to_owned(), &name);
    ends.map(|ends| ends.map(name).into()).collect()
}

fn plain(it: &Component) -> String {
    it.name.clone()
}

fn versioned(it: &Component) -> String {
    format!("{}@{}", it.name.to_lowercase().replace(['_', '.'], "-"), it.version)
}

fn exact(it: &Component) -> String {
    format!("{}@{}", it.name, it.version)
}

/// Debian with Python packages from PyPI and a project of Node.js, put together of the roots.
fn together() -> Result<tempfile::TempDir> {
    let tree = tempfile::tempdir_in(e2e::work_dir())?;
    let put = |from: PathBuf, to: &str| {
        let to = tree.path().join(to);
        output(Command::new("cp").arg("-alT").args([&from, &to]))
    };
    put(root("debian"), "")?;
    put(root("wheels/wheels"), "usr/local/lib/python3.11/dist-packages")?;
    put(root("modules/app"), "app")?;
    Ok(tree)
}

#[test]
fn packages_of_debian_python_and_node_need_what_apt_packaging_and_node_say() -> Result<()> {
    if roots()?.is_none() {
        return Ok(());
    }
    let tree = together()?;
    let sbom = scanned(tree.path())?;
    assert_eq!(found(&sbom, "deb", plain), edges::deb(tree.path())?);
    let sites = ["usr/local/lib/python3.11/dist-packages", "usr/lib/python3/dist-packages"];
    let sites = sites.map(|it| tree.path().join(it));
    assert_eq!(found(&sbom, "pypi", versioned), edges::pypi(&sites, "3.11")?);
    assert_eq!(found(&sbom, "npm", exact), edges::npm(&tree.path().canonicalize()?)?);
    Ok(())
}

/// A tree beside the repository, or where `CORPUS` says; none, with a word, where there is none.
#[expect(clippy::print_stderr, reason = "the reason of a skipped test is for whoever runs it")]
pub(crate) fn corpus(name: &str) -> Option<PathBuf> {
    let corpus = std::env::var_os("CORPUS").map(PathBuf::from);
    let corpus = corpus.unwrap_or_else(|| e2e::repository("../corpus"));
    let root = Some(corpus.join("roots").join(name).join("root")).filter(|it| it.is_dir());
    if root.is_none() {
        eprintln!("skipped: no tree {name} beside the repository; set CORPUS");
    }
    root
}

#[test]
fn packages_of_a_large_debian_need_what_apt_says() -> Result<()> {
    let Some(root) = corpus("services") else { return Ok(()) };
    assert_eq!(found(&scanned(&root)?, "deb", plain), edges::deb(&root)?);
    Ok(())
}

#[test]
fn packages_of_rpm_need_what_rpm_says() -> Result<()> {
    let Some(root) = corpus("rpm-sqlite-a") else { return Ok(()) };
    assert_eq!(found(&scanned(&root)?, "rpm", plain), edges::rpm(&root)?);
    Ok(())
}

#[test]
fn gems_need_what_rubygems_says() -> Result<()> {
    let Some(root) = corpus("ruby") else { return Ok(()) };
    assert_eq!(found(&scanned(&root)?, "gem", exact), edges::gem(&root)?);
    Ok(())
}
