//! The SBOMs inside programs that GraalVM's native-image made of Java.

use super::{About, Analyzer, Context, Fault, Findings, Opened, Select, Target, attested};
use crate::formats::executable::Executable;
use crate::formats::{embedded_sbom, graalvm_sbom};
use crate::model::{Origin, Position};

/// Finds components that the SBOM in a native image lists.
pub(super) struct GraalvmSbom;

impl Analyzer for GraalvmSbom {
    fn id(&self) -> &'static str {
        "graalvm_sbom"
    }

    fn about(&self) -> About {
        About {
            claims: "each component with a purl in the SBOM inside an ELF program or library of GraalVM's native-image, as attested",
            refuses: "components without a purl; programs without an SBOM",
            specification: "GraalVM, \"Software Bill of Materials (SBOM) in Native Image\"",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Executable]
    }

    fn origin(&self) -> Origin {
        Origin::Attested
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(Opened { headers: Executable::Elf(elf), bytes, .. }) = &target.executable else {
            return Ok(());
        };
        let limit = cx.fs.limits().metadata_bytes;
        if let Some((offset, document)) = graalvm_sbom::read(bytes.as_ref(), elf, limit)? {
            attested::add(found, embedded_sbom::parse(&document)?, &Position::Offset(offset));
        }
        Ok(())
    }
}
