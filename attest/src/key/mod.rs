//! Private and public keys as users keep them: PEM files and variables, encrypted or not.
//! Specifications: RFC 5958 (PKCS #8), RFC 8018 (PKCS #5), RFC 7468 (PEM); cosign's encrypted keys.

mod cosign;

use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use p256::ecdsa::signature::Signer as _;
use pkcs8::der::pem::{self, PemLabel as _};
use pkcs8::{EncodePublicKey as _, EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use sigstore_types::DerPublicKey;
use zeroize::Zeroizing;

use crate::Error;

/// A private key. Signatures are deterministic: RFC 6979 for P-256, RFC 8032 for Ed25519.
pub struct PrivateKey(Kind);

enum Kind {
    P256(p256::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
}

impl PrivateKey {
    /// Reads a key from PEM: PKCS #8, encrypted or not, or a key that cosign generated.
    /// The password is asked for only where the key is encrypted.
    ///
    /// # Errors
    /// When the text is no key of these kinds, or the password is wrong.
    pub fn from_pem(
        pem: &str,
        password: impl FnOnce() -> Option<Zeroizing<String>>,
    ) -> Result<Self, Error> {
        let (label, bytes) = pem::decode_vec(pem.trim_start().as_bytes())
            .map_err(|error| Error::Key(format!("it is no PEM: {error}")))?;
        let bytes = Zeroizing::new(bytes);
        if cosign::LABELS.contains(&label) {
            let password = password().ok_or_else(no_password)?;
            return Self::from_pkcs8(&cosign::decrypt(&bytes, password.as_bytes())?);
        }
        if label == PrivateKeyInfoRef::PEM_LABEL {
            return Self::from_pkcs8(&bytes);
        }
        if label == EncryptedPrivateKeyInfoRef::PEM_LABEL {
            let password = password().ok_or_else(no_password)?;
            let encrypted = EncryptedPrivateKeyInfoRef::try_from(bytes.as_slice())
                .map_err(|error| Error::Key(error.to_string()))?;
            let plain = encrypted
                .decrypt(password.as_bytes())
                .map_err(|_| Error::Key("the password is wrong".to_owned()))?;
            return Self::from_pkcs8(plain.as_bytes());
        }
        Err(Error::Key(format!(
            "{label} is no kind of key that is read; give a PKCS #8 key or one that cosign generated"
        )))
    }

    fn from_pkcs8(der: &[u8]) -> Result<Self, Error> {
        if let Ok(key) = p256::ecdsa::SigningKey::from_pkcs8_der(der) {
            return Ok(Self(Kind::P256(key)));
        }
        if let Ok(key) = ed25519_dalek::SigningKey::from_pkcs8_der(der) {
            return Ok(Self(Kind::Ed25519(key)));
        }
        Err(Error::Key("its algorithm is neither ECDSA P-256 nor Ed25519".to_owned()))
    }

    /// The signature in the form that Sigstore uses: ASN.1 for ECDSA, the bytes themselves for Ed25519.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.0 {
            Kind::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Kind::Ed25519(key) => key.sign(message).to_vec(),
        }
    }

    /// The public key (RFC 5280 `SubjectPublicKeyInfo`).
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn public(&self) -> Result<DerPublicKey, Error> {
        let document = match &self.0 {
            Kind::P256(key) => key.verifying_key().to_public_key_der(),
            Kind::Ed25519(key) => key.verifying_key().to_public_key_der(),
        };
        let document = document.map_err(|error| Error::Key(error.to_string()))?;
        Ok(DerPublicKey::new(document.into_vec()))
    }

    /// The key itself, where it is an ECDSA P-256 key.
    pub(crate) fn p256(&self) -> Option<&p256::ecdsa::SigningKey> {
        match &self.0 {
            Kind::P256(key) => Some(key),
            Kind::Ed25519(_) => None,
        }
    }

    /// Whether transparency logs take the key: Rekor v2 refuses plain Ed25519.
    pub fn can_be_logged(&self) -> bool {
        self.p256().is_some()
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey")
    }
}

/// Reads a public key from PEM.
///
/// # Errors
/// When the text is none.
pub fn public_from_pem(pem: &str) -> Result<DerPublicKey, Error> {
    DerPublicKey::from_pem(pem).map_err(|error| Error::Key(error.to_string()))
}

fn no_password() -> Error {
    Error::Key("it is encrypted: give its password in COSIGN_PASSWORD".to_owned())
}

#[cfg(test)]
mod tests {
    use pkcs8::EncodePrivateKey as _;
    use pkcs8::LineEnding;

    use super::*;

    fn p256() -> p256::SecretKey {
        p256::SecretKey::from_slice(&[7; 32]).unwrap()
    }

    fn unasked() -> Option<Zeroizing<String>> {
        panic!("a plain key has no password")
    }

    #[test]
    fn a_plain_key_signs_the_same_every_time() {
        let pem = p256().to_pkcs8_pem(LineEnding::LF).unwrap();
        let key = PrivateKey::from_pem(&pem, unasked).unwrap();
        assert_eq!(key.sign(b"a"), key.sign(b"a"));
        assert!(key.can_be_logged());
        let public = key.public().unwrap();
        assert_eq!(public_from_pem(&public.to_pem()).unwrap(), public);
    }

    #[test]
    fn an_ed25519_key_signs_but_no_log_takes_it() {
        let pem =
            ed25519_dalek::SigningKey::from_bytes(&[7; 32]).to_pkcs8_pem(LineEnding::LF).unwrap();
        let key = PrivateKey::from_pem(&pem, unasked).unwrap();
        assert_eq!(key.sign(b"a").len(), 64);
        assert!(!key.can_be_logged());
    }

    #[test]
    fn what_is_no_key_is_told_from_what_cannot_be_decrypted() {
        let error = |pem: &str| PrivateKey::from_pem(pem, || None).unwrap_err().to_string();
        assert!(error("hello").contains("no PEM"));
        let certificate = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        assert!(error(certificate).contains("CERTIFICATE is no kind of key"));
        let encrypted = "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\ne30=\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n";
        assert!(error(encrypted).contains("COSIGN_PASSWORD"));
    }

    #[test]
    fn a_key_is_not_shown() {
        let pem = p256().to_pkcs8_pem(LineEnding::LF).unwrap();
        assert_eq!(format!("{:?}", PrivateKey::from_pem(&pem, unasked).unwrap()), "PrivateKey");
    }
}
