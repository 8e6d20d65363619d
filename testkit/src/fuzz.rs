//! Fuzzing on every run, without a fuzzer: each target over its seeds and fixed mutations of them.

use std::fs;
use std::path::Path;

/// Mutations of each seed.
const ROUNDS: u64 = 2_000;

/// A target: its name and its body.
pub type Target<'a> = (&'a str, fn(&[u8]));

/// Runs targets, each over the files of the folder of its name and over mutations of them.
pub fn run(targets: &[Target<'_>], seeds: &Path) {
    for (name, body) in targets {
        let mut files: Vec<_> =
            fs::read_dir(seeds.join(name)).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{name} has no seed");
        for file in files {
            let seed = fs::read(&file).unwrap();
            body(&seed);
            let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
            for _ in 0..ROUNDS {
                body(&mutate(&seed, &mut numbers));
            }
        }
    }
}

/// A generator of pseudo-random numbers (xorshift64*): the same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % bound.max(1)
    }
}

/// Changes a few bytes, cuts a piece out, or doubles one.
fn mutate(seed: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    const INTERESTING: [u8; 8] = [0, 1, 0x7f, 0x80, 0xff, b'\n', b'"', b'{'];
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(4) {
        let (start, length) = (numbers.below(bytes.len()), numbers.below(32));
        let end = (start + length).min(bytes.len());
        match numbers.below(4) {
            0 => drop(bytes.drain(start..end)),
            1 => {
                let piece = bytes[start..end].to_vec();
                bytes.splice(start..start, piece);
            }
            2 => bytes.truncate(start),
            _ => {
                if let Some(byte) = bytes.get_mut(start) {
                    *byte = INTERESTING[numbers.below(INTERESTING.len())];
                }
            }
        }
    }
    bytes
}
