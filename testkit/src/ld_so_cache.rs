//! The cache of glibc's loader in each of its formats, for little-endian machines.
//! Specification: glibc, `sysdeps/generic/dl-cache.h`.

/// A cache under construction.
#[derive(Clone, Debug)]
pub struct LdSoCache {
    libraries: Vec<(String, String, Option<String>)>,
    format: Format,
}

#[derive(Clone, Copy, Debug)]
enum Format {
    Old,
    New,
    Both,
}

/// The flags of a library of glibc for amd64.
const FLAGS: u32 = 0x303;
const NEW_HEADER: usize = 48;
const NEW_ENTRY: usize = 24;

impl LdSoCache {
    /// Names, paths, and what a processor must have.
    pub fn new(libraries: &[(&str, &str, Option<&str>)]) -> Self {
        let owned = |(name, path, processor): &(&str, &str, Option<&str>)| {
            ((*name).to_owned(), (*path).to_owned(), processor.map(str::to_owned))
        };
        Self { libraries: libraries.iter().map(owned).collect(), format: Format::New }
    }

    /// In the format of before 1999, which knows no processors.
    #[must_use]
    pub fn old_format(mut self) -> Self {
        self.format = Format::Old;
        self
    }

    /// In the new format behind the old one.
    #[must_use]
    pub fn behind_the_old_format(mut self) -> Self {
        self.format = Format::Both;
        self
    }

    /// The finished file.
    pub fn build(&self) -> Vec<u8> {
        match self.format {
            Format::Old => self.old(true),
            Format::New => self.new_part(),
            Format::Both => {
                let mut it = self.old(false);
                it.resize(it.len().next_multiple_of(8), 0);
                it.extend(self.new_part());
                it
            }
        }
    }

    fn old(&self, with_texts: bool) -> Vec<u8> {
        let mut it = b"ld.so-1.7.0\0".to_vec();
        it.extend(small(self.libraries.len()).to_le_bytes());
        let mut texts = Vec::new();
        for (name, path, _) in &self.libraries {
            it.extend(FLAGS.to_le_bytes());
            for text in [name, path] {
                it.extend(small(texts.len()).to_le_bytes());
                texts.extend([text.as_bytes(), b"\0"].concat());
            }
        }
        if with_texts {
            it.extend(texts);
        }
        it
    }

    fn new_part(&self) -> Vec<u8> {
        let start = NEW_HEADER + NEW_ENTRY * self.libraries.len();
        let (mut entries, mut texts) = (Vec::new(), Vec::new());
        let mut add = |text: &str| {
            let at = small(start + texts.len());
            texts.extend([text.as_bytes(), b"\0"].concat());
            at
        };
        let mut processors = Vec::new();
        for (name, path, processor) in &self.libraries {
            for word in [FLAGS, add(name), add(path), 0] {
                entries.extend(word.to_le_bytes());
            }
            let features = processor.as_ref().map_or(0, |_| 1 << 62 | processors.len() as u64);
            entries.extend(features.to_le_bytes());
            processors.extend(processor.as_ref().map(|it| add(it)));
        }
        let extension = (start + texts.len()).next_multiple_of(4);
        let mut it = b"glibc-ld.so.cache1.1".to_vec();
        for word in [small(self.libraries.len()), small(texts.len()), 2, small(extension), 0, 0, 0]
        {
            it.extend(word.to_le_bytes());
        }
        it.extend(entries);
        it.extend(texts);
        it.resize(extension, 0);
        let section = extension + 8 + 16;
        for word in [0xeaa4_2174, 1, 1, 0, small(section), small(processors.len() * 4)] {
            it.extend(word.to_le_bytes());
        }
        it.extend(processors.iter().flat_map(|at| at.to_le_bytes()));
        it
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap()
}
