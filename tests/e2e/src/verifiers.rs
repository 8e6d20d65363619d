//! Other people's verifiers of Sigstore bundles, each with a trusted root that it is given.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Result, ensure};

use crate::command::output;
use crate::engine::{or_skip, script};
use crate::work_dir;

/// What a verifier says of a bundle that it believes.
pub const BELIEVED: &str = "believed";

/// The library of PyPI, which believes identities.
const PYTHON: &str = "\
import sys
from sigstore.models import Bundle, TrustedRoot
from sigstore.verify import Verifier, policy
root, identity, issuer, *bundles = sys.argv[1:]
verifier = Verifier(trusted_root=TrustedRoot.from_file(root))
for path in bundles:
    try:
        bundle = Bundle.from_json(open(path).read())
        kind, _ = verifier.verify_dsse(bundle, policy.Identity(identity=identity, issuer=issuer))
        assert kind == 'application/vnd.in-toto+json'
        print('believed')
    except Exception as error:
        print(type(error).__name__, ' '.join(str(error).split()))
";

/// The libraries of npm, which believe a key, and what a log has.
const NODE: &str = "\
const { readFileSync } = require('fs'), { createPublicKey } = require('crypto');
const { Verifier, toSignedEntity, toTrustMaterial } = require('@sigstore/verify');
const { bundleFromJSON } = require('@sigstore/bundle');
const { TrustedRoot } = require('@sigstore/protobuf-specs');
const [root, key, ...bundles] = process.argv.slice(1).map((path) => readFileSync(path, 'utf8'));
const publicKey = createPublicKey(key);
const trust = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(root)), () => ({ publicKey, validFor: () => true }));
const verifier = new Verifier(trust, { tlogThreshold: 1, ctlogThreshold: 0, timestampThreshold: 0 });
for (const bundle of bundles) {
    try {
        verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(bundle))));
        console.log('believed');
    } catch (error) {
        console.log(`${error.code} ${error.message}`.replaceAll('\\n', ' '));
    }
}
";

/// The verifiers; none, with a reason on standard error, where they cannot be had. That is an error in CI.
pub fn verifiers() -> Result<Option<&'static Verifiers>> {
    static VERIFIERS: OnceLock<Result<Verifiers, String>> = OnceLock::new();
    let made = || make().map_err(|error| format!("{error:#}"));
    or_skip(VERIFIERS.get_or_init(made), "verifiers of bundles")
}

/// Where they are installed.
#[derive(Debug)]
pub struct Verifiers(PathBuf);

fn make() -> Result<Verifiers> {
    fs::create_dir_all(work_dir())?;
    script("verifiers.sh", &[], &work_dir(), &[])?;
    Ok(Verifiers(work_dir().join("verifiers")))
}

impl Verifiers {
    /// What PyPI's library says of each bundle, if this identity of this issuer must have signed.
    pub fn python(
        &self,
        root: &Path,
        (identity, issuer): (&str, &str),
        bundles: &[PathBuf],
    ) -> Result<Vec<String>> {
        let mut python = Command::new(self.0.join("python/bin/python"));
        verdicts(python.args(["-c", PYTHON]).arg(root).args([identity, issuer]), bundles)
    }

    /// What npm's libraries say of each bundle, if this key must have signed and a log have the signature.
    pub fn node(&self, root: &Path, key: &Path, bundles: &[PathBuf]) -> Result<Vec<String>> {
        let mut node = Command::new("node");
        node.current_dir(&self.0).args(["-e", NODE]).arg(root).arg(key);
        verdicts(&mut node, bundles)
    }
}

fn verdicts(verifier: &mut Command, bundles: &[PathBuf]) -> Result<Vec<String>> {
    let said = output(verifier.args(bundles))?;
    let said: Vec<String> = said.lines().map(str::to_owned).collect();
    ensure!(said.len() == bundles.len(), "{said:?}");
    Ok(said)
}
