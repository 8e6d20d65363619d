//! Every construct of scripts and every wrapper, where it holds and where it does not.

use crate::entrytrace::{ELF, command, script, told, traced, tree};
use crate::entrytrace_decisions::APP;

const OTHER: &str = "/usr/bin/other root other";
const MISSING: &str = "! CommandNotFound /entry.sh:2";

#[test]
fn constructs_of_scripts_are_followed_where_they_hold_and_passed_over_where_not() {
    let elif = "if [ \"$1\" = x ]; then exec other; elif [ \"$1\" = app ]; then exec app; else exec gone; fi";
    let case = "case \"$1\" in (app|web) exec app ;; -*) exec other ;; *) exec gone ;; esac";
    for (text, arguments, expected) in [
        (elif, &["app"][..], APP),
        (elif, &["x"], OTHER),
        (elif, &["y"], MISSING),
        (case, &["web"], APP),
        (case, &["--port"], OTHER),
        (case, &["no"], MISSING),
        ("true && exec app; exec other", &[], APP),
        ("false && exec app; exec other", &[], OTHER),
        ("false || exec app; exec other", &[], APP),
        ("true || exec app; exec other", &[], OTHER),
        ("! false && exec app; exec other", &[], APP),
        ("for w; do case $w in -*) ;; *) p=$w ;; esac; done; exec $p", &["-x", "app"], APP),
        ("for w in \"$@\"; do exec app; done; exec other", &["x"], APP),
        ("for w in \"$@\"; do exec app; done; exec other", &[], OTHER),
        ("for w in a b; do [ $w = b ] && break; exec other; done; exec app", &[], OTHER),
        ("for w in a b; do [ $w = a ] && continue; exec app; done; exec other", &[], APP),
        ("while [ \"${1#-}\" != \"$1\" ]; do shift; done; exec \"$@\"", &["-a", "-b", "app"], APP),
        ("set -- app; exec \"$@\"", &["other"], APP),
        ("set -- \"$@\" app; shift; exec \"$@\"", &["other"], APP),
        ("shift 2; exec \"$@\"", &["a", "b", "app"], APP),
        ("shift 3; exec app", &["a"], APP),
        ("exec 3>&1; exec app", &[], APP),
        ("exec \"$@\"; exec other", &["app"], APP),
        // Words are to come when it runs.
        ("exec \"$@\"; exec other", &[], "! DynamicEnvironmentReference /entry.sh:2"),
        ("exec gone || exec app", &[], MISSING),
        ("app() { exec other; }; app", &[], OTHER),
        ("app() { exec other; }; command app", &[], APP),
        ("app() { exec other; }; exec app", &[], APP),
        ("f() { return 1; }; f && exec other; exec app", &[], APP),
        ("f() { local x=app; exec $x; }; x=other; f", &[], APP),
        ("if command -v app >/dev/null 2>&1; then exec app; fi; exec other", &[], APP),
        ("if command -v gone >/dev/null 2>&1; then exec app; fi; exec other", &[], OTHER),
        ("cd /usr/bin && exec ./app", &[], "/usr/bin/app root ./app"),
        ("cd /bin && exec ./app", &[], MISSING),
        ("(exec other); exec app", &[], APP),
        ("{ exec app; }; exec other", &[], APP),
        ("cat <<'E'\nexec other\nE\nexec app", &[], APP),
        ("cat <<-E\n\texec other\n\tE\nexec app", &[], APP),
        ("trap 'kill 1' TERM INT; exec app", &[], APP),
        ("set -e; false; exec app", &[], ""),
        ("set -e; false || true; exec app", &[], APP),
        ("[[ $1 = a* ]] && exec app; exec other", &["app"], APP),
        ("[[ $1 = a* ]] && exec app; exec other", &["web"], OTHER),
        ("(( $# > 1 )) && exec app; exec other", &["x", "y"], APP),
        ("(( $# > 1 )) && exec app; exec other", &["x"], OTHER),
        ("a=(app -x); exec \"${a[@]}\"", &[], "/usr/bin/app root app|-x"),
        ("a=(x app); exec \"${a[1]}\"", &[], APP),
        ("a=(); a+=(app); exec \"${a[0]}\"", &[], APP),
    ] {
        assert_eq!(script(text, arguments), expected, "{text} {arguments:?}");
    }
}

