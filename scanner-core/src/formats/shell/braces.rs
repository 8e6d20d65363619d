//! Braces of Bash: `a{b,c}d` and `{1..9}` stand for several words, before anything else is done with them.
//! Specification: the manual of GNU Bash, 3.5.1 "Brace Expansion".
//!
//! Only what is written counts: quotes and expansions are parts of what the braces hold, never braces themselves.

use std::borrow::Cow;

use ecow::EcoString;

use super::{Part, Word};

/// Braces in one another that are looked into.
const DEPTH: usize = 16;

/// The parts of a word.
pub type Parts<'a> = Vec<Cow<'a, Part>>;

/// Braces stand for more words than the limit, or finding that out takes more steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// The words that a word with braces stands for, no more than `limit`: each with its parts. A word without them stands
/// for itself. No more than `steps` are taken, and these are counted.
pub fn expand<'a>(
    word: &'a Word,
    limit: usize,
    steps: &mut usize,
) -> Result<Vec<Parts<'a>>, TooMany> {
    if !opens(word) {
        return Ok(vec![word.parts.iter().map(Cow::Borrowed).collect()]);
    }
    let mut pieces = Vec::new();
    for part in &word.parts {
        match part {
            Part::Text { text, quoted: false } => pieces.extend(text.chars().map(Piece::Char)),
            other => pieces.push(Piece::Whole(other)),
        }
    }
    let mut expansion = Expansion { limit, steps };
    expansion.spend(pieces.len() / 16)?;
    let words = expansion.words(&pieces, DEPTH)?;
    Ok(words.iter().map(|it| parts(it)).collect())
}

/// Whether braces may open in a word.
pub fn opens(word: &Word) -> bool {
    let opens = |it: &Part| matches!(it, Part::Text { text, quoted: false } if text.contains('{'));
    word.parts.iter().any(opens)
}

/// What a word is made of before its braces are expanded.
#[derive(Clone, Copy)]
enum Piece<'a> {
    /// A character outside quotes.
    Char(char),
    /// Anything else.
    Whole(&'a Part),
}

impl Piece<'_> {
    fn is(self, character: char) -> bool {
        matches!(self, Self::Char(it) if it == character)
    }
}

/// Pieces as parts again.
fn parts<'a>(pieces: &[Piece<'a>]) -> Parts<'a> {
    let mut parts: Parts<'a> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Whole(part) => parts.push(Cow::Borrowed(part)),
            Piece::Char(character) => match parts.last_mut() {
                Some(Cow::Owned(Part::Text { text, .. })) => text.push(*character),
                _ => parts.push(Cow::Owned(Part::Text {
                    text: EcoString::from(*character),
                    quoted: false,
                })),
            },
        }
    }
    parts
}

/// An expansion at work, with its bounds.
struct Expansion<'s> {
    limit: usize,
    steps: &'s mut usize,
}

