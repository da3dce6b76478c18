//! Changes on their way in: tried on the reading side, where it costs nobody else anything, then
//! appended by the one writer.
//!
//! A record's changes are tried together on its document, and what their author may change in it is
//! asked there ([`trial`]), once it is known that the record is open to them at all: nobody has
//! the server work on what they may not write. It is decided inside the transaction ([`rights`]),
//! because an earlier record of the same push can decide it. When the record, the right to it or the
//! author's roles have moved on between the two, it is tried again. One bad change never stops the
//! others.

pub(crate) mod author;
pub(crate) mod decide;
pub(crate) mod incoming;
pub(crate) mod late;
pub(crate) mod rights;
pub(crate) mod store;
pub(crate) mod trial;
pub(crate) mod vouched;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use model::admission::Budget;
use model::catalogue::Catalogue;
use model::change::RawChange;
use model::ids::{DeviceId, FeedSeq, RecordId, UserId};
use model::limits::{ALWAYS_CHANGE_BYTES_MAX, TRIAL_OPS_MAX};
use model::policy::{self, Channel};
use model::record::Envelope;
use model::references;
use model::time::Timestamp;
use model::wire::{OutcomeV1, RetryV1};
use model::words::{Explained as _, Message};

use crate::context::Context;
use crate::error::StoreError;
use crate::store::audit::Actor;
use crate::store::records::RecordRow;
use crate::store::sqlite::Reading;

use self::author::{Author, Roles};
use self::incoming::{Incoming, Sorted, Unreadable};
use self::rights::RecordAccess;
use self::trial::{Present, Trial, Tried};

/// Who pushes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender {
    pub(crate) user: UserId,
    pub(crate) device: DeviceId,
    pub(crate) standing: SenderTrust,
    /// Where it is done.
    pub(crate) way: Channel,
}

impl Sender {
    /// Returns who it is for the audit.
    fn actor(self) -> Actor {
        match (self.standing, self.way) {
            (SenderTrust::Server, _) => Actor::Server,
            (SenderTrust::Accepted { by, .. }, _) => Actor::Console(by),
            (_, Channel::Console | Channel::ConsoleWithReason) => Actor::Console(self.user),
            (_, Channel::Work | Channel::Phone) => Actor::Device(self.user, self.device),
        }
    }
}

/// What is taken from a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SenderTrust {
    /// What its owner may write.
    Ordinary,
    /// Also what others wrote and the server lost, as far as its owner comes to such records and it
    /// is nothing that only some may write: it reconciles (decision 0005).
    Vouching,
    /// What its owner may write; what others wrote waits: the device says that the server lost
    /// something, and the server knows nothing of it.
    Disputing,
    /// Nothing yet: it must tell first what it holds.
    MustReconcile,
    /// Nothing, but it is kept for a supervisor: the device was revoked.
    Revoked,
    /// What the server writes by itself.
    Server,
    /// What was refused before, and was accepted by this supervisor.
    Accepted {
        /// The supervisor.
        by: UserId,
        /// Whether others may have written it: the device handed in what the server had lost.
        vouched: bool,
    },
}

impl SenderTrust {
    /// Returns whether a supervisor has accepted it: nobody is asked then what its author may.
    pub(crate) fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted { .. })
    }
}

/// Why a change is not stored with its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: &'static str,
    pub(crate) reason: String,
    pub(crate) about: BTreeMap<String, String>,
    pub(crate) retry: RetryV1,
}

impl Refused {
    /// Refuses for good, with what its code says.
    pub(crate) fn never(code: &'static str, message: &Message) -> Self {
        let about = message.parts().clone();
        Self { code, reason: message.english(), about, retry: RetryV1::Never }
    }

    /// Refuses for good, with a code that has no parts.
    pub(crate) fn plainly(code: &'static str) -> Self {
        Self::never(code, &Message::new(code))
    }

    /// Refuses until the device has pulled, with what its code says.
    pub(crate) fn after_pull(code: &'static str, message: &Message) -> Self {
        Self { retry: RetryV1::AfterPull, ..Self::never(code, message) }
    }
}

impl From<policy::Denial> for Refused {
    fn from(refusal: policy::Denial) -> Self {
        Self::never(refusal.code(), &refusal.message())
    }
}

impl From<references::Wrong> for Refused {
    fn from(wrong: references::Wrong) -> Self {
        let (problem, reason) = (&wrong.1, references::message(&wrong));
        match problem.retry_after_pull() {
            true => Self::after_pull(problem.code(), &reason),
            false => Self::never(problem.code(), &reason),
        }
    }
}

/// One change of a push, read.
#[derive(Clone)]
pub(crate) struct Item {
    /// Its place in the push.
    place: usize,
    /// Whether it does not fit into its device's day, and is taken only if it must always be possible.
    is_past_the_day: bool,
    change: RawChange,
    /// What it says, if it makes a record; read when it is refused.
    said: OnceCell<Option<Envelope>>,
}

impl Item {
    fn new(place: usize, is_past_the_day: bool, change: RawChange) -> Self {
        Self { place, is_past_the_day, change, said: OnceCell::new() }
    }

    /// Reads what it says.
    fn read(&self) {
        self.said.get_or_init(|| match self.change.deps().is_empty() {
            true => late::envelope_in(self.change.bytes()),
            false => None,
        });
    }

