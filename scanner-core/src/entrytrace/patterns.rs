//! What patterns take away from values and replace in them: `${NAME#…}`, `${NAME/…}` and the like.
//! Specification: the manual of GNU Bash, 3.5.3 "Shell Parameter Expansion".

use super::fields::is_wild;
use super::tracer::Tracer;
use super::value::{Value, Why};
use crate::formats::shell::is_extended;
use crate::model::Reason;

impl Tracer<'_> {
    /// Takes away what a pattern matches at one end.
    pub(super) fn trim(
        &mut self,
        value: &Value,
        pattern: &Value,
        end: bool,
        longest: bool,
    ) -> Value {
        let (Some(text), Some(glob)) = (value.text(), pattern.text()) else {
            return value.with(value.text.clone()).weakened(pattern);
        };
        let mut cuts: Vec<usize> =
            text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        if end != longest {
            cuts.reverse();
        }
        if !self.spend(cuts.len() * text.len() * (glob.len() + 1) / 1024) {
            return Value::unknown(
                value.text.clone(),
                Why::new(Reason::BudgetExhausted, "a text is too long to be trimmed"),
            );
        }
        let (prefix, suffix) = (
            |at: usize| text.get(..at).unwrap_or_default(),
            |at: usize| text.get(at..).unwrap_or_default(),
        );
        let mut found = None;
        for at in cuts {
            match self.fits(glob, if end { suffix(at) } else { prefix(at) }) {
                Some(true) => {
                    found = Some(at);
                    break;
                }
                Some(false) => {}
                None => return Value::unknown(text, super::test::unfollowed()),
            }
        }
        let left = found.map_or(text, |at| if end { prefix(at) } else { suffix(at) });
        value.with(left).weakened(pattern)
    }

    /// Replaces what a pattern matches: the first (`/`), every one (`g`), at the beginning (`#`) or at the end (`%`).
    pub(super) fn replace(
        &mut self,
        value: &Value,
        mode: char,
        pattern: &Value,
        with: &Value,
    ) -> Value {
        let (Some(text), Some(glob), Some(new)) = (value.text(), pattern.text(), with.text())
        else {
            return value.weakened(pattern).weakened(with);
        };
        let unknown = |reason, why| Value::unknown(text, Why::new(reason, why));
        if new.contains('&') {
            let why = "`&` stands for what was replaced, or for itself, by the version of Bash";
            return unknown(Reason::DynamicEvaluation, why);
        }
        let plain = glob.replace('\\', "");
        let changed = match mode {
            '#' if plain.is_empty() => [new, text].concat(),
            '%' if plain.is_empty() => [text, new].concat(),
            _ if plain.is_empty() => text.to_owned(),
            _ if is_wild(glob) || is_extended(glob) => {
                let cost = text.len().saturating_pow(3).saturating_mul(glob.len() + 1) / 4096;
                if !self.spend(cost) {
                    let why = "a text is too long to be searched for a pattern";
                    return unknown(Reason::BudgetExhausted, why);
                }
                match self.replaced(text, mode, glob, new) {
                    Some(changed) => changed,
                    None => return Value::unknown(text, super::test::unfollowed()),
                }
            }
            'g' => text.replace(&plain, new),
            '#' => text
                .strip_prefix(&plain)
                .map_or_else(|| text.to_owned(), |rest| format!("{new}{rest}")),
            '%' => text
                .strip_suffix(&plain)
                .map_or_else(|| text.to_owned(), |rest| format!("{rest}{new}")),
            _ => text.replacen(&plain, new, 1),
        };
        self.bounded(value.with(changed).weakened(pattern).weakened(with))
    }

    /// A text with what a pattern matches replaced, as much as can be each time; none if that is not followed.
    fn replaced(&mut self, text: &str, mode: char, glob: &str, new: &str) -> Option<String> {
        let mut changed = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let mut ends = rest.char_indices().map(|(at, it)| at + it.len_utf8()).rev();
            let mut taken = None;
            while taken.is_none()
                && let Some((matched, after)) = ends.next().and_then(|it| rest.split_at_checked(it))
            {
                let fits = (mode != '%' || after.is_empty()) && self.fits(glob, matched)?;
                taken = fits.then_some(after);
            }
            if let Some(after) = taken {
                changed.push_str(new);
                rest = after;
            }
            if mode == '#' || taken.is_some() && mode != 'g' {
                break;
            }
            if taken.is_none() {
                let mut characters = rest.chars();
                changed.extend(characters.next());
                rest = characters.as_str();
            }
        }
        changed.push_str(rest);
        Some(changed)
    }
}
