//! What decides which program runs: counting, programs that are not there, loops that wait.

use crate::entrytrace::{ELF, command, script, told, traced, tree};

pub(crate) const APP: &str = "/usr/bin/app root app";

#[test]
fn the_configuration_says_where_and_as_whom_the_first_program_runs() {
    let script = "//- exec /usr/bin/e\n#!/bin/bash\n[ \"$(id -u)\" = 999 ] && exec ./app \"$PWD\" \"$HOME\"\nexec other\n";
    let run = |user: &str| {
        let trace = traced(&tree(script), &["./e"], |run| {
            "/usr/bin".clone_into(&mut run.working_dir);
            user.clone_into(&mut run.user);
        });
        told(&trace)
    };
    assert_eq!(run("service"), "/usr/bin/app service ./app|/usr/bin|/srv");
    assert_eq!(run(""), "/usr/bin/other root other");
}

#[test]
fn a_script_that_runs_itself_as_another_user_goes_on_as_that_user() {
    let again =
        "if [ \"$(id -u)\" = 0 ]; then exec gosu service \"$BASH_SOURCE\" \"$@\"; fi; exec \"$@\"";
    assert_eq!(script(again, &["app"]), "/usr/bin/app service app");
}

/// Of a user who is not in `/etc/passwd` nobody knows whether it is root.
#[test]
fn a_script_that_runs_itself_as_it_ran_before_is_not_followed_again() {
    let tree = tree(
        "//- exec /entry.sh\n#!/bin/sh\nexport DATA=\"$(app data)\"\n\
         if [ \"$(id -u)\" = 0 ]; then exec gosu somebody \"$0\" \"$@\"; fi\nexec app \"$@\"\n",
    );
    let trace = traced(&tree, &["/entry.sh", "serve"], |_| {});
    let started = trace.hops.iter().filter(|it| it.words == ["/entry.sh", "serve"]).count();
    assert_eq!((told(&trace).as_str(), started), ("/usr/bin/app somebody app|serve", 3));
}

