//! What words come to where Bash has rules of its own; every result is what Bash makes of it.

use crate::entrytrace::script;

/// The arguments that a script gives the program at its end.
fn given(text: &str, arguments: &[&str]) -> String {
    let told = script(text, arguments);
    let program = told.lines().next().unwrap_or_default();
    program.strip_prefix("/usr/bin/app root app").unwrap_or(&told).to_owned()
}

#[test]
fn all_parameters_in_one_word_are_joined_by_what_parts_words() {
    for (text, expected) in [
        ("exec app \"$*\"", "|a b c"),
        ("exec app \"<$*>\" x", "|<a b c>|x"),
        ("IFS=,; exec app \"$*\"", "|a,b c"),
        ("IFS=; exec app \"$*\"", "|ab c"),
        ("IFS=:; x=\"$*\"; exec app \"$x\"", "|a:b c"),
        ("x=(\"$@\" d); exec app \"${x[*]}\"", "|a b c d"),
        ("x=(\"$@\" d); exec app \"${x[*]:1}\"", "|b c d"),
        ("set --; exec app \"$*\" \"$@\"", "|"),
    ] {
        assert_eq!(given(text, &["a", "b c"]), expected, "{text}");
    }
}

#[test]
fn words_outside_quotes_are_parted_as_ifs_says() {
    for (text, expected) in [
        ("IFS=,; exec app $1", "|a|b| c d|"),
        ("IFS=', '; exec app $1", "|a|b|c|d|"),
        ("exec app $1", "|a,b,|c|d,,"),
        ("IFS=; exec app $1", "|a,b, c d,,"),
        ("IFS=,; unset IFS; exec app $1", "|a,b,|c|d,,"),
        ("IFS=,; x=,y; exec app x$x", "|x|y"),
        ("IFS=,; exec app $(echo \"$1\")z", "|a|b| c d||z"),
        ("IFS=$(app); exec app $1", "|$(app)"),
    ] {
        assert_eq!(given(text, &["a,b, c d,,"]), expected, "{text}");
    }
}

#[test]
fn what_a_text_of_eval_may_change_is_not_known_behind_it() {
    for (text, expected) in [
        ("x=1; eval 'x=2'; exec app \"$x\"", "|$x"),
        ("eval 'set -- b'; exec app \"$1\"", "|$@"),
        ("x=1; eval 'y=2'; exec app \"$x\"", "|1"),
    ] {
        assert_eq!(given(text, &["a"]), expected, "{text}");
    }
}

#[test]
fn numbers_and_parts_of_texts_are_what_bash_takes_them_for() {
    for (text, expected) in [
        ("exec app $((010 + 0x1f)) $((08))", "|39|$((08))"),
        ("n=010; exec app $((n))", "|8"),
        ("[[ '' -eq 0 && 2 -le 1+1 ]] && exec app yes; exec other", "|yes"),
        ("[ 010 -eq 10 ] && exec app yes; exec other", "|yes"),
        ("x=ab; exec app \"${x: -3}\" \"${x: -1}\"", "||b"),
        ("declare -A x=(); x[k]=v; y=${x[j]}; exec app \"$y\" \"${x[k]}\"", "|$x[j]|v"),
        ("declare -i x=1+1; exec app \"$x\"", "|$x"),
        ("x=(a b c); unset 'x[2]'; exec app \"${#x[@]}\" \"${x[@]}\"", "|2|a|b"),
        ("x=(a b); x[2]=c; exec app \"${x[2]}\"", "|c"),
        ("x=(a b); x[5]=c; exec app \"${x[2]}\"", "|$x"),
    ] {
        assert_eq!(given(text, &[]), expected, "{text}");
    }
}

#[test]
fn what_returns_from_within_a_loop_says_how_it_went() {
    let returns = "f() { for i in 1 2; do return 1; done; }; f || exec app failed; exec other";
    assert_eq!(given(returns, &[]), "|failed");
    let outside = "return 0 || exec app failed; exec other";
    assert_eq!(given(outside, &[]), "|failed");
    let failing = "set -e; x=$(false; echo there); exec app \"$x\"";
    assert_eq!(given(failing, &[]), "|there");
}
