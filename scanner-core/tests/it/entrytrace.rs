//! What entrypoints come to: every construct of scripts, every wrapper and every runtime.

use scanner_core::emit::Stamp;
use scanner_core::emit::entrytrace::{self, Form};
use scanner_core::limits::Limits;
use scanner_core::model::{Certainty, HopKind, Outcome, Reason, RunConfig, TerminalKind, Trace};
use scanner_core::scan::{Tracing, trace};
use scanner_core::source::directory;
use testkit::Tree;

use crate::schema::misfits;

/// A program of Linux, as far as its first bytes tell.
pub(crate) const ELF: &str = "\u{7f}ELF";

/// Programs that most fixtures have.
const PROGRAMS: [&str; 17] = [
    "/usr/bin/cat",
    "/bin/sh",
    "/bin/bash",
    "/usr/bin/env",
    "/usr/bin/app",
    "/usr/bin/other",
    "/usr/bin/tini",
    "/usr/sbin/gosu",
    "/usr/bin/id",
    "/usr/bin/dirname",
    "/usr/bin/basename",
    "/usr/bin/readlink",
    "/usr/bin/find",
    "/usr/bin/sort",
    "/usr/bin/mkdir",
    "/usr/bin/grep",
    "/usr/bin/run-parts",
];

/// A tree with those programs, a user, and what a test adds.
pub(crate) fn tree(text: &str) -> Tree {
    let passwd = "root:x:0:0:root:/root:/bin/sh\nservice:x:999:999::/srv:/bin/sh\n";
    let base = PROGRAMS.iter().fold(Tree::default(), |tree, it| tree.executable(it, ELF));
    base.file("/etc/passwd", passwd).and(Tree::parse(text))
}

/// Traces an entrypoint of a tree.
pub(crate) fn traced(tree: &Tree, words: &[&str], change: impl FnOnce(&mut RunConfig)) -> Trace {
    let root = tree.to_directory();
    let image = directory::open(root.path(), "fixture".to_owned(), &Limits::default()).unwrap();
    let entrypoint = words.iter().map(|it| (*it).to_owned()).collect();
    let path = ("PATH".to_owned(), "/usr/sbin:/usr/bin:/bin".to_owned());
    let mut run = RunConfig { entrypoint, env: vec![path], ..RunConfig::default() };
    change(&mut run);
    trace(&image, &Tracing::Given(run), Limits::default()).unwrap()
}

/// The programs that run, then what stood in the way, one a line.
pub(crate) fn told(trace: &Trace) -> String {
    let terminal = |it: &scanner_core::model::Terminal| {
        let target = it.target.iter().map(|it| format!(" [{it}]")).collect::<Vec<_>>().concat();
        let certain = if it.certainty == Certainty::Possible { " possibly" } else { "" };
        format!("{}{target} {} {}{certain}", it.program.display(), it.user, it.words.join("|"))
    };
    let diagnostic = |it: &scanner_core::model::Diagnostic| {
        let place = it
            .place
            .as_ref()
            .map_or_else(String::new, |it| format!(" {}:{}", it.file.display(), it.line));
        format!("! {}{place}", it.reason.as_str())
    };
    let lines =
        trace.terminals.iter().map(terminal).chain(trace.diagnostics.iter().map(diagnostic));
    lines.collect::<Vec<_>>().join("\n")
}

/// What a script of `sh` comes to that is run with arguments.
pub(crate) fn script(text: &str, arguments: &[&str]) -> String {
    let tree = tree("").executable("/entry.sh", format!("#!/bin/bash\n{text}\n"));
    told(&traced(&tree, &[&["/entry.sh"], arguments].concat(), |_| {}))
}

/// What a command comes to.
pub(crate) fn command(text: &str, words: &[&str]) -> String {
    told(&traced(&tree(text), words, |_| {}))
}

