//! `sbom-indexer cache`: what is kept between scans.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::cache::{Kind, Stock, default_directory, fingerprint};
use crate::cli::{Cache, CacheCommand};
use crate::failure::Usage;
use crate::output;

/// Tells or tidies.
pub(crate) fn run(cache: Cache) -> anyhow::Result<ExitCode> {
    let root = cache.cache_dir.or_else(default_directory);
    let root = root.ok_or_else(|| Usage("there is no cache: name one with --cache-dir".into()))?;
    let text = match cache.command {
        CacheCommand::Info => info(&root)?,
        CacheCommand::Prune { cache_size } => prune(&root, cache_size)?,
    };
    output::write_stdout(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn info(root: &Path) -> anyhow::Result<String> {
    let stock = Stock::of(root);
    let mut text = format!("directory   {}\n", root.display());
    for (name, kind) in
        [("layers", Kind::Layer), ("results", Kind::Result), ("unfinished", Kind::Unfinished)]
    {
        let (count, bytes) = stock.count(|it| it.kind == kind);
        writeln!(text, "{name:<11} {count:>6} {bytes:>15} bytes")?;
    }
    let own = fingerprint()?;
    let (count, bytes) = stock.count(|it| !it.is_of(&own));
    writeln!(
        text,
        "of others   {count:>6} {bytes:>15} bytes: other versions of this program made them"
    )?;
    Ok(text)
}

fn prune(root: &Path, limit: u64) -> anyhow::Result<String> {
    let mut stock = Stock::of(root);
    let removed =
        [stock.remove_abandoned(), stock.remove_others(&fingerprint()?), stock.shrink(limit, None)];
    let (count, bytes) = removed.iter().fold((0, 0), |all, it| (all.0 + it.0, all.1 + it.1));
    let left = stock.count(|_| true);
    Ok(format!("removed {count} files of {bytes} bytes; {} of {} bytes are left\n", left.0, left.1))
}
