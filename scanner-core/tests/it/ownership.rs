//! Which package brought which.

use insta::assert_snapshot;

use crate::found;

#[test]
fn a_python_package_of_a_deb_package_is_linked_to_it_through_a_merged_usr() {
    let fixture = "//- /etc/os-release\nID=debian\nVERSION_ID=12\n//- link /lib usr/lib\n\
         //- /var/lib/dpkg/status\n\
         Package: python3-six\nStatus: install ok installed\nVersion: 1.16-4\nArchitecture: all\nSource: six\n\
         //- /var/lib/dpkg/info/python3-six.list\n/.\n/lib\n/lib/python3/dist-packages/six-1.16.egg-info\n\
         //- /usr/lib/python3/dist-packages/six-1.16.egg-info\nName: six\nVersion: 1.16\n";
    assert_snapshot!(found(fixture), @"
    os:debian-12
      distro /etc/os-release
    pkg:deb/debian/python3-six@1.16-4?arch=all&distro=debian-12&upstream=six
      dpkg /var/lib/dpkg/status:1
    pkg:pypi/six@1.16
      python /usr/lib/python3/dist-packages/six-1.16.egg-info
    pkg:pypi/six@1.16 owned by pkg:deb/debian/python3-six@1.16-4?arch=all&distro=debian-12&upstream=six
    ");
}

#[test]
fn a_vendored_distribution_belongs_to_the_one_that_lists_it() {
    let fixture = "//- /opt/setuptools-71.dist-info/METADATA\nName: setuptools\nVersion: 71\n\
         //- /opt/setuptools-71.dist-info/RECORD\nsetuptools/_vendor/wheel-0.43.dist-info/METADATA,sha256=x,1\n\
         //- /opt/setuptools/_vendor/wheel-0.43.dist-info/METADATA\nName: wheel\nVersion: 0.43\n";
    assert_snapshot!(found(fixture), @"
    pkg:pypi/setuptools@71
      python /opt/setuptools-71.dist-info/METADATA
    pkg:pypi/wheel@0.43
      python /opt/setuptools/_vendor/wheel-0.43.dist-info/METADATA
    pkg:pypi/wheel@0.43 owned by pkg:pypi/setuptools@71
    ");
}

#[test]
fn a_distribution_that_is_also_somewhere_on_its_own_belongs_to_nobody() {
    let fixture = "//- /etc/os-release\nID=debian\nVERSION_ID=12\n\
         //- /var/lib/dpkg/status\nPackage: python3-six\nStatus: install ok installed\nVersion: 1.16-4\n\
         //- /var/lib/dpkg/info/python3-six.list\n/usr/lib/six-1.16.egg-info\n\
         //- /usr/lib/six-1.16.egg-info\nName: six\nVersion: 1.16\n\
         //- /opt/six-1.16.egg-info\nName: six\nVersion: 1.16\n";
    assert!(!found(fixture).contains("owned by"));
}

#[test]
fn a_vendored_distribution_belongs_to_whose_package_it_is_in_where_no_list_of_files_is_left() {
    let fixture = "//- /opt/setuptools-71.dist-info/METADATA\nName: setuptools\nVersion: 71\n\
         //- /opt/setuptools-71.dist-info/top_level.txt\npkg_resources\nsetuptools\n../opt\n\
         //- /opt/setuptools/_vendor/wheel-0.43.dist-info/METADATA\nName: wheel\nVersion: 0.43\n\
         //- /opt/other/_vendor/six-1.16.dist-info/METADATA\nName: six\nVersion: 1.16\n";
    assert_snapshot!(found(fixture), @"
    pkg:pypi/setuptools@71
      python /opt/setuptools-71.dist-info/METADATA
    pkg:pypi/six@1.16
      python /opt/other/_vendor/six-1.16.dist-info/METADATA
    pkg:pypi/wheel@0.43
      python /opt/setuptools/_vendor/wheel-0.43.dist-info/METADATA
    pkg:pypi/wheel@0.43 owned by pkg:pypi/setuptools@71
    ");
}
