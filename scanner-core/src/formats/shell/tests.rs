//! Scripts as they are read.

use super::{Assigned, Body, Command, Item, Operation, Part, Pipeline, parse, split};

/// Every simple command with its lines, however deep.
fn commands(items: &[Item]) -> Vec<String> {
    let pipelines = items
        .iter()
        .flat_map(|it| std::iter::once(&it.first).chain(it.rest.iter().map(|it| &it.1)));
    pipelines.flat_map(|it: &Pipeline| it.commands.iter().flat_map(command)).collect()
}

fn command(it: &Command) -> Vec<String> {
    let inner = |lists: &[&[Item]]| lists.iter().flat_map(|it| commands(it)).collect();
    match &it.body {
        Body::Simple { assignments, words } => {
            let mut found = vec![format!("{}-{} {}", it.line, it.end, it.text)];
            let assigned = assignments.iter().filter_map(|it| match &it.value {
                Assigned::Word(word) => Some(word),
                Assigned::Array(_) => None,
            });
            for part in words.iter().chain(assigned).flat_map(|it| &it.parts) {
                if let Part::Command { items, .. } = part {
                    found.extend(commands(items));
                }
            }
            found
        }
        Body::Group(items) | Body::Subshell(items) => commands(items),
        Body::If { arms, otherwise } => {
            let arms = arms.iter().flat_map(|(a, b)| commands(a).into_iter().chain(commands(b)));
            arms.chain(otherwise.iter().flat_map(|it| commands(it))).collect()
        }
        Body::Loop { condition, body, .. } => inner(&[condition, body]),
        Body::For { body, .. } | Body::Count { body, .. } => commands(body),
        Body::Case { arms, .. } => arms.iter().flat_map(|it| commands(&it.body)).collect(),
        Body::Function { body, .. } => command(body),
        Body::Test(_) | Body::Arithmetic(_) => vec![format!("{}-{} {}", it.line, it.end, it.text)],
    }
}

fn lines(text: &str) -> Vec<String> {
    let script = parse(text, 1, 64);
    assert_eq!(script.problem, None, "{text}");
    commands(&script.items)
}

#[test]
fn every_command_knows_its_lines_however_deep_it_stands() {
    let text = "#!/bin/sh\nset -e # comment\nif [ \"$1\" = x ]; then\n  a=$(\n    b | c\n  )\nelse\n\tcase $1 in\n\
                \t\t(p*|q) d \\\n\t\t  e;;\n\t\t*) `f\ng` ;; esac\nfi\nfn() { exec \"$@\"; } >&2\nfn \"$@\"\n";
    assert_eq!(
        lines(text),
        [
            "2-2 set -e",
            "3-3 [ \"$1\" = x ]",
            "4-6 a=$(\n    b | c\n  )",
            "5-5 b",
            "5-5 c",
            "9-10 d \\\n\t\t  e",
            "11-12 `f\ng`",
            "11-11 f",
            "12-12 g",
            "14-14 exec \"$@\"",
            "15-15 fn \"$@\"",
        ]
    );
}

#[test]
fn here_documents_are_passed_over_and_their_lines_counted() {
    let text =
        "cat <<EOF >x\nexec no\nEOF\ncat <<-'A' <<B\n\texec no\n\tA\nif\nB\nexec yes <<<word\n";
    assert_eq!(lines(text), ["1-1 cat <<EOF >x", "4-4 cat <<-'A' <<B", "9-9 exec yes <<<word"]);
}

#[test]
fn words_are_read_with_their_quotes_and_expansions() {
    let script = parse(
        r#"x a'b c'"d$e" ${f:-g h} ${i##*/} ${j/k/l} ${m:1:2} ${#n} $'o\n' "" $((1 + (2)))"#,
        1,
        64,
    );
    let Body::Simple { words, .. } = &script.items[0].first.commands[0].body else { panic!() };
    assert_eq!(words.len(), 10);
    assert_eq!(words[1].parts.len(), 3);
    let operation = |at: usize| match &words[at].parts[0] {
        Part::Parameter { parameter, .. } => &parameter.operation,
        other => panic!("{other:?}"),
    };
    assert!(
        matches!(operation(2), Operation::Otherwise { operator: '-', empty: true, word } if word.text == "g h")
    );
    assert!(matches!(operation(3), Operation::Trim { end: false, longest: true, .. }));
    assert!(matches!(operation(4), Operation::Replace { mode: '/', .. }));
    assert!(
        matches!(operation(5), Operation::Slice { offset, length: Some(length) } if offset == "1" && length == "2")
    );
    assert_eq!(operation(6), &Operation::Length);
    assert_eq!(words[7].parts, [Part::Text { text: "o\n".into(), quoted: true }]);
    assert_eq!(words[8].parts, [Part::Text { text: "".into(), quoted: true }]);
    assert_eq!(words[9].parts, [Part::Arithmetic("1 + (2)".into())]);
}

#[test]
fn what_bash_adds_is_read() {
    for text in [
        "[[ $a == *\"x\"* && ( -f b || ! $c =~ ^(d|e)$ ) ]] && f",
        "a=(1 \"$@\" 3) b+=(x) c[1]=y; declare -A d=([k]=v)",
        "for ((i = 0; i < 3; i++)); do a; done; (( i++ )) || b",
        "function f { a; }; function g() ( b )",
        "while read -r l; do a; done < <(b)",
        "a |& b; c &>d; e 2>&1 >|f {g}>h",
        "case $x in @(a|b)) c ;& d) e ;;& esac",
        "shopt -s extglob; rm !(a|b)",
        "{ a; b; } 2>/dev/null; ! c",
        "select x in a b; do c; done",
        "until a; do b; done & wait",
        "a=$(( (1+2)*3 )) b=$( (c) )",
        "${!a} \"${b[@]}\" ${!c@} ${d@Q} ${e^^} ${#f[@]} ${g%%*( )}",
    ] {
        lines(text);
    }
}

#[test]
fn what_stands_before_a_mistake_counts() {
    for (text, line) in
        [("a\nb\nif c; then\n", 4), ("a\nb\nfi\n", 3), ("a\nb\n\"", 3), ("a\nb\n(c", 3)]
    {
        let script = parse(text, 1, 64);
        assert_eq!(commands(&script.items), ["1-1 a", "2-2 b"], "{text}");
        assert_eq!(script.problem.map(|it| it.line), Some(line), "{text}");
    }
}

#[test]
fn nesting_is_bounded() {
    for open in [
        "$(",
        "(",
        "{ ",
        "if ",
        "`",
        "${a:-",
        "[[ ! ( ",
        "f() ",
        "case x in a) ",
        "$((",
        "\"$(",
        "! ( ",
    ] {
        let text = format!("x {0}\n{0}", open.repeat(20_000));
        parse(&text, 1, 64);
    }
}

#[test]
fn command_lines_are_split_at_blanks_outside_quotes() {
    assert_eq!(split("a 'b c' \"d\\\" e\" f\\ g ''"), ["a", "b c", "d\" e", "f g", ""]);
}
