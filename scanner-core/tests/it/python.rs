//! Python distributions.

use insta::assert_snapshot;
use scanner_core::limits::Limits;
use scanner_core::model::FileDetail;

use crate::{found, sbom};

#[test]
fn wheels_and_eggs_are_found_in_every_form() {
    let fixture = "//- /usr/lib/python3/dist-packages/PyYAML-6.0.dist-info/METADATA\n\
         Metadata-Version: 2.1\nName: PyYAML\nVersion: 6.0\n\nName: body\n\
         //- /opt/six-1.16.egg-info\nName: six\nVersion: 1.16\n\
         //- /opt/old_name.egg-info/PKG-INFO\nName: Old_Name\nVersion: 2.0\n\
         //- /opt/requirements.txt\nflask==1.0\n";
    assert_snapshot!(found(fixture), @"
    pkg:pypi/old-name@2.0
      python /opt/old_name.egg-info/PKG-INFO
    pkg:pypi/pyyaml@6.0
      python /usr/lib/python3/dist-packages/PyYAML-6.0.dist-info/METADATA
    pkg:pypi/six@1.16
      python /opt/six-1.16.egg-info
    ");
}

#[test]
fn metadata_without_a_version_is_told_of() {
    assert_snapshot!(found("//- /opt/a-1.dist-info/METADATA\nName: a\n"), @"! incomplete /opt/a-1.dist-info/METADATA: python: lacks a name or version");
}

#[test]
fn the_origin_of_a_direct_installation_is_its_download_location() {
    let fixture = "//- /opt/a-1.dist-info/METADATA\nName: a\nVersion: 1\n\
         //- /opt/a-1.dist-info/direct_url.json\n\
         {\"url\":\"https://example.org/a.git\",\"vcs_info\":{\"vcs\":\"git\",\"commit_id\":\"c0ffee\"}}\n";
    let sbom = sbom(fixture, Limits::default(), FileDetail::None);
    assert_eq!(
        sbom.components[0].download.as_deref(),
        Some("git+https://example.org/a.git@c0ffee")
    );
}

#[test]
fn the_licence_expression_counts_before_field_and_classifiers() {
    let licenses = |headers: &str| {
        let fixture = format!("//- /opt/a-1.dist-info/METADATA\nName: a\nVersion: 1\n{headers}");
        let sbom = sbom(&*fixture, Limits::default(), FileDetail::None);
        sbom.components[0].licenses.iter().map(|it| it.declared.clone()).collect::<Vec<_>>()
    };
    assert_eq!(licenses("License: BSD\nLicense-Expression: MIT\n"), ["MIT"]);
    assert_eq!(
        licenses("License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n"),
        ["MIT License"]
    );
}
