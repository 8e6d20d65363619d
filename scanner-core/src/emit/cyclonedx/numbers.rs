//! The numbers that protocol buffers have for the words of JSON: a word's number is its place in the list.

/// Types of components.
pub const CLASSIFICATIONS: &[&str] = &[
    "",
    "application",
    "framework",
    "library",
    "operating-system",
    "device",
    "file",
    "container",
    "firmware",
    "device-driver",
    "platform",
    "machine-learning-model",
    "data",
    "cryptographic-asset",
];

/// Phases of a lifecycle.
pub const PHASES: &[&str] =
    &["design", "pre-build", "build", "post-build", "operations", "discovery", "decommission"];

/// Algorithms of digests.
pub const HASHES: &[&str] = &[
    "",
    "MD5",
    "SHA-1",
    "SHA-256",
    "SHA-384",
    "SHA-512",
    "SHA3-256",
    "SHA3-384",
    "SHA3-512",
    "BLAKE2b-256",
    "BLAKE2b-384",
    "BLAKE2b-512",
    "BLAKE3",
    "Streebog-256",
    "Streebog-512",
];

/// Who says what the licence is.
pub const ACKNOWLEDGEMENTS: &[&str] = &["", "declared", "concluded"];

/// Types of external references, as far as they are read or written.
pub const REFERENCES: &[&str] = &[
    "other",
    "vcs",
    "issue-tracker",
    "website",
    "advisories",
    "bom",
    "mailing-list",
    "social",
    "chat",
    "documentation",
    "support",
    "distribution",
];

/// How complete something is.
pub const AGGREGATES: &[&str] = &[
    "not_specified",
    "complete",
    "incomplete",
    "incomplete_first_party_only",
    "incomplete_third_party_only",
    "unknown",
    "incomplete_first_party_proprietary_only",
    "incomplete_first_party_opensource_only",
    "incomplete_third_party_proprietary_only",
    "incomplete_third_party_opensource_only",
];

/// What an identity was concluded from.
pub const FIELDS: &[&str] =
    &["", "group", "name", "version", "purl", "cpe", "swid", "hash", "omniborId", "swhid"];

/// Techniques of proof.
pub const TECHNIQUES: &[&str] = &[
    "source-code-analysis",
    "binary-analysis",
    "manifest-analysis",
    "ast-fingerprint",
    "hash-comparison",
    "instrumentation",
    "dynamic-analysis",
    "filename",
    "attestation",
    "other",
];

/// A word with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// As JSON has it.
    pub text: &'static str,
    /// As protocol buffers have it.
    pub number: u64,
}

impl Word {
    /// A word of a list, for constants: one that the list lacks does not compile.
    #[expect(clippy::panic, reason = "it ends the compilation")]
    pub(super) const fn of(words: &[&str], text: &'static str) -> Self {
        let (mut rest, mut number) = (words, 0);
        while let Some((first, more)) = rest.split_first() {
            if is_same(first.as_bytes(), text.as_bytes()) {
                return Self { text, number };
            }
            (rest, number) = (more, number + 1);
        }
        panic!("the list lacks the word")
    }
}

/// Whether two texts are the same. Constants cannot be made with `==`.
const fn is_same(mut a: &[u8], mut b: &[u8]) -> bool {
    while let (Some((first, rest)), Some((other, others))) = (a.split_first(), b.split_first()) {
        if *first != *other {
            return false;
        }
        (a, b) = (rest, others);
    }
    a.is_empty() && b.is_empty()
}

/// The word of a number; nothing for one that the list lacks.
pub fn word(words: &'static [&'static str], number: i32) -> &'static str {
    usize::try_from(number).ok().and_then(|it| words.get(it)).copied().unwrap_or_default()
}