#[test]
fn scripts_hand_over_to_what_they_were_told_to_run() {
    for text in [
        "exec \"$@\"",
        "set -e\nexec \"$@\"",
        "\"$@\"",
        "if [ \"$1\" = app ]; then shift; set -- app \"$@\"; fi\nexec \"$@\"",
        "main() { exec \"$@\"; }\nmain \"$@\"",
        "c=$1; shift; exec \"$c\" \"$@\"",
        "command \"$@\"",
        "[ \"$1\" = no ] || exec \"$@\"",
        "case $1 in no) exit 1;; a*) exec \"$@\";; esac",
        "while [ $# -gt 2 ]; do shift; done\nexec \"$@\"",
        "args=(\"$@\"); exec \"${args[@]}\"",
        "( true ); { exec \"$@\"; }",
        "for w in \"$@\"; do l=\"$l $w\"; done; exec $l",
        "cat <<EOF >/tmp/x\nexec other\nEOF\nexec \"$@\"",
        "if ! [ -x /usr/bin/app ]; then exit 3; fi; exec \"$@\"",
        "[[ $1 == a* && -n $2 ]] && exec \"$@\"\nexec other",
        "until false; do exec \"$@\"; done",
        "x=/usr/bin/app; exec \"${x##*/}\" ${2:-no}",
        "unset x; exec app ${x:-\"${2}\"}",
        "exec \"$(basename /x/app)\" \"$2\"",
        "if (( $# == 2 )); then exec \"$@\"; fi",
        "d=$(dirname \"$0\"); [ \"$d\" = / ] && exec \"$@\"",
        "if [ \"$(id -u)\" = 0 ]; then exec app \"$2\"; fi; exec other",
    ] {
        let told = script(text, &["app", "-x"]);
        let program = "/usr/bin/app root ";
        assert!(
            told.starts_with(program) && !told.contains("other") && told.contains("-x"),
            "{text}\n{told}"
        );
        assert_eq!(told.lines().count(), 1, "{text}\n{told}");
    }
}

#[test]
fn what_the_environment_decides_is_likely_and_goes_both_ways() {
    let told = script("if [ -n \"$DEBUG\" ]; then exec other; fi\nexec app", &[]);
    assert_eq!(told, "/usr/bin/app root app\n/usr/bin/other root other possibly");
    assert_eq!(script("exec app --port ${PORT:-80}", &[]), "/usr/bin/app root app|--port|80");
    // A way that only fails needs no condition.
    assert_eq!(script("[ -n \"$KEY\" ] || exit 1\nexec app", &[]), "/usr/bin/app root app");
    assert_eq!(script("exec app ${KEY:?is not set}", &[]), "/usr/bin/app root app|$KEY");
}

#[test]
fn what_nothing_decides_goes_both_ways_and_stays_possible() {
    let told = script("if grep -q x /etc/passwd; then exec app; else exec other; fi", &[]);
    assert_eq!(told, "/usr/bin/app root app possibly\n/usr/bin/other root other possibly");
    let same = script("if grep -q x /etc/passwd; then y=1; fi\nexec app", &[]);
    assert_eq!(same, "/usr/bin/app root app");
}

#[test]
fn conditions_are_told() {
    let tree = tree(
        "//- exec /entry.sh\n#!/bin/sh\nif [ -n \"$DEBUG\" ]; then exec other; fi\nexec app\n",
    );
    let trace = traced(&tree, &["/entry.sh"], |_| {});
    let when = |terminal: usize| trace.terminals[terminal].when.join(", ");
    assert_eq!(when(0), "not: [ -n \"$DEBUG\" ] (as the image is configured)");
    assert_eq!(when(1), "[ -n \"$DEBUG\" ]");
    assert_eq!(trace.outcome, Outcome::Resolved);
}

#[test]
fn a_program_at_the_end_of_a_script_runs_although_it_takes_no_place() {
    assert_eq!(script("mkdir -p /x\napp -x", &[]), "/usr/bin/app root app|-x");
    let both = script("other &\nexec app", &[]);
    assert!(both.contains("/usr/bin/app root app"), "{both}");
    let waits = script("app & other & wait", &[]);
    assert_eq!(waits, "/usr/bin/app root app\n/usr/bin/other root other");
    assert_eq!(script("echo x", &[]), "/bin/bash root /entry.sh");
}

