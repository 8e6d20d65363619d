//! Interpreters and toolchains that no package brought.

use insta::assert_snapshot;
use testkit::{Elf, Tree};

use crate::found;

const NODE: &str = "//- /usr/local/include/node/node_version.h\n#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 11\n\
    #define NODE_PATCH_VERSION 0\n#define NODE_VERSION_IS_RELEASE 1\n//- exec /usr/local/bin/node\n#!/bin/sh\n";

#[test]
fn runtimes_are_found_by_the_files_of_their_build_and_own_what_is_theirs() {
    let fixture = "//- /usr/local/include/python3.12/patchlevel.h\n#define PY_VERSION \"3.12.1\"\n\
         //- exec /usr/local/bin/python3.12\n#!/bin/sh\n\
         //- exec /usr/local/lib/libpython3.12.so.1.0\n#!/bin/sh\n\
         //- exec /usr/local/lib/python3.12/pdb.py\n#!/bin/sh\n\
         //- exec /usr/local/lib/python3.12/site-packages/stray\n#!/bin/sh\nstray\n\
         //- /usr/local/lib/ruby/3.3.0/x86_64-linux/rbconfig.rb\n  CONFIG[\"MAJOR\"] = \"3\"\n  CONFIG[\"MINOR\"] = \"3\"\n  CONFIG[\"TEENY\"] = \"1\"\n\
         //- exec /usr/local/bin/ruby\n#!/bin/sh\n\
         //- /usr/local/include/php/main/php_version.h\n#define PHP_VERSION \"8.3.2\"\n\
         //- exec /usr/local/bin/php\n#!/bin/sh\n\
         //- /usr/local/lib/perl5/5.38.2/x86_64-linux-gnu/Config.pm\n    version => '5.38.2',\n\
         //- exec /usr/local/bin/perl\n#!/bin/sh\n\
         //- /usr/local/go/VERSION\ngo1.21.5\ntime 2023-11-29\n\
         //- exec /usr/local/go/bin/go\n#!/bin/sh\n\
         //- exec /usr/local/go/pkg/tool/vet\n#!/bin/sh\n\
         //- /root/.rustup/toolchains/stable/lib/rustlib/multirust-channel-manifest.toml\n[pkg.rustc]\nversion = \"1.95.0 (59807616e 2026-04-14)\"\n\
         //- exec /root/.rustup/toolchains/stable/bin/rustc\n#!/bin/sh\n";
    assert_snapshot!(found(&*format!("{NODE}{fixture}")), @"
    bin:sha256:3b263266dd026db0d39dc668c5f54cf9f1f97fa0e4f4bd5daaa9c319e73f7da4
      executable /usr/local/lib/python3.12/site-packages/stray
    pkg:generic/go@1.21.5
      runtimes /usr/local/go/VERSION
    pkg:generic/node@20.11.0
      runtimes /usr/local/include/node/node_version.h
    pkg:generic/perl@5.38.2
      runtimes /usr/local/lib/perl5/5.38.2/x86_64-linux-gnu/Config.pm
    pkg:generic/php@8.3.2
      runtimes /usr/local/include/php/main/php_version.h
    pkg:generic/python@3.12.1
      runtimes /usr/local/include/python3.12/patchlevel.h
    pkg:generic/ruby@3.3.1
      runtimes /usr/local/lib/ruby/3.3.0/x86_64-linux/rbconfig.rb
    pkg:generic/rust@1.95.0
      runtimes /root/.rustup/toolchains/stable/lib/rustlib/multirust-channel-manifest.toml
    ");
}

#[test]
fn headers_without_the_program_and_versions_that_are_none_prove_nothing() {
    let headers = NODE.split("//- exec").next().unwrap();
    assert_eq!(found(headers), "");
    assert_eq!(found("//- /app/VERSION\ngo1.2\n"), "");
    let odd = "//- /usr/local/include/php/main/php_version.h\n#define PHP_VERSION \"x y\"\n//- /usr/local/bin/php\n";
    assert_eq!(found(odd), "");
}

#[test]
fn a_runtime_that_a_package_owns_is_that_package() {
    let package = "//- /etc/os-release\nID=debian\nVERSION_ID=12\n//- /var/lib/dpkg/status\nPackage: node\nStatus: install ok installed\nVersion: 1\n\
         //- /var/lib/dpkg/info/node.list\n/usr/local/bin/node\n/usr/local/include/node/node_version.h\n";
    assert!(!found(&*format!("{NODE}{package}")).contains("pkg:generic"));
}

#[test]
fn a_node_without_headers_says_itself_which_it_is() {
    let program = |text: &str| {
        let mut bytes = Elf::new().section(".rodata", text).build();
        bytes.resize(3 << 20, 0);
        found(Tree::default().executable("/nodejs/bin/node", bytes))
    };
    let address = "https://nodejs.org/download/release/v20.11.0/node-v20.11.0-headers.tar.gz";
    assert_eq!(program(address), "pkg:generic/node@20.11.0\n  runtimes /nodejs/bin/node@\n");
    assert!(program(&format!("{address} /node-v1.0.0-headers.tar.gz")).starts_with("bin:"));
    assert!(program("node-v20.11.0").starts_with("bin:"));
}
