//! Packages of operating systems.

use insta::assert_snapshot;

use crate::found;

const DEBIAN: &str = "//- /etc/os-release\nID=debian\nVERSION_ID=\"12\"\n";

#[test]
fn installed_deb_packages_are_listed_with_epoch_source_and_line() {
    let fixture = format!(
        "{DEBIAN}//- /var/lib/dpkg/status\n\
         Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc\nVersion: 2.36-9\n\n\
         Package: attr\nStatus: install ok installed\nArchitecture: amd64\nSource: attr (1:2.5)\nVersion: 1:2.5-4+b1\n"
    );
    assert_snapshot!(found(&*fixture), @"
    os:debian-12
      distro /etc/os-release
    pkg:deb/debian/attr@1:2.5-4%2Bb1?arch=amd64&distro=debian-12&upstream=attr%401:2.5
      dpkg /var/lib/dpkg/status:7
    pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12&upstream=glibc
      dpkg /var/lib/dpkg/status:1
    ");
}

#[test]
fn packages_that_are_not_installed_are_no_components() {
    let fixture = format!(
        "{DEBIAN}//- /var/lib/dpkg/status\n\
         Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n\
         Package: half\nStatus: install reinstreq half-installed\nVersion: 1\n\n\
         Package: waiting\nStatus: install ok triggers-pending\nVersion: 1\nArchitecture: all\n"
    );
    assert_snapshot!(found(&*fixture), @"
    os:debian-12
      distro /etc/os-release
    pkg:deb/debian/waiting@1?arch=all&distro=debian-12
      dpkg /var/lib/dpkg/status:9
    ! not-installed /var/lib/dpkg/status: dpkg: the stanza at line 5 is of package half in state “install reinstreq half-installed”; not listed
    ");
}

#[test]
fn distroless_packages_have_a_file_each() {
    let fixture = format!(
        "{DEBIAN}//- /var/lib/dpkg/status.d/tzdata\nPackage: tzdata\nVersion: 2024a-0\nArchitecture: all\n\
         //- /var/lib/dpkg/status.d/tzdata.md5sums\nd41d8cd98f00b204e9800998ecf8427e  usr/share/zoneinfo/UTC\n"
    );
    assert_snapshot!(found(&*fixture), @"
    os:debian-12
      distro /etc/os-release
    pkg:deb/debian/tzdata@2024a-0?arch=all&distro=debian-12
      dpkg /var/lib/dpkg/status.d/tzdata:1
    ");
}

#[test]
fn apk_packages_are_found_at_both_places_of_the_database() {
    let fixture = "//- /etc/os-release\nID=alpine\nVERSION_ID=3.22.0\n\
         //- /usr/lib/apk/db/installed\nC:Q1x\nP:libssl3\nV:3.5.0-r0\nA:x86_64\no:openssl\nL:Apache-2.0\n\n";
    assert_snapshot!(found(fixture), @"
    os:alpine-3.22.0
      distro /etc/os-release
    pkg:apk/alpine/libssl3@3.5.0-r0?arch=x86_64&distro=alpine-3.22.0&upstream=openssl
      apk /usr/lib/apk/db/installed:1
    ");
    assert_snapshot!(found(&*fixture.replace("/usr/lib/apk", "/lib/apk")), @"
    os:alpine-3.22.0
      distro /etc/os-release
    pkg:apk/alpine/libssl3@3.5.0-r0?arch=x86_64&distro=alpine-3.22.0&upstream=openssl
      apk /lib/apk/db/installed:1
    ");
}

#[test]
fn a_database_behind_a_link_is_found_once_and_at_its_real_place() {
    let fixture = "//- link /lib usr/lib\n//- /usr/lib/apk/db/installed\nP:a\nV:1-r0\nA:noarch\n";
    assert_snapshot!(found(fixture), @"
    pkg:apk/alpine/a@1-r0?arch=noarch
      apk /usr/lib/apk/db/installed:1
    ! no-distribution /etc/os-release: names no distribution; purls of its packages have no distro qualifier
    ");
}

#[test]
fn empty_and_cut_databases_give_notices() {
    let fixture = format!(
        "{DEBIAN}//- /var/lib/dpkg/status\nPackage: whole\nStatus: install ok installed\nVersion: 1\n\n\
         Package: cut\nStatus: install ok inst\n//- /lib/apk/db/installed\n"
    );
    assert_snapshot!(found(&*fixture), @"
    os:debian-12
      distro /etc/os-release
    pkg:deb/debian/whole@1?distro=debian-12
      dpkg /var/lib/dpkg/status:1
    ! empty-database /lib/apk/db/installed: apk: holds no package
    ! not-installed /var/lib/dpkg/status: dpkg: the stanza at line 5 is of package cut in state “install ok inst”; not listed
    ");
}

#[test]
fn the_last_line_of_a_cut_database_is_left_out() {
    let fixture = format!(
        "{DEBIAN}//- /var/lib/dpkg/status\nPackage: a\nStatus: install ok installed\nVersion: 2."
    );
    assert_snapshot!(found(&*fixture), @"
    os:debian-12
      distro /etc/os-release
    ! malformed /var/lib/dpkg/status: dpkg: is cut in its last line, which is left out
    ! incomplete /var/lib/dpkg/status: dpkg: the stanza at line 1 lacks a valid name or version
    ");
}

#[test]
fn a_fifo_in_the_place_of_a_database_is_told_of() {
    assert_snapshot!(found("//- fifo /var/lib/dpkg/status\n"), @"! malformed /var/lib/dpkg/status: is no regular file, where one is expected");
}

#[test]
fn names_that_no_package_can_have_are_told_of() {
    assert_snapshot!(found("//- /lib/apk/db/installed\nP:../../etc\nV:1\n"), @"! incomplete /lib/apk/db/installed: apk: the record at line 1 lacks a valid name or version");
}

#[test]
fn packages_of_systems_from_before_os_release_are_of_the_system_that_its_own_file_names() {
    let fixture = "//- /etc/centos-release\nCentOS release 6.10 (Final)\n//- /etc/redhat-release\nCentOS release 6.10 (Final)\n\
         //- /var/lib/rpmmanifest/container-manifest-2\nbash\t4.1-1\t1\t2\tCentOS\t(none)\t3\tx86_64\t0\tbash-4.1-1.src.rpm\n";
    assert_snapshot!(found(fixture), @"
    os:centos-6.10
      distro /etc/centos-release
    pkg:rpm/centos/bash@4.1-1?arch=x86_64&distro=centos-6.10&upstream=bash-4.1-1.src.rpm
      rpm /var/lib/rpmmanifest/container-manifest-2:1
    ");
    assert_eq!(found("//- /etc/os-release\nNAME=x\n//- /etc/alpine-release\n3.4.6\n"), "");
}
