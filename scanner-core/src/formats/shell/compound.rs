//! Commands that hold commands.

use std::sync::Arc;

use ecow::EcoString;

use super::{Arm, Body, Parser, Problem, Then};

/// Bytes within which `((` must be closed to be arithmetic. Real expressions have a line.
const ARITHMETIC: usize = 4096;

impl Parser<'_> {
    /// A compound command or the definition of a function, if one comes next.
    pub(super) fn compound(&mut self) -> Result<Option<Body>, Problem> {
        let body = if self.eat_word("if") {
            self.if_body()?
        } else if self.eat_word("while") {
            self.loop_body(false)?
        } else if self.eat_word("until") {
            self.loop_body(true)?
        } else if self.eat_word("for") || self.eat_word("select") {
            self.for_body()?
        } else if self.eat_word("case") {
            self.case_body()?
        } else if self.eat_word("{") {
            Body::Group(self.items_until("}")?)
        } else if self.eat_word("[[") {
            Body::Test(self.condition()?)
        } else if self.cursor.sees("((")
            && let Some(text) = self.arithmetic()
        {
            Body::Arithmetic(text)
        } else if self.cursor.eat("(") {
            let items = self.items()?;
            self.close(")")?;
            Body::Subshell(items)
        } else {
            return self.function();
        };
        Ok(Some(body))
    }

    fn if_body(&mut self) -> Result<Body, Problem> {
        let mut arms = Vec::new();
        loop {
            let condition = self.items_until("then")?;
            arms.push((condition, self.items()?));
            if self.eat_word("elif") {
                continue;
            }
            let otherwise = if self.eat_word("else") { Some(self.items()?) } else { None };
            let closed = self.eat_word("fi");
            return if closed {
                Ok(Body::If { arms, otherwise })
            } else {
                Err(self.cursor.problem("`fi` is missing"))
            };
        }
    }

    fn loop_body(&mut self, until: bool) -> Result<Body, Problem> {
        let condition = self.items_until("do")?;
        Ok(Body::Loop { until, condition, body: self.items_until("done")? })
    }

    fn for_body(&mut self) -> Result<Body, Problem> {
        self.cursor.blanks();
        if self.cursor.sees("((") {
            let header = self.arithmetic();
            let header = header.ok_or_else(|| self.cursor.problem("`((` is not closed"))?;
            self.cursor.blanks();
            self.cursor.eat(";");
            self.cursor.space();
            let body = if self.eat_word("{") { self.items_until("}")? } else { self.repeated()? };
            return Ok(Body::Count { header, body });
        }
        let name = self.cursor.take_while(is_name).into();
        self.cursor.space();
        let mut words = None;
        if self.eat_word("in") {
            let mut found = Vec::new();
            loop {
                self.cursor.blanks();
                let Some(word) = self.word()? else { break };
                found.push(word);
            }
            words = Some(found);
        }
        self.cursor.blanks();
        self.cursor.eat(";");
        self.cursor.space();
        Ok(Body::For { name, words, body: self.repeated()? })
    }

    fn repeated(&mut self) -> Result<Vec<super::Item>, Problem> {
        if !self.eat_word("do") {
            return Err(self.cursor.problem("`do` is missing"));
        }
        self.items_until("done")
    }

    fn case_body(&mut self) -> Result<Body, Problem> {
        self.cursor.blanks();
        let word = self.word()?.ok_or_else(|| self.cursor.problem("`case` has no word"))?;
        self.cursor.space();
        if !self.eat_word("in") {
            return Err(self.cursor.problem("`in` is missing"));
        }
        let mut arms = Vec::new();
        loop {
            self.cursor.space();
            if self.eat_word("esac") {
                return Ok(Body::Case { word, arms });
            }
            arms.push(self.arm()?);
        }
    }

    fn arm(&mut self) -> Result<Arm, Problem> {
        self.cursor.eat("(");
        let mut patterns = Vec::new();
        loop {
            self.cursor.space();
            let pattern =
                self.word()?.ok_or_else(|| self.cursor.problem("`case` lacks a pattern"))?;
            patterns.push(pattern);
            self.cursor.space();
            if !self.cursor.eat("|") {
                break;
            }
        }
        self.close(")")?;
        let body = self.items()?;
        let then = if self.cursor.eat(";;&") {
            Then::Match
        } else if self.cursor.eat(";&") {
            Then::Enter
        } else if self.cursor.eat(";;") || self.sees_word("esac") {
            Then::Leave
        } else {
            return Err(self.cursor.problem("`;;` is missing"));
        };
        Ok(Arm { patterns, body, then })
    }

    /// `NAME () …` and `function NAME …`, if one comes next.
    fn function(&mut self) -> Result<Option<Body>, Problem> {
        let keyword = self.sees_word("function");
        if !keyword && !announces_function(self.cursor.rest()) {
            return Ok(None);
        }
        if keyword {
            self.cursor.eat("function");
            self.cursor.blanks();
        }
        let name =
            self.cursor.take_while(|it| !it.is_whitespace() && !"(){;&|<>".contains(it)).into();
        self.cursor.blanks();
        if self.cursor.eat("(") {
            self.cursor.blanks();
            self.close(")")?;
        }
        self.cursor.space();
        self.cursor.enter()?;
        let line = self.cursor.line();
        let body = self.compound()?.ok_or_else(|| self.cursor.problem("a function has no body"))?;
        let end = self.cursor.line();
        self.cursor.leave();
        let body = Arc::new(super::Command {
            line,
            end,
            text: Arc::default(),
            body,
            redirects: Vec::new(),
        });
        Ok(Some(Body::Function { name, body }))
    }

    /// What stands between `((` and `))`; none, and nothing taken, if it is not closed like that.
    pub(super) fn arithmetic(&mut self) -> Option<EcoString> {
        let mut depth = 0_usize;
        for (at, byte) in self.cursor.rest().bytes().enumerate().take(ARITHMETIC) {
            match byte {
                b'(' => depth += 1,
                b')' if depth == 2 => {
                    let rest = self.cursor.rest();
                    let inner = rest.get(2..at).filter(|_| rest.get(at..at + 2) == Some("))"))?;
                    let whole = rest.get(..at + 2)?;
                    let inner = inner.into();
                    self.cursor.eat(whole);
                    return Some(inner);
                }
                b')' => depth -= 1,
                _ => {}
            }
        }
        None
    }

    pub(super) fn close(&mut self, text: &'static str) -> Result<(), Problem> {
        self.cursor.space();
        if self.cursor.eat(text) { Ok(()) } else { Err(self.cursor.problem("`)` is missing")) }
    }
}

/// Whether `NAME ( )` comes next.
fn announces_function(text: &str) -> bool {
    let name =
        text.trim_start_matches(|it: char| it.is_alphanumeric() || "_-.:+@/?%,^~]".contains(it));
    let blanks = |text: &str| text.trim_start_matches([' ', '\t']).len();
    let after = name.get(name.len() - blanks(name)..).unwrap_or_default();
    name.len() < text.len()
        && after
            .strip_prefix('(')
            .is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with(')'))
}

/// Characters of variables' names.
pub(super) fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}
