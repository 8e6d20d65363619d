//! Tracing opens nothing but files of the image, and ends.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use scanner_core::image::{Entry, EntryKind, Image, Layer};
use scanner_core::limits::Limits;
use scanner_core::model::{Notice, Reason, RunConfig, Trace};
use scanner_core::path::ImagePath;
use scanner_core::read::ReadAt;
use scanner_core::scan::{Tracing, trace};

use crate::entrytrace::ELF;

/// A layer in memory that knows what was opened.
struct Recorded {
    entries: Vec<Entry>,
    script: Vec<u8>,
    opened: Mutex<Vec<ImagePath>>,
}

impl Layer for &'static Recorded {
    fn id(&self) -> &'static str {
        "memory"
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&self, path: &ImagePath) -> std::io::Result<Box<dyn ReadAt + '_>> {
        self.opened.lock().unwrap().push(path.clone());
        let bytes: &[u8] =
            if path.file_name() == b"entry.sh" { &self.script } else { ELF.as_bytes() };
        Ok(Box::new(bytes))
    }

    fn notices(&self) -> &[Notice] {
        &[]
    }
}

/// Traces a script in a tree of a few programs, and tells which files were opened and which there are.
fn recorded(script: Vec<u8>, limits: Limits) -> (Trace, BTreeSet<ImagePath>, BTreeSet<ImagePath>) {
    let path = |it: &str| ImagePath::normalize(it).unwrap();
    let file =
        |it: &str| Entry { path: path(it), kind: EntryKind::File { size: 9, executable: true } };
    let directory = |it: &str| Entry { path: path(it), kind: EntryKind::Directory };
    let link = |it: &str, to: &str| Entry {
        path: path(it),
        kind: EntryKind::Symlink(to.as_bytes().into()),
    };
    let mut entries = vec![
        directory("/bin"),
        file("/bin/app"),
        file("/bin/sh"),
        file("/bin/python3"),
        file("/bin/java"),
        file("/bin/env"),
        file("/bin/node"),
        file("/entry.sh"),
        link("/out", "../../../etc"),
        link("/loop", "loop"),
    ];
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let there = entries.iter().map(|it| it.path.clone()).collect();
    // The trait has no lifetime, and a test's few kilobytes are no leak that matters.
    let layer: &'static Recorded =
        Box::leak(Box::new(Recorded { entries, script, opened: Mutex::default() }));
    let image = Image { name: "memory".to_owned(), facts: None, layers: vec![Arc::new(layer)] };
    let run = RunConfig { entrypoint: vec!["/entry.sh".to_owned()], ..RunConfig::default() };
    let trace = trace(&image, &Tracing::Given(run), limits).unwrap();
    (trace, layer.opened.lock().unwrap().iter().cloned().collect(), there)
}

/// Traces a script in that tree.
pub(crate) fn memory(script: &str, limits: Limits) -> Trace {
    recorded(script.as_bytes().to_vec(), limits).0
}

/// Pieces that make scripts which come to something more often than random bytes do.
const PIECES: [&str; 48] = [
    "exec ",
    "app",
    " \"$@\"",
    "\n",
    "; ",
    " && ",
    " || ",
    "if ",
    "then ",
    "else ",
    "fi\n",
    "while ",
    "do ",
    "done\n",
    "case $1 in a) ",
    ";;\nesac\n",
    "f() { ",
    "}\n",
    "f ",
    "$(",
    ")",
    "`",
    "\"",
    "'",
    "${x:-",
    "}",
    "set -- ",
    "shift ",
    ". ",
    "/entry.sh ",
    "/../../etc/passwd ",
    "/out/passwd ",
    "/loop ",
    "x=",
    "for y in * /bin/*; ",
    "eval ",
    "java -jar ",
    "python3 -m ",
    "node ",
    "sh -c ",
    "<<E\n",
    "$((",
    "[[ ",
    " =~ ^(a|b)+$",
    "read -ra x ",
    "<<< ",
    "getopts a:b ",
    " ]] ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tracing_opens_only_files_of_the_image_and_ends_within_its_bounds(
        pieces in proptest::collection::vec(0..PIECES.len(), 0..60),
        noise in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut script = b"#!/bin/sh\n".to_vec();
        for it in pieces {
            script.extend(PIECES[it].as_bytes());
        }
        script.extend(noise);
        // Bounds that a test of some seconds can reach.
        let limits = Limits { shell_steps: 2_000, trace_hops: 200, ..Limits::default() };
        let (trace, opened, there) = recorded(script, limits);
        prop_assert!(opened.is_subset(&there), "{:?}", opened.difference(&there).collect::<Vec<_>>());
        prop_assert!(trace.hops.len() <= 200);
        prop_assert!(trace.hops.iter().enumerate().all(|(at, it)| it.from.is_none_or(|from| from < at)));
        prop_assert!(trace.terminals.iter().all(|it| it.hop < trace.hops.len()));
    }
}

/// Loops in one another, with an expression of repetitions in one another.
#[test]
fn expressions_that_take_long_end_the_budget() {
    let script = "#!/bin/sh\nfor ((i = 0; i < 250; i++)); do for ((j = 0; j < 250; j++)); do\n\
                  [[ $i$j =~ ^((([0-9]+|b)+c?)*d|$i)+$ ]] && x=1; done; done\nexec app\n";
    let trace = memory(script, Limits::default());
    let reasons: Vec<Reason> = trace.diagnostics.iter().map(|it| it.reason).collect();
    assert!(reasons.contains(&Reason::BudgetExhausted), "{:#?}", trace.diagnostics);
}
