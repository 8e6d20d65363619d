//! The document's own types, with fields in the order in which they are written.
//! docs/entrytrace.md and the schema say what they mean.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::{Stamp, TOOL};
use crate::model::{self, RunOrigin};

/// What the document is, and which edition of it.
pub(super) const SCHEMA: &str = "https://stella-ops.org/schemas/entrytrace/v1";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) terminals: Vec<Terminal>,
    pub(super) hops: Vec<Hop>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// One line of the stream.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Line<'d> {
    Trace(&'d Head),
    Hop(&'d Hop),
    Terminal(&'d Terminal),
    Diagnostic(&'d Diagnostic),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    pub(super) schema: &'static str,
    pub(super) subject: Subject,
    pub(super) tool: &'static str,
    pub(super) timestamp: String,
    pub(super) outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) config: Option<Config>,
    pub(super) counters: BTreeMap<String, u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Subject {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Config {
    pub(super) origin: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) origin_file: Option<String>,
    pub(super) entrypoint: Vec<String>,
    pub(super) cmd: Vec<String>,
    /// Names alone: values may be secrets.
    pub(super) environment: Vec<String>,
    pub(super) working_dir: String,
    pub(super) user: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) end_line: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hop {
    pub(super) id: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<usize>,
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Place>,
    pub(super) written: String,
    pub(super) words: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) called_as: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reads: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reaches: Vec<String>,
    pub(super) evidence: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) when: Vec<String>,
    pub(super) certainty: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Terminal {
    pub(super) hop: usize,
    pub(super) kind: &'static str,
    pub(super) program: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<String>,
    pub(super) argv: Vec<String>,
    pub(super) runs_as: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) when: Vec<String>,
    pub(super) certainty: &'static str,
    pub(super) via: Vec<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Diagnostic {
    pub(super) reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Place>,
    pub(super) subject: String,
    pub(super) message: String,
    pub(super) remedy: &'static str,
    pub(super) depth: usize,
}

impl Document {
    /// The document; without a trace one that says so.
    pub(super) fn new(trace: Option<&model::Trace>, subject: Subject, stamp: &Stamp) -> Self {
        let counters = trace.map(model::Trace::counts).unwrap_or_default();
        let head = Head {
            schema: SCHEMA,
            subject,
            tool: TOOL,
            timestamp: stamp.timestamp(),
            outcome: trace.map_or(model::Outcome::Unresolved, |it| it.outcome).as_str(),
            config: trace.map(|it| config(&it.run)),
            counters: counters
                .iter()
                .map(|(counter, count)| (counter.to_string(), count))
                .collect(),
        };
        let hops = trace.iter().flat_map(|it| &it.hops).enumerate();
        let terminals =
            trace.iter().flat_map(|trace| trace.terminals.iter().map(|it| terminal(it, trace)));
        Self {
            head,
            terminals: terminals.collect(),
            hops: hops.map(|(id, it)| hop(id, it)).collect(),
            diagnostics: trace.iter().flat_map(|it| &it.diagnostics).map(diagnostic).collect(),
        }
    }
}

fn config(run: &model::RunConfig) -> Config {
    Config {
        origin: run.origin.as_str(),
        origin_file: match &run.origin {
            RunOrigin::Dockerfile(path) => Some(path.clone()),
            RunOrigin::Configuration | RunOrigin::Given => None,
        },
        entrypoint: run.entrypoint.clone(),
        cmd: run.cmd.clone(),
        environment: run.env.iter().map(|(name, _)| name.clone()).collect(),
        working_dir: run.working_dir.clone(),
        user: run.user.clone(),
    }
}

fn place(place: &model::Place) -> Place {
    Place { file: place.file.display().into_owned(), line: place.line, end_line: place.end }
}

fn hop(id: usize, it: &model::Hop) -> Hop {
    let paths = |paths: &[crate::path::ImagePath]| {
        paths.iter().map(|it| it.display().into_owned()).collect()
    };
    Hop {
        id,
        from: it.from,
        kind: it.kind.as_str(),
        place: it.place.as_ref().map(place),
        written: it.written.clone(),
        words: it.words.clone(),
        file: it.file.as_ref().map(|it| it.display().into_owned()),
        called_as: it.called.as_ref().map(|it| it.display().into_owned()),
        reads: paths(&it.reads),
        reaches: paths(&it.reaches),
        evidence: it.evidence.clone(),
        when: it.when.iter().map(ToString::to_string).collect(),
        certainty: it.certainty.as_str(),
    }
}

fn terminal(it: &model::Terminal, trace: &model::Trace) -> Terminal {
    let mut via: Vec<usize> = trace.chain(it.hop).collect();
    via.reverse();
    Terminal {
        hop: it.hop,
        kind: it.kind.as_str(),
        program: it.program.display().into_owned(),
        target: it.target.clone(),
        argv: it.words.clone(),
        runs_as: it.user.clone(),
        when: it.when.iter().map(ToString::to_string).collect(),
        certainty: it.certainty.as_str(),
        via,
    }
}

fn diagnostic(it: &model::Diagnostic) -> Diagnostic {
    Diagnostic {
        reason: it.reason.as_str(),
        place: it.place.as_ref().map(place),
        subject: it.subject.clone(),
        message: it.message.clone(),
        remedy: it.reason.remedy(),
        depth: it.depth,
    }
}
