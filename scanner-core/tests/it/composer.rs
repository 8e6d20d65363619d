//! PHP packages.

use insta::assert_snapshot;
use scanner_core::limits::Limits;
use scanner_core::model::FileDetail;

use crate::{found, sbom};

#[test]
fn packages_of_both_forms_are_found_with_what_they_require() {
    let fixture = "//- /var/www/html/vendor/composer/installed.json\n\
         {\"packages\":[{\"name\":\"Monolog/Monolog\",\"version\":\"3.5.0\",\"require\":{\"php\":\">=8.1\",\"psr/log\":\"^3\"}},\
         {\"name\":\"psr/log\",\"version\":\"v3.0.0\"}],\"dev\":false,\"dev-package-names\":[]}\n\
         //- /old/vendor/composer/installed.json\n[{\"name\":\"psr/log\",\"version\":\"1.0.0\"}]\n";
    assert_snapshot!(found(fixture), @"
    pkg:composer/monolog/monolog@3.5.0
      composer /var/www/html/vendor/composer/installed.json
    pkg:composer/psr/log@1.0.0
      composer /old/vendor/composer/installed.json
    pkg:composer/psr/log@v3.0.0
      composer /var/www/html/vendor/composer/installed.json
    pkg:composer/monolog/monolog@3.5.0 depends on pkg:composer/psr/log@v3.0.0
    ");
}

#[test]
fn what_is_only_asked_for_is_not_installed() {
    let fixture = "//- /app/composer.json\n{\"name\":\"a/b\",\"version\":\"1.0\",\"require\":{\"c/d\":\"*\"}}\n\
         //- /app/composer.lock\n{\"packages\":[{\"name\":\"c/d\",\"version\":\"1.0\"}]}\n\
         //- /app/vendor/composer/installed.php\n<?php return array('versions' => array('c/d' => 1));\n\
         //- /app/installed.json\n[{\"name\":\"c/d\",\"version\":\"1.0\"}]\n";
    assert_snapshot!(found(fixture), @"");
}

#[test]
fn broken_files_and_nameless_packages_give_notices() {
    let fixture = "//- /a/composer/installed.json\n{\"packages\":\n\
         //- /b/composer/installed.json\n[{\"name\":\"vendorless\",\"version\":\"1\"},{\"name\":\"c/d\"},{}]\n";
    assert_snapshot!(found(fixture), @"
    ! malformed /a/composer/installed.json: composer: EOF while parsing a value at line 2 column 0
    ! incomplete /b/composer/installed.json: composer: package c/d lacks a valid vendor, name or version
    ! incomplete /b/composer/installed.json: composer: package vendorless lacks a valid vendor, name or version
    ! incomplete /b/composer/installed.json: composer: package without a name lacks a valid vendor, name or version
    ");
}

#[test]
fn a_list_of_licences_is_a_choice() {
    let fixture = "//- /vendor/composer/installed.json\n\
         [{\"name\":\"a/b\",\"version\":\"1\",\"license\":[\"MIT\",\"BSD-3-Clause and ISC\"]}]\n";
    let sbom = sbom(fixture, Limits::default(), FileDetail::None);
    assert_eq!(
        sbom.components[0].licenses[0].expression.as_deref(),
        Some("MIT OR (BSD-3-Clause AND ISC)")
    );
}

#[test]
fn programs_of_packages_are_theirs_and_those_beside_them_are_not() {
    let fixture = "//- /app/vendor/composer/installed.json\n{\"packages\":[\
         {\"name\":\"a/b\",\"version\":\"1\",\"bin\":[\"bin/tool\"],\"install-path\":\"../a/b\"},\
         {\"name\":\"a/all\",\"version\":\"1\",\"install-path\":\"../../\"}]}\n\
         //- exec /app/vendor/a/b/bin/tool\n#!/usr/bin/env php\n//- exec /app/vendor/bin/tool\n#!/usr/bin/env php\n\
         //- exec /app/own\n#!/bin/sh\n";
    let text = found(fixture);
    assert!(
        text.contains("executable /app/own\n") && !text.contains("executable /app/vendor"),
        "{text}"
    );
}
