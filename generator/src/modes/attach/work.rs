//! Attaching to one subject after the other: documents first, then what is signed of them, then what is to go is removed.

use attest::BUNDLE_TYPE;
use attest::signer::Signer;
use attest::{Error, Statement, Subject};
use bytes::Bytes;
use oci_spec::image::Descriptor;
use registry::{Listing, sha256};

use super::piece::{Bundle, Maker, Piece};
use super::place::{Place, Target};
use super::report::{Report, State};

/// What all subjects have in common.
pub(super) struct Work {
    pub(super) plan: Plan,
    pub(super) signer: Option<Signer>,
    pub(super) target: Target,
    /// `HOST/NAME`, as statements call their subject.
    pub(super) name: String,
}

/// What is done beside attaching, or instead.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// The moment that manifests give.
    pub(super) created: Option<i64>,
    pub(super) removal: Removal,
    /// Nothing is changed.
    pub(super) dry_run: bool,
}

/// What is removed of what an earlier attach left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Removal {
    Nothing,
    /// What is of the kinds that are attached.
    Superseded,
    /// Everything.
    Stale,
}

/// What is to be signed about a subject.
pub(super) struct Claim {
    /// The name of the artifact.
    pub(super) name: String,
    pub(super) predicate_type: &'static str,
    pub(super) predicate: Bytes,
}

/// What is pushed to a subject, and not found yet.
pub(super) struct Staged<'a> {
    place: Place<'a>,
    pieces: Vec<Piece>,
    /// What came of signing.
    signed: anyhow::Result<Verdict>,
}

/// Whether everything that was to be signed is signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Complete,
    Unverified,
}

impl Verdict {
    /// Whether both are complete.
    pub(super) fn and(self, other: Self) -> Self {
        if self == Self::Complete { other } else { self }
    }
}

impl Work {
    /// How pieces of a subject are made.
    pub(super) fn maker<'s>(&self, subject: &'s Descriptor) -> Maker<'s> {
        Maker { subject, created: self.plan.created }
    }

    /// Attaches documents and claims to a subject, and removes what is to go. What was listed has still to settle.
    pub(super) async fn at(
        &self,
        subject: &Descriptor,
        pieces: Vec<Piece>,
        claims: &[Claim],
        report: &mut Report,
    ) -> anyhow::Result<(Verdict, Listing)> {
        let staged = self.stage(subject, pieces, claims, report).await?;
        self.publish(staged, report).await
    }

    /// Pushes documents and signed claims without their manifests: nobody finds them yet.
    pub(super) async fn stage(
        &self,
        subject: &Descriptor,
        pieces: Vec<Piece>,
        claims: &[Claim],
        report: &mut Report,
    ) -> anyhow::Result<Staged<'_>> {
        let mut place = Place::of(&self.target, subject.clone()).await?;
        let mut pieces = self.push(&mut place, pieces, report).await?;
        let signed = match &self.signer {
            Some(signer) => self.sign(&mut place, claims, signer, (report, &mut pieces)).await,
            None => Ok(Verdict::Complete),
        };
        Ok(Staged { place, pieces, signed })
    }

    /// Makes what is pushed be found, and removes what is to go. Documents, and what is signed by now, are attached even if
    /// something cannot be signed.
    pub(super) async fn publish(
        &self,
        Staged { place, pieces, signed }: Staged<'_>,
        report: &mut Report,
    ) -> anyhow::Result<(Verdict, Listing)> {
        let published = if self.plan.dry_run { &[] } else { pieces.as_slice() };
        let mut listing = place.publish(published).await?;
        let done = if self.plan.dry_run { State::WouldAttach } else { State::Attached };
        for it in &pieces {
            report.piece(done, it);
        }
        let verdict = signed?;
        if self.plan.removal != Removal::Nothing {
            if verdict == Verdict::Complete {
                listing.settled().await?;
                self.clear(&place, report).await?;
            } else {
                report.note("nothing is removed, for not everything is signed");
            }
        }
        Ok((verdict, listing))
    }

    /// Pushes what is in the pieces that are not there, and gives those.
    async fn push(
        &self,
        place: &mut Place<'_>,
        pieces: Vec<Piece>,
        report: &mut Report,
    ) -> registry::Result<Vec<Piece>> {
        let mut missing = Vec::new();
        for piece in pieces {
            let there = place.has(&piece).await?;
            place.keep(&piece.name, &piece.referrer.artifact_type, piece.digest());
            if there {
                report.piece(State::Already, &piece);
            } else {
                missing.push(piece);
            }
        }
        if !self.plan.dry_run {
            place.push(&missing).await?;
        }
        Ok(missing)
    }

    /// Signs what is not signed yet, and pushes the bundles.
    async fn sign(
        &self,
        place: &mut Place<'_>,
        claims: &[Claim],
        signer: &Signer,
        (report, pushed): (&mut Report, &mut Vec<Piece>),
    ) -> anyhow::Result<Verdict> {
        let (mut bundles, mut verdict, mut failed) = (Vec::new(), Verdict::Complete, None);
        for claim in claims {
            let subject = Subject::new(&self.name, place.subject.digest().as_ref())?;
            let statement = Statement::write(&[subject], claim.predicate_type, &claim.predicate)?;
            if let Some(digest) = place.standing(&claim.name, &statement, signer).await? {
                report.statement(State::Already, &claim.name, &digest);
                place.keep(&claim.name, BUNDLE_TYPE, digest);
                continue;
            }
            if self.plan.dry_run && !signer.is_repeatable() {
                report.statement(State::WouldSign, &claim.name, &sha256(&statement));
                continue;
            }
            match signer.sign(statement).await {
                Ok(it) => bundles.push(self.maker(&place.subject).bundle(Bundle {
                    name: &claim.name,
                    predicate_type: claim.predicate_type,
                    json: attest::to_json(&it.bundle)?,
                    logged: it.logged,
                })?),
                Err(error @ Error::Refused { .. }) => {
                    verdict = Verdict::Unverified;
                    report.unverified(&claim.name, &error);
                }
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        pushed.extend(self.push(place, bundles, report).await?);
        failed.map_or(Ok(verdict), |error| Err(error.into()))
    }

    /// Removes what is superseded or stale, as the user wants.
    async fn clear(&self, place: &Place<'_>, report: &mut Report) -> registry::Result<()> {
        let outdated = match self.plan.removal {
            Removal::Nothing => Vec::new(),
            Removal::Superseded => place.superseded(),
            Removal::Stale => place.stale().await?,
        };
        let done = if self.plan.dry_run { State::WouldRemove } else { State::Removed };
        if !self.plan.dry_run {
            place.remove(&outdated).await?;
        }
        for it in outdated {
            report.entry(done, it);
        }
        Ok(())
    }
}
