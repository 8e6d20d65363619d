//! The way from an entrypoint to a file, as a stack of frames.

use std::fmt;

use super::{HopKind, Trace};

/// A place on the way from the entrypoint to a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The file, as an absolute path; of the outermost frame what says how the image is run.
    pub file: String,
    /// The function of the script that the line is in.
    pub function: Option<String>,
    /// The line, counted from 1; none where the file as a whole runs or leads on.
    pub line: Option<u32>,
}

impl Frame {
    fn of_file(file: String) -> Self {
        Self { file, function: None, line: None }
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        self.function.iter().try_for_each(|it| write!(f, " in {it}()"))
    }
}

impl Trace {
    /// A hop and those that led to it, up to the entrypoint.
    pub fn chain(&self, hop: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(hop), |at| self.hops.get(*at).and_then(|it| it.from))
    }

    /// The file that a hop leads to, then the places that led there, up to what says how the image is run.
    /// Nothing where the hop leads to no file.
    pub fn stack(&self, hop: usize) -> Vec<Frame> {
        let Some(file) = self.hops.get(hop).and_then(|it| it.file.as_ref()) else {
            return Vec::new();
        };
        let leaf = Frame::of_file(file.display().into_owned());
        let mut frames: Vec<Frame> =
            std::iter::once(leaf).chain(self.chain(hop).filter_map(|it| self.frame(it))).collect();
        frames.dedup();
        frames
    }

    /// The place where a hop is written, else what took it: the program that was told to run it.
    fn frame(&self, hop: usize) -> Option<Frame> {
        let hop = self.hops.get(hop)?;
        let caller = hop.from.and_then(|it| self.hops.get(it));
        let function = caller.filter(|it| it.kind == HopKind::Call).and_then(|it| it.words.first());
        match (&hop.place, caller) {
            (Some(place), _) => Some(Frame {
                file: place.file.display().into_owned(),
                function: function.cloned(),
                line: Some(place.line),
            }),
            (None, Some(caller)) => {
                caller.file.as_ref().map(|it| Frame::of_file(it.display().into_owned()))
            }
            (None, None) => Some(Frame::of_file(self.run.origin.place().to_owned())),
        }
    }
}