impl Expansion<'_> {
    fn spend(&mut self, steps: usize) -> Result<(), TooMany> {
        *self.steps = self.steps.checked_sub(steps).ok_or(TooMany)?;
        Ok(())
    }

    /// Every word that pieces stand for.
    fn words<'a>(
        &mut self,
        pieces: &[Piece<'a>],
        depth: usize,
    ) -> Result<Vec<Vec<Piece<'a>>>, TooMany> {
        let depth = depth.checked_sub(1).ok_or(TooMany)?;
        let mut words = vec![Vec::new()];
        let mut rest = pieces;
        while let Some((before, within, after)) = self.first_braces(rest)? {
            let choices = match split(within).as_slice() {
                [_] => match sequence(within, self.limit)? {
                    Some(texts) => {
                        texts.iter().map(|it| it.chars().map(Piece::Char).collect()).collect()
                    }
                    None => vec![braced(within)],
                },
                choices => {
                    let mut all = Vec::new();
                    for it in choices {
                        all.extend(self.words(it, depth)?);
                    }
                    all
                }
            };
            words = self.joined(&words, before, &choices)?;
            rest = after;
        }
        self.joined(&words, rest, &[Vec::new()])
    }

    /// The first braces that hold a list or what looks like a sequence: what stands before, within and after them.
    fn first_braces<'p, 'a>(
        &mut self,
        pieces: &'p [Piece<'a>],
    ) -> Result<Option<Around<'p, 'a>>, TooMany> {
        for (open, _) in pieces.iter().enumerate().filter(|(_, it)| it.is('{')) {
            let (before, rest) = pieces.split_at(open);
            let rest = rest.get(1..).unwrap_or_default();
            // `{}` at the beginning is an argument of `find` and the like.
            if open == 0 && rest.first().is_some_and(|it| it.is('}')) {
                continue;
            }
            self.spend(1 + rest.len() / 16)?;
            if let Some(close) = closing(rest) {
                let (within, after) = rest.split_at(close);
                return Ok(Some((before, within, after.get(1..).unwrap_or_default())));
            }
        }
        Ok(None)
    }

    /// Each word with a text and each choice after it.
    fn joined<'a>(
        &mut self,
        words: &[Vec<Piece<'a>>],
        before: &[Piece<'a>],
        choices: &[Vec<Piece<'a>>],
    ) -> Result<Vec<Vec<Piece<'a>>>, TooMany> {
        if words.len().saturating_mul(choices.len()) > self.limit {
            return Err(TooMany);
        }
        let mut joined = Vec::new();
        for word in words {
            for choice in choices {
                let whole = [word.as_slice(), before, choice].concat();
                self.spend(1 + whole.len() / 16)?;
                joined.push(whole);
            }
        }
        Ok(joined)
    }
}

/// What stands before, within and after braces.
type Around<'p, 'a> = (&'p [Piece<'a>], &'p [Piece<'a>], &'p [Piece<'a>]);

/// Where braces close that are open already and hold a comma or `..` of their own.
fn closing(pieces: &[Piece<'_>]) -> Option<usize> {
    let (mut level, mut holds) = (0_usize, false);
    for (at, piece) in pieces.iter().enumerate() {
        let next = |ahead: usize| pieces.get(at.saturating_add(ahead));
        match piece {
            Piece::Char('}') if level == 0 && holds => return Some(at),
            Piece::Char('}') => level = level.saturating_sub(1),
            Piece::Char('{') => level = level.saturating_add(1),
            Piece::Char(',') => holds |= level == 0,
            Piece::Char('.') => {
                let sequence =
                    next(1).is_some_and(|it| it.is('.')) && next(2).is_some_and(|it| !it.is('}'));
                holds |= level == 0 && sequence;
            }
            _ => {}
        }
    }
    None
}

/// What commas part that stand in no further braces.
fn split<'p, 'a>(pieces: &'p [Piece<'a>]) -> Vec<&'p [Piece<'a>]> {
    let mut level = 0_usize;
    let parted = pieces.split(|it| {
        match it {
            Piece::Char('{') => level = level.saturating_add(1),
            Piece::Char('}') => level = level.saturating_sub(1),
            _ => {}
        }
        it.is(',') && level == 0
    });
    parted.collect()
}

/// Pieces within braces that stand for themselves.
fn braced<'a>(within: &[Piece<'a>]) -> Vec<Piece<'a>> {
    [&[Piece::Char('{')], within, &[Piece::Char('}')]].concat()
}

/// The texts of `FIRST..LAST` and `FIRST..LAST..STEP`; none if it is no sequence.
fn sequence(pieces: &[Piece<'_>], limit: usize) -> Result<Option<Vec<String>>, TooMany> {
    let text: Option<String> = pieces
        .iter()
        .map(|it| match it {
            Piece::Char(it) => Some(*it),
            Piece::Whole(_) => None,
        })
        .collect();
    let Some(text) = text else { return Ok(None) };
    let mut ends = text.split("..");
    let (Some(first), Some(last), step, None) =
        (ends.next(), ends.next(), ends.next(), ends.next())
    else {
        return Ok(None);
    };
    let Some(step) = step.map_or(Some(1), |it| it.parse::<i64>().ok()) else { return Ok(None) };
    if let (Ok(from), Ok(to)) = (first.parse::<i64>(), last.parse::<i64>()) {
        let width =
            if is_padded(first) || is_padded(last) { first.len().max(last.len()) } else { 0 };
        let numbers = steps((from, to), step, limit)?;
        return Ok(Some(numbers.iter().map(|it| format!("{it:0width$}")).collect()));
    }
    let (Some(from), Some(to)) = (letter(first), letter(last)) else { return Ok(None) };
    // Between capitals and small letters lie signs that mean something to a shell.
    if from.is_ascii_lowercase() != to.is_ascii_lowercase() {
        return Ok(None);
    }
    let letters = steps((i64::from(from), i64::from(to)), step, limit)?;
    let letters = letters.iter().filter_map(|it| u8::try_from(*it).ok());
    Ok(Some(letters.map(|it| char::from(it).to_string()).collect()))
}

/// Whether a number is written with a zero before it.
fn is_padded(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    digits.len() > 1 && digits.starts_with('0')
}

fn letter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => Some(*letter),
        _ => None,
    }
}

