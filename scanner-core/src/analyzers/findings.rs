//! Where analyzers put what they find. The runner makes it, so that evidence can be neither forgotten nor faked.

use std::collections::BTreeMap;

use crate::formats::Malformed;
use crate::fs::{File, ReadError};
use crate::limits::Limits;
use crate::model::{
    Code, Component, Counter, Counts, Evidence, ExecutableFile, FileRecord, Method, Notice, Origin,
    Position, Terms,
};
use crate::path::ImagePath;

/// The findings of one analyzer in one file.
pub struct Findings<'a> {
    analyzer: &'static str,
    origin: Origin,
    file: &'a File<'a>,
    limits: &'a Limits,
    left_out: usize,
    found: Found,
}

/// Components as found, and what was noticed on the way.
#[derive(Default)]
pub struct Found {
    /// The components, each with its evidence.
    pub components: Vec<Component>,
    /// The notices.
    pub notices: Vec<Notice>,
    /// The programs, libraries and scripts.
    pub executables: Vec<ExecutableFile>,
    /// What is known of the file that was looked at, should nothing identify it.
    pub(super) facts: BTreeMap<&'static str, String>,
    /// What analyzers counted.
    pub counts: Counts,
    /// Files whose digests are known by now.
    pub records: Vec<FileRecord>,
}

impl Found {
    /// Joins what was found elsewhere to this.
    pub(super) fn append(&mut self, mut other: Self) {
        self.components.append(&mut other.components);
        self.notices.append(&mut other.notices);
        self.executables.append(&mut other.executables);
        self.records.append(&mut other.records);
        self.counts.join(other.counts);
    }
}

/// Why an analyzer gave up on a file.
#[derive(Debug)]
pub struct Fault {
    code: Code,
    message: String,
}

impl<'a> Findings<'a> {
    pub(super) fn new(
        (analyzer, origin): (&'static str, Origin),
        file: &'a File<'a>,
        limits: &'a Limits,
    ) -> Self {
        Self { analyzer, origin, file, limits, left_out: 0, found: Found::default() }
    }

    /// Adds a component that this file proves at a place in it.
    pub fn add(&mut self, method: Method, position: Position, component: Component) {
        self.add_of(self.file, method, position, component);
    }

    /// Adds a component that another file proves, to which this one led.
    pub fn add_of(
        &mut self,
        file: &File<'_>,
        method: Method,
        position: Position,
        mut component: Component,
    ) {
        if self.found.components.len() >= self.limits.records {
            self.left_out += 1;
            return;
        }
        if component.owns.len() > self.limits.owned_files {
            let message = format!(
                "{} lists over {} files; the rest is left out",
                component.name, self.limits.owned_files
            );
            self.notice(Code::LimitReached, message);
            component.owns.truncate(self.limits.owned_files);
        }
        if self.origin != Origin::Installed {
            mark(&mut component, self.origin);
        }
        for claim in &mut component.claims {
            claim.proof = file.path.clone();
            claim.requires.iter_mut().for_each(Terms::shrink);
            claim.provides.shrink();
        }
        component.evidence.push(Evidence {
            path: file.path.clone(),
            position,
            analyzer: self.analyzer.into(),
            method,
            layer: file.layer,
            sha256: file.sha256(),
        });
        self.found.components.push(component);
    }

    /// Remembers something about this file that does not identify it.
    pub fn fact(&mut self, key: &'static str, value: impl Into<String>) {
        self.found.facts.insert(key, value.into());
    }

    /// Remembers the digests of a file, so that it need not be read for them again.
    pub(super) fn record(&mut self, record: Option<FileRecord>) {
        self.found.records.extend(record);
    }

    /// Counts something.
    pub fn count(&mut self, counter: Counter) {
        self.found.counts.add(counter, 1);
    }

    /// Says something about this file.
    pub fn notice(&mut self, code: Code, message: impl Into<String>) {
        self.notice_at(self.file.path.clone(), code, message);
    }

    /// Says something about another file that this one led to.
    pub fn notice_at(&mut self, path: ImagePath, code: Code, message: impl Into<String>) {
        let message = format!("{}: {}", self.analyzer, message.into());
        self.found.notices.push(Notice { path, code, message });
    }

    pub(super) fn finish(mut self) -> Found {
        if self.left_out > 0 {
            let (left_out, limit) = (self.left_out, self.limits.records);
            self.notice(
                Code::LimitReached,
                format!("describes over {limit} packages; {left_out} are left out"),
            );
        }
        self.found
    }
}

/// Marks a component, and those that it requires, as not proven to be there.
fn mark(component: &mut Component, origin: Origin) {
    component.identity = component.identity.of_origin(origin);
    component.requires = component.requires.iter().map(|it| it.of_origin(origin)).collect();
    component.properties.insert("origin", origin.as_str().to_owned());
}

impl Fault {
    /// A fault with its notice's code and message.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The same fault of a part of the file.
    pub(super) fn about(self, part: &str) -> Self {
        Self { message: format!("{part}: {}", self.message), ..self }
    }

    /// Tells of the fault at the file that is being analyzed.
    pub(super) fn report(self, found: &mut Findings<'_>) {
        found.notice(self.code, self.message);
    }

    /// Tells of the fault at another file that this one led to.
    pub(super) fn report_at(self, path: ImagePath, found: &mut Findings<'_>) {
        found.notice_at(path, self.code, self.message);
    }
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        let code = match error {
            ReadError::Io(_) => Code::Unreadable,
            ReadError::TooLarge { .. } => Code::LimitReached,
        };
        Self::new(code, error.to_string())
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::from(ReadError::Io(error))
    }
}

impl From<Malformed> for Fault {
    fn from(error: Malformed) -> Self {
        Self::new(Code::Malformed, error.to_string())
    }
}
