//! Bodies for what tells how an image is run: scripts of shells, and Dockerfiles.

use crate::formats::{dockerfile, shell};

pub(super) fn dockerfile(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(stage) = dockerfile::final_stage(&text) {
        assert!(text.to_uppercase().contains("FROM"));
        assert!(stage.volumes.len() <= text.len());
    }
}

pub(super) fn shell(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split('\n').count();
    let script = shell::parse(&text, 1, 32);
    assert!(script.items.len() <= text.len());
    assert!(script.problem.is_none_or(|it| it.line as usize <= lines));
    let commands = script.items.iter().flat_map(|it| &it.first.commands);
    for command in commands {
        assert!(command.line <= command.end && command.end as usize <= lines);
        if let shell::Body::Simple { words, .. } = &command.body {
            words.iter().for_each(braces);
        }
    }
    assert!(shell::split(&text).iter().map(String::len).sum::<usize>() <= text.len());
    let (pattern, rest) = text.split_once('\n').unwrap_or((&text, ""));
    shell::matches(pattern, rest);
    shell::matches_extended(pattern, rest, &mut 10_000);
}

/// Braces come to no more words than were asked for, and what has none is one word.
fn braces(word: &shell::Word) {
    match shell::braces::expand(word, 100, &mut 10_000) {
        Ok(words) => assert!(!words.is_empty() && words.len() <= 100),
        Err(_) => assert!(word.text.contains('{')),
    }
}
