//! Haskell packages.

use insta::assert_snapshot;

use crate::found;

#[test]
fn registrations_are_found_in_every_kind_of_database() {
    let fixture = "//- /var/lib/ghc/package.conf.d/text-1.2.5.0.conf\n\
         name:                 text\nversion:              1.2.5.0\nlicense:              BSD-2-Clause\n\n\
         //- /root/.cabal/store/ghc-9.4/package.db/a-1-l.conf\nname: z-a-z-inner\nversion: 1\npackage-name: a\n\
         //- /root/.stack/snapshots/x/pkgdb/a-1.conf\nname: a\nversion: 1\n\
         //- /var/lib/ghc/package.conf.d/package.cache\nghcpkg\n";
    assert_snapshot!(found(fixture), @"
    pkg:hackage/a@1
      haskell /root/.cabal/store/ghc-9.4/package.db/a-1-l.conf
      haskell /root/.stack/snapshots/x/pkgdb/a-1.conf
    pkg:hackage/text@1.2.5.0
      haskell /var/lib/ghc/package.conf.d/text-1.2.5.0.conf
    ");
}

#[test]
fn other_files_are_none() {
    let fixture = "//- /etc/x.conf\nname: x\nversion: 1\n//- /db/package.conf.d/cut.conf\nname: cut\n\
         //- /app/stack.yaml.lock\npackages: []\n";
    assert_snapshot!(found(fixture), @"! incomplete /db/package.conf.d/cut.conf: haskell: lacks a valid name or version");
}
