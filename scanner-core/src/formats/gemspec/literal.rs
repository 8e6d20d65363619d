//! Ruby's literals, as far as RubyGems writes them: strings and lists of strings.

use std::iter::Peekable;
use std::str::Chars;

/// What can stand on the right of an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    /// A string.
    Text(String),
    /// A list of strings; elements that are something else are left out.
    List(Vec<String>),
}

/// A place in the text.
pub(super) struct Cursor<'a> {
    chars: Peekable<Chars<'a>>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { chars: text.chars().peekable() }
    }

    /// Whether the text ends here.
    pub(super) fn at_end(&mut self) -> bool {
        self.chars.peek().is_none()
    }

    /// Takes blanks and line ends.
    pub(super) fn blanks(&mut self) {
        while self.chars.next_if(|it| it.is_whitespace()).is_some() {}
    }

    /// Takes this character, if it comes next.
    pub(super) fn eat(&mut self, character: char) -> bool {
        self.chars.next_if_eq(&character).is_some()
    }

    /// Takes blanks within the line and a comma, if one comes next.
    pub(super) fn comma(&mut self) -> bool {
        while self.chars.next_if_eq(&' ').is_some() {}
        self.eat(',')
    }

    /// Takes the letters of a name, with what joins names: `Gem::Version.new`, `s.add_dependency`.
    pub(super) fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(it) =
            self.chars.next_if(|it| it.is_alphanumeric() || matches!(it, '_' | '.' | ':'))
        {
            word.push(it);
        }
        word
    }

    /// Takes what is left of the line.
    pub(super) fn line(&mut self) -> String {
        let mut line = String::new();
        for it in self.chars.by_ref() {
            if it == '\n' {
                break;
            }
            line.push(it);
        }
        line
    }

    /// Takes a literal; none where something else stands, of which the first word is taken.
    pub(super) fn literal(&mut self) -> Option<Literal> {
        self.blanks();
        match self.chars.peek()? {
            '[' => self.list().map(Literal::List),
            'G' => {
                let wrapped = matches!(&*self.word(), "Gem::Version.new" | "Gem::Platform.new");
                if !(wrapped && self.eat('(')) {
                    return None;
                }
                self.blanks();
                if self.chars.peek() == Some(&'[') {
                    self.list().map(|parts| Literal::Text(parts.join("-")))
                } else {
                    self.string().map(Literal::Text)
                }
            }
            _ => self.string().map(Literal::Text),
        }
    }

    fn list(&mut self) -> Option<Vec<String>> {
        self.chars.next();
        let mut items = Vec::new();
        loop {
            self.blanks();
            match self.chars.peek()? {
                ']' => {
                    self.chars.next();
                    return Some(items);
                }
                ',' => {
                    self.chars.next();
                }
                '"' | '\'' | '%' => items.push(self.string()?),
                _ => {
                    // `nil` in a platform; of anything else no list is known.
                    if self.word() != "nil" {
                        return None;
                    }
                }
            }
        }
    }

    /// `"a"`, `'a'`, `%q{a}`, `%q<a>`, each with or without `.freeze`.
    fn string(&mut self) -> Option<String> {
        let text = match self.chars.next_if(|it| matches!(it, '"' | '\'' | '%'))? {
            '"' => self.escaped()?,
            '\'' => self.quoted(None, '\'')?,
            _ => {
                let quotes = self.eat('q').then(|| self.chars.next())??;
                let close = match quotes {
                    '{' => '}',
                    '<' => '>',
                    '(' => ')',
                    '[' => ']',
                    _ => return None,
                };
                self.quoted(Some(quotes), close)?
            }
        };
        if self.eat('.') {
            self.word();
        }
        Some(text)
    }

    /// A string that knows no escapes but those of its own marks, which may nest.
    fn quoted(&mut self, open: Option<char>, close: char) -> Option<String> {
        let mut text = String::new();
        let mut depth = 0_usize;
        loop {
            let it = self.chars.next()?;
            if it == '\\' {
                match self.chars.next()? {
                    mark if mark == close || Some(mark) == open || mark == '\\' => text.push(mark),
                    other => text.extend(['\\', other]),
                }
                continue;
            }
            if it == close && depth == 0 {
                return Some(text);
            }
            if it == close {
                depth -= 1;
            } else if Some(it) == open {
                depth += 1;
            }
            text.push(it);
        }
    }

    /// A string in double quotes. One that is put together when it is run is none.
    fn escaped(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.chars.next()? {
                '"' => return Some(text),
                '#' if self.chars.peek() == Some(&'{') => return None,
                '\\' => match self.chars.next()? {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'e' => text.push('\u{1b}'),
                    'u' => text.extend(self.code_point()),
                    'x' => text.extend(self.hexadecimal(2)),
                    other => text.push(other),
                },
                it => text.push(it),
            }
        }
    }

    /// `\u00E9` or `\u{1F600}`.
    fn code_point(&mut self) -> Option<char> {
        if !self.eat('{') {
            return self.hexadecimal(4);
        }
        let point = self.hexadecimal(6);
        self.eat('}').then_some(point)?
    }

    fn hexadecimal(&mut self, most: usize) -> Option<char> {
        let mut number = 0;
        for _ in 0..most {
            let Some(digit) = self.chars.peek().and_then(|it| it.to_digit(16)) else { break };
            number = number * 16 + digit;
            self.chars.next();
        }
        char::from_u32(number)
    }
}
