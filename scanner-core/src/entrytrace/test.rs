//! `test`, `[` and `[[`: what holds of texts and of files in the image.

use std::sync::{Arc, LazyLock};

use super::scope::Scope;
use super::tracer::Tracer;
use super::value::{Known, Truth, Value, Why};
use super::world::World;
use crate::formats::shell::{Condition, is_extended, matches, matches_extended};
use crate::image::EntryKind;
use crate::model::Reason;
use crate::path::ImagePath;

/// Directories whose content is there only when the image runs.
static RUNTIME: LazyLock<Vec<ImagePath>> = LazyLock::new(|| {
    let paths = ["/proc", "/sys", "/dev", "/run/secrets"];
    paths.into_iter().filter_map(ImagePath::normalize).collect()
});

/// Steps that matching one extended pattern may take. Real ones take some hundreds.
const STEPS: usize = 1 << 16;

impl Tracer<'_> {
    /// Whether a value matches a pattern.
    pub(super) fn glob(&mut self, value: &Value, pattern: &Value) -> Truth {
        let cheap = value.text.len().saturating_mul(pattern.text.len()) < 1 << 22;
        match &pattern.known {
            _ if pattern.text() == Some("*") => Truth::Sure(true),
            Known::No(why) => Truth::Unknown(why.clone()),
            _ if !cheap => {
                let why = "a text is too long to be matched";
                Truth::Unknown(Why::new(Reason::BudgetExhausted, why))
            }
            known => {
                let mut both = value.clone();
                both.known.weaken(known);
                match self.fits(&pattern.text, &value.text) {
                    Some(fits) => both.test(|_| fits),
                    None => Truth::Unknown(unfollowed()),
                }
            }
        }
    }

    /// Whether a text matches a pattern, be it an extended one; none if that is not followed.
    pub(super) fn fits(&mut self, pattern: &str, text: &str) -> Option<bool> {
        if !is_extended(pattern) {
            return Some(matches(pattern, text));
        }
        let mut left = STEPS;
        let fits = matches_extended(pattern, text, &mut left);
        self.spend((STEPS - left) / 64).then_some(fits).flatten()
    }

    /// What `[[ … ]]` says.
    pub(super) fn condition(
        &mut self,
        world: &mut World,
        condition: &Condition,
        scope: Scope<'_>,
    ) -> Truth {
        match condition {
            Condition::Word(written) => {
                self.single(world, written, scope).test(|it| !it.is_empty())
            }
            Condition::Unary(operator, written) => {
                if operator == "-v" {
                    return Self::is_set(world, &written.text);
                }
                let value = self.single(world, written, scope);
                self.unary(world, operator, &value)
            }
            Condition::Binary(left, operator, right) => {
                let left = self.single(world, left, scope);
                match operator.as_str() {
                    "=" | "==" => {
                        let pattern = self.pattern(world, right, scope);
                        self.glob(&left, &pattern)
                    }
                    "!=" => {
                        let pattern = self.pattern(world, right, scope);
                        self.glob(&left, &pattern).not()
                    }
                    "=~" => self.holds_expression(world, (&left, right), scope),
                    operator => {
                        let right = self.single(world, right, scope);
                        if !is_numeric(operator) {
                            return binary(&left, operator, &right);
                        }
                        let [left, right] = [left, right].map(|it| match it.text() {
                            Some(text) => self.arithmetic(world, text).weakened(&it),
                            None => it,
                        });
                        binary(&left, operator, &right)
                    }
                }
            }
            Condition::Not(inner) => self.condition(world, inner, scope).not(),
            Condition::And(left, right) => {
                let left = self.condition(world, left, scope);
                if left == Truth::Sure(false) {
                    left
                } else {
                    left.and(self.condition(world, right, scope))
                }
            }
            Condition::Or(left, right) => {
                let left = self.condition(world, left, scope);
                if left == Truth::Sure(true) {
                    left
                } else {
                    left.or(self.condition(world, right, scope))
                }
            }
        }
    }

    /// What `test` says of its arguments.
    pub(super) fn test(&mut self, world: &World, arguments: &[Value]) -> Truth {
        match arguments {
            [] => Truth::Sure(false),
            [only] => only.test(|it| !it.is_empty()),
            [not, rest @ ..] if is(not, "!") && rest.len() != 2 => self.test(world, rest).not(),
            [operator, value] => {
                if is(operator, "!") {
                    return value.test(str::is_empty);
                }
                self.unary(world, &operator.text, value)
            }
            [open, inner, close] if is(open, "(") && is(close, ")") => {
                inner.test(|it| !it.is_empty())
            }
            [left, operator, right] if is_binary(&operator.text) => {
                binary(left, &operator.text, right)
            }
            [not, rest @ ..] if is(not, "!") => self.test(world, rest).not(),
            many => self.joined_tests(world, many),
        }
    }

    /// Tests joined by `-o` and `-a`, of which `-a` binds tighter.
    fn joined_tests(&mut self, world: &World, arguments: &[Value]) -> Truth {
        let mut either = Truth::Sure(false);
        for alternative in arguments.split(|it| is(it, "-o")) {
            let mut both = Truth::Sure(true);
            for single in alternative.split(|it| is(it, "-a")) {
                if single.len() > 3 || single.len() == arguments.len() {
                    return Truth::Unknown(Why::new(
                        Reason::DynamicEvaluation,
                        "a test that is not followed",
                    ));
                }
                both = both.and(self.test(world, single));
            }
            either = either.or(both);
        }
        either
    }

    fn unary(&mut self, world: &World, operator: &str, value: &Value) -> Truth {
        match operator {
            "-n" => value.test(|it| !it.is_empty()),
            "-z" => value.test(str::is_empty),
            "-v" => Self::is_set(world, &value.text),
            "-t" => Truth::Unknown(Why::new(
                Reason::DynamicEnvironmentReference,
                "whether there is a terminal",
            )),
            "-o" => Truth::Unknown(Why::new(Reason::DynamicEvaluation, "an option of the shell")),
            _ => match &value.known {
                Known::No(why) => Truth::Unknown(why.clone()),
                Known::Sure => self.file_test(world, operator, &value.text),
                Known::Likely(why) => match self.file_test(world, operator, &value.text) {
                    Truth::Sure(holds) => Truth::Likely(holds, why.clone()),
                    other => other,
                },
            },
        }
    }

    /// What holds of a file of the image.
    fn file_test(&mut self, world: &World, operator: &str, text: &str) -> Truth {
        if let Some(why) = world.shell.directory.hides(text).filter(|_| !text.is_empty()) {
            return Truth::Unknown(why.clone());
        }
        let Some(path) = world.shell.directory.join(text).filter(|_| !text.is_empty()) else {
            return Truth::Sure(false);
        };
        let unsure = |what: &str| {
            Why::new(Reason::DynamicEnvironmentReference, format!("{} {what}", path.display()))
        };
        if RUNTIME.iter().any(|it| path.is_below(it) || path == *it) {
            return Truth::Unknown(unsure("is there only when the image runs"));
        }
        let there = self.fs.resolve(&path).ok();
        let kind = there.as_ref().and_then(|it| self.fs.kind(it));
        let holds = match operator {
            "-L" | "-h" => {
                let own = self.fs.resolve_parent(&path).and_then(|it| self.fs.kind(&it));
                matches!(own, Some(EntryKind::Symlink(_)))
            }
            "-d" => there
                .as_ref()
                .is_some_and(|it| *it == ImagePath::root() || self.fs.is_directory(it)),
            "-f" => matches!(kind, Some(EntryKind::File { .. })),
            "-s" => match kind {
                Some(EntryKind::File { size, .. }) => *size > 0,
                other => other.is_some(),
            },
            "-x" => match kind {
                Some(EntryKind::File { executable, .. }) => *executable,
                other => other.is_some(),
            },
            "-e" | "-a" => there.is_some(),
            "-r" | "-w" if self.is_root(world) => there.is_some(),
            "-r" | "-w" if there.is_some() => {
                return Truth::Unknown(unsure("may not be open to the user"));
            }
            "-r" | "-w" => false,
            _ => return Truth::Unknown(unsure("is tested for what is not followed")),
        };
        let changed = world.shell.changed.iter().any(|it| path == *it || path.is_below(it));
        let mounted = self.volumes.iter().any(|it| path == *it || path.is_below(it));
        if changed || mounted {
            let what = if mounted { "is in a volume" } else { "is made by the script" };
            return Truth::Likely(holds, unsure(what));
        }
        Truth::Sure(holds)
    }

    /// `-v NAME`.
    fn is_set(world: &World, name: &str) -> Truth {
        match world.shell.value(name) {
            Ok(_) => Truth::Sure(true),
            Err(Some(why)) => Truth::Likely(false, why),
            Err(None) => Truth::Sure(false),
        }
    }
}

