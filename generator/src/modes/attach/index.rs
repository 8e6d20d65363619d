//! What is attached to an index: a signed statement of what its images have.

use registry::Listing;

use super::references::{NAME, PREDICATE_TYPE, References};
use super::report::Report;
use super::work::{Claim, Staged, Verdict, Work};
use crate::attached::Subjects;

/// The statement, signed and pushed, and not found yet.
pub(super) struct Index<'a> {
    staged: Staged<'a>,
    report: Report,
}

impl<'a> Index<'a> {
    /// Signs and pushes. What the images have need not be there yet.
    pub(super) async fn stage(
        work: &'a Work,
        subjects: &Subjects,
        references: &References,
    ) -> anyhow::Result<Self> {
        let mut report = Report::new("index", &subjects.top.digest);
        let claims = [Claim {
            name: NAME.to_owned(),
            predicate_type: PREDICATE_TYPE,
            predicate: references.predicate()?.into(),
        }];
        let subject = subjects.top.descriptor();
        let staged = work.stage(&subject, Vec::new(), &claims, &mut report).await?;
        Ok(Self { staged, report })
    }

    /// Makes it be found, once the images have what it tells of.
    pub(super) async fn publish(mut self, work: &Work) -> anyhow::Result<(Verdict, Listing)> {
        let done = work.publish(self.staged, &mut self.report).await;
        self.report.show()?;
        done
    }
}
