//! Packages of conda environments.

use insta::assert_snapshot;

use crate::found;

#[test]
fn packages_are_found_and_own_the_distributions_that_they_bring() {
    let fixture = "//- /opt/conda/conda-meta/six-1.16.0-pyh6c4a22f_0.json\n\
         {\"name\":\"six\",\"version\":\"1.16.0\",\"build\":\"pyh6c4a22f_0\",\"subdir\":\"noarch\",\
         \"channel\":\"https://conda.anaconda.org/conda-forge/noarch\",\"fn\":\"six-1.16.0-pyh6c4a22f_0.tar.bz2\",\
         \"license\":\"MIT\",\"files\":[\"lib/python3.12/site-packages/six-1.16.0.dist-info/METADATA\"]}\n\
         //- /opt/conda/lib/python3.12/site-packages/six-1.16.0.dist-info/METADATA\nName: six\nVersion: 1.16.0\n\
         //- /opt/conda/conda-meta/history\n==> 2024 <==\n";
    assert_snapshot!(found(fixture), @"
    pkg:conda/six@1.16.0?build=pyh6c4a22f_0&channel=conda-forge&subdir=noarch&type=tar.bz2
      conda /opt/conda/conda-meta/six-1.16.0-pyh6c4a22f_0.json
    pkg:pypi/six@1.16.0
      python /opt/conda/lib/python3.12/site-packages/six-1.16.0.dist-info/METADATA
    pkg:pypi/six@1.16.0 owned by pkg:conda/six@1.16.0?build=pyh6c4a22f_0&channel=conda-forge&subdir=noarch&type=tar.bz2
    ");
}

#[test]
fn archives_that_wait_in_the_cache_and_broken_records_are_no_packages() {
    let fixture = "//- /opt/conda/pkgs/six-1.16.0-0/info/index.json\n{\"name\":\"six\",\"version\":\"1.16.0\"}\n\
         //- /opt/conda/pkgs/six-1.16.0-0/info/repodata_record.json\n{\"name\":\"six\",\"version\":\"1.16.0\"}\n\
         //- /opt/conda/conda-meta/cut.json\n{\n//- /opt/conda/conda-meta/odd.json\n{\"name\":[],\"version\":\"1\"}\n";
    assert_snapshot!(found(fixture), @"
    ! malformed /opt/conda/conda-meta/cut.json: conda: EOF while parsing an object at line 2 column 0
    ! incomplete /opt/conda/conda-meta/odd.json: conda: lacks a valid name or version
    ");
}

#[test]
fn the_interpreter_of_an_environment_is_its_package() {
    let fixture = "//- /opt/conda/conda-meta/python-3.12.1-h_0.json\n\
         {\"name\":\"python\",\"version\":\"3.12.1\",\"build\":\"h_0\",\
         \"files\":[\"bin/python3.12\",\"include/python3.12/patchlevel.h\"]}\n\
         //- /opt/conda/include/python3.12/patchlevel.h\n#define PY_VERSION \"3.12.1\"\n\
         //- exec /opt/conda/bin/python3.12\n#!/bin/sh\n";
    assert_snapshot!(found(fixture), @"
    pkg:conda/python@3.12.1?build=h_0
      conda /opt/conda/conda-meta/python-3.12.1-h_0.json
    ");
}
