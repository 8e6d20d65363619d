//! Witnesses of transparency logs: who cosigns a checkpoint has seen that the log only ever grew up to it.
//! Specifications: C2SP tlog-cosignature and signed-note.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};
use sigstore_types::{Bundle, Checkpoint};

use crate::Error;

/// What Ed25519 signatures with a time are called.
const COSIGNATURE: u8 = 4;

/// A witness, as its public key names it.
#[derive(Clone, Debug)]
pub struct Witness {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Witness {
    /// Reads a public key: `NAME+ID+KEY`, the ID in hex, the key in base64 after a byte for its kind.
    ///
    /// # Errors
    /// When it is none of this kind, or the ID is not that of name and key.
    pub fn read(text: &str) -> Result<Self, Error> {
        let wrong = |why: &str| Error::Key(format!("{text} is no public key of a witness: {why}"));
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong("it is not NAME+ID+KEY"));
        };
        let bytes = BASE64_STANDARD.decode(key).map_err(|_| wrong("the key is no base64"))?;
        let Some((&COSIGNATURE, key)) = bytes.split_first() else {
            return Err(wrong("it is of another kind than Ed25519 with a time"));
        };
        let key = <[u8; 32]>::try_from(key).ok().and_then(|it| VerifyingKey::from_bytes(&it).ok());
        let key = key.ok_or_else(|| wrong("the key is none of Ed25519"))?;
        let named = [name.as_bytes(), &[b'\n', COSIGNATURE], key.as_bytes()].concat();
        let digest: [u8; 32] = Sha256::digest(named).into();
        let own = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        if name.is_empty() || u32::from_str_radix(id, 16) != Ok(own) {
            return Err(wrong("its ID is that of another name or key"));
        }
        Ok(Self { name: name.to_owned(), id: own.to_be_bytes(), key })
    }

    /// When the witness saw a checkpoint of a log that has the signature of a bundle, in seconds since the Unix epoch.
    /// Whether the log signed the checkpoint too is not looked at.
    ///
    /// # Errors
    /// [`Error::Policy`] when it cosigned none, [`Error::Unverified`] when a cosignature in its name is not its own.
    pub fn saw(&self, bundle: &Bundle) -> Result<i64, Error> {
        let entries = &bundle.verification_material.tlog_entries;
        let proofs = entries.iter().filter_map(|it| it.inclusion_proof.as_ref());
        for checkpoint in proofs.filter_map(|it| it.checkpoint.checkpoint()) {
            if let Some(seen) = self.cosigned(checkpoint)? {
                return Ok(seen);
            }
        }
        Err(Error::Policy(format!("the witness {} has cosigned no checkpoint of it", self.name)))
    }

    fn cosigned(&self, checkpoint: &Checkpoint) -> Result<Option<i64>, Error> {
        let own = |it: &&sigstore_types::CheckpointSignature| {
            it.name == self.name && *it.key_id.as_bytes() == self.id
        };
        let Some(line) = checkpoint.signatures().iter().find(own) else { return Ok(None) };
        let seen = line.signature.as_bytes().split_first_chunk::<8>().and_then(|(time, rest)| {
            let time = i64::try_from(u64::from_be_bytes(*time)).ok()?;
            let head = format!("cosignature/v1\ntime {time}\n");
            let signed = [head.as_bytes(), checkpoint.signed_data()].concat();
            self.key.verify_strict(&signed, &Signature::from_slice(rest).ok()?).ok()?;
            Some(time)
        });
        let forged = || Error::Unverified(format!("the cosignature is not of {}", self.name));
        seen.map(Some).ok_or_else(forged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_other_kinds_and_names_are_refused() {
        let witness = testkit::rekor::Witness::new("witness.example/w", 3, 1).public();
        assert_eq!(Witness::read(&witness).unwrap().name, "witness.example/w");
        let renamed = witness.replace("witness.example/w", "other");
        for (text, why) in [
            (renamed.as_str(), "another name or key"),
            ("a+00000000+AQ==", "another kind"),
            ("a+0+BA==", "none of Ed25519"),
            ("a+0+?", "no base64"),
            ("a", "not NAME+ID+KEY"),
        ] {
            let error = Witness::read(text).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