#[test]
fn scripts_that_are_read_are_part_of_the_script() {
    let files = "//- /lib.sh\nrun() { exec app \"$1\"; }\nX=y\n//- exec /entry.sh\n#!/bin/sh\n. /lib.sh\nrun $X\n";
    let trace = traced(&tree(files), &["/entry.sh"], |_| {});
    assert_eq!(told(&trace), "/usr/bin/app root app|y");
    let exec =
        trace.hops.iter().find(|it| it.kind == HopKind::Exec).unwrap().place.clone().unwrap();
    assert_eq!((exec.file.display().into_owned(), exec.line), ("/lib.sh".to_owned(), 1));
    let missing = command("//- exec /e\n#!/bin/sh\n. /no.sh\nexec app\n", &["/e"]);
    assert_eq!(missing, "/usr/bin/app root app\n! MissingFile /e:2");
    let guarded =
        command("//- exec /e\n#!/bin/sh\nif [ -f /no.sh ]; then . /no.sh; fi\nexec app\n", &["/e"]);
    assert_eq!(guarded, "/usr/bin/app root app");
}

#[test]
fn what_is_only_known_at_run_time_is_told_with_its_reason() {
    for (text, expected) in [
        ("exec \"$APP\"", "! DynamicEnvironmentReference /entry.sh:2"),
        ("exec $APP", "! DynamicEnvironmentReference /entry.sh:2"),
        ("exec \"$(grep x /etc/passwd)\"", "! DynamicCommandOutput /entry.sh:2"),
        ("read c\nexec \"$c\"", "! DynamicEvaluation /entry.sh:3"),
        ("exec missing", "! CommandNotFound /entry.sh:2"),
        ("exec /usr/bin/missing", "! CommandNotFound /entry.sh:2"),
        ("exec sh /missing.sh", "! MissingFile /entry.sh:2"),
    ] {
        assert_eq!(script(text, &[]), expected, "{text}");
    }
    let eval = script("eval \"exec app\"", &[]);
    assert!(eval.contains("! DynamicEvaluation /entry.sh:2"), "{eval}");
    let cut = script("exec app\nif x; then", &[]);
    assert_eq!(cut, "/usr/bin/app root app\n! ScriptUnreadable /entry.sh:1");
}

#[test]
fn recursion_ends() {
    let itself = command("//- exec /e\n#!/bin/sh\nexec /e\n", &["/e"]);
    assert!(itself.starts_with("! RecursionLimitReached /e:"), "{itself}");
    let function = script("f() { f; }\nf\nexec app", &[]);
    assert!(function.starts_with("/usr/bin/app root app\n! RecursionLimitReached"), "{function}");
    let source = command("//- exec /e\n#!/bin/sh\n. /e\n", &["/e"]);
    assert!(source.contains("RecursionLimitReached"), "{source}");
    let forever = script("while true; do x=x$x; done", &[]);
    assert!(!forever.contains("app"), "{forever}");
}

#[test]
fn directories_of_scripts_are_run() {
    let files = "//- exec /parts/10-a\n#!/bin/sh\nother\n//- exec /parts/20-b.sh\n#!/bin/sh\nexec no\n\
                 //- /parts/30-c\nexec no\n//- exec /e\n#!/bin/sh\nrun-parts /parts\nexec app\n";
    let trace = traced(&tree(files), &["/e"], |_| {});
    assert_eq!(told(&trace), "/usr/bin/app root app");
    let ran = |trace: &Trace| trace.hops.iter().any(|it| it.words == ["other"]);
    assert!(ran(&trace));
    let loops = "//- exec /d/a.sh\n#!/bin/sh\nother\n//- exec /e\n#!/bin/sh\nfor f in /d/*; do\n case \"$f\" in\n  \
                 *.sh) \"$f\";;\n esac\ndone\nexec app\n";
    assert!(ran(&traced(&tree(loops), &["/e"], |_| {})));
    let pipes = "//- exec /d/a.sh\n#!/bin/sh\nother\n//- exec /e\n#!/bin/sh\nfind /d -follow -type f -print | sort -V | \
                 while read -r f; do \"$f\"; done\nexec app\n";
    assert!(ran(&traced(&tree(pipes), &["/e"], |_| {})));
    let empty =
        command("//- dir /parts\n//- exec /e\n#!/bin/sh\nrun-parts /parts\nexec app\n", &["/e"]);
    assert_eq!(empty, "/usr/bin/app root app\n! RunPartsEmpty /e:2");
}

