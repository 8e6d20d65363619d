//! Packages of Ubuntu that Chisel cut slices of.

use insta::assert_snapshot;
use testkit::{Compression, Elf, Tree, compress};

use crate::found;

const UBUNTU: &str = "//- /etc/os-release\nID=ubuntu\nVERSION_ID=24.04\n";
const MANIFEST: &str = "{\"jsonwall\":\"1.0\",\"schema\":\"1.0\",\"count\":4}\n\
    {\"kind\":\"content\",\"slice\":\"libssl3t64_libs\",\"path\":\"/usr/lib/libssl.so.3\"}\n\
    {\"kind\":\"package\",\"name\":\"libc6\",\"version\":\"2.39-0ubuntu8.4\",\"sha256\":\"ab\",\"arch\":\"amd64\"}\n\
    {\"kind\":\"package\",\"name\":\"libssl3t64\",\"version\":\"3.0.13-0ubuntu3.5\",\"sha256\":\"cd\",\"arch\":\"amd64\"}\n\
    {\"kind\":\"slice\",\"name\":\"libc6_libs\"}\n";

fn chiselled(manifest: &str) -> Tree {
    let (_, packed) = compress(manifest.as_bytes(), Compression::Zstd);
    Tree::parse(UBUNTU).file("/var/lib/chisel/manifest.wall", packed)
}

#[test]
fn packages_of_the_manifest_are_found_and_own_what_was_cut_of_them() {
    let library = Elf::new().section(".text", "x").build();
    let tree = chiselled(MANIFEST).file("/usr/lib/libssl.so.3", library);
    assert_snapshot!(found(tree), @"
    os:ubuntu-24.04
      distro /etc/os-release
    pkg:deb/ubuntu/libc6@2.39-0ubuntu8.4?arch=amd64&distro=ubuntu-24.04
      chisel /var/lib/chisel/manifest.wall
    pkg:deb/ubuntu/libssl3t64@3.0.13-0ubuntu3.5?arch=amd64&distro=ubuntu-24.04
      chisel /var/lib/chisel/manifest.wall
    ");
}

#[test]
fn what_dpkg_lists_too_is_found_once() {
    let status = "//- /var/lib/dpkg/status\nPackage: libc6\nStatus: install ok installed\nSource: glibc\n\
        Version: 2.39-0ubuntu8.4\nArchitecture: amd64\n";
    assert_snapshot!(found(chiselled(MANIFEST).and(Tree::parse(status))), @"
    os:ubuntu-24.04
      distro /etc/os-release
    pkg:deb/ubuntu/libc6@2.39-0ubuntu8.4?arch=amd64&distro=ubuntu-24.04&upstream=glibc
      dpkg /var/lib/dpkg/status:1
    pkg:deb/ubuntu/libssl3t64@3.0.13-0ubuntu3.5?arch=amd64&distro=ubuntu-24.04
      chisel /var/lib/chisel/manifest.wall
    ");
}

#[test]
fn broken_empty_and_foreign_manifests_give_notices() {
    let odd = "{}\n{\"kind\":\"package\",\"name\":\"a b\",\"version\":\"1\"}\n{\n";
    assert_snapshot!(found(chiselled(odd)), @"
    os:ubuntu-24.04
      distro /etc/os-release
    ! malformed /var/lib/chisel/manifest.wall: chisel: 1 lines left out; line 3 is no record
    ! incomplete /var/lib/chisel/manifest.wall: chisel: names a package without a valid name or version
    ");
    let empty = found(chiselled("{\"jsonwall\":\"1.0\"}\n"));
    assert!(empty.contains("! empty-database"), "{empty}");
    let plain = found(Tree::default().file("/var/lib/chisel/manifest.wall", MANIFEST));
    assert_snapshot!(plain, @"! malformed /var/lib/chisel/manifest.wall: chisel: unreadable zstd stream at offset 0");
    let elsewhere = Tree::default().file("/rootfs/var/lib/chisel/manifest.wall", MANIFEST);
    assert_eq!(found(elsewhere), "");
}
