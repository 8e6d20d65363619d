//! Packages of Gentoo.

use insta::assert_snapshot;

use crate::found;

#[test]
fn packages_are_found_with_what_they_own() {
    let fixture = "//- /etc/os-release\nID=gentoo\n//- /var/db/pkg/dev-python/six-1.16.0-r1/PF\nsix-1.16.0-r1\n\
         //- /var/db/pkg/dev-python/six-1.16.0-r1/LICENSE\nMIT\n\
         //- /var/db/pkg/dev-python/six-1.16.0-r1/repository\ngentoo\n\
         //- /var/db/pkg/dev-python/six-1.16.0-r1/CONTENTS\ndir /usr\nobj /usr/lib/six.egg-info 0123 17\n\
         //- /usr/lib/six.egg-info\nName: six\nVersion: 1.16.0\n";
    assert_snapshot!(found(fixture), @"
    os:gentoo
      distro /etc/os-release
    pkg:ebuild/dev-python/six@1.16.0-r1?distro=gentoo
      portage /var/db/pkg/dev-python/six-1.16.0-r1/PF
    pkg:pypi/six@1.16.0
      python /usr/lib/six.egg-info
    pkg:pypi/six@1.16.0 owned by pkg:ebuild/dev-python/six@1.16.0-r1?distro=gentoo
    ");
}

#[test]
fn what_is_being_merged_and_what_lies_elsewhere_is_none() {
    let fixture = "//- /var/db/pkg/app-misc/-MERGING-a-1/PF\na-1\n//- /src/a-1/PF\na-1\n\
         //- /var/db/pkg/app-misc/odd/PF\nodd\n";
    assert_snapshot!(found(fixture), @"! incomplete /var/db/pkg/app-misc/odd/PF: portage: is not a name and a version");
}
