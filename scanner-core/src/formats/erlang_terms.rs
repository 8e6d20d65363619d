//! Files of Erlang terms: `NAME.app` and Hex's `hex_metadata.config`, as lists of named values.
//! Specification: Erlang reference manual, "Data types"; app(4); Hex, "Package metadata".

use std::iter::Peekable;
use std::str::Chars;

/// A tuple whose first element is its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Property {
    /// The name: an atom or a text.
    pub name: String,
    /// The atoms that follow.
    pub atoms: Vec<String>,
    /// The texts that follow, and those in a list or tuple that follows.
    pub texts: Vec<String>,
}

enum Token {
    Open,
    Close,
    Atom(String),
    Text(String),
}

/// Reads the named tuples at one depth of nesting; 1 is the outermost.
pub fn properties(text: &str, level: usize) -> Vec<Property> {
    let mut properties: Vec<Property> = Vec::new();
    let mut chars = text.chars().peekable();
    let mut depth = 0_usize;
    let mut open = false;
    while let Some(token) = token(&mut chars) {
        match token {
            Token::Open => {
                depth += 1;
                if depth == level {
                    properties.push(Property::default());
                    open = true;
                }
            }
            Token::Close => {
                open &= depth != level;
                depth = depth.saturating_sub(1);
            }
            // Atoms further in are modules and flags, never names.
            Token::Atom(atom) if depth == level => {
                add(&mut properties, open, atom, |it| &mut it.atoms);
            }
            Token::Text(text) if depth == level || depth == level + 1 => {
                add(&mut properties, open, text, |it| &mut it.texts);
            }
            Token::Atom(_) | Token::Text(_) => {}
        }
    }
    properties.retain(|it| !it.name.is_empty());
    properties
}

/// Makes a value the name of the tuple that is read, or puts it where it belongs.
fn add(
    properties: &mut [Property],
    open: bool,
    value: String,
    values: impl Fn(&mut Property) -> &mut Vec<String>,
) {
    match properties.last_mut().filter(|_| open) {
        Some(property) if property.name.is_empty() => property.name = value,
        Some(property) => values(property).push(value),
        None => {}
    }
}

/// The next token; commas, full stops and the marks of binaries are passed over.
fn token(chars: &mut Peekable<Chars<'_>>) -> Option<Token> {
    loop {
        match chars.next()? {
            '{' | '[' => return Some(Token::Open),
            '}' | ']' => return Some(Token::Close),
            '"' => return Some(Token::Text(quoted(chars, '"'))),
            '\'' => return Some(Token::Atom(quoted(chars, '\''))),
            '%' => while chars.next_if(|it| *it != '\n').is_some() {},
            // A character stands for a number.
            '$' => {
                chars.next_if_eq(&'\\');
                chars.next();
            }
            first if first.is_alphanumeric() || first == '_' => {
                let mut word = String::from(first);
                while let Some(it) =
                    chars.next_if(|it| it.is_alphanumeric() || matches!(it, '_' | '@'))
                {
                    word.push(it);
                }
                return Some(Token::Atom(word));
            }
            _ => {}
        }
    }
}

fn quoted(chars: &mut Peekable<Chars<'_>>, mark: char) -> String {
    let mut text = String::new();
    while let Some(it) = chars.next() {
        match it {
            it if it == mark => break,
            '\\' => text.extend(chars.next().map(|it| if it == 'n' { '\n' } else { it })),
            it => text.push(it),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, level: usize, name: &str) -> Vec<String> {
        let found = properties(text, level).into_iter().find(|it| it.name == name);
        found.map(|it| [it.atoms, it.texts].concat()).unwrap_or_default()
    }

    #[test]
    fn the_name_and_version_of_an_application_are_read() {
        let text = "%% made by hand {vsn,\"9\"}\n{application,'my_app',\n [{description,\"a {vsn,\\\"8\\\"} b\"},\n  \
             {vsn,\"1.2\"},\n  {env,[{vsn,\"7\"},{quote,$\"}]},{modules,[a,b]}]}.\n";
        assert_eq!(values(text, 1, "application"), ["my_app"]);
        assert_eq!(values(text, 3, "vsn"), ["1.2"]);
        assert!(values(text, 3, "modules").is_empty());
    }

    #[test]
    fn the_binaries_of_hex_are_texts() {
        let text = "{<<\"name\">>,<<\"jason\">>}.\n{<<\"licenses\">>,[<<\"MIT\">>,<<\"BSD\"/utf8>>]}.\n\
             {<<\"requirements\">>,[[{<<\"name\">>,<<\"decimal\">>}]]}.\n";
        assert_eq!(values(text, 1, "name"), ["jason"]);
        assert_eq!(values(text, 1, "licenses"), ["MIT", "BSD"]);
    }

    #[test]
    fn what_is_cut_off_is_read_as_far_as_it_goes() {
        assert_eq!(values("{application,a,[{vsn,\"1", 3, "vsn"), ["1"]);
        assert!(properties("}]{[", 1).is_empty());
    }
}
