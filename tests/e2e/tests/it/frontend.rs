//! Our image as the frontend of real builds, beside the same builds without it.

use anyhow::{Context, Result};
use e2e::engine::engine;
use e2e::frontend::Frontend::{BuiltIn, Ours};
use e2e::frontend::{Project, attached, files, manifests};
use serde_json::Value;

const SPDX: &str = "https://spdx.dev/Document";
const CYCLONEDX: &str = "https://cyclonedx.org/bom";
const PROVENANCE: &str = "https://slsa.dev/provenance/v0.2";

/// What a Dockerfile can do, by the name of the case, with what the build is told.
const MATRIX: &[(&str, &str, &[&str])] = &[
    ("scratch", "FROM scratch\nCOPY a.txt /\n", &[]),
    // Without layers nothing but the clock says when the image was made.
    ("nothing", "FROM scratch\nLABEL a=b\n", &["--build-arg=SOURCE_DATE_EPOCH=0"]),
    ("heredoc", "FROM base\nRUN <<END\necho a >/a\nEND\nCOPY <<END /b\nb\nEND\n", &[]),
    (
        "stages",
        "FROM base AS one\nRUN echo a >/a\nFROM base\nCOPY --from=one /a /b\nCOPY --from=base /etc/debian_version /h\n",
        &[],
    ),
    ("link", "FROM base\nCOPY --link a.txt /x/\nCOPY --link --chmod=755 b /y/\n", &[]),
    ("target", "FROM base AS one\nRUN echo a >/a\nFROM one AS two\nRUN false\n", &["--target=one"]),
    ("argument", "FROM base\nARG A\nRUN echo $A >/a\n", &["--build-arg=A=b c"]),
    ("add", "FROM scratch\nADD --chmod=600 a.txt /x/\n", &[]),
    ("cache", "FROM base\nRUN --mount=type=cache,target=/c echo a >/c/a && cp /c/a /a\n", &[]),
    ("bind", "FROM base\nRUN --mount=type=bind,target=/s cp /s/a.txt /a\n", &[]),
    (
        "config",
        "FROM base\nENV A=b\nUSER 1\nWORKDIR /w\nEXPOSE 80\nENTRYPOINT [\"/a\"]\nCMD [\"b\"]\n",
        &[],
    ),
    (
        "instructions",
        "FROM base\nSHELL [\"/bin/bash\", \"-c\"]\nRUN echo a >/a\nVOLUME /v /w\nHEALTHCHECK --retries=2 CMD /a\nSTOPSIGNAL SIGINT\n\
         ONBUILD RUN /a\nLABEL a=b c=d\nEXPOSE 80/tcp 53/udp\nUSER 1:2\n",
        &[],
    ),
    ("platforms", "FROM scratch\nCOPY a.txt /\n", &["--platform=linux/amd64,linux/arm64"]),
    ("provenance", "FROM scratch\nCOPY a.txt /p\n", &["--provenance=mode=max"]),
    ("no-provenance", "FROM scratch\nCOPY a.txt /n\n", &["--provenance=false"]),
];

#[test]
fn every_dockerfile_gives_the_same_image_as_without_us() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    for (name, dockerfile, arguments) in MATRIX {
        let project = Project::new(dockerfile)?;
        let (without, _) =
            project.push(engine, (BuiltIn, &format!("{name}-without")), arguments)?;
        let (with, _) = project.push(engine, (Ours, &format!("{name}-with")), arguments)?;
        let (expected, found) = (manifests(&without)?, manifests(&with)?);
        if expected.is_empty() {
            // Where nothing is attached, BuildKit writes a manifest of Docker's instead of OCI's.
            let configuration = |manifest: Value| manifest["config"]["digest"].clone();
            let own = configuration(without.index()?);
            assert_eq!(configuration(with.manifest(&found[0].1)?), own, "{name}");
        } else {
            assert_eq!(found, expected, "{name}");
        }
        for (platform, digest) in found {
            let all = attached(&with, &digest)?;
            let types: Vec<&str> = all.iter().map(|it| it.0.as_str()).collect();
            assert!(types.starts_with(&[SPDX, CYCLONEDX]), "{name} {platform}: {types:?}");
            let ours = all.iter().flat_map(|it| &it.1);
            let about = |it: &Value| it["digest"]["sha256"] == digest["sha256:".len()..];
            assert!(ours.clone().count() >= 2 && ours.clone().all(about), "{name} {platform}");
        }
    }
    Ok(())
}