/// Why an extended pattern tells nothing.
pub(super) fn unfollowed() -> Arc<Why> {
    Why::new(Reason::DynamicEvaluation, "an extended pattern that is not followed")
}

/// Whether an operator compares numbers.
fn is_numeric(operator: &str) -> bool {
    matches!(operator, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge")
}

/// What holds of two texts.
fn binary(left: &Value, operator: &str, right: &Value) -> Truth {
    let mut both = left.clone();
    both.known.weaken(&right.known);
    let number = |it: &Value| it.text.trim().parse::<i64>().ok();
    let compare = |test: fn(&i64, &i64) -> bool| match (number(left), number(right)) {
        (Some(a), Some(b)) => both.test(|_| test(&a, &b)),
        _ => both.test(|_| false),
    };
    match operator {
        "=" | "==" => both.test(|it| it == right.text),
        "!=" => both.test(|it| it != right.text),
        "<" => both.test(|it| it < right.text.as_str()),
        ">" => both.test(|it| it > right.text.as_str()),
        "-eq" => compare(i64::eq),
        "-ne" => compare(i64::ne),
        "-lt" => compare(i64::lt),
        "-le" => compare(i64::le),
        "-gt" => compare(i64::gt),
        "-ge" => compare(i64::ge),
        _ => Truth::Unknown(Why::new(Reason::DynamicEvaluation, "a test that is not followed")),
    }
}

fn is(value: &Value, text: &str) -> bool {
    value.known == Known::Sure && value.text == text
}

fn is_binary(operator: &str) -> bool {
    let known =
        ["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"];
    known.contains(&operator)
}
