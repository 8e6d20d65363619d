//! Whether a term is met, and by whom.

use std::collections::BTreeSet;

use super::offers::Offered;
use crate::model::{Join, TermPart};

/// What a term, or a part of it, comes to.
pub(super) struct Met<'t> {
    /// Who meets it. Nobody where it is not needed; some where of several needs not all are met.
    pub(super) by: BTreeSet<Offered>,
    /// The name that it lacks, if it is not met.
    pub(super) missing: Option<&'t str>,
}

/// Evaluates a term of a component. Of what is a choice all count that meet it, because any of them may be what it uses.
pub(super) fn meet<'t>(
    parts: impl Iterator<Item = TermPart<'t>>,
    component: usize,
    mut offered: impl FnMut(&'t str, &'t str) -> BTreeSet<Offered>,
) -> Met<'t> {
    let mut stack: Vec<Value<'t>> = Vec::new();
    for part in parts {
        let value = match part {
            TermPart::Name(name, constraint) => {
                let by = if name.is_empty() { BTreeSet::new() } else { offered(name, constraint) };
                Some(Value { name, is_met: !by.is_empty(), by })
            }
            TermPart::Join(join) => Value::joined(join, component, &mut stack),
        };
        stack.extend(value);
    }
    let whole = stack.into_iter().reduce(Value::or);
    let missing = whole.as_ref().map_or(Some(""), |it| Some(it.name).filter(|_| !it.is_met));
    Met { by: whole.map(|it| it.by).unwrap_or_default(), missing }
}

/// What parts so far come to.
struct Value<'t> {
    /// The name to tell of where it is not met.
    name: &'t str,
    is_met: bool,
    by: BTreeSet<Offered>,
}

impl Value<'_> {
    /// Joins the last values; none where there are too few.
    fn joined(join: Join, component: usize, stack: &mut Vec<Self>) -> Option<Self> {
        let otherwise = match join {
            Join::IfElse | Join::UnlessElse => Some(stack.pop()?),
            _ => None,
        };
        let (second, first) = (stack.pop()?, stack.pop()?);
        Some(match join {
            Join::And => first.settled(component).and(second.settled(component)),
            Join::Or => first.or(second),
            Join::With => first.only(|it| second.has(it)),
            Join::Without => first.only(|it| !second.has(it)),
            Join::If | Join::IfElse if second.is_met => first.settled(component),
            Join::If | Join::IfElse => otherwise.map_or_else(
                || Value { name: first.name, is_met: true, by: BTreeSet::new() },
                |it| it.settled(component),
            ),
            Join::Unless | Join::UnlessElse if !second.is_met => first.settled(component),
            Join::Unless | Join::UnlessElse => otherwise.map_or_else(
                || Value { name: first.name, is_met: false, by: BTreeSet::new() },
                |it| it.settled(component),
            ),
        })
    }

    fn and(mut self, other: Self) -> Self {
        self.name = if self.is_met { other.name } else { self.name };
        self.is_met &= other.is_met;
        self.by.extend(other.by);
        self
    }

    /// What is met of one of several needs counts for nothing while another choice may be the one that is made.
    fn or(mut self, other: Self) -> Self {
        if !self.is_met {
            self.by.clear();
        }
        if other.is_met {
            self.by.extend(other.by);
        }
        self.is_met |= other.is_met;
        self
    }

    fn only(mut self, holds: impl Fn(&Offered) -> bool) -> Self {
        self.by.retain(holds);
        self.is_met = !self.by.is_empty();
        self
    }

    fn has(&self, other: &Offered) -> bool {
        let from = Offered { claim: 0, ..*other };
        self.by.range(from..).next().is_some_and(|it| it.component == other.component)
    }

    /// What a component meets itself, it needs nobody for.
    fn settled(mut self, component: usize) -> Self {
        if self.by.iter().any(|it| it.component == component) {
            self.by.clear();
        }
        self
    }
}
