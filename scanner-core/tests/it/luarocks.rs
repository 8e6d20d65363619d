//! Rocks.

use insta::assert_snapshot;

use crate::found;

#[test]
fn installed_rocks_are_found() {
    let fixture = "//- /usr/local/lib/luarocks/rocks-5.1/luasocket/3.1.0-1/luasocket-3.1.0-1.rockspec\n\
         package = \"LuaSocket\"\nversion = \"3.1.0-1\"\ndescription = { license = \"MIT\" }\n\
         //- /usr/local/lib/luarocks/rocks-5.1/luasocket/3.1.0-1/rock_manifest\nrock_manifest = {}\n\
         //- /usr/local/lib/luarocks/rocks-5.1/manifest\nrepository = {}\n";
    assert_snapshot!(found(fixture), @"
    pkg:luarocks/luasocket@3.1.0-1
      luarocks /usr/local/lib/luarocks/rocks-5.1/luasocket/3.1.0-1/luasocket-3.1.0-1.rockspec
    ");
}

#[test]
fn rockspecs_of_sources_are_none() {
    let fixture = "//- /src/foo-1-1.rockspec\npackage = \"foo\"\n\
         //- /lib/rocks-5.1/foo/1-1/bar-1-1.rockspec\npackage = \"bar\"\n//- /lib/rocks-5.1/foo/1-1/rock_manifest\nx\n\
         //- /lib/rocks-5.1/cut/1-1/cut-1-1.rockspec\npackage = \"cut\"\n";
    assert_snapshot!(found(fixture), @"");
}

#[test]
fn modules_and_programs_of_rocks_are_theirs() {
    let rock = "/usr/local/lib/luarocks/rocks-5.1/x/1-1";
    let fixture = format!(
        "//- {rock}/x-1-1.rockspec\npackage = \"x\"\n//- {rock}/rock_manifest\nrock_manifest = {{\n   bin = {{\n      \
         tool = \"0\"\n   }},\n   lua = {{\n      [\"x.lua\"] = \"1\"\n   }}\n}}\n\
         //- exec /usr/local/bin/tool\n#!/bin/sh\n//- exec /usr/local/share/lua/5.1/x.lua\n#!/usr/bin/lua\n\
         //- exec /usr/local/bin/other\n#!/bin/sh\n"
    );
    let text = found(&*fixture);
    assert!(text.contains("executable /usr/local/bin/other\n"), "{text}");
    assert_eq!(text.matches("executable ").count(), 1, "{text}");
}
