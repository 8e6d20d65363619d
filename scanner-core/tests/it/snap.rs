//! Snaps.

use insta::assert_snapshot;

use crate::found;

const SNAP: &str = "//- /snap/hello/current/meta/snap.yaml\n\
    name: hello\nversion: '2.10'\narchitectures:\n- amd64\nlicense: GPL-3.0\n\
    //- exec /snap/hello/current/bin/hello\n#!/bin/sh\n\
    //- /snap/hello/current/snap/manifest.yaml\n\
    name: hello\nsnapcraft-os-release-id: ubuntu\nsnapcraft-os-release-version-id: '22.04'\n\
    primed-stage-packages:\n- libc6=2.35-0ubuntu3.1\n- broken\n";

#[test]
fn a_snap_is_found_and_the_packages_that_it_was_made_of_are_attested() {
    assert_snapshot!(found(SNAP), @"
    attested:pkg:deb/ubuntu/libc6@2.35-0ubuntu3.1?distro=ubuntu-22.04
      snap_manifest /snap/hello/current/snap/manifest.yaml
    pkg:generic/snap/hello@2.10?arch=amd64
      snap /snap/hello/current/meta/snap.yaml
    ");
}

#[test]
fn snap_files_elsewhere_and_broken_ones_prove_nothing() {
    assert_eq!(found("//- /src/hello/meta/snap.yaml\nname: hello\nversion: '1'\n"), "");
    assert_eq!(found("//- /src/snap/manifest.yaml\nname: hello\n"), "");
    let broken =
        "//- /snap/a/1/meta/snap.yaml\n{\n//- /snap/b/1/meta/snap.yaml\nname: c\nversion: 1\n";
    assert_snapshot!(found(broken), @"
    ! malformed /snap/a/1/meta/snap.yaml: snap: unclosed bracket '{' at line 1, column 1
    ! incomplete /snap/b/1/meta/snap.yaml: snap: lacks the name of its folder or a version
    ");
}
