//! Which of two versions is the later one, by the rules of the ecosystem that they belong to.

mod apk;
mod constraint;
mod deb;
mod gem;
mod maven;
mod nuget;
mod numbers;
mod rpm;
mod semantic;

use std::cmp::Ordering;
use std::str::FromStr as _;

/// Bytes of the longest version that is compared. Real ones stay below a hundred.
const LONGEST: usize = 1024;

/// The order of versions in an ecosystem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Alpine's (apk-tools).
    Apk,
    /// Debian's (deb-version(7)).
    Deb,
    /// RubyGems'.
    Gem,
    /// Lists of numbers: R, Haskell, Erlang/OTP.
    Numbers,
    /// Maven's.
    Maven,
    /// NuGet's.
    Nuget,
    /// Python's (PEP 440).
    Pep440,
    /// rpm's, and pacman's, which took it over.
    Rpm,
    /// Semantic versions: npm, Cargo, Hex, Go and others.
    Semantic,
}

impl Order {
    /// The order for a type of purls; none where the ecosystem has no order, or none that is implemented.
    pub fn of_type(purl_type: &str) -> Option<Self> {
        Some(match purl_type {
            "apk" => Self::Apk,
            "deb" | "opkg" => Self::Deb,
            "gem" => Self::Gem,
            "cran" | "hackage" | "otp" => Self::Numbers,
            "maven" => Self::Maven,
            "nuget" => Self::Nuget,
            "pypi" => Self::Pep440,
            "rpm" | "alpm" => Self::Rpm,
            "cargo" | "golang" | "hex" | "npm" | "pub" | "swift" => Self::Semantic,
            _ => return None,
        })
    }

    /// How the first compares to the second; none where one of them is no version of this order.
    pub fn compare(self, a: &str, b: &str) -> Option<Ordering> {
        if a.is_empty() || b.is_empty() || a.len().max(b.len()) > LONGEST {
            return None;
        }
        match self {
            Self::Apk => apk::compare(a, b),
            Self::Deb => Some(deb::compare(a, b)),
            Self::Gem => gem::compare(a, b),
            Self::Numbers => numbers::compare(a, b),
            Self::Maven => Some(maven::compare(a, b)),
            Self::Nuget => nuget::compare(a, b),
            Self::Pep440 => {
                let (a, b) = (pep440_rs::Version::from_str(a), pep440_rs::Version::from_str(b));
                Some(a.ok()?.cmp(&b.ok()?))
            }
            Self::Rpm => Some(rpm::compare(a, b)),
            Self::Semantic => semantic::compare(a, b),
        }
    }
}

/// How two numbers of any length compare that are written in decimal digits.
fn by_value(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The longest part of the text that a test holds for, and the rest.
fn split_while(text: &str, holds: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|it| !holds(it)).unwrap_or(text.len()))
}

/// Whether a text is one or more decimal digits.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests;
