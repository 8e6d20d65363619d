//! What is to be attached: what the user says, else what the build asked for, else what is usual.

use scanner_core::model::View;

use super::requested::Requests;
use crate::artifacts::{ARTIFACTS, Artifact};
use crate::cli::Attach;
use crate::failure::Usage;

/// What is to be attached, documents of one view beside each other. Whoever signs must be who the build asks for.
pub(super) fn artifacts(
    attach: &Attach,
    requests: Option<&Requests>,
) -> Result<Vec<&'static Artifact>, Usage> {
    let (mut formats, mut views) = (attach.formats.clone(), attach.views.clone());
    if let Some(requests) = requests {
        requests.check(&attach.sign)?;
        if formats.is_empty() {
            formats = requests.formats();
        }
        if views.is_empty() {
            views = requests.views();
        }
    }
    let named = |it: &&Artifact| match formats.as_slice() {
        [] => it.usual,
        formats => formats.iter().any(|format| format == it.format),
    };
    let viewed =
        |it: &&Artifact| views.is_empty() || it.view.is_none_or(|view| views.contains(&view));
    let mut wanted: Vec<&Artifact> = ARTIFACTS.iter().filter(named).filter(viewed).collect();
    wanted.sort_by_key(|it| it.view == Some(View::Usage));
    if wanted.is_empty() {
        return Err(Usage(format!(
            "nothing that is asked for can be attached: {}",
            formats.join(", ")
        )));
    }
    Ok(wanted)
}