#[test]
fn hosts_of_dotnet_load_the_runtime_from_where_it_is_installed() {
    let app = "//- exec /app/a\n\u{7f}ELF\n//- /app/a.dll\nx\n//- /app/a.runtimeconfig.json\n{}\n//- /app/a.deps.json\n{}\n\
               //- /opt/net/host/fxr/8/libhostfxr.so\nx\n//- /usr/share/dotnet/shared/x\nx\n//- /usr/lib/dotnet/shared/x\nx\n";
    let reaches = |files: &str, root: Option<&str>| {
        let trace = traced(&tree(files), &["/app/a"], |run| {
            run.env.extend(root.map(|it| ("DOTNET_ROOT".to_owned(), it.to_owned())));
        });
        let host = &trace.hops[0];
        let reads: Vec<_> = host.reads.iter().map(|it| it.display().into_owned()).collect();
        assert_eq!(reads, ["/app/a.deps.json", "/app/a.runtimeconfig.json"]);
        host.reaches.iter().map(|it| it.display().into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(reaches(app, None), ["/usr/share/dotnet/shared", "/usr/lib/dotnet/shared", "/app"]);
    assert_eq!(reaches(app, Some("/opt/net")), ["/opt/net/host/fxr", "/app"]);
    let told = format!("{app}//- /etc/dotnet/install_location\n/opt/net\n");
    assert_eq!(reaches(&told, None), ["/opt/net/host/fxr", "/app"]);
}

#[test]
fn arithmetic_changes_variables_and_what_it_leaves_open_is_unknown() {
    for (text, expected) in [
        ("n=2; (( n-- )); exec app $n", "/usr/bin/app root app|1"),
        (
            "i=0; (( i += 2 )); exec app $i $(( i++ )) $i $(( ++i ))",
            "/usr/bin/app root app|2|2|3|4",
        ),
        ("let n=3 m=n*2; exec app $n $m", "/usr/bin/app root app|3|6"),
        ("n=1; while (( n < 3 )); do (( n++ )); done; exec app $n", "/usr/bin/app root app|3"),
        ("n=3; while (( n-- )); do a+=($n); done; exec app ${a[@]}", "/usr/bin/app root app|2|1|0"),
        (
            "for (( i = 1; i <= 3; i++ )); do a+=($i); done; exec app ${a[@]} $i",
            "/usr/bin/app root app|1|2|3|4",
        ),
        ("for ((;;)); do exec app; done; exec other", APP),
        ("for (( i = 0; i < 0; i++ )); do exec other; done; exec app", APP),
        ("n=app; (( n == 1 || m++ )); exec $n", "! DynamicEnvironmentReference /entry.sh:2"),
    ] {
        assert_eq!(script(text, &[]), expected, "{text}");
    }
}

#[test]
fn what_hands_over_to_a_program_that_is_not_there_fails_so_that_the_other_way_is_what_runs() {
    let wrapped = "if app help \"$1\" >/dev/null 2>&1; then set -- app \"$@\"; fi; exec \"$@\"";
    // Only the program knows whether it has such a command, but nothing else could run.
    let missing = "/usr/bin/app root app|version\n! CommandNotFound /entry.sh:2";
    assert_eq!(script(wrapped, &["version"]), missing);
    // Both could.
    let both = "/usr/bin/app root app|other possibly\n/usr/bin/other root other possibly";
    let told = script(wrapped, &["other"]);
    let mut lines: Vec<&str> = told.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines.join("\n"), both);
    let nothing = script("if app ready; then exec gone; else exec lost; fi", &[]);
    assert_eq!(nothing, "! CommandNotFound /entry.sh:2\n! CommandNotFound /entry.sh:2");
}

#[test]
fn exec_that_only_redirects_runs_nothing_whatever_it_redirects_to() {
    for (text, expected) in [
        ("f=/tmp/log; exec >>\"$f\" 2>&1; exec app", APP),
        ("while ! exec 6<>/dev/tcp/$1/80; do other; done; exec 6>&-; exec app", APP),
        ("exec 6<>/dev/tcp/db/80 || exec app; exec app", APP),
        ("exec $gone >\"$f\"; exec app", "! DynamicEnvironmentReference /entry.sh:2"),
    ] {
        assert_eq!(script(text, &["db"]), expected, "{text}");
    }
}

#[test]
fn a_loop_that_waits_is_left_in_the_end_and_one_that_nothing_leaves_keeps_running() {
    let run = |text: &str| {
        let sleep = format!("//- exec /usr/bin/sleep\n{ELF}\n//- exec /e\n#!/bin/bash\n{text}\n");
        command(&sleep, &["/e"])
    };
    let waits = "tries=30; while true; do app ready && break; (( tries-- )); [ \"$tries\" -le 0 ] && exit 1; sleep 1; done; exec other";
    assert_eq!(run(waits), "/usr/bin/other root other");
    let counted = "for n in {5..0}; do app ready && break; sleep 1; done; [ \"$n\" = 0 ] && exit 1; exec other";
    assert_eq!(run(counted), "/usr/bin/other root other");
    assert_eq!(run("while true; do sleep 1; done; exec other"), "/usr/bin/sleep root sleep|1");
    // What works round after round may go on with it.
    let works = "while true; do app work; other ready && break; done; exec sleep 9";
    let told = "/usr/bin/other root other|ready possibly\n/usr/bin/sleep root sleep|9 possibly";
    assert_eq!(run(works), told);
}

#[test]
fn a_loop_of_more_rounds_than_the_limit_is_left_with_what_it_changed_unknown() {
    let counts = "i=0; while [ $i -lt 999 ]; do i=$((i+1)); done; exec app $i";
    assert_eq!(script(counts, &[]), "/usr/bin/app root app|$i\n! BudgetExhausted");
    let endless = "while true; do i=$((i+1)); other; done; exec app";
    assert_eq!(script(endless, &[]), "/usr/bin/other root other");
    let lines = "x\n".repeat(999);
    let files = format!(
        "//- /lines\n{lines}//- exec /e\n#!/bin/bash\nwhile read l; do :; done <<< \"$(cat /lines)\"; exec app\n"
    );
    assert_eq!(command(&files, &["/e"]), format!("{APP}\n! BudgetExhausted"));
}

#[test]
fn a_program_that_the_configured_way_does_not_run_is_only_possible() {
    for text in [
        "if [ -n \"$DEBUG\" ]; then app; fi",
        "for i in 1 2; do [ -n \"$DEBUG\" ] && break; [ -n \"$DEBUG\" ] && app; done; x=1",
        "grep -q x /etc/passwd && exit 0; exec app",
    ] {
        let told = script(text, &[]);
        assert!(told.lines().any(|it| *it == format!("{APP} possibly")), "{text}\n{told}");
    }
}

/// As it is where they are no shells of their own.
#[test]
fn the_way_that_the_configuration_leads_through_a_subshell_ends_it_for_certain() {
    let ends = "if [ -n \"$DEBUG\" ]; then other; else app; fi";
    for text in [ends.to_owned(), format!("( {ends} )"), format!("true | {{ {ends}; }}")] {
        let told = script(&text, &[]);
        assert_eq!(told, format!("{APP}\n/usr/bin/other root other possibly"), "{text}");
    }
}

#[test]
fn extended_patterns_match_in_tests_cases_and_trims() {
    for (text, expected) in [
        ("[[ $1 == @(app|web) ]] && exec app; exec other", APP),
        ("[[ $1 != !(web|run) ]] && exec other; exec app", APP),
        ("case $1 in +([0-9])) exec other ;; ?(a)pp) exec app ;; esac", APP),
        ("case $1 in \"@(app)\") exec other ;; *) exec app ;; esac", APP),
        (
            "x='  app '; x=${x##+([[:space:]])}; exec app \"${x%%+([[:space:]])}\"",
            "/usr/bin/app root app|app",
        ),
        ("x=a.tar.gz; exec app ${x%.@(tar|zip)*} ${x#*(a|.)}", "/usr/bin/app root app|a|a.tar.gz"),
        ("k='a|b'; [[ x == @($k) ]] && exec other; [[ 'a|b' == @(\"$k\") ]] && exec app", APP),
    ] {
        assert_eq!(script(text, &["app"]), expected, "{text}");
    }
}

#[test]
fn names_of_files_match_patterns_as_the_options_of_bash_say() {
    let run = |text: &str| {
        let files = "//- /d/a.sh\nx\n//- /d/b.sql\nx\n//- /d/.hidden\nx\n//- /d/sub/c\nx\n";
        command(&format!("{files}//- exec /e\n#!/bin/bash\n{text}; exec app \"$@\"\n"), &["/e"])
    };
    for (text, expected) in [
        ("shopt -s extglob\nset -- /d/@(a|b).s*", "/d/a.sh|/d/b.sql"),
        ("shopt -s extglob\nset -- /d/!(*.sh|sub)", "/d/b.sql"),
        ("shopt -s extglob\nk='+([ab]).sh'; set -- /d/$k \"/d/$k\"", "/d/a.sh|/d/+([ab]).sh"),
        ("shopt -s extglob\nset -- /@(d|e)/*.sql /@(d/a|e).sh", "/d/b.sql|/@(d/a|e).sh"),
        // Bash reads the pattern of a variable as an extended one only if it is told to.
        ("k='@(a|b).sh'; set -- /d/$k", "/d/@(a|b).sh"),
        ("shopt -s extglob\nshopt -u extglob\nk='@(a|b).sh'; set -- /d/$k", "/d/@(a|b).sh"),
        ("shopt -s extglob nullglob\nset -- x /d/@(x|y)", "x"),
        ("shopt -s dotglob\nset -- /d/*", "/d/.hidden|/d/a.sh|/d/b.sql|/d/sub"),
        ("shopt -s extglob dotglob\nset -- /d/!(sub|*.s*)", "/d/.hidden"),
        ("shopt -s extglob\nset -- /d/.@(hidden|x)", "/d/.hidden"),
    ] {
        assert_eq!(run(text), format!("{APP}|{expected}"), "{text}");
    }
}

#[test]
fn patterns_are_replaced_in_values_as_much_as_they_match() {
    for (text, expected) in [
        ("x=a-b.c; exec app ${x//[-.]/_} ${x/[-.]/_}", "a_b_c|a_b.c"),
        ("x=aXbXc; exec app ${x/X*/y} ${x//X?/y} ${x/#*X/y} ${x/%X*/y}", "ay|ayy|yc|ay"),
        (
            "x=abc; exec app ${x/#[b]/y} ${x/%[b]/y} ${x/#/-} ${x/%/-} ${x//}",
            "abc|abc|-abc|abc-|abc",
        ),
        ("x='a  b'; exec app \"${x//+([[:space:]])/ }\"", "a b"),
        ("x=äöä; exec app ${x//[ä]/a}", "aöa"),
        ("set -- b c; exec app \"${@/#/--opt=}\"", "--opt=b|--opt=c"),
    ] {
        let run =
            command(&format!("//- exec /e\n#!/bin/bash\nshopt -s extglob\n{text}\n"), &["/e"]);
        assert_eq!(run, format!("{APP}|{expected}"), "{text}");
    }
    let unknown = "exec ${1//p/&}";
    assert_eq!(script(unknown, &["app"]), "! DynamicEvaluation /entry.sh:2");
}

#[test]
fn an_element_of_an_unknown_key_is_unknown_and_not_empty() {
    let run = |text: &str| command(&format!("//- exec /e\n#!/bin/bash\n{text}\n"), &["/e"]);
    let levels = "set -eo pipefail\ndeclare -rA L=([error]=0 [info]=2)\n";
    for (text, expected) in [
        (
            "f() { local k=\"$(app x)\"; if [ -z \"$k\" ] || [ -z \"${L[${k}]}\" ]; then return 1; fi; }\nf; exec other",
            "/usr/bin/other root other",
        ),
        ("exec app ${L[info]} ${L[\"error\"]}", "/usr/bin/app root app|2|0"),
        ("k=info; exec app ${L[$k]} ${L[${k}]}", "/usr/bin/app root app|2|2"),
        ("exec ${L[app]}", "! DynamicEnvironmentReference /e:4"),
        (
            "declare -A P; P[run]=app; k=run; P[\"$k-2\"]=x; exec ${P[run]} ${P[run-2]} ${!P[@]}",
            "/usr/bin/app root app|x|run|run-2",
        ),
        (
            "a=(app x); for i in \"${!a[@]}\"; do a[i]=${a[i]}1; done; exec app \"${a[@]}\"",
            "/usr/bin/app root app|app1|x1",
        ),
        ("a=(app x); a[$(app n)]=y; exec \"${a[0]}\"", "! DynamicEnvironmentReference /e:4"),
    ] {
        assert_eq!(run(&format!("{levels}{text}")), expected, "{text}");
    }
}

#[test]
fn what_nobody_knows_the_end_of_does_not_end_in_the_program_before() {
    let unset = "! DynamicEnvironmentReference /entry.sh:2";
    let text = "! DynamicEvaluation /entry.sh:2";
    for (script_text, expected) in [
        ("app; $NEXT", unset.to_owned()),
        ("app; \"$NEXT\" x", unset.to_owned()),
        ("app; eval \"$NEXT\"", format!("{APP}\n{text}")),
        ("app; eval \"$(app)\"", text.to_owned()),
        ("app; eval other", format!("/usr/bin/other root other possibly\n{text}")),
        ("app; eval exec other", format!("/usr/bin/other root other possibly\n{text}")),
        ("app; eval x=y", format!("{APP}\n{text}")),
        ("app; eval set -- x", format!("{APP}\n{text}")),
        ("eval \"$NEXT\"; app", format!("{APP}\n{text}")),
    ] {
        assert_eq!(script(script_text, &[]), expected, "{script_text}");
    }
}

#[test]
fn ways_that_come_to_the_same_each_have_their_last_program() {
    let both = "/usr/bin/app root app possibly\n/usr/bin/other root other possibly";
    for text in [
        "if cat /x; then app; else other; fi",
        "cat /x && { app; true; } || { other; true; }",
        "case $(cat /x) in x) app ;; *) other ;; esac",
        "if read x; then app; else other; fi; x=y",
        "run() { if read x; then app; else other; fi; }\nrun",
        "if read x; then app; else other; fi | cat >/dev/null; ( if read x; then app; else other; fi )",
    ] {
        assert_eq!(script(text, &[]), both, "{text}");
    }
}

#[test]
fn regular_expressions_are_matched_and_what_their_parts_matched_is_unknown() {
    for (text, expected) in [
        ("[[ $1 =~ ^- ]] && set -- app \"$@\"; exec \"$@\"", "/usr/bin/app root app|-x"),
        ("[[ $1 =~ ^[a-z]+$ ]] && exec other; exec app", APP),
        ("e='^-[xy]$'; [[ $1 =~ $e ]] && exec app; exec other", APP),
        ("[[ a.b =~ ^a\\.b$ && ! aXb =~ a\".\"b ]] && exec app; exec other", APP),
        (
            "[[ $1 =~ ^-(.*)$ ]]; exec \"${BASH_REMATCH[1]}\"",
            "! DynamicEnvironmentReference /entry.sh:2",
        ),
        ("[[ $1 =~ ^y ]]; exec app ${BASH_REMATCH[0]}", APP),
        ("[[ $1 =~ \\w ]] && exec app; exec app", APP),
    ] {
        assert_eq!(script(text, &["-x"]), expected, "{text}");
    }
}

#[test]
fn what_runs_for_certain_but_ends_the_script_on_another_way_only_is_possibly_what_runs() {
    for (text, expected) in [
        (
            "other; if [ -n \"$ONLY\" ]; then exit 0; fi; exec app",
            format!("{APP}\n/usr/bin/other root other possibly"),
        ),
        (
            "other; [ -n \"$MORE\" ] && app x",
            "/usr/bin/other root other\n/usr/bin/app root app|x possibly".to_owned(),
        ),
        ("other; [ -n \"$NOT\" ] || app", format!("{APP}\n/usr/bin/other root other possibly")),
        (
            "other & if [ -n \"$ONLY\" ]; then exit 0; fi; exec app",
            format!("/usr/bin/other root other\n{APP}"),
        ),
    ] {
        assert_eq!(script(text, &[]), expected, "{text}");
    }
}

/// The client's own commands, what is none of them, and what some clients or a plugin may have.
#[test]
fn docker_is_asked_whether_a_word_is_one_of_its_commands() {
    let ends = |word: &str, files: &str| {
        let entry = "//- exec /e\n#!/bin/sh\nif docker help \"$1\" > /dev/null 2>&1; then set -- docker \"$@\"; fi\nexec \"$@\"\n";
        let client = ["/usr/bin/docker", "/usr/bin/ps", "/usr/bin/trust"];
        let programs = client.iter().fold(tree(entry), |tree, it| tree.executable(it, ELF));
        told(&traced(&programs.and(testkit::Tree::parse(files)), &["/e", word], |_| {}))
    };
    let docker = "/usr/bin/docker root docker";
    assert_eq!(ends("ps", ""), format!("{docker}|ps"));
    assert_eq!(ends("app", ""), APP);
    let either = |word: &str| {
        let mut both =
            [format!("{docker}|{word} possibly"), format!("/usr/bin/{word} root {word} possibly")];
        both.sort();
        both.join("\n")
    };
    assert_eq!(ends("trust", ""), either("trust"));
    let plugin = "//- exec /usr/libexec/docker/cli-plugins/docker-app\n\u{7f}ELF\n";
    for files in [
        plugin,
        "//- /root/.docker/config.json\n{}\n",
        "//- exec /usr/bin/docker\n#!/bin/sh\nexec other\n",
    ] {
        let told = ends("app", files);
        assert!(told.contains("possibly"), "{files}\n{told}");
    }
}
