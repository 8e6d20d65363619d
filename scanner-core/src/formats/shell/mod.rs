//! Scripts of POSIX shells, with what entrypoints use of Bash, as a tree in which every command knows its lines.
//! Specification: POSIX.1-2024, Shell & Utilities, 2 "Shell Command Language"; the manual of GNU Bash.
//!
//! A shell reads and runs one command after the other, so what stands before a mistake counts.
//! Nesting is bounded by the caller; the text is read once, front to back.

mod ast;
pub mod braces;
mod commands;
mod compound;
mod condition;
mod cursor;
mod extended;
mod parameter;
mod pattern;
mod simple;
mod split;
mod words;

pub use super::Problem;
pub use ast::{
    Arm, Assigned, Assignment, Body, Command, Condition, Connector, Item, Operation, Parameter,
    Part, Pipeline, Redirect, Script, Then, Word,
};
pub use extended::{is_extended, matches_extended};
pub use pattern::matches;
pub use split::split;

use cursor::Cursor;

/// Reads a script whose first line is `line`, with no more than `depth` levels of nesting.
pub fn parse(text: &str, line: u32, depth: usize) -> Script {
    let mut parser = Parser { cursor: Cursor::new(text, line, depth) };
    let mut script = Script::default();
    loop {
        parser.cursor.space();
        if parser.cursor.peek().is_none() {
            return script;
        }
        match parser.item() {
            Ok(item) => script.items.push(item),
            Err(problem) => {
                script.problem = Some(problem);
                return script;
            }
        }
    }
}

/// Reads a text as one word that stands within double quotes, as a here-document does.
pub fn quoted(text: &str, line: u32, depth: usize) -> Word {
    let mut parser = Parser { cursor: Cursor::new(text, line, depth) };
    parser.quoted_text().unwrap_or_default()
}

/// Reads the commands of a script.
struct Parser<'a> {
    cursor: Cursor<'a>,
}

#[cfg(test)]
mod tests;