#[test]
fn the_first_line_of_a_script_names_its_interpreter() {
    for line in [
        "#!/bin/sh",
        "#! /usr/bin/env bash",
        "#!/usr/bin/env -S bash -e",
        "#!/usr/bin/env -S A=b sh",
    ] {
        let files = format!("//- exec /e\n{line}\nexec app\n");
        assert_eq!(command(&files, &["/e"]), "/usr/bin/app root app", "{line}");
    }
    let unknown = command("//- exec /e\n#!/usr/bin/other -f\nexec app\n", &["/e"]);
    assert_eq!(unknown, "/usr/bin/other root /e");
}

#[test]
fn applets_are_known_by_the_name_that_they_are_called_by() {
    let files = "//- exec /bin/busybox\n\u{7f}ELF\n//- link /bin/ash /bin/busybox\n//- link /bin/nc busybox\n\
                 //- exec /e\n#!/bin/ash\nexec app\n";
    assert_eq!(command(files, &["/e"]), "/usr/bin/app root app");
    assert_eq!(command(files, &["/bin/busybox", "sh", "-c", "exec app"]), "/usr/bin/app root app");
    assert_eq!(command(files, &["nc", "-l"]), "/bin/busybox [nc] root nc|-l");
}

#[test]
fn wrappers_are_passed_through() {
    let names = [
        "dumb-init",
        "catatonit",
        "su-exec",
        "setpriv",
        "runuser",
        "su",
        "sudo",
        "nice",
        "ionice",
        "timeout",
        "nohup",
        "stdbuf",
        "xargs",
        "flock",
        "chroot",
        "setsid",
    ];
    let tree =
        names.iter().fold(tree(""), |tree, it| tree.executable(format!("/usr/bin/{it}"), ELF));
    for (words, user) in [
        ("tini -- app -x", "root"),
        ("tini -g app -x", "root"),
        ("dumb-init --rewrite 15:3 app -x", "root"),
        ("catatonit app -x", "root"),
        ("gosu service app -x", "service"),
        ("su-exec service:service app -x", "service:service"),
        ("setpriv --reuid=service --regid service --init-groups app -x", "service"),
        ("setpriv --clear-groups --reuid service -- app -x", "service"),
        ("runuser -u service -- app -x", "service"),
        ("sudo -E -u service A=b app -x", "service"),
        ("env -u X A=b app -x", "root"),
        ("nice -n 5 app -x", "root"),
        ("ionice -c3 -n 7 app -x", "root"),
        ("timeout -k 5 10s app -x", "root"),
        ("nohup app -x", "root"),
        ("stdbuf -oL -e 0 app -x", "root"),
        ("flock -n /lock app -x", "root"),
        ("chroot --userspec=service / app -x", "service"),
        ("tini -- gosu service env app -x", "service"),
    ] {
        let split: Vec<&str> = words.split(' ').collect();
        assert_eq!(
            told(&traced(&tree, &split, |_| {})),
            format!("/usr/bin/app {user} app|-x"),
            "{words}"
        );
    }
    for words in [
        &["su", "service", "-c", "exec app -x"][..],
        &["su", "-", "service", "-s", "/bin/sh", "-c", "app -x"],
        &["flock", "/l", "-c", "app -x"],
    ] {
        assert!(told(&traced(&tree, words, |_| {})).starts_with("/usr/bin/app "), "{words:?}");
    }
}

#[test]
fn supervisors_run_what_their_configuration_names() {
    let files = "//- exec /usr/bin/supervisord\n\u{7f}ELF\n//- /etc/supervisord.conf\n[program:a]\ncommand=app -x\n\
                 user=service\n[include]\nfiles=/etc/s.d/*.conf\n//- /etc/s.d/b.conf\n[program:b]\ncommand = other\n";
    let told = command(files, &["supervisord", "-c", "/etc/supervisord.conf"]);
    assert_eq!(told, "/usr/bin/app service app|-x\n/usr/bin/other root other");
}

