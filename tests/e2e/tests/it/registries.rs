//! Images that real programs pushed to a real registry, and the same from everywhere else.

use anyhow::{Context, Result, ensure};
use e2e::command::{Printed, output, run};
use e2e::engine::{Engine, engine};
use e2e::{program, work_dir};
use serde_json::Value;
use std::fs;
use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A scan that calls every image the same.
fn scan(engine: &Engine, source: &str, options: &[&str]) -> Result<Command> {
    let mut command = engine.program(&program::path()?.to_string_lossy(), &["scan", source]);
    command.args(["--name", "image", "-q", "-o", "cyclonedx-json"]).args(options);
    Ok(command)
}

fn document(engine: &Engine, source: &str, options: &[&str]) -> Result<String> {
    let document = output(&mut scan(engine, source, options)?)?;
    ensure!(document.contains("pkg:deb/"), "{source}: {document}");
    Ok(document)
}

/// Every push has a tag of its own: an engine refuses one that another build makes at the same time.
static PUSHED: AtomicUsize = AtomicUsize::new(1);

/// Pushes an image of two layers for two platforms, compressed so; gives its reference.
fn push(engine: &Engine, compression: &str) -> Result<String> {
    let context = tempfile::tempdir()?;
    fs::write(context.path().join("package.json"), r#"{"name": "left-pad", "version": "1.3.0"}"#)?;
    let file =
        "FROM scratch\nCOPY --from=base / /\nCOPY package.json /usr/lib/node_modules/left-pad/\n";
    fs::write(context.path().join("Dockerfile"), file)?;
    let tag = PUSHED.fetch_add(1, Ordering::Relaxed);
    let reference = format!("{}/sources/{compression}:{tag}", engine.registry);
    let base = format!("base={}", work_dir().join("roots/debian").display());
    let kind = format!(
        "type=image,name={reference},push=true,compression={compression},force-compression=true,oci-mediatypes=true"
    );
    let context = context.path().display().to_string();
    let mut arguments = vec!["buildx", "build", "--platform", "linux/amd64,linux/arm64"];
    arguments.extend(["--build-context", &base, "--provenance=true", "--output", &kind, &context]);
    let printed = engine.build(&arguments)?;
    ensure!(printed.success, "{reference} does not build:\n{}", printed.err);
    Ok(reference)
}

#[test]
fn an_image_is_the_same_from_every_source() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let reference = push(engine, "gzip")?;
    let out = tempfile::tempdir()?;
    let path = |name: &str| out.path().join(name).display().to_string();
    let platform = ["--platform", "linux/amd64"];
    let expected = document(engine, &reference, &platform)?;

    output(&mut engine.docker(&["pull", "-q", "--platform", "linux/amd64", &reference]))?;
    output(&mut engine.docker(&["save", &reference, "-o", &path("saved.tar")]))?;
    let remote = format!("docker://{reference}");
    let copy = ["copy", "--src-tls-verify=false", "--override-arch", "amd64", &remote];
    let layout = format!("oci:{}", path("layout"));
    output(engine.program("skopeo", &copy).arg(&layout))?;
    output(&mut engine.program(
        "crane",
        &["pull", "--format", "oci", "--platform", "linux/amd64", &reference, &path("crane")],
    ))?;
    let sources = [
        format!("registry:{reference}"),
        format!("docker:{reference}"),
        format!("docker-archive:{}", path("saved.tar")),
        format!("oci-archive:{}", path("saved.tar")),
        format!("oci-layout:{}", path("layout")),
        format!("oci-layout:{}", path("crane")),
    ];
    for source in &sources {
        let found = document(engine, source, &platform)?;
        assert!(found == expected, "{source} gives another document");
    }

    // Archives of Docker's old form name no manifest, so that alone is not said of the image.
    let old = format!("docker-archive:{}:app:1", path("skopeo.tar"));
    output(engine.program("skopeo", &copy).arg(&old))?;
    let legacy = ["pull", "--format", "legacy", "--platform", "linux/amd64", &reference];
    output(engine.program("crane", &legacy).arg(path("crane.tar")))?;
    let expected = apart_from_subject(&expected)?;
    for archive in ["skopeo.tar", "crane.tar"] {
        let found = document(engine, &format!("docker-archive:{}", path(archive)), &platform)?;
        assert!(apart_from_subject(&found)? == expected, "{archive} gives another document");
    }
    Ok(())
}

/// A document without what it says of the image as a whole.
fn apart_from_subject(document: &str) -> Result<Value> {
    let mut document: Value = serde_json::from_str(document)?;
    for place in ["/metadata/component", "/serialNumber"] {
        document.pointer_mut(place).map(Value::take).with_context(|| format!("no {place}"))?;
    }
    Ok(document)
}

