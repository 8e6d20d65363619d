//! One way through a script: the state of its shell, and the conditions under which it is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::value::{Truth, Value, Why};
use crate::formats::shell::Command;
use crate::model::Reason;
use crate::path::ImagePath;

/// A way through a script.
#[derive(Clone)]
pub(super) struct World {
    pub(super) shell: Arc<Shell>,
    pub(super) path: Path,
    pub(super) flow: Flow,
    /// Whether the last command succeeded.
    pub(super) status: Truth,
    /// That command, as it is written.
    pub(super) tested: Arc<str>,
    /// What it printed, where that is asked for.
    pub(super) output: Option<Value>,
    /// What is left of its input, where that comes from a pipe.
    pub(super) input: Option<Value>,
}

/// How a way came to be, and what it ran.
#[derive(Clone, Default)]
pub(super) struct Path {
    /// What is assumed, in order.
    pub(super) conditions: Vec<Condition>,
    /// The hops that it certainly took.
    pub(super) always: BTreeSet<usize>,
    /// The last command that it waited for.
    pub(super) last: Option<usize>,
    /// The commands that it did not wait for.
    pub(super) background: BTreeSet<usize>,
}

/// Something that a way assumes because nothing decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    /// One number for both ways of one fork.
    pub(super) fork: usize,
    pub(super) text: Arc<str>,
    pub(super) holds: bool,
    /// Whether it is so as the image is configured.
    pub(super) configured: bool,
    /// Whether it is the other way as the image is configured. Of most conditions neither is known.
    pub(super) against: bool,
}

/// Where a way goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// With the next command.
    Next,
    /// Out of so many loops.
    Break(usize),
    /// With the next round of the loop so many levels out.
    Continue(usize),
    /// After the function or sourced script.
    Return,
    /// Nowhere: the script ends, and whether with success.
    Exit(bool),
    /// With the program of this hop, which takes the script's place.
    Exec(usize),
}

/// The state of a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shell {
    pub(super) variables: BTreeMap<String, Variable>,
    pub(super) positional: Vec<Value>,
    /// `$0`.
    pub(super) name: Value,
    pub(super) functions: BTreeMap<String, Function>,
    /// Functions and sourced scripts that it is in, the innermost last.
    pub(super) frames: Vec<Frame>,
    /// `set -e`.
    pub(super) errexit: bool,
    pub(super) nullglob: bool,
    /// `set -B`, as Bash begins.
    pub(super) braces: bool,
    pub(super) directory: ImagePath,
    pub(super) user: Value,
    /// Files that the script has made or changed.
    pub(super) changed: BTreeSet<ImagePath>,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) content: Content,
    pub(super) exported: bool,
}

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing: it was taken away.
    Unset,
    One(Value),
    Array(Vec<Value>),
    /// Elements by key.
    Map(BTreeMap<String, Value>),
}

/// A function of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) body: Arc<Command>,
    /// The script that defines it.
    pub(super) file: Option<Arc<ImagePath>>,
}

/// A function or sourced script that the shell is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// The function; none for a sourced script.
    pub(super) function: Option<String>,
    /// What local variables were outside.
    pub(super) locals: Vec<(String, Option<Variable>)>,
}

impl World {
    pub(super) fn new(shell: Arc<Shell>) -> Self {
        Self {
            shell,
            path: Path::default(),
            flow: Flow::Next,
            status: Truth::Sure(true),
            tested: "".into(),
            output: None,
            input: None,
        }
    }

    /// The state, to be changed.
    pub(super) fn shell(&mut self) -> &mut Shell {
        Arc::make_mut(&mut self.shell)
    }

    pub(super) fn status(mut self, status: Truth) -> Vec<Self> {
        self.status = status;
        vec![self]
    }

    pub(super) fn ends(mut self, flow: Flow) -> Vec<Self> {
        self.flow = flow;
        vec![self]
    }

    /// The same way with one more assumption.
    pub(super) fn assuming(&self, condition: Condition) -> Self {
        let mut world = self.clone();
        world.path.conditions.push(condition);
        world
    }

    /// Whether the image takes this way as it is configured.
    pub(super) fn is_configured(&self) -> bool {
        self.path.conditions.iter().all(|it| it.configured)
    }

