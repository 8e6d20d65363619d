//! Alpine's order: numbers, a letter, suffixes, a commit and a revision (`1.2.3b_rc1~ab12-r4`).
//! Specification: apk-package(5), "Package version"; the rules for what is shorter are those of apk-tools 3.

use std::cmp::Ordering;

use super::{by_value, is_number, split_while};

/// Suffixes before a release and after it, in order; the release itself stands between `rc` and `cvs`.
const SUFFIXES: [&str; 9] = ["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"];

/// How many of the suffixes are before the release.
const BEFORE: usize = 4;

/// A piece of a version. A version that ends where another goes on with a later kind is the lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Token<'a> {
    First(&'a str),
    Number(&'a str),
    Letter(&'a str),
    Suffix(usize),
    SuffixNumber(&'a str),
    Commit(&'a str),
    Revision(&'a str),
    End,
}

pub(super) fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (tokens(a)?, tokens(b)?);
    let differs = a.iter().zip(&b).find_map(|(a, b)| {
        let order = token(*a, *b);
        order.is_ne().then_some(order)
    });
    Some(differs.unwrap_or(Ordering::Equal))
}

/// Whether a version begins with all that another one is made of (`~1.2` of a dependency).
pub(super) fn begins_with(version: &str, start: &str) -> bool {
    let (Some(version), Some(start)) = (tokens(version), tokens(start)) else { return false };
    let start = start.iter().filter(|it| **it != Token::End);
    start.zip(&version).all(|(start, token)| self::token(*start, *token).is_eq())
}

fn token(a: Token<'_>, b: Token<'_>) -> Ordering {
    match (a, b) {
        (Token::Number(a), Token::Number(b)) if a.starts_with('0') || b.starts_with('0') => {
            a.cmp(b)
        }
        (Token::First(a), Token::First(b))
        | (Token::Number(a), Token::Number(b))
        | (Token::SuffixNumber(a), Token::SuffixNumber(b))
        | (Token::Revision(a), Token::Revision(b)) => by_value(a, b),
        (Token::Letter(a), Token::Letter(b)) | (Token::Commit(a), Token::Commit(b)) => a.cmp(b),
        (Token::Suffix(a), Token::Suffix(b)) => a.cmp(&b),
        (Token::Suffix(..BEFORE), _) => Ordering::Less,
        (_, Token::Suffix(..BEFORE)) => Ordering::Greater,
        (a, b) => rank(b).cmp(&rank(a)),
    }
}

/// The kind of a token: what goes on with an earlier kind is the higher version.
fn rank(token: Token<'_>) -> u8 {
    match token {
        Token::First(_) => 0,
        Token::Number(_) => 1,
        Token::Letter(_) => 2,
        Token::Suffix(_) => 3,
        Token::SuffixNumber(_) => 4,
        Token::Commit(_) => 5,
        Token::Revision(_) => 6,
        Token::End => 7,
    }
}

/// The pieces of a version; none where it is no version of apk.
fn tokens(version: &str) -> Option<Vec<Token<'_>>> {
    let (version, revision) = match version.rsplit_once("-r") {
        Some((version, revision)) if is_number(revision) => (version, Some(revision)),
        Some(_) => return None,
        None => (version, None),
    };
    let (version, commit) =
        version.split_once('~').map_or((version, None), |(version, it)| (version, Some(it)));
    let (numbers, suffixes) = split_while(version, |it| it != '_');
    let (numbers, letter) = match numbers.char_indices().last() {
        Some((at, it)) if it.is_ascii_lowercase() => numbers.split_at(at),
        _ => (numbers, ""),
    };
    let mut found = Vec::new();
    for number in numbers.split('.') {
        let token = if found.is_empty() { Token::First } else { Token::Number };
        found.push(token(Some(number).filter(|it| is_number(it))?));
    }
    found.extend((!letter.is_empty()).then_some(Token::Letter(letter)));
    for suffix in suffixes.split('_').skip(1) {
        let (name, number) = split_while(suffix, |it| it.is_ascii_lowercase());
        found.push(Token::Suffix(SUFFIXES.iter().position(|it| *it == name)?));
        if !number.is_empty() {
            found.push(Token::SuffixNumber(Some(number).filter(|it| is_number(it))?));
        }
    }
    let is_hash = |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_hexdigit());
    if let Some(commit) = commit {
        found.push(Token::Commit(Some(commit).filter(is_hash)?));
    }
    found.extend(revision.map(Token::Revision));
    found.push(Token::End);
    Some(found)
}