#[test]
fn expansions_of_parameters_are_evaluated() {
    for (text, expected) in [
        ("exec ${x:-app}", APP),
        ("x=other; exec ${x:-app}", OTHER),
        ("x=; exec ${x-app} other", OTHER),
        ("x=; exec ${x:-app} other", "/usr/bin/app root app|other"),
        ("exec ${1:+app} other", OTHER),
        ("x=1; exec ${x:+app}", APP),
        (": ${x:=app}; exec $x", APP),
        ("x=other; : ${x:=app}; exec $x", OTHER),
        ("x=app.sh; exec ${x%.sh}", APP),
        ("x=app.sh; exec ${x%.py}", "! CommandNotFound /entry.sh:2"),
        ("x=app.tar.gz; exec ${x%%.*}", APP),
        ("x=a-app; exec ${x#*-}", APP),
        ("x=/opt/bin/app; exec ${x##*/}", APP),
        ("x=apple; exec ${x:0:3}", APP),
        ("x=xpp; exec ${x/x/a}", APP),
        ("x=APP; exec ${x,,}", APP),
        ("x=app; y=x; exec ${!y}", APP),
        ("y=x; exec ${!y:-app}", APP),
        ("x=other; y=x; exec ${!y:-app}", OTHER),
        ("x=app.sh; y=x; exec ${!y%.sh}", APP),
        ("x=app; [ ${#x} -eq 3 ] && exec app; exec other", APP),
        ("x=app; [ ${#x} -eq 4 ] && exec app; exec other", OTHER),
        ("x=$((1 + 2)); [ $x = 3 ] && exec app; exec other", APP),
        ("x='app other'; exec $x", "/usr/bin/app root app|other"),
        ("x='app other'; exec \"$x\"", "! CommandNotFound /entry.sh:2"),
        ("x=~; exec app $x", "/usr/bin/app root app|/root"),
        ("exec app \"\" '' \"$@\" \"${a[@]}\" x\"$@\"", "/usr/bin/app root app|||x"),
    ] {
        assert_eq!(script(text, &[]), expected, "{text}");
    }
}

#[test]
fn braces_are_words_to_bash_by_whatever_name_and_stay_as_they_are_in_other_shells() {
    for (text, expected) in [
        ("exec {app,-x,--{a,b}=1}", "/usr/bin/app root app|-x|--a=1|--b=1"),
        (
            "exec app {1..3} {08..10} {c..a}{,x} {0..4..2}",
            "/usr/bin/app root app|1|2|3|08|09|10|c|cx|b|bx|a|ax|0|2|4",
        ),
        (
            "f=2; exec app \"{a,b}\" \\{a,b} {$f,\"x y\"} {1..$f}",
            "/usr/bin/app root app|{a,b}|{a,b}|2|x y|{1..2}",
        ),
        (
            "exec app /usr/bin/{app,oth*,gone}",
            "/usr/bin/app root app|/usr/bin/app|/usr/bin/other|/usr/bin/gone",
        ),
        ("for n in {app,other}; do exec $n; done", APP),
        ("for n in {1..3}; do [ $n = 3 ] && exec app; done; exec other", APP),
        ("a=({x,app}); exec ${a[1]}", APP),
        ("a={app,x}; exec other $a", "/usr/bin/other root other|{app,x}"),
        ("case {a,b} in {a,b}) exec app ;; esac; exec other", APP),
        ("set +B; exec app {a,b}", "/usr/bin/app root app|{a,b}"),
        ("set +o braceexpand; set -o braceexpand; exec app {a,b}", "/usr/bin/app root app|a|b"),
        ("find . -exec {} +; exec app {}", "/usr/bin/app root app|{}"),
    ] {
        assert_eq!(script(text, &[]).lines().next(), Some(expected), "{text}");
    }
    assert_eq!(script("exec app{1..2000}", &[]), "! BudgetExhausted /entry.sh:2");
    assert_eq!(command("", &["bash", "-c", "exec app {a,b}"]), "/usr/bin/app root app|a|b");
    assert_eq!(command("", &["sh", "-c", "exec app {a,b}"]), "/usr/bin/app root app|{a,b}");
    let by_link = "//- link /opt/sh /bin/bash\n//- exec /e\n#!/opt/sh\nexec app {a,b}\n";
    assert_eq!(command(by_link, &["/e"]), "/usr/bin/app root app|a|b");
}

#[test]
fn output_of_pure_commands_is_known_and_that_of_others_is_not() {
    for (text, expected) in [
        ("exec $(echo app)", APP),
        ("exec `echo app`", APP),
        ("exec \"$(printf '%s' app)\"", APP),
        ("exec $(basename /x/app)", APP),
        ("exec $(basename /x/app.sh .sh)", APP),
        ("exec $(dirname /usr/bin/app/x)", "/usr/bin/app root /usr/bin/app"),
        ("exec $(readlink -f /usr/bin/../bin/app)", "/usr/bin/app root /usr/bin/app"),
        ("exec $(command -v app)", "/usr/bin/app root /usr/bin/app"),
        ("[ $(id -u) = 0 ] && exec app; exec other", APP),
        ("[ $(id -u) = 1 ] && exec app; exec other", OTHER),
        ("[ $(id -un) = root ] && exec app; exec other", APP),
        ("exec $(cat /etc/gone)", "! DynamicCommandOutput /entry.sh:2"),
        ("exec $(grep x /etc/passwd)", "! DynamicCommandOutput /entry.sh:2"),
        ("exec $(env)", "! DynamicCommandOutput /entry.sh:2"),
    ] {
        assert_eq!(script(text, &[]), expected, "{text}");
    }
}

