//! Caches of Conan.

use insta::assert_snapshot;
use testkit::{Tree, sqlite};

use crate::found;

#[test]
fn binary_packages_in_the_caches_of_both_generations_are_found() {
    let database = sqlite(
        "packages",
        &[
            &["zlib/1.3.1", "r", "p", "v", "b/zlib1/p"],
            &["boost/1.84.0@acme/stable", "r", "p", "v", "boost2/p"],
            &["gone/1.0", "r", "p", "v", "gone3/p"],
            &["evil/1.0", "r", "p", "v", "../../evil"],
        ],
    );
    let files = |tree: Tree, folder: &str| {
        tree.file(format!("{folder}/conaninfo.txt"), "")
            .file(format!("{folder}/conanmanifest.txt"), "")
    };
    let tree = Tree::default().file("/root/.conan2/p/cache.sqlite3", database);
    let tree = files(tree, "/root/.conan2/p/b/zlib1/p");
    let tree = files(tree, "/root/.conan2/p/boost2/p");
    let tree = files(tree, "/root/evil");
    let tree = files(tree, "/root/.conan/data/fmt/10.2.1/_/_/package/0123abcd");
    let tree = files(tree, "/opt/deployed/fmt");
    assert_snapshot!(found(tree), @"
    pkg:conan/boost@1.84.0?channel=stable&user=acme
      conan /root/.conan2/p/cache.sqlite3@
    pkg:conan/fmt@10.2.1
      conan /root/.conan/data/fmt/10.2.1/_/_/package/0123abcd/conaninfo.txt
    pkg:conan/zlib@1.3.1
      conan /root/.conan2/p/cache.sqlite3@
    ");
}
