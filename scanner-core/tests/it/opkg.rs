//! Packages of OpenWrt.

use insta::assert_snapshot;

use crate::found;

#[test]
fn installed_packages_are_found() {
    let fixture = "//- /etc/os-release\nID=openwrt\nVERSION_ID=23.05.2\n\
         //- /usr/lib/opkg/status\nPackage: busybox\nVersion: 1.36.1-1\nStatus: install user installed\n\
         Architecture: x86_64\n\nPackage: gone\nVersion: 1\nStatus: deinstall ok not-installed\n\n\
         Package: cut\nStatus: install ok installed\n\
         //- /usr/lib/opkg/info/busybox.list\n/bin/busybox\n\
         //- /usr/lib/opkg/info/busybox.control\nPackage: busybox\nLicense: GPL-2.0\n";
    assert_snapshot!(found(fixture), @"
    os:openwrt-23.05.2
      distro /etc/os-release
    pkg:opkg/busybox@1.36.1-1?arch=x86_64&distro=openwrt-23.05.2
      opkg /usr/lib/opkg/status:1
    ! incomplete /usr/lib/opkg/status: opkg: the stanza at line 10 lacks a valid name or version
    ");
}

#[test]
fn lists_of_a_feed_are_none() {
    assert_snapshot!(found("//- /var/opkg-lists/base\nPackage: a\nVersion: 1\n"), @"");
}
