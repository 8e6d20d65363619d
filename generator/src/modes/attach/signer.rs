//! Flags, files and variables as a signer.

use std::thread::ScopedJoinHandle;

use anyhow::{Context as _, anyhow};
use attest::key::PrivateKey;
use attest::signer::{Entitlement, KeySigner, KeylessSigner, ServiceSigner, Signer, ambient_token};
use attest::trust;

use crate::cli::{How, Sign};
use crate::failure::Usage;
use crate::input;
use crate::remote::Remote;

/// Where the password of a key is, as cosign has it.
const PASSWORD: &str = "COSIGN_PASSWORD";

/// Who signs.
pub(super) enum Who<'scope> {
    Known(Box<Option<Signer>>),
    Awaited(ScopedJoinHandle<'scope, anyhow::Result<Option<Signer>>>),
}

impl Who<'_> {
    /// Waits for it, if need be.
    pub(super) fn known(self) -> anyhow::Result<Option<Signer>> {
        match self {
            Self::Known(signer) => Ok(*signer),
            Self::Awaited(thread) => thread.join().map_err(|_| anyhow!("a thread failed"))?,
        }
    }

    /// Whether it is found out by now; an error if that is what came of it.
    pub(super) fn looked_at(self) -> anyhow::Result<Self> {
        match self {
            Self::Awaited(thread) if !thread.is_finished() => Ok(Self::Awaited(thread)),
            other => Ok(Self::Known(Box::new(other.known()?))),
        }
    }
}

/// Who signs; none if nothing is to be signed. What is missing or wrong is told before anything is done.
pub(super) fn signer(flags: &Sign, remote: &Remote) -> anyhow::Result<Option<Signer>> {
    Ok(match &flags.sign {
        None => None,
        Some(How::Key(place)) => Some(Signer::Key(by_key(flags, place)?)),
        Some(How::Keyless) => Some(Signer::Keyless(keyless(flags, remote)?)),
        Some(How::Signer(url)) => Some(Signer::Service(service(flags, url)?)),
    })
}

fn by_key(flags: &Sign, place: &str) -> anyhow::Result<KeySigner> {
    let mut signer = KeySigner::new(key(place)?)?;
    let client = registry::client(None)?;
    if let Some(url) = &flags.log {
        signer = signer.logged_in(url, &client)?;
    }
    if let Some(url) = &flags.timestamps {
        signer = signer.timestamped_by(url, &client)?;
    }
    Ok(signer)
}

fn keyless(flags: &Sign, remote: &Remote) -> anyhow::Result<KeylessSigner> {
    let client = registry::client(None)?;
    let token = match &flags.identity_token {
        Some(place) => Some(input::text(place)?.trim().to_owned()),
        None => remote.wait(ambient_token())?,
    };
    let token = token.ok_or_else(|| {
        Usage("this job has no identity token: give one with --identity-token".to_owned())
    })?;
    let config = match &flags.signing_config {
        Some(path) => trust::services(&input::text_file(path)?)?,
        None => remote.wait(trust::public(client.clone()))?.1,
    };
    Ok(KeylessSigner::new(&token, &config, &client)?)
}

fn service(flags: &Sign, url: &str) -> anyhow::Result<ServiceSigner> {
    let needed = |flag: &Option<String>, name: &str| {
        flag.clone().ok_or_else(|| Usage(format!("a Signer needs {name}")))
    };
    let identity = flags.client_certificate.as_deref().map(input::text).transpose()?;
    let entitlement = match (&flags.entitlement, &identity) {
        (Some(place), _) => Entitlement::Token(secret(place)?.into()),
        (None, Some(_)) => Entitlement::MutualTls,
        (None, None) => {
            let why = "a Signer needs --entitlement or --client-certificate".to_owned();
            return Err(Usage(why).into());
        }
    };
    Ok(ServiceSigner {
        client: registry::client(identity.as_ref().map(String::as_bytes))?,
        signer: url.to_owned(),
        attestor: flags.attestor.clone(),
        token: secret(&needed(&flags.signer_token, "--signer-token")?)?.into(),
        proof_key: key(&needed(&flags.signer_key, "--signer-key")?)?,
        entitlement,
    })
}

fn key(place: &str) -> anyhow::Result<PrivateKey> {
    let password = || std::env::var(PASSWORD).ok().map(Into::into);
    let key = PrivateKey::from_pem(&input::text(place)?, password);
    key.with_context(|| format!("cannot sign with {place}"))
}

fn secret(place: &str) -> anyhow::Result<String> {
    Ok(input::text(place)?.trim().to_owned())
}
