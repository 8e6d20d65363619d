//! The script for pipelines of `examples/ci`, with a stand-in of Docker that says what it pushed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use testkit::OciLayout;
use testkit::registry::Referrers;

use super::{App, platforms};
use crate::run;

#[test]
fn the_script_for_pipelines_attaches_signs_and_verifies_what_was_pushed() {
    let app = App::new(Referrers::Unknown);
    let tools = tempfile::tempdir().unwrap();
    let pushed = OciLayout::default().platforms(&platforms(), "1").top_digest().to_owned();
    let docker = tools.path().join("docker");
    let said = format!("{{\n  \"containerimage.digest\": \"{pushed}\"\n}}\n");
    let script = format!(
        "#!/bin/sh\nwhile [ \"$1\" != --metadata-file ]; do shift; done\ncat >\"$2\" <<'END'\n{said}END\n"
    );
    fs::write(&docker, script).unwrap();
    fs::set_permissions(&docker, fs::Permissions::from_mode(0o755)).unwrap();
    let ours = env!("CARGO_BIN_EXE_sbom-indexer");
    std::os::unix::fs::symlink(ours, tools.path().join("sbom-indexer")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/ci/attach.sh");
    let pem = |name: &str| fs::read_to_string(app.keys.path().join(name)).unwrap();
    let path = format!("{}:{}", tools.path().display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(script);
    command.args([&*format!("{}/app:1", app.server.address), "."]).env("PATH", path);
    command.env("SIGNING_KEY", pem("key")).env("SIGNING_PUB", pem("key.pub"));
    command.env("XDG_CACHE_HOME", tools.path()).current_dir(tools.path());
    let (code, log, output) = run(&mut command);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(code, 0, "{told}{log}");
    assert_eq!(told.matches("byte for byte").count(), 8, "{told}");
}
