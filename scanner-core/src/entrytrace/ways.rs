//! Ways side by side: those that have come to the same state are one again.

use std::rc::Rc;

use super::world::World;

/// Makes one of ways that have come to the same state.
pub(super) fn join(worlds: Vec<World>) -> Vec<World> {
    join_if(worlds, is_same)
}

/// The same where the status is about to be asked for.
pub(super) fn join_tested(worlds: Vec<World>) -> Vec<World> {
    join_if(worlds, |a, b| a.status == b.status && is_same(a, b))
}

fn join_if(worlds: Vec<World>, is_same: impl Fn(&World, &World) -> bool) -> Vec<World> {
    if worlds.len() < 2 {
        return worlds;
    }
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
        other.shell = Rc::clone(&before.shell);
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
        && (&left.positional, &left.user, &left.directory, &left.left)
            == (&right.positional, &right.user, &right.directory, &right.left)
        && (left.frames.len(), left.options) == (right.frames.len(), right.options)
}

fn is_same(a: &World, b: &World) -> bool {
    a.flow == b.flow
        && a.output == b.output
        && a.input == b.input
        && (Rc::ptr_eq(&a.shell, &b.shell) || a.shell == b.shell)
}

fn meet(a: World, b: World) -> World {
    let status = a.status.clone().meet(&b.status);
    let (left, right) = (&a.path.conditions, &b.path.conditions);
    let common = left.common(right);
    let whole = match (left.len() - common, right.len() - common) {
        (1, 1) => left.last().map(|it| it.fork) == right.last().map(|it| it.fork),
        (more, others) => more == 0 || others == 0,
    };
    let (mut kept, _) = lead(a, b);
    if whole {
        kept.path.conditions.truncate(common);
    }
    kept.status = status;
    kept
}

/// Of two ways first the one that the configuration leads more, with what the other may have run.
pub(super) fn lead(a: World, b: World) -> (World, World) {
    let rank = |it: &World| (it.is_configured(), it.is_likely());
    let (mut kept, other) = if rank(&b) > rank(&a) { (b, a) } else { (a, b) };
    if !kept.is_configured() && kept.is_likely() == other.is_likely() {
        kept.path.always.keep(&other.path.always);
    }
    kept.path.background.add(&other.path.background);
    if rank(&kept) == rank(&other) {
        kept.path.last.or(&other.path.last);
    } else {
        kept.path.last.or_beside(&other.path.last);
    }
    (kept, other)
}

#[cfg(test)]
mod tests {
    use super::super::conditions::Condition;
    use super::super::directory::Directory;
    use super::super::options::Options;
    use super::super::shell::Shell;
    use super::super::value::Value;
    use super::super::variables::{Content, Variables};
    use super::*;
    use crate::path::ImagePath;

    fn world() -> World {
        World::new(Rc::new(Shell {
            variables: Variables::default(),
            positional: Rc::default(),
            name: Value::sure("sh"),
            functions: Rc::default(),
            frames: Rc::default(),
            options: Options::default(),
            directory: Directory::At(ImagePath::root()),
            left: Rc::default(),
            user: Value::sure("root"),
            changed: Rc::default(),
        }))
    }

    fn condition(fork: usize, holds: bool, configured: bool) -> Condition {
        Condition::new(fork, &"x".into(), holds, configured.then_some(holds))
    }

    #[test]
    fn both_ways_of_a_fork_make_one_again_if_nothing_differs() {
        let outer = world().assuming(condition(0, true, false));
        let ways = [true, false].map(|it| outer.assuming(condition(1, it, false)));
        let joined = join(ways.into());
        assert_eq!(joined.len(), 1);
        assert_eq!(joined[0].path.conditions.after(0), [&condition(0, true, false)]);
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
        configured.path.always.insert(1);
        let mut other = world().assuming(condition(0, true, false));
        other.path.always = [1, 2].into_iter().collect();
        let joined = join(vec![other, configured]);
        assert_eq!(joined[0].path.always.iter().collect::<Vec<_>>(), [1]);
        assert_eq!(joined[0].path.conditions.len(), 0);
    }
}
