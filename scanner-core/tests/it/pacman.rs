//! Packages of Arch Linux.

use insta::assert_snapshot;

use crate::found;

#[test]
fn packages_are_found_with_what_is_nested_in_them() {
    let local = "/var/lib/pacman/local";
    let fixture = format!(
        "//- /etc/os-release\nID=arch\n//- {local}/ALPM_DB_VERSION\n9\n\
         //- {local}/python-six-1:1.16-1/desc\n%NAME%\npython-six\n\n%VERSION%\n1:1.16-1\n\n%BASE%\nsix\n\n\
         %ARCH%\nany\n\n%LICENSE%\nMIT\n\n%PACKAGER%\nA <a@b.org>\n\n\
         //- {local}/python-six-1:1.16-1/files\n%FILES%\nlib/\nlib/six.dist-info/METADATA\n\n\
         //- link /lib usr/lib\n//- /usr/lib/six.dist-info/METADATA\nName: six\nVersion: 1.16\n"
    );
    assert_snapshot!(found(&*fixture), @"
    os:arch
      distro /etc/os-release
    pkg:alpm/arch/python-six@1:1.16-1?arch=any&distro=arch&upstream=six
      pacman /var/lib/pacman/local/python-six-1:1.16-1/desc
    pkg:pypi/six@1.16
      python /usr/lib/six.dist-info/METADATA
    pkg:pypi/six@1.16 owned by pkg:alpm/arch/python-six@1:1.16-1?arch=any&distro=arch&upstream=six
    ");
}

#[test]
fn databases_of_repositories_and_broken_entries_are_no_packages() {
    let fixture = "//- /var/lib/pacman/sync/core/bash-5.2-1/desc\n%NAME%\nbash\n\n%VERSION%\n5.2-1\n\
         //- /app/desc\n%NAME%\nbash\n\n%VERSION%\n5.2-1\n\
         //- /var/lib/pacman/local/cut-1-1/desc\nlost\n%NAME%\ncut\n";
    assert_snapshot!(found(fixture), @"
    ! malformed /var/lib/pacman/local/cut-1-1/desc: pacman: line 1 stands under no heading
    ! incomplete /var/lib/pacman/local/cut-1-1/desc: pacman: lacks a valid name or version
    ");
}