#[test]
fn what_skopeo_and_crane_pushed_is_read_and_zstd_too() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let reference = push(engine, "zstd")?;
    let copied = format!("{}/copied/skopeo:1", engine.registry);
    let schema_2 = ["copy", "--format", "v2s2", "--override-arch", "amd64"];
    let insecure = ["--src-tls-verify=false", "--dest-tls-verify=false"];
    let gzip = format!("docker://{}", push(engine, "gzip")?);
    output(
        engine
            .program("skopeo", &schema_2)
            .args(insecure)
            .args([&gzip, &format!("docker://{copied}")]),
    )?;
    let other = format!("{}/copied/crane:1", engine.registry);
    output(&mut engine.program("crane", &["copy", &reference, &other]))?;
    for image in [&reference, &copied, &other] {
        let found = document(engine, image, &["--platform", "linux/amd64"])?;
        assert!(found.contains("pkg:npm/left-pad@1.3.0"), "{image}");
    }
    let digest = output(&mut engine.program("crane", &["digest", &reference]))?;
    let (name, _) = reference.rsplit_once(':').context("no tag")?;
    let by_digest = format!("{name}@{}", digest.trim());
    let platform = ["--platform", "linux/arm64"];
    assert_eq!(document(engine, &by_digest, &platform)?, document(engine, &reference, &platform)?);
    Ok(())
}

#[test]
fn a_terminal_shows_a_bar_for_each_layer_and_a_summary() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let reference = push(engine, "gzip")?;
    let out = tempfile::tempdir()?;
    let (program, target) = (program::path()?, out.path().join("a.json"));
    let scan = format!(
        "{} scan {reference} --platform linux/amd64 --no-cache -o cyclonedx-json={}",
        program.display(),
        target.display()
    );
    // util-linux's script runs it on a terminal, and gives what that shows.
    let shown = output(&mut engine.program("script", &["-qec", &scan, "/dev/null"]))?;
    let bars = shown.split(['\r', '\n']).filter(|it| it.contains("sha256:"));
    let bars: Vec<&str> = bars.filter(|it| it.contains("MB/") && it.contains("B/s")).collect();
    assert!(!bars.is_empty() && bars.iter().all(|it| it.contains(['░', '█'])), "{shown}");
    assert!(shown.contains("layers   0 of 2 were listed before, "), "{shown}");
    assert!(shown.contains(" components, "), "{shown}");
    Ok(())
}

#[test]
fn all_platforms_have_documents_and_attestations_have_none() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let reference = push(engine, "gzip")?;
    let out = tempfile::tempdir()?;
    let target = format!("cyclonedx-json={}", out.path().join("a.json").display());
    let program = program::path()?;
    let arguments = ["scan", &reference, "--all-platforms", "-q", "-o", &target];
    output(&mut engine.program(&program.to_string_lossy(), &arguments))?;
    let mut names: Vec<String> = fs::read_dir(out.path())?
        .map(|it| Ok(it?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.sort();
    assert_eq!(names, ["a.linux-amd64.json", "a.linux-arm64.json"]);
    Ok(())
}

/// A proxy before the registry, which hands bytes on until so many have come back, and then ends each connection.
fn cutting(registry: &str, after: u64) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let registry = registry.replace("localhost", "127.0.0.1");
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let Ok(server) = TcpStream::connect(&registry) else { return };
            // Whatever breaks between the two is part of the test.
            thread::spawn(move || drop(hand_on(client, server, after)));
        }
    });
    Ok(address)
}

fn hand_on(mut client: TcpStream, mut server: TcpStream, after: u64) -> std::io::Result<()> {
    let (mut requests, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || std::io::copy(&mut requests, &mut to_server));
    std::io::copy(&mut server.by_ref().take(after), &mut client)?;
    client.shutdown(std::net::Shutdown::Both)
}

#[test]
fn a_line_that_breaks_all_the_time_changes_nothing() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let reference = push(engine, "gzip")?;
    let platform = ["--platform", "linux/amd64"];
    let expected = document(engine, &reference, &platform)?;
    let proxy = cutting(&engine.registry, 8 << 20)?;
    let behind = reference.replace(&engine.registry, &proxy);
    assert!(document(engine, &behind, &platform)? == expected, "another document");
    Ok(())
}

#[test]
fn exit_codes_tell_what_is_not_there_from_who_is_not_there() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let code = |source: &str| -> Result<(i32, Printed)> {
        let mut command = scan(engine, source, &[])?;
        let code = command.status()?.code().context("killed")?;
        Ok((code, run(&mut command)?))
    };
    let missing = format!("{}/sources/none:1", engine.registry);
    for (source, expected) in [
        (missing.as_str(), 4),
        ("docker:nobody/has-this:1", 4),
        ("localhost:1/a:1", 10),
        ("registry:NOT A REFERENCE", 2),
    ] {
        let (code, printed) = code(source)?;
        assert_eq!((code, printed.out.as_str()), (expected, ""), "{source}: {}", printed.err);
    }
    Ok(())
}
