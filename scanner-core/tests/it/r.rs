//! R packages.

use insta::assert_snapshot;

use crate::found;

#[test]
fn installed_packages_are_found() {
    let fixture = "//- /usr/local/lib/R/site-library/jsonlite/DESCRIPTION\n\
         Package: jsonlite\nVersion: 1.8.4\nLicense: MIT + file LICENSE\nBuilt: R 4.2.2; ; 2023-01-20; unix\n\
         //- /usr/local/lib/R/site-library/jsonlite/Meta/package.rds\nx\n\
         //- /usr/lib/R/library/stats/DESCRIPTION\nPackage: stats\nVersion: 4.2.2\nPriority: base\nBuilt: R 4.2.2\n\
         //- /usr/lib/R/library/stats/Meta/package.rds\nx\n";
    assert_snapshot!(found(fixture), @"
    pkg:cran/jsonlite@1.8.4
      r /usr/local/lib/R/site-library/jsonlite/DESCRIPTION
    pkg:cran/stats@4.2.2
      r /usr/lib/R/library/stats/DESCRIPTION
    ");
}

#[test]
fn sources_and_translations_are_not_installed() {
    let fixture = "//- /src/jsonlite/DESCRIPTION\nPackage: jsonlite\nVersion: 1.8.4\n\
         //- /src/built/DESCRIPTION\nPackage: built\nVersion: 1.8.4\nBuilt: R 4.2.2\n\
         //- /src/odd/DESCRIPTION\nPackage: odd\nVersion: 1\n//- /src/odd/Meta/package.rds\nx\n\
         //- /usr/lib/R/library/cut/DESCRIPTION\nPackage: cut\nBuilt: R 4.2.2\n\
         //- /usr/lib/R/library/cut/Meta/package.rds\nx\n";
    assert_snapshot!(found(fixture), @"! incomplete /usr/lib/R/library/cut/DESCRIPTION: r: lacks a valid name or version");
}
