//! What a build says of the entrypoint of the image that it makes.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use e2e::command::{output, run};
use e2e::engine::engine;
use e2e::frontend::{Frontend, Project, attached};
use e2e::program;
use serde_json::{Value, json};
use testkit::Tree;

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

/// Words that are commands of the client, of some other client, of a plugin or of none.
#[test]
fn what_the_client_of_docker_says_of_its_commands_is_what_traces_say() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let commands = output(&mut engine.docker(&["__complete", ""]))?;
    let commands = commands.lines().filter_map(|it| it.split('\t').next());
    let commands = commands.filter(|it| !it.starts_with(':'));
    // The tree below has no plugins.
    let format = "{{range .ClientInfo.Plugins}}{{.Name}} {{end}}";
    let plugins = output(&mut engine.docker(&["info", "--format", format]))?;
    let words = commands.chain(["sh", "dockerd", "daemon", "deploy", "engine", "app"]);
    let words: BTreeSet<&str> =
        words.filter(|it| !plugins.split_whitespace().any(|plugin| plugin == *it)).collect();
    ensure!(words.len() > 50, "{words:?}");

    let entry = "#!/usr/bin/sh\ndocker help \"$1\" && set -- docker \"$@\"\nexec \"$@\"\n";
    let tree = Tree::default().executable("/usr/bin/entry", entry);
    let programs = words.iter().copied().chain(["docker"]);
    let tree =
        programs.fold(tree, |it, name| it.executable(format!("/usr/bin/{name}"), "\u{7f}ELF"));
    let root = tree.to_directory();
    let image = format!("dir:{}", root.path().display());
    let mut decided = 0;
    for word in words {
        let knows = run(&mut engine.docker(&["help", word]))?.success;
        let arguments = ["trace", &image, "--entrypoint", r#"["entry"]"#, "-o", "json"];
        let mut command = engine.program(&program::path()?.to_string_lossy(), &arguments);
        let trace: Value =
            serde_json::from_str(&output(command.args(["--cmd", &json!([word]).to_string()]))?)?;
        let terminals = trace["terminals"].as_array().context("no terminals")?;
        for certain in terminals.iter().filter(|it| it["certainty"] == "entrypoint") {
            let program =
                if knows { "/usr/bin/docker".to_owned() } else { format!("/usr/bin/{word}") };
            assert_eq!(certain["program"], program, "{word}");
            decided += 1;
        }
    }
    ensure!(decided >= 50, "only {decided} words are decided");
    Ok(())
}

/// The names of a document's components.
fn names(document: &Value) -> BTreeSet<&str> {
    let components = document["components"].as_array().into_iter().flatten();
    components.filter_map(|it| it["name"].as_str()).collect()
}
