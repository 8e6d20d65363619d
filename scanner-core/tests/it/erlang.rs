//! Applications of Erlang and Elixir.

use insta::assert_snapshot;

use crate::found;

fn app(path: &str, name: &str, version: &str) -> String {
    format!(
        "//- {path}/ebin/{name}.app\n{{application,{name},[{{vsn,\"{version}\"}},{{modules,[]}}]}}.\n"
    )
}

fn hex(path: &str, name: &str, app: &str, version: &str) -> String {
    format!(
        "//- {path}/hex_metadata.config\n{{<<\"app\">>,<<\"{app}\">>}}.\n{{<<\"name\">>,<<\"{name}\">>}}.\n\
         {{<<\"version\">>,<<\"{version}\">>}}.\n{{<<\"licenses\">>,[<<\"MIT\">>]}}.\n"
    )
}

#[test]
fn applications_are_found_and_those_of_hex_by_its_metadata() {
    let fixture = app("/usr/lib/erlang/lib/kernel-9.2", "kernel", "9.2")
        + &app("/app/_build/prod/lib/jason", "jason", "1.4.1")
        + &hex("/app/deps/jason", "jason", "jason", "1.4.1")
        + &app("/app/_build/prod/lib/stale", "stale", "1.0")
        + &hex("/app/deps/stale", "stale", "stale", "2.0")
        + &app("/erl/_build/default/lib/cowboy", "cowboy", "2.10")
        + &hex("/erl/_build/default/lib/cowboy", "cowboy_package", "cowboy", "2.10");
    assert_snapshot!(found(&*fixture), @"
    pkg:hex/cowboy_package@2.10
      erlang /erl/_build/default/lib/cowboy/ebin/cowboy.app
    pkg:hex/jason@1.4.1
      erlang /app/_build/prod/lib/jason/ebin/jason.app
    pkg:otp/kernel@9.2
      erlang /usr/lib/erlang/lib/kernel-9.2/ebin/kernel.app
    pkg:otp/stale@1.0
      erlang /app/_build/prod/lib/stale/ebin/stale.app
    ");
}

#[test]
fn sources_and_metadata_alone_are_none() {
    let fixture = hex("/app/deps/jason", "jason", "jason", "1.4.1")
        + "//- /app/src/a.app.src\n{application,a,[{vsn,\"1\"}]}.\n//- /x/a.app\n{application,a,[{vsn,\"1\"}]}.\n\
           //- /x/ebin/a.app\n{application,a,[{vsn,git}]}.\n//- /x/ebin/b.app\n{application,a,[]}.\n\
           //- /x/ebin/c.app\n{application,a,[{vsn,\"1\"}]}.\n//- /x/ebin/a.beam\nFOR1\n";
    assert_snapshot!(found(&*fixture), @"
    ! incomplete /x/ebin/a.app: erlang: lacks a valid name or version
    ! incomplete /x/ebin/b.app: erlang: lacks a valid name or version
    ! malformed /x/ebin/c.app: erlang: describes a
    ");
}
