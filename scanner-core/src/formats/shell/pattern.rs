//! Patterns: `*`, `?`, `[…]`, and `\` before what stands for itself.
//! Specification: POSIX.1-2024, Shell & Utilities, 2.14 "Pattern Matching Notation".

/// Whether a text matches a pattern as a whole.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Where the last `*` stood, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        let next = text.get(place).copied().unwrap_or_default();
        if pattern.get(at) == Some(&'*') {
            star = Some((at, place));
            at += 1;
        } else if let Some(length) = one(pattern.get(at..).unwrap_or_default(), next) {
            at += length;
            place += 1;
        } else if let Some((before, taken)) = star {
            star = Some((before, taken + 1));
            (at, place) = (before + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|it| *it == '*')
}

/// How much of a pattern takes this character; none if it does not.
pub(super) fn one(pattern: &[char], character: char) -> Option<usize> {
    match pattern.first()? {
        '?' => Some(1),
        '\\' => (pattern.get(1) == Some(&character)).then_some(2),
        '[' => match bracket(pattern) {
            Some((set, length)) => holds(set, character).then_some(length),
            None => (character == '[').then_some(1),
        },
        first => (*first == character).then_some(1),
    }
}

/// What stands between brackets, and how long the whole is.
pub(super) fn bracket(pattern: &[char]) -> Option<(&[char], usize)> {
    let negated = usize::from(matches!(pattern.get(1), Some('!' | '^')));
    let first = 1 + negated;
    let mut at = first;
    while let Some(next) = pattern.get(at) {
        at += match next {
            ']' if at > first => return Some((pattern.get(1..at)?, at + 1)),
            '\\' => 2,
            _ => class(pattern.get(at..)?).map_or(1, |(_, length)| length),
        };
    }
    None
}

/// The name of the class with which a set goes on, and how long the whole is.
fn class(set: &[char]) -> Option<(String, usize)> {
    let after = set.strip_prefix(&['[', ':'])?;
    let name: String = after.iter().take_while(|it| it.is_ascii_lowercase()).take(8).collect();
    after.get(name.len()..)?.starts_with(&[':', ']']).then(|| {
        let length = name.len() + 4;
        (name, length)
    })
}

/// The character with which a set goes on, and how long that is written.
fn literal(set: &[char]) -> Option<(char, usize)> {
    match set {
        ['\\', escaped, ..] => Some((*escaped, 2)),
        [plain, ..] => Some((*plain, 1)),
        [] => None,
    }
}

fn holds(set: &[char], character: char) -> bool {
    let negated = matches!(set.first(), Some('!' | '^'));
    let mut rest = set.get(usize::from(negated)..).unwrap_or_default();
    let mut found = false;
    while let Some((first, length)) = literal(rest) {
        if let Some((name, length)) = class(rest) {
            found |= is_in_class(&name, character);
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        rest = rest.get(length..).unwrap_or_default();
        let range = rest.strip_prefix(&['-']).and_then(|after| Some((after, literal(after)?)));
        if let Some((after, (last, length))) = range {
            found |= (first..=last).contains(&character);
            rest = after.get(length..).unwrap_or_default();
        } else {
            found |= first == character;
        }
    }
    found != negated
}

fn is_in_class(name: &str, character: char) -> bool {
    match name {
        "alnum" => character.is_alphanumeric(),
        "alpha" => character.is_alphabetic(),
        "blank" => matches!(character, ' ' | '\t'),
        "cntrl" => character.is_control(),
        "digit" => character.is_ascii_digit(),
        "graph" => !character.is_control() && !character.is_whitespace(),
        "lower" => character.is_lowercase(),
        "print" => !character.is_control(),
        "punct" => character.is_ascii_punctuation(),
        "space" => character.is_whitespace(),
        "upper" => character.is_uppercase(),
        "xdigit" => character.is_ascii_hexdigit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text) in [
            ("*", ""),
            ("-*", "-x"),
            ("*.sh", "a.sh"),
            ("a?c", "abc"),
            ("[0-9]*", "10-x"),
            ("[!a]", "b"),
            ("\\*", "*"),
            ("*a*b", "xaxxab"),
            ("[[:digit:]]", "7"),
            ("[", "["),
            ("[]x]", "]"),
            ("[[:alnum:]_-]", "_"),
            ("[[:alnum:]:]", ":"),
            ("[[:alpha]", "a"),
            ("[![:blank:]-]", "_"),
            ("[[:punct:]]", "."),
            ("[\\]a]", "a"),
            ("[\\!a]", "!"),
            ("[a\\-z]", "-"),
            ("[%--]", "-"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("-*", "x-"),
            ("a?c", "ac"),
            ("[!a]", "a"),
            ("\\*", "x"),
            ("[[:digit:]]", "d"),
            ("[![:alnum:]_]", "_"),
            ("[[:nope:]x]", "n"),
            ("[a\\-z]", "b"),
            ("[\\a]", "\\"),
            ("[a\\", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_cost_no_more_than_text_times_pattern() {
        assert!(!matches(&"*a".repeat(500), &"a".repeat(499)));
        assert!(!matches(&format!("{}b", "*a".repeat(200)), &"a".repeat(5000)));
    }
}