#[test]
fn secrets_and_images_with_triggers_build_as_without_us() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let parent = Project::new("FROM base\nONBUILD COPY a.txt /onbuild\n")?;
    let (parent, _) = parent.push(engine, (BuiltIn, "onbuild-parent"), &[])?;
    let child =
        format!("FROM {}\nRUN --mount=type=secret,id=s cp /run/secrets/s /s\n", parent.reference());
    let child = Project::new(&child)?;
    let secret = format!("--secret=id=s,src={}", child.path("a.txt").display());
    let (without, _) = child.push(engine, (BuiltIn, "onbuild-without"), &[&secret])?;
    let (with, _) = child.push(engine, (Ours, "onbuild-with"), &[&secret])?;
    assert_eq!(manifests(&with)?, manifests(&without)?);
    Ok(())
}

#[test]
fn what_is_scanned_against_the_base_is_what_a_scan_of_the_whole_finds() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let package = "mkdir -p /m/node_modules/x && echo '{\"name\":\"x\",\"version\":\"1.0.0\"}' >/m/node_modules/x/package.json";
    let cases = [
        ("same", "LABEL a=b".to_owned()),
        ("new", format!("RUN {package}")),
        ("deleted", "RUN rm -r /usr/share/doc /usr/bin/perl && rm /var/lib/dpkg/info/bash.list".to_owned()),
        ("database", "RUN dpkg --remove --force-all mount && dpkg --purge --force-all ncurses-base".to_owned()),
        ("no-database", "RUN rm -r /var/lib/dpkg".to_owned()),
        ("moved", "RUN mv /usr/share/doc /srv/doc && mv /usr/bin/find /usr/bin/found".to_owned()),
        ("replaced", "RUN rm -r /opt && ln -s /usr /opt && rm /etc/os-release && cp /bin/true /etc/os-release".to_owned()),
        ("same-time", "RUN touch -r /usr/bin/find /t && printf x | dd of=/usr/bin/find bs=1 seek=500 conv=notrunc && touch -r /t /usr/bin/find".to_owned()),
        ("mode", "RUN chmod 600 /usr/bin/find && chmod 755 /etc/debian_version".to_owned()),
        ("link", "COPY --link a.txt /usr/share/doc/a.txt\nRUN rm /usr/share/doc/a.txt".to_owned()),
        ("layers", format!("RUN {package}\nRUN rm -r /m\nRUN {package}; cp /bin/true /m/unknown")),
    ];
    for (name, instructions) in cases {
        let project = Project::new(&format!("FROM base\n{instructions}\nCMD [\"/bin/bash\"]\n"))?;
        let scanned = |base: &str| -> Result<Vec<(String, Value)>> {
            let base_is = format!("--build-arg=SBOM_INDEXER_BASE={base}");
            let (image, printed) =
                project.push(engine, (Ours, &format!("{name}-{base}")), &[&base_is])?;
            let split = printed.err.contains("[sbom] scan of the base image");
            assert_eq!(split, base == "split", "{name}: {}", printed.err);
            let all = attached(&image, &image.platform_digest()?)?;
            let all = all.into_iter().filter(|it| it.0 != PROVENANCE);
            Ok(all.map(|(kind, _, predicate)| (kind, predicate)).collect())
        };
        let (split, whole) = (scanned("split")?, scanned("whole")?);
        assert!(split.len() >= 2, "{name}");
        assert_eq!(split, whole, "{name}");
    }
    Ok(())
}

/// What stands before a name in the errors of builds: of the context, and of the frontend that was asked for.
const NAMED: [&str; 2] = ["checksum of ref ", "failed with build-arg:BUILDKIT_SYNTAX = "];

