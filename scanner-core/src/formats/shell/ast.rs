//! What a script is made of. Every command knows its lines.

use std::sync::Arc;

use ecow::EcoString;

/// A script as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Its commands, in order.
    pub items: Vec<Item>,
    /// Why reading ended before the end of the text. A shell runs what comes before that.
    pub problem: Option<super::Problem>,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What comes first.
    pub first: Pipeline,
    /// What follows, and when it runs.
    pub rest: Vec<(Connector, Pipeline)>,
    /// Whether the shell does not wait for it (`&`).
    pub background: bool,
}

/// What decides whether the next pipeline runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    /// `&&`: if the one before succeeded.
    And,
    /// `||`: if it failed.
    Or,
}

/// Commands joined by `|`; mostly just one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// Whether `!` turns its status round.
    pub negated: bool,
    /// The commands.
    pub commands: Vec<Command>,
}

/// A command with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The line on which it begins, counted from 1.
    pub line: u32,
    /// The line on which it ends.
    pub end: u32,
    /// As it stands in the script, if it is a simple command or a test.
    pub text: Arc<str>,
    /// What it is.
    pub body: Body,
    /// Where its input and output go.
    pub redirects: Vec<Redirect>,
}

/// A redirection. Here-documents have no target: what they say never matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The descriptor, where one is written.
    pub descriptor: Option<u32>,
    /// The operator: `>`, `>>`, `<`, `>&`, `<<`, …
    pub operator: &'static str,
    /// What it names; none for here-documents.
    pub target: Option<Word>,
}

/// The forms of commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Words, with assignments before them.
    Simple {
        /// `NAME=VALUE` before the words.
        assignments: Vec<Assignment>,
        /// The command's name and arguments.
        words: Vec<Word>,
    },
    /// `{ …; }`.
    Group(Vec<Item>),
    /// `( … )`.
    Subshell(Vec<Item>),
    /// `if`, with a condition and a body for `if` and each `elif`.
    If {
        /// The conditions with what they guard.
        arms: Vec<(Vec<Item>, Vec<Item>)>,
        /// What `else` holds.
        otherwise: Option<Vec<Item>>,
    },
    /// `while` and `until`.
    Loop {
        /// Whether it is `until`.
        until: bool,
        /// What decides.
        condition: Vec<Item>,
        /// What is repeated.
        body: Vec<Item>,
    },
    /// `for NAME in …` and `select`.
    For {
        /// The variable.
        name: EcoString,
        /// The words; none means the positional parameters.
        words: Option<Vec<Word>>,
        /// What is repeated.
        body: Vec<Item>,
    },
    /// `for ((…))`.
    Count {
        /// Three expressions, unread.
        header: EcoString,
        /// What is repeated.
        body: Vec<Item>,
    },
    /// `case`.
    Case {
        /// What is matched.
        word: Word,
        /// The patterns with what they guard.
        arms: Vec<Arm>,
    },
    /// The definition of a function.
    Function {
        /// Its name.
        name: EcoString,
        /// Its body.
        body: Arc<Command>,
    },
    /// `[[ … ]]`.
    Test(Condition),
    /// `(( … ))`, unread.
    Arithmetic(EcoString),
}

/// One arm of `case`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arm {
    /// Its patterns.
    pub patterns: Vec<Word>,
    /// What it guards.
    pub body: Vec<Item>,
    /// What follows it.
    pub then: Then,
}

/// What follows an arm that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// `;;`: the end of `case`.
    Leave,
    /// `;&`: the body of the next arm.
    Enter,
    /// `;;&`: the patterns of the next arm.
    Match,
}

/// `NAME=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: EcoString,
    /// The element of an array, as written.
    pub index: Option<EcoString>,
    /// Whether it is `+=`.
    pub append: bool,
    /// The value.
    pub value: Assigned,
}

/// The value of an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// One word.
    Word(Word),
    /// The elements of an array.
    Array(Vec<Word>),
}

/// A word as it is written, and its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// As it stands in the script.
    pub text: EcoString,
    /// What it is made of.
    pub parts: Vec<Part>,
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text. Within quotes, blanks and `*` stand for themselves.
    Text {
        /// The text, quotes removed.
        text: EcoString,
        /// Whether it was quoted.
        quoted: bool,
    },
    /// `$NAME` and `${…}`.
    Parameter {
        /// What is expanded, and how.
        parameter: Box<Parameter>,
        /// Whether it stands within double quotes.
        quoted: bool,
    },
    /// `$(…)` and backquotes.
    Command {
        /// The commands whose output it stands for.
        items: Vec<Item>,
        /// Whether it stands within double quotes.
        quoted: bool,
    },
    /// `$((…))`, unread.
    Arithmetic(EcoString),
    /// `<(…)` and `>(…)`.
    Process(Vec<Item>),
    /// `NAME=(…)` as an argument of `declare` and the like.
    Array(Box<Assignment>),
}

/// An expansion of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name, digits, or one of `@*#?-$!`.
    pub name: EcoString,
    /// The element of an array, as written.
    pub index: Option<EcoString>,
    /// What is done to the value.
    pub operation: Operation,
}

impl Parameter {
    /// Whether it is one word where it is quoted, whatever it has: `"$*"`.
    pub fn is_joined(&self) -> bool {
        self.name == "*" || self.index.as_deref() == Some("*")
    }
}

/// What an expansion does to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Nothing.
    Plain,
    /// `${#NAME}`.
    Length,
    /// `${!NAME}` and `${!NAME:-WORD}`: the same with the variable that the value names.
    Indirect(Box<Operation>),
    /// `${NAME:-WORD}` and the like.
    Otherwise {
        /// `-`, `=`, `?` or `+`.
        operator: char,
        /// Whether an empty value counts as none (`:`).
        empty: bool,
        /// The word.
        word: Word,
    },
    /// `${NAME#PATTERN}` and the like.
    Trim {
        /// Whether the end is trimmed (`%`) and not the beginning (`#`).
        end: bool,
        /// Whether as much as can be is taken away.
        longest: bool,
        /// What is taken away.
        pattern: Word,
    },
    /// `${NAME/PATTERN/WORD}`.
    Replace {
        /// `/` for the first, `g` for every, `#` at the beginning, `%` at the end.
        mode: char,
        /// What is replaced.
        pattern: Word,
        /// What it is replaced by.
        with: Word,
    },
    /// `${NAME:OFFSET:LENGTH}`, arithmetic unread.
    Slice {
        /// Where it begins.
        offset: EcoString,
        /// How much is taken.
        length: Option<EcoString>,
    },
    /// `${NAME^^}` (true) and `${NAME,,}` (false).
    Case {
        /// Whether to capitals.
        upper: bool,
        /// Whether every letter, or only the first.
        all: bool,
    },
    /// `${!NAME[@]}`: the keys of its elements.
    Keys,
    /// Anything else.
    Other,
}

/// What stands in `[[ … ]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A word alone: whether it is not empty.
    Word(Word),
    /// `-f WORD` and the like.
    Unary(EcoString, Word),
    /// `WORD == WORD` and the like.
    Binary(Word, EcoString, Word),
    /// `! …`.
    Not(Box<Condition>),
    /// `… && …`.
    And(Box<Condition>, Box<Condition>),
    /// `… || …`.
    Or(Box<Condition>, Box<Condition>),
}
