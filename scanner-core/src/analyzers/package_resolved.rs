//! Swift packages that a `Package.resolved` pins.

use super::declared;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::{Pin, package_resolved};
use crate::model::{Code, Origin, Purl};

/// Finds Swift packages that a `Package.resolved` pins.
pub(super) struct PackageResolved;

impl Analyzer for PackageResolved {
    fn id(&self) -> &'static str {
        "package_resolved"
    }

    fn about(&self) -> About {
        About {
            claims: "each package of a repository, by the repository's place, as declared",
            refuses: "packages in folders; packages of a registry, whose host the file does not name. Built programs have no record of their packages, so nothing installed is claimed for Swift",
            specification: "Swift Package Manager documentation, \"Resolving and updating dependencies\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("Package.resolved")]
    }

    fn origin(&self) -> Origin {
        Origin::Declared
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let pins =
            package_resolved::parse(&declared::text(target, cx)?).map_err(declared::malformed)?;
        let (placed, nameless): (Vec<Pin>, Vec<Pin>) =
            pins.into_iter().partition(|it| it.name.contains('/'));
        if !nameless.is_empty() {
            let count = nameless.len();
            let message =
                format!("names {count} packages of a registry without its host; left out");
            found.notice(Code::Incomplete, message);
        }
        declared::add(found, placed, purl);
        Ok(())
    }
}

fn purl(pin: &Pin) -> Purl {
    let (namespace, name) = pin.name.rsplit_once('/').unwrap_or(("", &pin.name));
    Purl::new("swift", name, &pin.version).namespace(namespace)
}