/// What of a build's log says why it failed: all but the progress of steps and the lines between them.
/// The name that the engine gives the context is another one in every build, and so is the time of a line of output.
/// BuildKit 0.13 tells of some errors which frontend was asked for.
fn why(log: &str) -> String {
    let lines = log.lines().filter(|it| !it.starts_with('#') && !it.is_empty());
    let timed = |it: &str| it.parse::<f64>().is_ok();
    let lines = lines.map(|it| it.split_once(' ').filter(|it| timed(it.0)).map_or(it, |it| it.1));
    let lines = lines.map(|line| {
        let mut named = NAMED.iter().filter_map(|it| line.split_once(it));
        named.next().map_or_else(
            || line.to_owned(),
            |(before, after)| {
                format!("{before}{}", after.split_once(": ").map_or(after, |(_, after)| after))
            },
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn errors_of_dockerfiles_reach_the_user_as_without_us() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let cases: [(&str, &[&str]); 6] = [
        ("FROM base\nRUM echo\n", &[]),
        ("FROM base\nRUN exit 7\n", &[]),
        ("FROM base\n# two lines\nRUN echo a \\\n  && false\nRUN true\n", &[]),
        ("FROM base\nCOPY missing /\n", &[]),
        ("FROM scratch\n", &["--target=missing"]),
        ("FROM base AS one\nRUN false\nFROM base\nCOPY --from=one /etc/debian_version /\n", &[]),
    ];
    for (dockerfile, arguments) in cases {
        let project = Project::new(dockerfile)?;
        let without = project.build(engine, BuiltIn, arguments)?;
        let with = project.build(engine, Ours, arguments)?;
        assert!(!without.success && !with.success, "{dockerfile}");
        assert_eq!(why(&with.err), why(&without.err), "{dockerfile}");
        assert!(why(&with.err).contains("ERROR: failed to"), "{}", with.err);
    }
    Ok(())
}

#[test]
fn questions_about_a_build_are_answered_as_without_us() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let project = Project::new("FROM base AS one\nARG A=b\nRUN echo\nfrom one\n")?;
    for question in ["--check", "--call=outline", "--call=targets"] {
        let without = project.build(engine, BuiltIn, &[question])?;
        let with = project.build(engine, Ours, &[question])?;
        assert_eq!((with.out, with.success), (without.out, without.success), "{question}");
    }
    Ok(())
}

#[test]
fn a_syntax_line_is_followed_once_and_its_words_are_parameters() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let line = format!("# syntax={} --name=by-line --formats=spdx-json\n", engine.generator);
    let project = Project::new(&format!("{line}FROM scratch\nCOPY a.txt /\n"))?;
    for (by, tag) in [(BuiltIn, "line"), (Ours, "line-and-argument")] {
        let arguments: &[&str] =
            if by == Ours { &["--build-arg=SBOM_INDEXER_NAME=by-argument"] } else { &[] };
        let (image, _) = project.push(engine, (by, tag), arguments)?;
        let all = attached(&image, &image.platform_digest()?)?;
        let ours: Vec<_> = all.iter().filter(|it| it.0 != PROVENANCE).collect();
        let name = if by == Ours { "by-argument" } else { "by-line" };
        assert_eq!(ours[0].2["name"], name);
        // The build argument that names the frontend counts before the line, words and all.
        assert_eq!(ours.len() == 1, by == BuiltIn, "{tag}");
    }
    Ok(())
}

#[test]
fn stages_and_contexts_are_scanned_as_the_dockerfile_asks() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let arguments = "ARG BUILDKIT_SBOM_SCAN_STAGE=true\nARG BUILDKIT_SBOM_SCAN_CONTEXT=true\n";
    let project = Project::new(&format!(
        "FROM base AS one\n{arguments}RUN echo a >/a\nFROM scratch\n{arguments}COPY --from=one /a /\nCOPY a.txt /\n"
    ))?;
    let (image, _) = project.push(engine, (Ours, "extras"), &[])?;
    let all = attached(&image, &image.platform_digest()?)?;
    let names = all.iter().filter(|it| it.0 == SPDX).map(|it| it.2["name"].clone());
    assert_eq!(names.collect::<Vec<_>>(), ["sbom", "sbom-context", "sbom-one"]);
    Ok(())
}

