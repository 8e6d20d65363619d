//! Notices in order, each once, and no more than a reader can use.

use crate::limits::Limits;
use crate::model::{Code, Notice};
use crate::path::ImagePath;

/// Sorts notices and keeps to the bound; what is left out is counted.
pub fn notices(mut notices: Vec<Notice>, limits: &Limits) -> Vec<Notice> {
    notices.sort_unstable();
    notices.dedup();
    if let Some(left_out) =
        notices.len().checked_sub(limits.notices).filter(|left_out| *left_out > 0)
    {
        notices.truncate(limits.notices);
        let message = format!("{left_out} more notices are left out");
        notices.push(Notice { path: ImagePath::root(), code: Code::LimitReached, message });
    }
    notices
}
