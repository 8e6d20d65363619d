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
    assert_snapshot!(found("//- /opt/a-1.dist-info/METADATA\nName: a\n"), @"! incomplete /opt/a-1.dist-info/METADATA: python: lacks a valid name or version");
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

#[test]
fn eggs_and_links_to_checkouts_are_found() {
    let site = "/usr/lib/python3/site-packages";
    let fixture = format!(
        "//- {site}/a-1.0-py3.9.egg/EGG-INFO/PKG-INFO\nName: a\nVersion: 1.0\n\
         //- {site}/my-tool.egg-link\n/src/tool\n.\n\
         //- {site}/easy-install.pth\n./a-1.0-py3.9.egg\n/src/tool\n\
         //- link /src /home/src\n\
         //- /home/src/tool/my_tool.egg-info/PKG-INFO\nName: my-tool\nVersion: 2.0\n\
         //- {site}/gone.egg-link\n/nowhere\n.\n"
    );
    assert_snapshot!(found(&*fixture), @"
    pkg:pypi/a@1.0
      python /usr/lib/python3/site-packages/a-1.0-py3.9.egg/EGG-INFO/PKG-INFO
    pkg:pypi/my-tool@2.0
      python /home/src/tool/my_tool.egg-info/PKG-INFO
      python /usr/lib/python3/site-packages/my-tool.egg-link
    ! incomplete /usr/lib/python3/site-packages/gone.egg-link: python: links to a directory without its metadata
    ");
    let sbom = sbom(&*fixture, Limits::default(), FileDetail::None);
    assert_eq!(sbom.components[1].properties["python:editable"], "/home/src/tool");
}

#[test]
fn two_versions_in_two_places_are_two_components() {
    let fixture = "//- /a/site-packages/six-1.16.dist-info/METADATA\nName: six\nVersion: 1.16\n\
         //- /b/site-packages/six-1.17.dist-info/METADATA\nName: six\nVersion: 1.17\n";
    assert_snapshot!(found(fixture), @"
    pkg:pypi/six@1.16
      python /a/site-packages/six-1.16.dist-info/METADATA
    pkg:pypi/six@1.17
      python /b/site-packages/six-1.17.dist-info/METADATA
    ");
}

#[test]
fn what_tells_of_packages_elsewhere_is_none() {
    let fixture = "//- /opt/six-1.16-py2.py3-none-any.whl\nPK\n//- /venv/pyvenv.cfg\nversion = 3.11.2\n\
         //- /site-packages/tool.pth\n/src/tool\n//- /site-packages/__editable__.tool-1.0.pth\n/src/tool\n\
         //- /site-packages/pip/_vendor/vendor.txt\nrequests==2.31.0\n//- /app/uv.lock\n[[package]]\n\
         //- /app/poetry.lock\n[[package]]\n//- /app/Pipfile.lock\n{}\n";
    assert_snapshot!(found(fixture), @"");
}

#[test]
fn a_vendored_copy_is_marked() {
    let fixture =
        "//- /opt/setuptools/_vendor/wheel-0.43.dist-info/METADATA\nName: wheel\nVersion: 0.43\n";
    let sbom = sbom(fixture, Limits::default(), FileDetail::None);
    assert_eq!(sbom.components[0].properties["python:vendored"], "/opt/setuptools/_vendor");
}

#[test]
fn eggs_that_are_packed_are_found_where_python_looks_for_them() {
    let egg = |name: &str| {
        testkit::Zip::new()
            .store(
                "EGG-INFO/PKG-INFO",
                format!("Metadata-Version: 1.0\nName: {name}\nVersion: 1.0\n"),
            )
            .build()
    };
    let tree = testkit::Tree::default()
        .file("/usr/lib/python3/site-packages/a-1.0-py3.9.egg", egg("a"))
        .file("/opt/eggs/b-1.0-py3.9.egg", egg("b"))
        .file("/opt/eggs/easy-install.pth", "import sys\n./b-1.0-py3.9.egg\n")
        .file("/src/dist/c-1.0-py3.9.egg", egg("c"))
        .file("/usr/lib/site-packages/bare-1.0.egg", testkit::Zip::new().store("x", "y").build())
        .file("/usr/lib/site-packages/cut-1.0.egg", "PK");
    assert_snapshot!(found(tree), @"
    pkg:pypi/a@1.0
      python /usr/lib/python3/site-packages/a-1.0-py3.9.egg!/EGG-INFO/PKG-INFO
    pkg:pypi/b@1.0
      python /opt/eggs/b-1.0-py3.9.egg!/EGG-INFO/PKG-INFO
    ! incomplete /usr/lib/site-packages/bare-1.0.egg: python: is an egg without PKG-INFO
    ! malformed /usr/lib/site-packages/cut-1.0.egg: python: no central directory of a zip archive at offset 0
    ");
}

#[test]
fn copies_that_wait_in_caches_are_not_installed_unless_a_link_leads_to_them() {
    let of = |name: &str| format!("Name: {name}\nVersion: 1.0\n");
    let (conda, uv) = ("/opt/conda/pkgs", "/root/.cache/uv");
    let fixture = format!(
        "//- {conda}/a-1.0-py_0/info/index.json\n{{}}\n//- {conda}/a-1.0-py_0/site-packages/a-1.0.dist-info/METADATA\n{}\
         //- {uv}/CACHEDIR.TAG\nx\n//- {uv}/archive-v0/Ab/b-1.0.dist-info/METADATA\n{}\
         //- {uv}/archive-v0/Cd/c-1.0.dist-info/METADATA\n{}\
         //- link /venv/lib/python3.12/site-packages/c-1.0.dist-info/METADATA {uv}/archive-v0/Cd/c-1.0.dist-info/METADATA\n\
         //- {uv}/archive-v0/Ef/lib/python3.12/site-packages/d-1.0.dist-info/METADATA\n{}",
        of("a"),
        of("b"),
        of("c"),
        of("d")
    );
    assert_snapshot!(found(&*fixture), @"
    pkg:pypi/c@1.0
      python /root/.cache/uv/archive-v0/Cd/c-1.0.dist-info/METADATA
    pkg:pypi/d@1.0
      python /root/.cache/uv/archive-v0/Ef/lib/python3.12/site-packages/d-1.0.dist-info/METADATA
    ");
}

#[test]
fn a_distribution_that_links_to_a_checkout_is_one_and_says_so() {
    let fixture = "//- /venv/lib/python3.12/site-packages/tool-1.0.dist-info/METADATA\nName: tool\nVersion: 1.0\n\
         //- /venv/lib/python3.12/site-packages/tool-1.0.dist-info/direct_url.json\n\
         {\"url\":\"file:///src/tool\",\"dir_info\":{\"editable\":true}}\n\
         //- /src/tool/pyproject.toml\n[project]\nname = \"tool\"\nversion = \"1.0\"\n";
    assert_snapshot!(found(fixture), @"
    pkg:pypi/tool@1.0
      python /venv/lib/python3.12/site-packages/tool-1.0.dist-info/METADATA
    ");
    let sbom = sbom(fixture, Limits::default(), FileDetail::None);
    assert_eq!(sbom.components[0].properties["python:editable"], "file:///src/tool");
    assert_eq!(sbom.components[0].download, None);
}

#[test]
fn fixtures_in_the_tests_of_packages_are_no_distributions_and_copies_elsewhere_in_them_are() {
    let site = "/usr/local/lib/python3.12/site-packages";
    let egg = "pkg_resources/tests/data/my-test-package_unpacked-egg/my_test_package-1.0-py3.7.egg";
    let fixture = format!(
        "//- {site}/{egg}/EGG-INFO/PKG-INFO\nName: my-test-package\nVersion: 1.0\n\
         //- {site}/tool/testing/data/fake-9.0.dist-info/METADATA\nName: fake\nVersion: 9.0\n\
         //- {site}/ray/_private/thirdparty_files/psutil-6.0.dist-info/METADATA\nName: psutil\nVersion: 6.0\n\
         //- {site}/tool/_vendor/py3/six-1.16.dist-info/METADATA\nName: six\nVersion: 1.16\n\
         //- /app/eggs/buildout-1.0-py3.8.egg/EGG-INFO/PKG-INFO\nName: buildout\nVersion: 1.0\n"
    );
    assert_snapshot!(found(&*fixture), @"
    pkg:pypi/buildout@1.0
      python /app/eggs/buildout-1.0-py3.8.egg/EGG-INFO/PKG-INFO
    pkg:pypi/psutil@6.0
      python /usr/local/lib/python3.12/site-packages/ray/_private/thirdparty_files/psutil-6.0.dist-info/METADATA
    pkg:pypi/six@1.16
      python /usr/local/lib/python3.12/site-packages/tool/_vendor/py3/six-1.16.dist-info/METADATA
    ");
}
