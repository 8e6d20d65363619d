//! Whether a version is one that a requirement asks for, as each ecosystem writes requirements.

use std::cmp::Ordering;
use std::str::FromStr as _;

use super::{LONGEST, Order, apk};

impl Order {
    /// Whether a version meets a constraint; one that cannot be read is met by none, and an empty one by any.
    /// Several that must all be met stand with commas between.
    ///
    /// The forms are those of Debian policy 7.1, apk-package(5), rpm's dependency flags (where a version of what is
    /// provided may be a range too), PEP 440 and `Gem::Requirement`.
    pub fn admits(self, constraint: &str, version: &str) -> bool {
        if constraint.is_empty() {
            return true;
        }
        if version.is_empty() {
            // What is provided without a version meets any requirement of rpm, and no versioned one elsewhere.
            return self == Self::Rpm;
        }
        match self {
            Self::Pep440 => pep440(constraint, version),
            _ => constraint.split(',').all(|it| self.meets(it.trim(), version)),
        }
    }

    fn meets(self, constraint: &str, version: &str) -> bool {
        let (operator, asked) = operator(constraint);
        if self == Self::Rpm {
            let (range, provided) = self::operator(version);
            return self.compare(provided, asked).is_some_and(|it| overlap(range, operator, it));
        }
        let fuzzy = || self == Self::Apk && apk::begins_with(version, asked);
        let Some(order) = self.compare(version, asked) else { return false };
        match operator {
            "=" | "==" => order.is_eq(),
            "!=" => order.is_ne(),
            "<<" => order.is_lt(),
            ">>" => order.is_gt(),
            // Debian's old forms mean what is equal too.
            "<" => order.is_lt() || self == Self::Deb && order.is_eq(),
            ">" => order.is_gt() || self == Self::Deb && order.is_eq(),
            "<=" | "=<" => order.is_le(),
            ">=" | "=>" => order.is_ge(),
            "~>" if self == Self::Gem => order.is_ge() && within(version, asked),
            "~" | "~=" | "=~" => fuzzy(),
            ">~" => order.is_gt() || fuzzy(),
            "<~" => order.is_lt() || fuzzy(),
            _ => false,
        }
    }
}

/// The operator that a constraint begins with, and its version. Without one it is `=`.
fn operator(constraint: &str) -> (&str, &str) {
    let end = constraint.find(|it| !"<>=~!".contains(it)).unwrap_or(constraint.len());
    let (operator, version) = constraint.split_at(end);
    (if operator.is_empty() { "=" } else { operator }, version.trim_start())
}

/// Whether two ranges of rpm share a version, by how the version of the first compares to that of the second
/// (`rpmdsCompare`).
fn overlap(a: &str, b: &str, order: Ordering) -> bool {
    match order {
        Ordering::Less => a.contains('>') || b.contains('<'),
        Ordering::Greater => a.contains('<') || b.contains('>'),
        Ordering::Equal => ['=', '<', '>'].iter().any(|it| a.contains(*it) && b.contains(*it)),
    }
}

/// Whether a gem's version begins with all numbers of another but the last: `~> 1.2.3` asks for `1.2.…`.
fn within(version: &str, asked: &str) -> bool {
    let numbers: Vec<&str> = asked.split('.').take_while(|it| super::is_number(it)).collect();
    let start = numbers.len().saturating_sub(1).max(1);
    let numbers = numbers.into_iter().take(start);
    numbers
        .zip(version.split('.').chain(std::iter::repeat("0")))
        .all(|(a, b)| super::is_number(b) && super::by_value(a, b).is_eq())
}

/// Whether a version is in a set of specifiers. As for `pip check`, versions before a release are no others.
fn pep440(specifiers: &str, version: &str) -> bool {
    let short = specifiers.len().max(version.len()) <= LONGEST;
    let specifiers = short.then(|| pep440_rs::VersionSpecifiers::from_str(specifiers).ok());
    let version = pep440_rs::Version::from_str(version).ok();
    specifiers.flatten().zip(version).is_some_and(|(all, version)| all.contains(&version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_has_strict_and_old_operators() {
        let met = |it| Order::Deb.admits(it, "2:1.0-1");
        assert!(
            met("") && met("= 2:1.0-1") && met(">= 1:9") && met("<< 2:1.0-2") && met("> 2:1.0-1")
        );
        assert!(!met(">> 2:1.0-1") && !met("= 1.0-1") && !met("? 1"));
        assert!(!Order::Deb.admits(">= 1", ""));
    }

    #[test]
    fn apk_has_versions_that_begin_alike() {
        let met = |it| Order::Apk.admits(it, "1.2.3-r4");
        assert!(met("~1.2") && met("~1.2.3") && met("~1.2.3-r4") && met(">1.2") && met(">~1.2"));
        assert!(!met("~1.20") && !met("~1.2.3.1") && !met("<1.2.3-r4") && !met("~1.2-r4"));
    }

    #[test]
    fn ranges_of_rpm_need_to_share_a_version() {
        let met = |asked, provided| Order::Rpm.admits(asked, provided);
        assert!(met("= 1.2", "1.2-3.fc40") && met("= 0:1.2-3", "1.2-3") && met(">= 9", ""));
        assert!(!met("= 1.2-4", "1.2-3") && !met(">= 1:1", "2-1"));
        assert!(met("< 2", "> 1") && !met("< 2", ">= 2") && met("<= 2", ">= 2"));
    }

    #[test]
    fn python_has_sets_of_specifiers() {
        let met = |it| Order::Pep440.admits(it, "2.1.0");
        assert!(met(">=2,<3") && met("~=2.0") && met("==2.*") && met("!=2.0.9"));
        assert!(!met("~=2.0.0") && !met("===2") && !met(">=2, <2.1") && !met("nonsense"));
        assert!(Order::Pep440.admits(">=2.0", "2.1rc1"));
    }

    #[test]
    fn gems_have_a_pessimistic_operator() {
        let met = |it| Order::Gem.admits(it, "2.3.1");
        assert!(
            met("~> 2.3") && met("~> 2.3.0") && met("~> 2") && met(">= 1, < 3") && met("!= 2.3")
        );
        assert!(!met("~> 2.2.0") && !met("~> 3.0") && !met("= 2.3"));
        assert!(Order::Gem.admits("~> 2.3.a", "2.3.1"));
    }
}
