//! In which order loaders look, with the variables that the image is run with.

use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, RunConfig};
use scanner_core::scan::{Options, Tracing, scan};
use scanner_core::source::directory;
use testkit::{Dynamic, Tree};

use crate::native::{GLIBC, MUSL, debian, library, needs, program};
use crate::options;

/// What `/bin/a` gets for what it needs, and how that was found, if it is run with these variables.
fn found(tree: &Tree, variables: &[(&str, &str)]) -> Vec<String> {
    let root = tree.to_directory();
    let limits = Limits::default();
    let image = directory::open(root.path(), "fixture".to_owned(), &limits).unwrap();
    let env = variables.iter().map(|(name, it)| ((*name).to_owned(), (*it).to_owned())).collect();
    let tracing = Tracing::Given(RunConfig { env, ..RunConfig::default() });
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let sbom = scan(&image, &Options { tracing, ..options(FileDetail::None, limits) }, &pool);
    let graph = &sbom.links;
    let program = graph.files.iter().find(|it| it.path.as_bytes() == b"/bin/a").unwrap();
    let edges = program.edges.iter().filter(|it| it.kind.as_str() != "interpreter");
    edges
        .map(|it| format!("{} by {}", graph.files[it.to].path.display(), it.how.as_str()))
        .collect()
}

/// A tree with one library in each place that a test names.
fn with(base: Tree, loader: &str, dynamic: &Dynamic<'_>, places: &[&str]) -> Tree {
    let base = base.executable("/bin/a", program(loader, dynamic));
    places.iter().fold(base, |tree, it| tree.file(format!("{it}/liba.so"), library("liba.so")))
}

#[test]
fn glibc_looks_into_the_old_run_path_then_the_variable_then_the_new_run_path_then_the_defaults() {
    let places = ["/rpath", "/variable", "/runpath", "/usr/lib"];
    let variable = [("LD_LIBRARY_PATH", "/nowhere:/variable")];
    let old = Dynamic { rpath: "/rpath", ..needs(&["liba.so"]) };
    let new = Dynamic { runpath: "/runpath", ..needs(&["liba.so"]) };
    let both = Dynamic { rpath: "/rpath", ..new };
    for (dynamic, variables, places, expected) in [
        (&old, &variable[..], &places[..], "/rpath/liba.so by rpath"),
        (&old, &variable, &places[1..], "/variable/liba.so by library-path"),
        (&new, &variable, &places, "/variable/liba.so by library-path"),
        (&new, &[], &places, "/runpath/liba.so by runpath"),
        (&new, &variable, &places[2..], "/runpath/liba.so by runpath"),
        (&new, &variable, &places[3..], "/usr/lib/liba.so by default-directory"),
        // The new kind has the old one not counted.
        (&both, &variable, &places, "/variable/liba.so by library-path"),
        (&both, &[], &places, "/runpath/liba.so by runpath"),
    ] {
        let tree = with(debian(), GLIBC, dynamic, places);
        assert_eq!(found(&tree, variables), [expected], "{dynamic:?} {variables:?} {places:?}");
    }
}

#[test]
fn musl_looks_into_the_variable_then_run_paths_of_both_kinds_then_its_path_file() {
    let places = ["/variable", "/rpath", "/file", "/usr/lib"];
    let variable = [("LD_LIBRARY_PATH", "/variable")];
    let musl = || Tree::default().executable(MUSL, library(""));
    let listed = || musl().file("/etc/ld-musl-x86_64.path", "/file\n");
    let old = Dynamic { rpath: "/rpath", ..needs(&["liba.so"]) };
    let new = Dynamic { runpath: "/rpath", ..needs(&["liba.so"]) };
    for (base, dynamic, variables, places, expected) in [
        (musl(), &old, &variable[..], &places[..], &["/variable/liba.so by library-path"][..]),
        (musl(), &old, &[], &places, &["/rpath/liba.so by rpath"]),
        (musl(), &new, &[], &places, &["/rpath/liba.so by runpath"]),
        (musl(), &old, &[], &places[2..], &["/usr/lib/liba.so by default-directory"]),
        (listed(), &old, &[], &places[2..], &["/file/liba.so by default-directory"]),
        // With the file there are no other directories.
        (listed(), &old, &[], &places[3..], &[]),
    ] {
        let tree = with(base, MUSL, dynamic, places);
        assert_eq!(found(&tree, variables), expected, "{dynamic:?} {variables:?} {places:?}");
    }
}

#[test]
fn tokens_stand_for_the_directory_of_the_file_and_what_its_loader_has_for_the_machine() {
    for (path, place) in [
        ("$ORIGIN/../own", "/own"),
        ("/opt/$LIB", "/opt/lib/x86_64-linux-gnu"),
        ("/opt/${LIB}/x", "/opt/lib/x86_64-linux-gnu/x"),
        ("/opt/$PLATFORM", "/opt/x86_64"),
        ("/gone:/opt/${PLATFORM}-v1", "/opt/x86_64-v1"),
    ] {
        let expected = |how: &str| [format!("{place}/liba.so by {how}")];
        for (dynamic, how) in [
            (Dynamic { rpath: path, ..needs(&["liba.so"]) }, "rpath"),
            (Dynamic { runpath: path, ..needs(&["liba.so"]) }, "runpath"),
        ] {
            assert_eq!(
                found(&with(debian(), GLIBC, &dynamic, &[place]), &[]),
                expected(how),
                "{path}"
            );
        }
        let tree = with(debian(), GLIBC, &needs(&["liba.so"]), &[place]);
        assert_eq!(found(&tree, &[("LD_LIBRARY_PATH", path)]), expected("library-path"), "{path}");
    }
}

#[test]
fn what_the_variable_preloads_comes_before_what_the_file_lists() {
    let tree = debian()
        .executable("/bin/a", program(GLIBC, &needs(&[])))
        .file("/etc/ld.so.preload", "/usr/lib/liblisted.so\n")
        .file("/usr/lib/liblisted.so", library("liblisted.so"))
        .file("/usr/lib/libset.so", library("libset.so"));
    let listed = "/usr/lib/liblisted.so by path";
    assert_eq!(found(&tree, &[]), [listed]);
    let set = "/usr/lib/libset.so by default-directory";
    assert_eq!(found(&tree, &[("LD_PRELOAD", "libset.so")]), [set, listed]);
}
