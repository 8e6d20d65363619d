//! Formulae that Homebrew installed.

use super::{About, Analyzer, Context, Fault, Findings, Select, Target};
use crate::formats::install_receipt;
use crate::model::{Code, Component, Kind, Method, Position, Purl};

/// Finds installed formulae.
pub(super) struct Homebrew;

impl Analyzer for Homebrew {
    fn id(&self) -> &'static str {
        "homebrew"
    }

    fn about(&self) -> About {
        About {
            claims: "each keg with a receipt: /home/linuxbrew/.linuxbrew/Cellar/NAME/VERSION/INSTALL_RECEIPT.json",
            refuses: "receipts outside a Cellar; formulae of taps, bottles in the cache",
            specification: "Homebrew: Tab, Keg; purl type brew",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Name("INSTALL_RECEIPT.json")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let folders: Vec<&[u8]> = target.file.path.components().rev().skip(1).take(3).collect();
        let [version, name, b"Cellar"] = folders.as_slice() else { return Ok(()) };
        let (Ok(name), Ok(version)) = (str::from_utf8(name), str::from_utf8(version)) else {
            found.notice(Code::NameNotText, "is in a folder that is no name and version");
            return Ok(());
        };
        let bytes = target.file.bytes(cx.fs.limits().metadata_bytes)?;
        let receipt = install_receipt::parse(&bytes)
            .map_err(|error| Fault::new(Code::Malformed, error.to_string()))?;
        // What is not said to be otherwise comes from the default tap (purl type brew).
        let tap = receipt.tap.filter(|it| !it.eq_ignore_ascii_case("homebrew/core"));
        let purl = Purl::new("brew", name, version).namespace(tap.as_deref().unwrap_or_default());
        let mut component = Component::new(Kind::Library, &purl, name, version);
        component.folders.extend(target.file.path.parent());
        found.add(Method::Metadata, Position::Whole, component);
        Ok(())
    }
}
