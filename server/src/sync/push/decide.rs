//! Taking what was refused after all, because a supervisor has looked at it.

use std::collections::BTreeSet;

use model::admission::Budget;
use model::change::RawChange;
use model::ids::{ChangeHash, DeviceId, RecordId, UserId};
use model::limits::TRIAL_OPS_MAX;
use model::policy::Channel;
use model::time::Timestamp;
use model::wire::MembershipV1;
use rand::Rng;

use super::author::{Author, Roles};
use super::store::Intake;
use super::trial::{self, Present, Tried};
use super::{Item, Refused, Sender, SenderTrust, Verdict, WRITER_SHARE, rights};
use crate::error::StoreError;
use crate::writer::Tx;

/// Whose work it is, and who takes it.
pub(crate) struct Accepted<'a> {
    /// The supervisor.
    pub(crate) by: UserId,
    /// Who made it.
    pub(crate) author: UserId,
    /// The device that wrote the changes.
    pub(crate) device: DeviceId,
    /// The roles by which it is judged what the changes say.
    pub(crate) memberships: &'a BTreeSet<MembershipV1>,
    /// The roles of the supervisor, who confirms what others wrote, when the device handed in what
    /// the server had lost. By them it is judged what only some may write.
    pub(crate) confirms: Option<&'a BTreeSet<MembershipV1>>,
}

/// Takes changes of one record as if they came now from somebody who comes to the record. What they
/// say is asked as ever. The second of each pair is why it is still not taken.
pub(crate) fn accept(
    now: Timestamp,
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    accepted: &Accepted<'_>,
    record: RecordId,
    changes: Vec<RawChange>,
) -> Result<Vec<(ChangeHash, Option<Refused>)>, StoreError> {
    let sender = Sender {
        user: accepted.author,
        device: accepted.device,
        standing: SenderTrust::Accepted { by: accepted.by, vouched: accepted.confirms.is_some() },
        way: Channel::Console,
    };
    let held = accepted.memberships.clone();
    let roles = Roles { counted: held.clone(), held };
    let author = Author { confirms: accepted.confirms, ..Author::of(sender, &roles) };
    let items: Vec<Item> =
        in_order(changes).into_iter().map(|change| Item::new(0, false, change)).collect();
    let known = tx.db.record_row(record)?;
    let access = rights::access(now, tx.db, &tx.context.catalogue, author, known.as_ref())?;
    let tried = Tried { record, known: known.as_ref(), access, items: &items };
    let mut budget = Budget::new(TRIAL_OPS_MAX / WRITER_SHARE);
    let present = Present { now, db: tx.db, context: tx.context, keys: tx.keys() };
    let mut trial = trial::run(present, author, tried, &mut budget)?;
    let mut intake = Intake::new(now, rng, tx, sender);
    intake.store_accepted(author, tried, &mut trial)?;
    intake.finish()?;
    let verdicts = items.iter().zip(trial.verdicts).map(|(item, verdict)| {
        let refused = match verdict {
            Verdict::Accepted | Verdict::Known => None,
            Verdict::Refused(refused) => Some(refused),
        };
        (item.change.hash(), refused)
    });
    Ok(verdicts.collect())
}

/// Each after those among them that it depends on.
pub(crate) fn in_order(mut changes: Vec<RawChange>) -> Vec<RawChange> {
    let mut waiting: BTreeSet<ChangeHash> = changes.iter().map(RawChange::hash).collect();
    let mut ordered = Vec::with_capacity(changes.len());
    loop {
        let is_ready =
            |change: &RawChange| !change.deps().iter().any(|before| waiting.contains(before));
        let (ready, later): (Vec<_>, Vec<_>) = changes.into_iter().partition(is_ready);
        if ready.is_empty() {
            // What remains depends on itself: it is refused as it is.
            ordered.extend(later);
            return ordered;
        }
        for change in &ready {
            waiting.remove(&change.hash());
        }
        ordered.extend(ready);
        changes = later;
        if changes.is_empty() {
            return ordered;
        }
    }
}