    /// Whether nothing that is configured leads elsewhere.
    pub(super) fn is_likely(&self) -> bool {
        !self.path.conditions.iter().any(|it| it.against)
    }

    pub(super) fn has_failed(&self) -> bool {
        self.flow == Flow::Exit(false)
    }

    /// Prints a text, if anyone listens.
    pub(super) fn print(&mut self, value: &Value) {
        if let Some(output) = &mut self.output {
            output.push(value);
        }
    }
}

impl Condition {
    pub(super) fn describe(&self) -> String {
        let how = if self.configured { " (as the image is configured)" } else { "" };
        if self.holds { format!("{}{how}", self.text) } else { format!("not: {}{how}", self.text) }
    }
}

impl Shell {
    pub(super) fn get(&self, name: &str) -> Option<&Content> {
        self.variables.get(name).map(|it| &it.content)
    }

    /// The value of a variable; of an array its first element; none if it is not set.
    /// What nobody has set may be given when the image is run.
    pub(super) fn value(&self, name: &str) -> Result<Value, Option<Arc<Why>>> {
        match self.get(name) {
            Some(Content::One(value)) => Ok(value.clone()),
            Some(Content::Array(values)) => values.first().cloned().ok_or(None),
            Some(Content::Map(values)) => values.get("0").cloned().ok_or(None),
            Some(Content::Unset) => Err(None),
            None => Err(Some(Why::new(
                Reason::DynamicEnvironmentReference,
                format!("${name} is not set in the image"),
            ))),
        }
    }

    pub(super) fn set(&mut self, name: &str, content: Content) {
        match self.variables.get_mut(name) {
            Some(variable) => variable.content = content,
            None => {
                drop(self.variables.insert(name.to_owned(), Variable { content, exported: false }));
            }
        }
    }

    pub(super) fn export(&mut self, name: &str) {
        if let Some(variable) = self.variables.get_mut(name) {
            variable.exported = true;
        }
    }

    /// Makes a variable local to the innermost function.
    pub(super) fn localize(&mut self, name: &str) {
        let before = self.variables.get(name).cloned();
        let frame = self.frames.iter_mut().rev().find(|it| it.function.is_some());
        if let Some(frame) = frame
            && frame.locals.iter().all(|(it, _)| it != name)
        {
            frame.locals.push((name.to_owned(), before));
        }
    }

    /// Makes unknown what another state has otherwise.
    fn blur(&mut self, other: &Self) {
        let names: BTreeSet<&String> =
            self.variables.keys().chain(other.variables.keys()).collect();
        let differs = |it: &&String| self.variables.get(*it) != other.variables.get(*it);
        let names: Vec<String> = names.into_iter().filter(differs).cloned().collect();
        for name in names {
            let why = Why::new(
                Reason::DynamicEnvironmentReference,
                format!("${name} differs by the way through the script"),
            );
            let exported = [self.variables.get(&name), other.variables.get(&name)]
                .iter()
                .flatten()
                .any(|it| it.exported);
            let content = Content::One(Value::unknown(format!("${name}"), why));
            self.variables.insert(name, Variable { content, exported });
        }
        self.changed.extend(other.changed.iter().cloned());
        for (name, function) in &other.functions {
            self.functions.entry(name.clone()).or_insert_with(|| function.clone());
        }
    }

    /// Leaves the innermost function or sourced script.
    pub(super) fn leave(&mut self) {
        for (name, before) in self.frames.pop().into_iter().flat_map(|it| it.locals) {
            match before {
                Some(variable) => drop(self.variables.insert(name, variable)),
                None => drop(self.variables.remove(&name)),
            }
        }
    }

    /// What programs that it runs are given.
    pub(super) fn environment(&self) -> BTreeMap<String, Value> {
        let exported = self.variables.iter().filter(|(_, it)| it.exported);
        exported
            .filter_map(|(name, it)| match &it.content {
                Content::One(value) => Some((name.clone(), value.clone())),
                _ => None,
            })
            .collect()
    }
}

/// Makes one of ways that have come to the same state.
pub(super) fn join(worlds: Vec<World>) -> Vec<World> {
    let mut joined: Vec<World> = Vec::new();
    for mut world in worlds {
        while let Some(at) = joined.iter().position(|it| is_same(it, &world)) {
            world = meet(joined.remove(at), world);
        }
        joined.push(world);
    }
    joined
}