    fn said(&self) -> Option<&Envelope> {
        self.read();
        self.said.get().and_then(Option::as_ref)
    }
}

/// A push that was read and tried.
pub(crate) struct Prepared {
    sender: Sender,
    /// The sender's roles then.
    roles: Roles,
    /// In the order in which the push first names each record.
    drafts: Vec<Draft>,
    unreadable: Vec<Unreadable>,
    /// How many changes there are in all.
    size: usize,
}

impl Prepared {
    /// Returns whether nothing was pushed.
    pub(crate) fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// How many changes were pushed.
    pub(crate) fn len(&self) -> usize {
        self.size
    }
}

/// The changes of one record, tried on its document as it was then.
struct Draft {
    record: RecordId,
    items: Vec<Item>,
    /// The record's newest change then; 0 when it was not here.
    tried_at: FeedSeq,
    /// What the sender had to do with the record then.
    access: RecordAccess,
    trial: Trial,
}

/// What tells of a change by itself that it may be one that must always be possible.
pub(crate) struct AlwaysPossible<'a> {
    catalogue: &'a Catalogue,
    /// What takes a consent back, and what decides on the record it stands in.
    fields: BTreeSet<&'a str>,
    /// By what a record decides on another.
    deciding: BTreeSet<&'a str>,
}

impl<'a> AlwaysPossible<'a> {
    pub(crate) fn of(catalogue: &'a Catalogue) -> Self {
        let rules = catalogue.types.values().filter_map(|known| known.decides.as_ref());
        Self {
            catalogue,
            fields: policy::always_possible_fields(catalogue),
            deciding: rules.map(|rules| rules.by.as_str()).collect(),
        }
    }

    /// Returns whether it takes a consent back, decides on a record, makes a record that does, or
    /// joins what stands side by side, as far as it tells. Asks nothing of what there is, so that
    /// the answer tells nothing of it; what it does to its record is asked when it is tried.
    pub(crate) fn may_be(&self, change: &RawChange) -> bool {
        if change.bytes().len() > ALWAYS_CHANGE_BYTES_MAX {
            return false;
        }
        let names = change.names();
        if change.deps().is_empty() {
            let decides = |envelope: Envelope| {
                let record_type = self.catalogue.record_type(&envelope.record_type);
                record_type.is_some_and(|known| known.decides.is_some())
            };
            return names.iter().any(|name| self.deciding.contains(name.as_str()))
                && late::envelope_in(change.bytes()).is_some_and(decides);
        }
        (change.ops() == 0 || !names.is_empty())
            && names.iter().all(|name| self.fields.contains(name.as_str()))
    }
}

/// Tries a push on the documents as they are now.
pub(crate) fn prepare(
    now: Timestamp,
    db: &Reading<'_>,
    context: &Context,
    sender: Sender,
    incoming: Incoming,
) -> Result<Prepared, StoreError> {
    let size = incoming.len();
    // A device that has nothing left of its day can make it try without end.
    let share = if incoming.in_the_day() == 0 { WRITER_SHARE } else { 1 };
    let Sorted { records, unreadable } = incoming.sorted();
    let roles = match records.is_empty() {
        true => Roles::default(),
        false => rights::roles(now, db, &context.catalogue, sender)?,
    };
    let author = Author::of(sender, &roles);
    let present = Present { now, db, context, keys: context.keyring.keys() };
    let mut budget = Budget::new(TRIAL_OPS_MAX / share);
    let known = db.record_rows(records.iter().map(|(record, _)| *record))?;
    let mut drafts = Vec::with_capacity(records.len());
    for (record, items) in records {
        let known = known.get(&record);
        let tried_at = position(known);
        let access = rights::access(now, db, &context.catalogue, author, known)?;
        let tried = Tried { record, known, access, items: &items };
        let trial = trial::run(present, author, tried, &mut budget)?;
        // What is kept of it is read here, where it costs nobody else anything.
        let refused = items.iter().zip(&trial.verdicts).filter(|(_, v)| v.is_refused());
        refused.for_each(|(item, _)| item.read());
        drafts.push(Draft { record, items, tried_at, access, trial });
    }
    Ok(Prepared { sender, roles, drafts, unreadable, size })
}

/// The code of a refusal of what will come again with the next request.
pub(crate) const RECONCILE_FIRST: &str = "reconcile_first";

/// The code of a refusal of what was not tried.
pub(crate) const PUT_OFF: &str = "put_off";

/// What becomes of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is stored with its record.
    Accepted,
    /// It was before.
    Known,
    /// It is not.
    Refused(Refused),
}

impl Verdict {
    fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl From<Verdict> for OutcomeV1 {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accepted => Self::Accepted,
            Verdict::Known => Self::Known,
            Verdict::Refused(refused) => refused.into(),
        }
    }
}

impl From<Refused> for OutcomeV1 {
    fn from(Refused { code, reason, about, retry }: Refused) -> Self {
        Self::Refused { code: code.to_owned(), reason, about, retry }
    }
}

fn position(known: Option<&RecordRow>) -> FeedSeq {
    known.map_or(FeedSeq(0), |known| known.last_seq)
}

/// What is tried again inside the transaction has everybody wait: a quarter must do.
const WRITER_SHARE: u64 = 4;

#[cfg(test)]
mod tests;