#[test]
fn unknown_parameters_fail_the_build_and_are_named() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let project = Project::new("FROM scratch\nCOPY a.txt /\n")?;
    let ours = format!("--attest=type=sbom,generator={},BAES=whole", engine.generator);
    for argument in ["--build-arg=SBOM_INDEXER_BAES=whole", &ours] {
        let printed = project.build(engine, Ours, &[argument])?;
        assert!(!printed.success, "{}", printed.err);
        assert!(printed.err.contains("unknown parameter BAES"), "{}", printed.err);
    }
    Ok(())
}

#[test]
fn exporters_write_what_they_write_without_us() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let project = Project::new("FROM scratch\nCOPY a.txt /\nCOPY b /b\n")?;
    let out = tempfile::tempdir()?;
    let build = |by, name: &str, kind: &str, arguments: &[&str]| -> Result<std::path::PathBuf> {
        let to = out.path().join(name);
        let output = format!("--output=type={kind},dest={}", to.display());
        let printed = project.build(engine, by, &[&[output.as_str()], arguments].concat())?;
        anyhow::ensure!(printed.success, "{name}: {}", printed.err);
        Ok(to)
    };
    let plain = files(&build(BuiltIn, "plain", "local", &[])?)?;
    assert_eq!(files(&build(Ours, "ours", "local", &[])?)?, plain);
    let asked = files(&build(Ours, "asked", "local", &["--sbom=true"])?)?;
    let names: Vec<&str> = asked.iter().map(|it| it.0.as_str()).collect();
    assert!(
        names.contains(&"sbom.spdx.json") && names.contains(&"inventory.cdx.json"),
        "{names:?}"
    );
    let tar = |path: &std::path::Path| -> Result<String> {
        e2e::command::output(std::process::Command::new("tar").arg("tf").arg(path))
    };
    let plain = tar(&build(BuiltIn, "plain.tar", "tar", &[])?)?;
    assert_eq!(tar(&build(Ours, "ours.tar", "tar", &[])?)?, plain);
    let docker = tar(&build(Ours, "docker.tar", "docker", &[])?)?;
    assert!(docker.contains("manifest.json"), "{docker}");
    let oci = tar(&build(Ours, "oci.tar", "oci", &[])?)?;
    assert!(oci.contains("index.json"), "{oci}");
    Ok(())
}

#[test]
fn the_image_can_be_loaded_and_the_metadata_file_has_a_summary() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let project = Project::new("FROM base\nRUN echo load >/load\n")?;
    let metadata = project.path("metadata.json");
    let file = format!("--metadata-file={}", metadata.display());
    let printed = project.build(engine, Ours, &["--load", "-t", "frontend-load", &file])?;
    assert!(printed.success, "{}", printed.err);
    e2e::command::output(&mut engine.docker(&["run", "--rm", "frontend-load", "cat", "/load"]))?;
    let metadata: Value = serde_json::from_slice(&std::fs::read(metadata)?)?;
    let said = metadata["frontend.sbom-indexer"].as_str().context("no summary")?;
    let said: Value = serde_json::from_str(said)?;
    let platform = &said["platforms"]["linux/amd64"];
    assert!(platform["components"].as_u64() > Some(50), "{said}");
    assert_eq!(platform["documents"][0]["predicateType"], SPDX);
    Ok(())
}

#[test]
fn the_script_for_pipelines_falls_back_to_the_generator() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let project = Project::new("FROM scratch\nCOPY a.txt /\n")?;
    let directory = project.path("").display().to_string();
    let script = e2e::repository("examples/ci/build.sh").display().to_string();
    // An image that cannot be a frontend, but whose name a generator could have, stands for a builder that forbids ours.
    for (image, expected) in [(engine.generator.as_str(), true), ("localhost:1/forbidden", false)] {
        let mut command = std::process::Command::new(&script);
        let tag = format!("{}/frontend:script", engine.registry);
        command.args(["--push", "-t", &tag, &directory]).env("SBOM_INDEXER", image);
        let printed = e2e::command::run(engine.with_environment(&mut command))?;
        assert_eq!(printed.success, expected, "{}", printed.err);
        let fallen = printed.err.contains("it is used as a generator");
        assert_eq!(fallen, !expected, "{}", printed.err);
    }
    Ok(())
}
