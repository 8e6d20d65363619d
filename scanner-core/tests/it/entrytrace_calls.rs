//! Calls of functions: a call that finds the shell as an earlier one did is not followed again, and nobody can tell.

use proptest::prelude::*;
use scanner_core::limits::Limits;
use scanner_core::model::{Reason, Trace};

use crate::entrytrace::script;
use crate::entrytrace_bounds::memory;

#[test]
fn a_function_does_what_the_state_of_the_shell_says_at_each_call() {
    for (text, expected) in [
        ("f() { n=$n$1; }; f a; f b; f a; exec app $n", "/usr/bin/app root app|aba"),
        (
            "f() { local n=$1; g; }; g() { all=$all$n; }; f a; n=x; g; f a; exec app $all $n",
            "/usr/bin/app root app|axa|x",
        ),
        (
            "f() { printf -v \"$1\" %s \"$2\"; }; f a 1; f b 2; f a 1; a=; f a 1; exec app $a $b",
            "/usr/bin/app root app|1|2",
        ),
        ("f() { cd \"$1\"; }; f /usr; cd /; f /usr; exec app $PWD", "/usr/bin/app root app|/usr"),
        (
            "f() { set -- x; echo ${!1}$1; }; x=1; a=$(f); x=2; exec app $a$(f)",
            "/usr/bin/app root app|1x2x",
        ),
        ("g() { :; }; f() { g; }; f; g() { n=1; }; f; exec app $n", "/usr/bin/app root app|1"),
        ("f() { return $1; }; f 1 || f 0 && f 1 || exec app", "/usr/bin/app root app"),
        ("f() { [ -n \"$v\" ]; }; f; v=1; f && exec app", "/usr/bin/app root app"),
        (
            "f() { unset -v a; a=$a$1; }; a=x; f 1; b=$a; a=y; f 1; exec app $b $a",
            "/usr/bin/app root app|1|1",
        ),
    ] {
        assert_eq!(script(text, &[]), expected, "{text}");
    }
}

/// Commands of functions and around them; `f` to `h` call one another only in this order.
const COMMANDS: [&str; 34] = [
    "a=$1",
    "b=$a$c",
    "c+=x",
    "a=",
    "local a",
    "local b=$1",
    "export a",
    "export \"$1=$a\"",
    "unset b",
    "unset \"$1\"",
    "OPEN=$a",
    "if [ \"$OPEN\" ]; then a=1; fi",
    "if [ \"$OPEN\" ]; then app $a; else b=2; fi",
    "if [ \"$OTHER\" ]; then return 1; fi",
    "[ \"$a\" = x ] && b=${!a}",
    "[ -e /tmp/x ] && app x",
    "> /tmp/x",
    "cd /bin",
    "cd \"$a\"",
    "set -e",
    "set -- $a b",
    "shift",
    "false",
    "app $a $b $c",
    "app $? $PWD $#",
    "if app; then c=$(app $b); fi",
    "b=$(echo $a$1)",
    "case $b in x*) a=b;; 2) exit 1;; *) c=$OPEN;; esac",
    "for a in $b 1; do c=$c$a; done",
    "while app; do b=$b$1; done",
    "( a=2; app $a )",
    "app $1 &",
    "exec app $a $b $c",
    "eval \"b=$a\"",
];

/// What may call each function.
const CALLS: [&[&str]; 4] = [
    &["f", "g x", "h $a", "f 2 $b", "g || b=3", "if h a; then c=1; fi", "a=$(g $b)", "f; g; f"],
    &["g", "g $1", "h x", "c=$(h $a)", "h || return"],
    &["h", "h $a", "h b | g2"],
    &["app h", "exec other $c"],
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_call_that_is_not_followed_again_leaves_the_same_trace(
        bodies in proptest::collection::vec(
            proptest::collection::vec((0..COMMANDS.len(), any::<prop::sample::Index>(), any::<bool>()), 1..7),
            4,
        ),
    ) {
        let mut script = "#!/bin/bash\ng2() { a=9; }\n".to_owned();
        for (at, name) in [(3, "h"), (2, "g"), (1, "f"), (0, "main")] {
            script.extend([name, "() {\n"]);
            for (command, call, calls) in &bodies[at] {
                script += if *calls { *call.get(CALLS[at]) } else { COMMANDS[*command] };
                script += "\n";
            }
            script += "}\n";
        }
        script += "main x\nmain x\nexec other $a $b $c\n";
        let limits = Limits { shell_steps: 3_000, ..Limits::default() };
        let again = memory(&script, limits);
        let anew = memory(&script, Limits { shell_calls: 0, ..limits });
        let ended = |it: &Trace| it.diagnostics.iter().all(|it| it.reason != Reason::BudgetExhausted);
        if ended(&again) && ended(&anew) {
            prop_assert_eq!(again, anew, "{}", script);
        }
    }
}
