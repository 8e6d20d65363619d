//! Where a script has gone, and what it prints of itself.

use crate::entrytrace::{ELF, command, script};
use crate::entrytrace_decisions::APP;

/// A script in a tree with a program in each of two directories.
fn in_tree(text: &str) -> String {
    let files = ["/one/run", "/two/run"].map(|it| format!("//- exec {it}\n{ELF}\n")).concat();
    command(&format!("{files}//- exec /e\n#!/bin/bash\n{text}\n"), &["/e"])
}

#[test]
fn a_script_goes_back_where_it_was() {
    for text in [
        "cd /one; cd /two; cd -; exec ./run",
        "cd /one; pushd /two; popd; exec ./run",
        "pushd /one; pushd /two; pushd /; popd; popd; exec ./run",
        "cd /one; (cd /two); exec ./run",
        "cd /two; cd \"$OLDPWD\"; cd one; exec ./run",
        "HOME=/one; cd; exec \"$PWD/run\"",
    ] {
        let told = in_tree(text);
        assert!(told.starts_with("/one/run root "), "{text}\n{told}");
        assert_eq!(told.lines().count(), 1, "{text}\n{told}");
    }
}

/// What is relative to it may be anything, and what is not is known as before.
#[test]
fn in_a_directory_that_nobody_knows_only_whole_paths_are_known() {
    let gone = "cd /one; cd \"$(app where)\"";
    for (text, expected) in [
        ("exec ./run", "! DynamicCommandOutput /e:2"),
        (
            "[ -f run ] && exec app; exec other",
            "/usr/bin/app root app possibly\n/usr/bin/other root other possibly",
        ),
        ("exec /one/run", "/one/run root /one/run"),
        ("[ -f /one/run ] && exec app; exec other", APP),
        ("cd /two; exec ./run", "/two/run root ./run"),
        (". ./run; exec app", "/usr/bin/app root app\n! DynamicCommandOutput /e:2"),
        ("exec bash start", "! DynamicCommandOutput /e:2"),
        ("exec env -C /one ./run", "/one/run root ./run"),
        ("exec env -C two ./run", "! DynamicCommandOutput /e:2"),
        ("pushd +1; exec ./run", "! DynamicEvaluation /e:2"),
    ] {
        assert_eq!(in_tree(&format!("{gone}; {text}")), expected, "{text}");
    }
}

#[test]
fn what_shells_print_in_different_ways_is_not_known() {
    for text in [
        "echo -e 'a\\tb'",
        "printf %05d 7",
        "printf '\\x41'",
        "type app",
        "command -V app",
        "printf %q 'a b'",
    ] {
        let told = script(&format!("exec app \"$({text})\""), &[]);
        assert_eq!(told, format!("{APP}|$({text})"), "{text}");
    }
    let sh =
        |text: &str| command(&format!("//- exec /e\n#!/bin/sh\nexec app \"$({text})\"\n"), &["/e"]);
    for text in ["echo 'a\\nb'", "echo -e a"] {
        assert_eq!(sh(text), format!("{APP}|$({text})"), "{text}");
    }
    for (text, printed) in [
        ("echo 'a\\nb'", "a\\nb"),
        ("echo -nE a", "a"),
        ("type -t app", "file"),
        ("type -t exec", "builtin"),
        ("f() { :; }; type -t f", "function"),
        ("type -P app", "/usr/bin/app"),
        ("printf '%s-%d' a 7", "a-7"),
    ] {
        assert_eq!(
            script(&format!("exec app \"$({text})\""), &[]),
            format!("{APP}|{printed}"),
            "{text}"
        );
    }
    assert_eq!(sh("echo -n a"), format!("{APP}|a"));
}
