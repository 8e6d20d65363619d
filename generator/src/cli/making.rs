//! Flags of every command that makes documents of what it scans.

use scanner_core::emit::Stamp;
use scanner_core::model::{FileDetail, Sbom};

use super::binding::Binding;
use super::reading::ReadingFlags;
use super::run::Run;
use super::values::file_detail;
use crate::progress::Verbosity;

/// How something is scanned, and what its documents say
#[derive(Clone, clap::Args)]
pub(crate) struct Making {
    /// What the documents call it [default: the image's own name, else the last part of the path]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Which files the documents list: none, evidence or all
    #[arg(long, default_value = "evidence", value_parser = file_detail, value_name = "DETAIL")]
    pub(crate) files: FileDetail,
    /// Who supplies what is scanned
    #[arg(long)]
    pub(crate) supplier: Option<String>,
    /// The image that this one was built on: components of its layers are marked as of the base
    #[arg(long, value_name = "SOURCE")]
    pub(crate) base: Option<String>,
    #[command(flatten)]
    pub(crate) run: Run,
    #[command(flatten)]
    pub(crate) binding: Binding,
    #[command(flatten)]
    pub(crate) reading: ReadingFlags,
    /// The moment that documents give as their creation, in seconds since 1970 [default: when the image was made, else 0]
    #[arg(long, env = "SOURCE_DATE_EPOCH")]
    pub(crate) source_date_epoch: Option<i64>,
    /// No progress on standard error
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

impl Making {
    /// What the documents say beyond the content of what was scanned.
    pub(crate) fn stamp(&self, sbom: &Sbom) -> Stamp {
        let made = sbom.image.as_ref().and_then(|image| image.created);
        Stamp {
            created: self.source_date_epoch.or(made).unwrap_or(0),
            supplier: self.supplier.clone(),
            ..Stamp::default()
        }
    }

    /// How much is told of a scan.
    pub(crate) fn verbosity(&self) -> Verbosity {
        if self.quiet { Verbosity::Quiet } else { Verbosity::Phases }
    }
}
