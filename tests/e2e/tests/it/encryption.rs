//! A real registry that speaks TLS, with a certificate whose authority no machine knows.

use anyhow::{Context, Result};
use e2e::clients::{Clients, clients};
use e2e::command::{output, run};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Stdio};
use testkit::tls::Authority;
use testkit::{OciImage, OciLayout};

/// A registry of one test, which ends with it.
struct Encrypted {
    process: Child,
    host: String,
    // Whoever logs to nobody is ended.
    _log: BufReader<ChildStderr>,
}

impl Encrypted {
    fn start(clients: &Clients, authority: &Authority, directory: &Path) -> Result<Self> {
        let identity = authority.identity("localhost");
        fs::write(directory.join("server.crt"), identity.certificate_pem())?;
        fs::write(directory.join("server.key"), identity.key_pem())?;
        let at = directory.display();
        let config = format!(
            "{{version: 0.1, log: {{level: info}}, storage: {{filesystem: {{rootdirectory: {at}/images}}}}, \
             http: {{addr: '127.0.0.1:0', tls: {{certificate: {at}/server.crt, key: {at}/server.key}}}}}}"
        );
        fs::write(directory.join("registry.yml"), config)?;
        let mut command =
            clients.program("docker-registry", &["serve", &format!("{at}/registry.yml")]);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut log = BufReader::new(process.stderr.take().context("no log")?);
        let lines = std::iter::from_fn(|| {
            let mut line = String::new();
            log.read_line(&mut line).ok().filter(|read| *read > 0).map(|_| line)
        });
        let port = lines.filter_map(|it| {
            let (_, port) = it.split_once("listening on 127.0.0.1:")?;
            Some(port.chars().take_while(char::is_ascii_digit).collect::<String>())
        });
        let host = format!("localhost:{}", port.take(1).last().context("it does not start")?);
        Ok(Self { process, host, _log: log })
    }
}

impl Drop for Encrypted {
    fn drop(&mut self) {
        // It is gone already where it could not start.
        drop(self.process.kill().and_then(|()| self.process.wait()));
    }
}

#[test]
fn an_authority_of_ones_own_is_trusted_where_it_is_configured_and_nowhere_else() -> Result<()> {
    let Some(clients) = clients()? else { return Ok(()) };
    let (directory, authority) = (tempfile::tempdir()?, Authority::new("ours"));
    let registry = Encrypted::start(clients, &authority, directory.path())?;
    let text = "//- layer\n//- /usr/lib/node_modules/left-pad/package.json\n{\"name\": \"left-pad\", \"version\": \"1.3.0\"}";
    let layout = OciLayout::of(&OciImage::new(text)).to_directory();
    let (reference, local) =
        (format!("{}/app:1", registry.host), layout.path().display().to_string());
    let certificate = directory.path().join("authority.pem");
    fs::write(&certificate, authority.pem())?;
    let push = ["push", &local, &reference];
    output(clients.program("crane", &push).env("SSL_CERT_FILE", &certificate))?;

    let scan = |source: &str| {
        clients.ours(&["scan", source, "--name", "x", "-q", "--no-cache", "-o", "spdx-json"])
    };
    let expected = output(&mut scan(&format!("oci-layout:{local}"))?)?;
    let unknown = run(scan(&reference)?.env("HOME", directory.path()))?;
    assert_eq!((unknown.success, unknown.out.as_str()), (false, ""), "{}", unknown.err);
    let folder = directory.path().join(".docker/certs.d").join(&registry.host);
    assert!(unknown.err.contains("ca.crt"), "{}", unknown.err);
    fs::create_dir_all(&folder)?;
    fs::copy(&certificate, folder.join("ca.crt"))?;
    assert_eq!(output(scan(&reference)?.env("HOME", directory.path()))?, expected);
    Ok(())
}