#[test]
fn an_image_that_says_nothing_is_unresolved() {
    assert_eq!(command("", &[]), "! NoEntrypoint");
}

#[test]
fn links_never_lead_out_of_the_image() {
    let files = "//- link /e /../../../../bin/true-of-the-host\n//- link /f /f\n//- exec /g\n#!/bin/sh\n. /../../../../etc/hostname\nexec app\n";
    assert_eq!(command(files, &["/e"]), "! CommandNotFound");
    assert_eq!(command(files, &["/f"]), "! CommandNotFound");
    assert!(command(files, &["/g"]).contains("! MissingFile"));
}

#[test]
fn documents_fit_their_published_schema() {
    let schema = include_str!("../../../docs/schemas/entrytrace.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let files = "//- exec /usr/bin/java\n\u{7f}ELF\n//- /a.jar\nx\n//- exec /e\n#!/bin/sh\n. /no\n[ -n \"$X\" ] && exec \"$Y\"\n\
                 eval x\nexec gosu service java -jar /a.jar\n";
    let digest = Some(format!("sha256:{}", "0".repeat(64)));
    for words in [&["/e"][..], &["java", "-cp", "/lib", "Main"], &[]] {
        let trace = traced(&tree(files), words, |_| {});
        let (mut whole, mut lines) = (Vec::new(), Vec::new());
        let subject = ("app".to_owned(), digest.clone());
        entrytrace::alone(&trace, subject.clone(), &Stamp::default(), Form::Json, &mut whole)
            .unwrap();
        entrytrace::alone(&trace, subject, &Stamp::default(), Form::Lines, &mut lines).unwrap();
        let document: serde_json::Value = serde_json::from_slice(&whole).unwrap();
        assert_eq!(misfits(&document, &schema, &schema), Vec::<String>::new());
        assert!(!misfits(&document["hops"], &schema, &schema).is_empty());
        let lines = String::from_utf8(lines).unwrap();
        assert_eq!(
            lines.lines().count(),
            1 + trace.hops.len() + trace.terminals.len() + trace.diagnostics.len()
        );
        for line in lines.lines().skip(1) {
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            let kind = line.as_object_mut().unwrap().remove("type").unwrap();
            let part = &schema["$defs"][kind.as_str().unwrap()];
            assert_eq!(misfits(&line, part, &schema), Vec::<String>::new());
        }
    }
}

#[test]
fn every_reason_and_kind_is_in_the_schema_and_in_the_guide() {
    let schema = include_str!("../../../docs/schemas/entrytrace.schema.json");
    let guide = include_str!("../../../docs/entrytrace.md");
    for it in Reason::ALL {
        let row = format!("| `{}` | {} | {} |", it.as_str(), it.about(), it.remedy());
        assert!(guide.contains(&row), "docs/entrytrace.md lacks {row}");
        assert!(
            schema.contains(&format!("\"{}\"", it.as_str())),
            "the schema lacks {}",
            it.as_str()
        );
    }
    let kinds = HopKind::ALL
        .iter()
        .map(|it| it.as_str())
        .chain(TerminalKind::ALL.iter().map(|it| it.as_str()));
    kinds.for_each(|it| assert!(schema.contains(&format!("\"{it}\"")), "the schema lacks {it}"));
}

#[test]
fn the_tree_tells_where_each_hop_is_written() {
    let files = "//- exec /e\n#!/bin/sh\nif [ -n \"$X\" ]; then other; fi\nexec gosu service app\n";
    let mut text = Vec::new();
    entrytrace::tree(&traced(&tree(files), &["/e"], |_| {}), &mut text).unwrap();
    insta::assert_snapshot!(String::from_utf8(text).unwrap(), @r#"
    - image entrypoint: ENTRYPOINT ["/e"] -> /e
      - /e:1 interpreter: #!/bin/sh = /bin/sh /e -> /bin/sh
        - /e:2 run: other -> /usr/bin/other (possibly)
        - /e:3 exec: exec gosu service app = gosu service app -> /usr/sbin/gosu
          * image wrapper: app -> /usr/bin/app

    outcome: resolved
    runs: /usr/bin/app as service: app
    "#);
}
