//! Private keys as cosign writes them: JSON in PEM, scrypt and NaCl's secretbox around PKCS #8.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use crypto_secretbox::aead::{Aead as _, KeyInit as _};
use crypto_secretbox::{Key, Nonce, XSalsa20Poly1305};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::Error;

/// What the PEM is called, today and formerly.
pub(super) const LABELS: [&str; 2] =
    ["ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY"];

/// The most memory that deriving the key may take, in bytes: 128 N r of scrypt (RFC 7914 §2). cosign's own is 64 MiB.
const MOST_MEMORY: u64 = 1 << 30;

#[derive(Deserialize)]
struct Encrypted {
    kdf: Derivation,
    cipher: Cipher,
    ciphertext: String,
}

#[derive(Deserialize)]
struct Derivation {
    name: String,
    params: Parameters,
    salt: String,
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(rename = "N")]
    cost: u64,
    r: u32,
    p: u32,
}

#[derive(Deserialize)]
struct Cipher {
    name: String,
    nonce: String,
}

/// Gives the PKCS #8 bytes inside.
pub(super) fn decrypt(json: &[u8], password: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let broken = |why: String| Error::Key(format!("it is no key of cosign: {why}"));
    let encrypted: Encrypted =
        serde_json::from_slice(json).map_err(|error| broken(error.to_string()))?;
    if encrypted.kdf.name != "scrypt" || encrypted.cipher.name != "nacl/secretbox" {
        let (kdf, cipher) = (encrypted.kdf.name, encrypted.cipher.name);
        return Err(broken(format!("it is encrypted with {kdf} and {cipher}")));
    }
    let bytes = |text: &str| BASE64_STANDARD.decode(text).map_err(|it| broken(it.to_string()));
    let nonce: [u8; 24] =
        bytes(&encrypted.cipher.nonce)?.try_into().map_err(|_| broken("its nonce".to_owned()))?;
    let mut key = Zeroizing::new([0; 32]);
    let parameters = parameters(&encrypted.kdf.params)
        .ok_or_else(|| broken("the parameters of scrypt are out of bounds".to_owned()))?;
    scrypt::scrypt(password, &bytes(&encrypted.kdf.salt)?, &parameters, key.as_mut())
        .map_err(|error| broken(error.to_string()))?;
    XSalsa20Poly1305::new(Key::from_slice(key.as_ref()))
        .decrypt(Nonce::from_slice(&nonce), bytes(&encrypted.ciphertext)?.as_slice())
        .map(Zeroizing::new)
        .map_err(|_| Error::Key("the password is wrong".to_owned()))
}

fn parameters(given: &Parameters) -> Option<scrypt::Params> {
    let memory = given.cost.checked_mul(128)?.checked_mul(u64::from(given.r))?;
    let sound =
        given.cost.is_power_of_two() && memory <= MOST_MEMORY && (1..=16).contains(&given.p);
    let log = u8::try_from(given.cost.trailing_zeros()).ok()?;
    sound.then(|| scrypt::Params::new(log, given.r, given.p).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(cost: u64, password: &[u8]) -> Vec<u8> {
        let mut key = [0; 32];
        let parameters = scrypt::Params::new(4, 8, 1).unwrap();
        scrypt::scrypt(password, b"salt", &parameters, &mut key).unwrap();
        let sealed = XSalsa20Poly1305::new(Key::from_slice(&key))
            .encrypt(Nonce::from_slice(&[1; 24]), b"secret".as_slice())
            .unwrap();
        let (salt, nonce) = (BASE64_STANDARD.encode("salt"), BASE64_STANDARD.encode([1; 24]));
        format!(
            r#"{{"kdf":{{"name":"scrypt","params":{{"N":{cost},"r":8,"p":1}},"salt":"{salt}"}},
                "cipher":{{"name":"nacl/secretbox","nonce":"{nonce}"}},
                "ciphertext":"{}"}}"#,
            BASE64_STANDARD.encode(sealed)
        )
        .into_bytes()
    }

    #[test]
    fn the_right_password_opens_a_key() {
        assert_eq!(decrypt(&sealed(16, b"pw"), b"pw").unwrap().as_slice(), b"secret");
        assert!(decrypt(&sealed(16, b"pw"), b"no").unwrap_err().to_string().contains("password"));
    }

    #[test]
    fn parameters_that_would_take_all_memory_are_refused() {
        for cost in [1 << 40, 17, 0] {
            let error = decrypt(&sealed(cost, b"pw"), b"pw").unwrap_err().to_string();
            assert!(error.contains("out of bounds"), "{cost}: {error}");
        }
        assert!(decrypt(b"{}", b"pw").is_err());
    }
}
