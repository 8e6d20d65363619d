//! What scripts read and take from their arguments: `read`, here-strings, `getopts`. What is expected was asked of Bash.

use crate::entrytrace::script;

#[test]
fn what_read_and_getopts_set_without_being_told_is_unknown() {
    for (text, reason) in [
        ("read; exec \"$REPLY\"", "! DynamicEvaluation /entry.sh:2"),
        ("read a b; exec \"$b\"", "! DynamicEvaluation /entry.sh:2"),
        ("read -ra b; exec \"${b[@]}\"", "! DynamicEvaluation /entry.sh:2"),
        ("echo app >/x; read a </x; exec \"$a\"", "! DynamicEvaluation /entry.sh:2"),
        ("echo other | { read a </x; exec \"$a\"; }", "! DynamicEvaluation /entry.sh:2"),
        ("getopts c: o -ab; exec \"$OPTARG\"", "! DynamicEvaluation /entry.sh:2"),
    ] {
        assert_eq!(script(text, &[]), reason, "{text}");
    }
}

#[test]
fn a_text_in_its_place_is_read() {
    for (text, expected) in [
        ("read -r a b <<< 'x y z'; exec app $b", "/usr/bin/app root app|y|z"),
        ("IFS=: read -r a b <<< 'x:y:'; exec app \"$b\" \"$IFS\"", "/usr/bin/app root app|y| \t\n"),
        (
            "IFS=, read -ra w <<< \"a,b c,,d\"; exec app \"${w[@]}\"",
            "/usr/bin/app root app|a|b c||d",
        ),
        ("read -ra w <<< \"$1\"; exec \"${w[@]}\"", "/usr/bin/app root app|1|2"),
        ("read -p 'Which? ' a <<< app; exec $a", "/usr/bin/app root app"),
        ("read a <<< ''; exec app \"x$a\"", "/usr/bin/app root app|x"),
        ("read <<< app; exec $REPLY", "/usr/bin/app root app"),
        ("a=$(cat <<< app); exec $a", "/usr/bin/app root app"),
        (
            "while read -r a; do w+=(\"$a\"); done <<< $'x\\ny'; exec app \"${w[@]}\"",
            "/usr/bin/app root app|x|y",
        ),
        ("a=$(sort <<< app); exec $a", "/usr/bin/app root app"),
    ] {
        assert_eq!(script(text, &["app 1  2"]), expected, "{text}");
    }
}

#[test]
fn options_are_taken_from_arguments_one_after_the_other() {
    const LOOP: &str = "while getopts 'vc:' o; do case $o in v) v=1 ;; c) c=$OPTARG ;; esac; done";
    for (text, arguments, expected) in [
        ("shift $((OPTIND - 1)); exec \"$@\"", &["app", "-x"][..], "/usr/bin/app root app|-x"),
        ("shift $((OPTIND - 1)); exec \"$@\"", &["-v", "--", "app"], "/usr/bin/app root app"),
        ("shift $((OPTIND - 1)); exec \"$@\" $v", &["-v", "app"], "/usr/bin/app root app|1"),
        ("exec $c", &["-c", "app"], "/usr/bin/app root app"),
        ("exec $c $OPTIND", &["-capp", "x"], "/usr/bin/app root app|2"),
        ("exec app $o $OPTIND", &["-q", "-c"], "/usr/bin/app root app|?|3"),
        ("exec app $v", &["-", "-v"], "/usr/bin/app root app"),
    ] {
        assert_eq!(script(&format!("{LOOP}\n{text}"), arguments), expected, "{text}");
    }
}