/// Makes few of many ways: of those that the configuration does not lead, the ones that differ in variables alone
/// become one in which these are unknown.
pub(super) fn blend(worlds: Vec<World>) -> Vec<World> {
    let mut blended: Vec<World> = Vec::new();
    for world in worlds {
        let like = blended.iter().position(|it| is_like(it, &world));
        let Some(at) = like else {
            blended.push(world);
            continue;
        };
        let mut before = blended.remove(at);
        before.shell().blur(&world.shell);
        let mut other = world;
        other.shell = Arc::clone(&before.shell);
        blended.push(meet(before, other));
    }
    blended
}

/// Whether two ways differ in variables alone, and neither is the configured one.
fn is_like(a: &World, b: &World) -> bool {
    let (left, right) = (&*a.shell, &*b.shell);
    !a.is_configured()
        && !b.is_configured()
        && a.is_likely() == b.is_likely()
        && left.get("PATH") == right.get("PATH")
        && (&a.flow, &a.output, &a.input) == (&b.flow, &b.output, &b.input)
        && (&left.positional, &left.user, &left.directory)
            == (&right.positional, &right.user, &right.directory)
        && (left.frames.len(), left.errexit) == (right.frames.len(), right.errexit)
}

fn is_same(a: &World, b: &World) -> bool {
    a.flow == b.flow
        && a.output == b.output
        && a.input == b.input
        && (Arc::ptr_eq(&a.shell, &b.shell) || a.shell == b.shell)
}

fn meet(a: World, b: World) -> World {
    let status = a.status.clone().meet(&b.status);
    let common =
        a.path.conditions.iter().zip(&b.path.conditions).take_while(|(a, b)| a == b).count();
    let rest = |it: &World| it.path.conditions.get(common..).unwrap_or_default().to_vec();
    let (left, right) = (rest(&a), rest(&b));
    let whole = matches!((&*left, &*right), ([one], [other]) if one.fork == other.fork)
        || left.is_empty()
        || right.is_empty();
    let rank = |it: &World| (it.is_configured(), it.is_likely());
    let (mut kept, other) = if rank(&b) > rank(&a) { (b, a) } else { (a, b) };
    if !kept.is_configured() && kept.is_likely() == other.is_likely() {
        kept.path.always = kept.path.always.intersection(&other.path.always).copied().collect();
    }
    if whole {
        kept.path.conditions.truncate(common);
    }
    kept.path.background.extend(other.path.background);
    kept.status = status;
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> World {
        World::new(Arc::new(Shell {
            variables: BTreeMap::new(),
            positional: Vec::new(),
            name: Value::sure("sh"),
            functions: BTreeMap::new(),
            frames: Vec::new(),
            errexit: false,
            nullglob: false,
            braces: false,
            directory: ImagePath::root(),
            user: Value::sure("root"),
            changed: BTreeSet::new(),
        }))
    }

    fn condition(fork: usize, holds: bool, configured: bool) -> Condition {
        Condition { fork, text: "x".into(), holds, configured, against: false }
    }

    #[test]
    fn both_ways_of_a_fork_make_one_again_if_nothing_differs() {
        let outer = world().assuming(condition(0, true, false));
        let ways = [true, false].map(|it| outer.assuming(condition(1, it, false)));
        let joined = join(ways.into());
        assert_eq!(joined.len(), 1);
        assert_eq!(joined[0].path.conditions, [condition(0, true, false)]);
    }

    #[test]
    fn ways_that_differ_stay_apart() {
        let mut other = world();
        other.shell().set("a", Content::One(Value::sure("b")));
        assert_eq!(join(vec![world(), other]).len(), 2);
    }

    #[test]
    fn what_the_configured_way_ran_is_certain_and_what_only_the_other_ran_is_not() {
        let mut configured = world().assuming(condition(0, false, true));
        configured.path.always = BTreeSet::from([1]);
        let mut other = world().assuming(condition(0, true, false));
        other.path.always = BTreeSet::from([1, 2]);
        let joined = join(vec![other, configured]);
        assert_eq!(joined[0].path.always, BTreeSet::from([1]));
        assert!(joined[0].path.conditions.is_empty());
    }
}
