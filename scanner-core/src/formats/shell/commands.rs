//! Lists and pipelines.

use super::{Body, Command, Connector, Item, Parser, Pipeline, Problem};

/// Words that end a list where a command could begin.
const CLOSING: [&str; 8] = ["then", "else", "elif", "fi", "do", "done", "esac", "}"];

/// Bytes of the longest of them all: `function`.
const LONGEST: usize = 8;

impl Parser<'_> {
    /// Commands up to a word that closes them, a `)`, a `;;` or the end. They are one level deeper.
    pub(super) fn items(&mut self) -> Result<Vec<Item>, Problem> {
        self.cursor.enter()?;
        let mut items = Vec::new();
        loop {
            self.cursor.space();
            let closed = match self.cursor.byte() {
                None | Some(b')') => true,
                Some(b';') => self.cursor.sees(";;") || self.cursor.sees(";&"),
                Some(_) => self.sees_closing(),
            };
            if closed {
                self.cursor.leave();
                return Ok(items);
            }
            items.push(self.item()?);
        }
    }

    /// Commands that must be there, up to this word.
    pub(super) fn items_until(&mut self, word: &'static str) -> Result<Vec<Item>, Problem> {
        let items = self.items()?;
        if self.eat_word(word) { Ok(items) } else { Err(self.cursor.problem(missing(word))) }
    }

    /// One list, with the separator after it.
    pub(super) fn item(&mut self) -> Result<Item, Problem> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.cursor.blanks();
            let connector = if self.cursor.eat("&&") {
                Connector::And
            } else if self.cursor.eat("||") {
                Connector::Or
            } else {
                break;
            };
            self.cursor.space();
            rest.push((connector, self.pipeline()?));
        }
        let background = self.cursor.peek() == Some('&');
        let closes = self.cursor.sees(";;") || self.cursor.sees(";&");
        match self.cursor.peek() {
            Some('&' | '\n') => {
                self.cursor.take();
            }
            Some(';') if !closes => {
                self.cursor.take();
            }
            Some(';' | ')') | None => {}
            Some(_) => return Err(self.cursor.problem("a command goes on where none may")),
        }
        Ok(Item { first, rest, background })
    }

    fn pipeline(&mut self) -> Result<Pipeline, Problem> {
        let mut negated = false;
        loop {
            self.cursor.blanks();
            if self.eat_word("!") {
                negated = !negated;
            } else if self.eat_word("time") {
                self.cursor.blanks();
                self.eat_word("-p");
            } else {
                break;
            }
        }
        let mut commands = vec![self.command()?];
        loop {
            self.cursor.blanks();
            if self.cursor.sees("||") || !self.cursor.eat("|") {
                return Ok(Pipeline { negated, commands });
            }
            self.cursor.eat("&");
            self.cursor.space();
            commands.push(self.command()?);
        }
    }

    fn command(&mut self) -> Result<Command, Problem> {
        let (line, start) = (self.cursor.line(), self.cursor.at());
        let Some(body) = self.compound()? else { return self.simple() };
        let is_short = matches!(body, Body::Test(_) | Body::Arithmetic(_));
        let text = if is_short { self.cursor.since(start) } else { "" }.into();
        let mut redirects = Vec::new();
        let mut end = self.cursor.line();
        loop {
            self.cursor.blanks();
            let Some(redirect) = self.redirect()? else { break };
            redirects.push(redirect);
            end = self.cursor.line();
        }
        Ok(Command { line, end, text, body, redirects })
    }

    /// Whether a word comes next that closes a list.
    pub(super) fn sees_closing(&self) -> bool {
        CLOSING.contains(&self.bare_word())
    }

    /// What comes next up to a blank or a sign that ends words, if it is no longer than the words of the language.
    pub(super) fn bare_word(&self) -> &str {
        let rest = self.cursor.rest();
        let mut bytes = rest.bytes().take(LONGEST + 1);
        let end = bytes.position(|it| it.is_ascii_whitespace() || b";&|<>()".contains(&it));
        rest.get(..end.unwrap_or(rest.len())).filter(|it| it.len() <= LONGEST).unwrap_or_default()
    }

    /// Whether this word comes next, whole and unquoted.
    pub(super) fn sees_word(&self, word: &str) -> bool {
        self.cursor.byte() == word.bytes().next() && self.bare_word() == word
    }

    /// Takes this word, if it comes next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        self.sees_word(word) && self.cursor.eat(word)
    }
}

/// What a missing word is called.
fn missing(word: &'static str) -> &'static str {
    match word {
        "then" => "`then` is missing",
        "fi" => "`fi` is missing",
        "do" => "`do` is missing",
        "done" => "`done` is missing",
        "}" => "`}` is missing",
        _ => "a closing word is missing",
    }
}