#[test]
fn scripts_are_read_by_either_name_and_functions_of_them_hold() {
    let files = "//- /lib.sh\nrun() { exec app; }\n//- exec /a\n#!/bin/bash\nsource /lib.sh\nrun\n\
                 //- exec /b\n#!/bin/sh\ncd /\n. ./lib.sh && run\n//- exec /c\n#!/bin/sh\n. /gone.sh\nrun\n\
                 //- exec /d\n#!/bin/sh\n. \"$(dirname \"$0\")/lib.sh\"\nrun\n//- exec /e\n#!/bin/sh\n. \"$LIB\"\nexec app\n";
    assert_eq!(command(files, &["/a"]), APP);
    assert_eq!(command(files, &["/b"]), APP);
    assert_eq!(command(files, &["/d"]), APP);
    let missing = command(files, &["/c"]);
    assert!(missing.contains("! MissingFile /c:2"), "{missing}");
    assert_eq!(command(files, &["/e"]), format!("{APP}\n! DynamicEnvironmentReference /e:2"));
}

#[test]
fn run_parts_takes_executables_by_its_rules_for_names() {
    let part = |name: &str| format!("//- exec /parts/{name}\n#!/bin/sh\n{name}x\n");
    let names = ["10-a", "b_2", "c.sh", ".hidden", "d~", "e.dpkg-old"];
    let parts: String = names.iter().map(|it| part(it)).collect();
    let run = |line: &str| {
        let files =
            format!("{parts}//- /parts/plain\nx\n//- exec /e\n#!/bin/sh\n{line}\nexec app\n");
        let tree = names
            .iter()
            .fold(tree(&files), |tree, it| tree.executable(format!("/usr/bin/{it}x"), ELF));
        let trace = traced(&tree, &["/e"], |_| {});
        let ran = |it: &&&str| trace.hops.iter().any(|hop| hop.words == [format!("{it}x")]);
        names.iter().filter(ran).copied().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(run("run-parts /parts"), "10-a b_2");
    assert_eq!(run("run-parts --regex '\\.sh$' /parts"), "c.sh");
    assert_eq!(run("run-parts --test /parts"), "");
    assert_eq!(run("for f in /parts/*.sh; do \"$f\"; done"), "c.sh");
    assert_eq!(
        run("for f in /parts/*; do [ -x \"$f\" ] && \"$f\"; done"),
        "10-a b_2 c.sh d~ e.dpkg-old"
    );
}

/// Wrappers with words before the command.
const WRAPPERS: &[&str] = &[
    "tini --",
    "tini -g -e 143 -s -v --",
    "dumb-init",
    "dumb-init -c -r 15:3 --",
    "catatonit -g --",
    "docker-init --",
    "gosu service",
    "su-exec service",
    "setpriv --reuid 999 --clear-groups",
    "runuser -u service --",
    "sudo -n -E -u service --",
    "doas -u service",
    "chroot /",
    "env",
    "env -i A=b",
    "env -u A --",
    "env -C /",
    "nice",
    "nice -n 5",
    "nice -10",
    "ionice -c 3",
    "ionice -c2 -n7",
    "chrt -r 10",
    "taskset 0x1",
    "taskset -c 0",
    "numactl -m 0",
    "timeout 5",
    "timeout -s KILL -k 1 5s",
    "timeout --foreground 5",
    "nohup",
    "setsid -w",
    "stdbuf -oL -eL",
    "xargs -0 -n 1",
    "flock -x /lock",
    "flock -w 5 /lock",
    "chpst -u service",
    "prlimit --nofile=9",
    "unshare -r",
    "nsenter -t 1 -m --",
    "dockerize -wait tcp://x:1 -timeout 5s",
];

#[test]
fn wrappers_pass_on_what_is_there_tell_of_what_is_not_and_stand_for_themselves_alone() {
    let name = |it: &str| it.split(' ').next().unwrap().to_owned();
    let tree = WRAPPERS
        .iter()
        .fold(tree(""), |tree, it| tree.executable(format!("/usr/sbin/{}", name(it)), ELF));
    let run = |words: &str| told(&traced(&tree, &words.split(' ').collect::<Vec<_>>(), |_| {}));
    for wrapper in WRAPPERS {
        let told = run(&format!("{wrapper} app -x"));
        assert!(
            told.starts_with("/usr/bin/app ") && told.ends_with(" app|-x"),
            "{wrapper}: {told}"
        );
        assert_eq!(run(&format!("{wrapper} gone -x")), "! CommandNotFound", "{wrapper}");
        let alone = run(wrapper);
        assert!(alone.contains(&format!("bin/{} ", name(wrapper))), "{wrapper}: {alone}");
        assert_eq!(alone.lines().count(), 1, "{wrapper}: {alone}");
    }
}

#[test]
fn applets_are_taken_by_name_and_unknown_ones_are_the_program_itself() {
    let files = "//- exec /bin/busybox\n\u{7f}ELF\n//- link /bin/ash busybox\n//- link /usr/bin/env2 /bin/busybox\n\
                 //- link /usr/bin/nice busybox\n//- exec /e\n#!/bin/busybox sh\nexec app\n//- exec /f\n#!/bin/busybox gone\n";
    assert_eq!(command(files, &["/e"]), APP);
    assert_eq!(command(files, &["busybox", "env", "A=b", "app"]), APP);
    assert_eq!(command(files, &["busybox", "gone"]), "/bin/busybox [gone] root gone");
    assert_eq!(command(files, &["busybox"]), "/bin/busybox root busybox");
    assert_eq!(command(files, &["ash", "-c", "exec other"]), OTHER);
    assert_eq!(command(files, &["ash", "/gone.sh"]), "! MissingFile");
}

#[test]
fn first_lines_lead_to_their_interpreter_or_to_what_is_missing() {
    for (line, expected) in [
        ("#!/bin/sh", APP),
        ("#!  /bin/sh  -e", APP),
        ("#!/usr/bin/env -S sh -e", APP),
        ("#!/usr/bin/env -S -i A=b sh", APP),
        ("#!/bin/gone", "! CommandNotFound /e:1"),
        ("#!/usr/bin/env gone", "! CommandNotFound /e:1"),
        ("exec app #", APP),
    ] {
        let files = format!("//- exec /e\n{line}\nexec app\n");
        assert_eq!(command(&files, &["/e"]), expected, "{line}");
    }
}

#[test]
fn services_run_what_their_configuration_names_or_tell_that_it_is_missing() {
    let s6 = "//- exec /init\n\u{7f}ELF\n";
    assert_eq!(command(s6, &["/init", "app"]), "/init root /init|app");
    let s6 = format!("{s6}//- exec /etc/services.d/web/run\n#!/bin/sh\nexec gone\n");
    let told = command(&s6, &["/init", "app"]);
    assert!(
        told.contains(APP) && told.contains("! CommandNotFound /etc/services.d/web/run:2"),
        "{told}"
    );
    let supervisor = "//- exec /usr/bin/supervisord\n\u{7f}ELF\n";
    assert!(command(supervisor, &["supervisord"]).contains("! MissingFile"));
    assert!(command(supervisor, &["supervisord", "-c", "/gone.conf"]).contains("! MissingFile"));
    let configured = format!(
        "{supervisor}//- /etc/supervisord.conf\n[program:a]\ncommand=gone\n[eventlistener:b]\ncommand=app\n"
    );
    assert_eq!(
        command(&configured, &["supervisord", "-n"]),
        "! CommandNotFound /etc/supervisord.conf:2"
    );
}

#[test]
fn ways_that_the_configuration_leaves_open_make_certain_what_they_all_end_in() {
    let text = "if [ -n \"$SETUP\" ]; then exec other; fi\n\
                if grep -q x /etc/passwd; then set -- env A=b \"$@\"; fi\nexec \"$@\"";
    let told = script(text, &["app"]);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines, [APP, APP, "/usr/bin/other root other possibly"]);
    // What one of them does not end in is not certain, and neither is what nobody knows.
    let differs = script("if grep -q x /etc/passwd; then set -- other; fi\nexec \"$@\"", &["app"]);
    assert!(differs.lines().all(|it| it.ends_with(" possibly")), "{differs}");
    let open = script("if grep -q x /etc/passwd; then exec $X; fi\nexec app", &[]);
    assert!(open.starts_with("/usr/bin/app root app possibly\n! "), "{open}");
}

#[test]
fn many_ways_keep_the_places_in_which_they_look_for_programs() {
    let ways = |name: &str| format!("if grep -q {name} /etc/passwd; then {name}=1; fi\n");
    let ways: String = ["a", "b", "c", "d", "e"].into_iter().map(ways).collect();
    let path = "if grep -q x /etc/passwd; then export PATH=\"/opt/legacy:$PATH\"; fi\n";
    assert_eq!(script(&format!("{ways}{path}{ways}exec app"), &[]), APP);
    let unknown = script("export PATH=\"$(grep x /etc/passwd)\"\nexec app", &[]);
    assert!(
        unknown.starts_with("! DynamicCommandOutput")
            || unknown.starts_with("! DynamicEnvironmentReference"),
        "{unknown}"
    );
}
