//! What a way through a script assumes, in order. Ways that come of one another share what they assumed before.

use std::rc::Rc;
use std::sync::Arc;

/// Something that a way assumes because nothing decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    /// One number for both ways of one fork.
    pub(super) fork: usize,
    /// What it says.
    pub(super) text: Arc<str>,
    /// Whether it is so as the image is configured.
    pub(super) configured: bool,
    /// Whether it is the other way as the image is configured. Of most conditions neither is known.
    pub(super) against: bool,
}

impl Condition {
    /// That a command succeeds or does not, and what the configuration says to that.
    pub(super) fn new(
        fork: usize,
        tested: &Arc<str>,
        holds: bool,
        configured: Option<bool>,
    ) -> Self {
        let how = if configured == Some(holds) { " (as the image is configured)" } else { "" };
        let text = match (holds, how) {
            (true, "") => Arc::clone(tested),
            _ => [if holds { "" } else { "not: " }, tested, how].concat().into(),
        };
        let against = configured.is_some_and(|it| it != holds);
        Self { fork, text, configured: configured == Some(holds), against }
    }
}

/// Conditions, the last one first to be reached.
#[derive(Clone, Default)]
pub(super) struct Conditions(Option<Rc<Link>>);

struct Link {
    last: Condition,
    before: Conditions,
    /// How many there are up to this one.
    length: usize,
    /// Whether all of them are as the image is configured.
    configured: bool,
    /// Whether one of them is the other way.
    against: bool,
}

impl Conditions {
    pub(super) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |it| it.length)
    }

    /// What was assumed last.
    pub(super) fn last(&self) -> Option<&Condition> {
        self.0.as_ref().map(|it| &it.last)
    }

    /// Whether all are as the image is configured.
    pub(super) fn are_configured(&self) -> bool {
        self.0.as_ref().is_none_or(|it| it.configured)
    }

    /// Whether one is not as the image is configured.
    pub(super) fn are_against(&self) -> bool {
        self.0.as_ref().is_some_and(|it| it.against)
    }

    /// Whether this is the very same list.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.0.as_ref().map(Rc::as_ptr) == other.0.as_ref().map(Rc::as_ptr)
    }

    pub(super) fn push(&mut self, last: Condition) {
        let link = Link {
            length: self.len() + 1,
            configured: last.configured && self.are_configured(),
            against: last.against || self.are_against(),
            last,
            before: self.clone(),
        };
        self.0 = Some(Rc::new(link));
    }

    /// Those after the first so many, in order.
    pub(super) fn after(&self, length: usize) -> Vec<&Condition> {
        let mut found: Vec<_> = self.links().take_while(|it| it.length > length).collect();
        found.reverse();
        found.into_iter().map(|it| &it.last).collect()
    }

    /// Those after the first so many, on top of others.
    pub(super) fn moved(&self, length: usize, onto: &Self) -> Self {
        let mut moved = onto.clone();
        for it in self.after(length) {
            moved.push(it.clone());
        }
        moved
    }

    /// Keeps the first so many.
    pub(super) fn truncate(&mut self, length: usize) {
        while let Some(link) = self.0.as_ref().filter(|it| it.length > length) {
            *self = link.before.clone();
        }
    }

    /// Takes out what is assumed of a fork.
    pub(super) fn forget(&mut self, fork: usize) {
        let Some(found) = self.links().find(|it| it.last.fork == fork) else { return };
        *self = self.moved(found.length, &found.before);
    }

    /// How many of the first are the same in another list.
    pub(super) fn common(&self, other: &Self) -> usize {
        let length = self.len().min(other.len());
        let here = self.links().skip_while(|it| it.length > length);
        let there = other.links().skip_while(|it| it.length > length);
        let mut common = length;
        for (a, b) in here.zip(there) {
            if std::ptr::eq(a, b) {
                break;
            }
            if a.last != b.last {
                common = a.length - 1;
            }
        }
        common
    }

    fn links(&self) -> impl Iterator<Item = &Link> {
        std::iter::successors(self.0.as_deref(), |it| it.before.0.as_deref())
    }
}

impl Drop for Conditions {
    /// One after the other: a long list must not take as many levels of the stack.
    fn drop(&mut self) {
        let mut link = self.0.take();
        while let Some(mut it) = link.and_then(Rc::into_inner) {
            link = it.before.0.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(forks: &[usize]) -> Conditions {
        let mut list = Conditions::default();
        for fork in forks {
            let configured = [Some(true), None, Some(false)].get(*fork / 5).copied().flatten();
            list.push(Condition::new(*fork, &"x".into(), true, configured));
        }
        list
    }

    fn forks(list: &Conditions) -> Vec<usize> {
        list.after(0).iter().map(|it| it.fork).collect()
    }

    #[test]
    fn lists_are_cut_and_forks_forgotten_without_a_change_to_what_others_share() {
        let whole = list(&[1, 2, 3, 4]);
        let mut other = whole.clone();
        other.forget(2);
        other.forget(7);
        assert_eq!((forks(&whole), forks(&other)), (vec![1, 2, 3, 4], vec![1, 3, 4]));
        assert_eq!((whole.common(&other), other.common(&list(&[1, 3]))), (1, 2));
        other.truncate(1);
        assert_eq!((forks(&other), other.len(), whole.after(3).len()), (vec![1], 1, 1));
    }

    #[test]
    fn a_list_knows_whether_it_is_as_configured() {
        let known = |forks: &[usize]| (list(forks).are_configured(), list(forks).are_against());
        assert_eq!(known(&[]), (true, false));
        assert_eq!(known(&[1, 7, 2]), (false, false));
        assert_eq!(known(&[10, 1]), (false, true));
    }

    #[test]
    fn a_long_list_ends_within_a_small_stack() {
        let forks: Vec<usize> = (0..200_000).collect();
        drop(list(&forks));
    }
}
