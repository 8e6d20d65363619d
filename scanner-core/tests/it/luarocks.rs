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
