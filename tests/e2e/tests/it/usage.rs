//! What a build says of the entrypoint of the image that it makes.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use e2e::engine::engine;
use e2e::frontend::{Frontend, Project, attached};
use serde_json::{Value, json};

const CYCLONEDX: &str = "https://cyclonedx.org/bom";
const ENTRYTRACE: &str = "https://stella-ops.org/attestations/entrytrace/v1";

/// An entrypoint that nothing but the image's configuration decides.
const DOCKERFILE: &str = r#"FROM base
COPY --chmod=755 <<'END' /start.sh
#!/bin/sh
set -e
if [ "$MODE" = serve ]; then
  exec "$@"
fi
exec /usr/bin/perl
END
ENV MODE=serve
ENTRYPOINT ["/start.sh"]
CMD ["find", "/srv"]
"#;

#[test]
fn a_build_traces_the_entrypoint_by_the_configuration_that_it_makes() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let project = Project::new(DOCKERFILE)?;
    let (image, _) = project.push(engine, (Frontend::Ours, "entrypoint"), &[])?;
    let all = attached(&image, &image.platform_digest()?)?;

    let (_, _, trace) = all.iter().find(|it| it.0 == ENTRYTRACE).context("no trace")?;
    assert_eq!(trace["outcome"], "resolved");
    // BuildKit adds PATH.
    assert_eq!(trace["config"]["environment"], json!(["PATH", "MODE"]));
    let [terminal] = trace["terminals"].as_array().context("no terminals")?.as_slice() else {
        anyhow::bail!("{trace:#}");
    };
    assert_eq!(terminal["program"], "/usr/bin/find");
    assert_eq!(terminal["argv"], json!(["find", "/srv"]));
    let hop = terminal["hop"].as_u64().and_then(|it| trace["hops"].get(usize::try_from(it).ok()?));
    assert_eq!(hop.context("no hop")?["place"]["file"], "/start.sh");

    let documents: Vec<&Value> =
        all.iter().filter(|it| it.0 == CYCLONEDX).map(|it| &it.2).collect();
    let [inventory, usage] = documents.as_slice() else { anyhow::bail!("not two documents") };
    let (listed, used) = (names(inventory), names(usage));
    assert!(used.is_subset(&listed) && used.len() < listed.len(), "{used:?}");
    assert!(["findutils", "dash", "libc6"].iter().all(|it| used.contains(it)), "{used:?}");
    assert!(listed.contains("perl-base") && !used.contains("perl-base"), "{used:?}");
    Ok(())
}

/// The names of a document's components.
fn names(document: &Value) -> BTreeSet<&str> {
    let components = document["components"].as_array().into_iter().flatten();
    components.filter_map(|it| it["name"].as_str()).collect()
}