/// Numbers from one to another, in the direction that leads there whatever the sign of the step.
fn steps((from, to): (i64, i64), step: i64, limit: usize) -> Result<Vec<i64>, TooMany> {
    let step = step.unsigned_abs().max(1);
    let count = from.abs_diff(to) / step;
    if usize::try_from(count).map_or(true, |count| count >= limit) {
        return Err(TooMany);
    }
    let number = |it: u64| {
        let away = it.saturating_mul(step);
        if to < from {
            from.saturating_sub_unsigned(away)
        } else {
            from.saturating_add_unsigned(away)
        }
    };
    Ok((0..=count).map(number).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{Body, parse};
    use super::*;

    /// The words of a command as a reader sees them, joined by blanks.
    fn expanded(text: &str) -> Result<String, TooMany> {
        let script = parse(&format!("echo {text}"), 1, 64);
        let Body::Simple { words, .. } = &script.items[0].first.commands[0].body else { panic!() };
        let mut found = Vec::new();
        for word in words.iter().skip(1) {
            for parts in expand(word, 100, &mut 10_000)? {
                let shown = |it: &Cow<'_, Part>| match &**it {
                    Part::Text { text, .. } => text.to_string(),
                    Part::Parameter { parameter, .. } => format!("${}", parameter.name),
                    other => format!("{other:?}"),
                };
                found.push(parts.iter().map(shown).collect::<String>());
            }
        }
        Ok(found.join(" "))
    }

    #[test]
    fn lists_and_sequences_are_what_bash_makes_of_them() {
        for (written, words) in [
            ("a{b,c}d", "abd acd"),
            ("x{,y}z", "xz xyz"),
            ("{a,b}{1,2}", "a1 a2 b1 b2"),
            ("{a{b,c}d}", "{abd} {acd}"),
            ("{a}b,c}", "a}b c"),
            ("{},a} {} a{}", "{},a} {} a{}"),
            ("{{1..2},z} {a..c}{,..d}", "1 2 z a a..d b b..d c c..d"),
            ("{3..1} {01..10..3} {-05..5..5}", "3 2 1 01 04 07 10 -05 000 005"),
            ("{1..3..0} {10..1..-4} {+1..3} {a..e..2}", "1 2 3 10 6 2 1 2 3 a c e"),
            ("{x..} {..y} {a..1} {1.5..2} {a..c..},x", "{x..} {..y} {a..1} {1.5..2} {a..c..},x"),
            ("{a,b", "{a,b"),
            ("\"{a,b}\" \\{a,b} {a\\,b,c} '{1..2}'", "{a,b} {a,b} a,b c {1..2}"),
            ("{1,\"2 3\",$HOME} {1..$n} ${HOME}{x,y}", "1 2 3 $HOME {1..$n} $HOMEx $HOMEy"),
        ] {
            assert_eq!(expanded(written).unwrap(), words, "{written}");
        }
    }

    #[test]
    fn words_nesting_and_steps_are_bounded() {
        assert_eq!(expanded("{1..101}"), Err(TooMany));
        assert_eq!(expanded(&"{a,b}".repeat(7)), Err(TooMany));
        assert_eq!(expanded(&format!("{{{}..9223372036854775807}}", i64::MIN)), Err(TooMany));
        assert_eq!(expanded(&format!("{}{}", "{a,".repeat(20), "}".repeat(20))), Err(TooMany));
        assert_eq!(expanded(&"{".repeat(10_000)), Err(TooMany));
        assert!(expanded("{1..100}").is_ok());
    }
}
