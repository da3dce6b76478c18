//! What a server lets into a record: one inspected change at a time, or many, trusting nothing.
//!
//! Automerge applies changes that it should refuse, panics on others, and accepts some that leave
//! a document which can be saved but never loaded again. So everything is decided before or
//! after it, never by it: the change's place in the history from metadata alone, then a trial on
//! a clone that has to survive being saved and loaded. The caller still checks who the sender is
//! (`change.actor().device`), what it may do, and the catalogue.

use automerge::{Automerge, Change};

use crate::change::{ChangeProblem, RawChange};
use crate::ids::ChangeHash;
use crate::limits::RECORD_BYTES_MAX;

use self::depth::Depths;
use self::guard::guarded;
pub use self::guard::is_guarded;
use self::history::History;
pub use self::refusal::Refusal;

mod depth;
mod guard;
mod history;
mod refusal;

/// What became of a change that was not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the document now.
    Accepted,
    /// It was there before. A device may repeat what it is not sure it said.
    Known,
}

/// What became of one change, with the record as it is then.
#[derive(Debug, Clone)]
pub enum Admission {
    /// The document with the change.
    Accepted(Box<Automerge>),
    /// The document has it already.
    Known,
}

/// What became of several changes of one record.
#[derive(Debug, Clone)]
pub struct Admissions {
    /// The document with all that was accepted; `None` when nothing was.
    pub document: Option<Automerge>,
    /// One a change, in their order.
    pub outcomes: Vec<Result<Outcome, Refusal>>,
}

/// Applies one inspected change to a clone of a record's document.
///
/// The document in the answer is the one that was read back from its saved form, so it holds
/// nothing that the next start would not find. Costs O(document): several changes go through
/// [`apply_all`].
///
/// # Errors
/// When the change does not fit the document, or the document would not survive it.
pub fn apply(document: &Automerge, change: &RawChange) -> Result<Admission, Refusal> {
    let admissions = apply_all(Some(document), std::slice::from_ref(change));
    admissions.outcomes.into_iter().try_for_each(|outcome| outcome.map(drop))?;
    let accepted = admissions.document.map(|document| Admission::Accepted(Box::new(document)));
    Ok(accepted.unwrap_or(Admission::Known))
}

/// Makes a record of its first change: one without dependencies, its actor's first, whose
/// operations count from 1.
///
/// # Errors
/// When it is not that, or makes no document that survives.
pub fn apply_new(change: &RawChange) -> Result<Automerge, Refusal> {
    let admissions = apply_all(None, std::slice::from_ref(change));
    admissions.outcomes.into_iter().try_for_each(|outcome| outcome.map(drop))?;
    admissions.document.ok_or(Refusal::Rejected)
}

/// Applies changes of one record in their order, each to what those before it left, and saves
/// and loads once for all of them. Pass no document for a record that does not exist yet.
///
/// One bad change does not stop the others, except those that follow it. The document given is
/// untouched.
pub fn apply_all(document: Option<&Automerge>, changes: &[RawChange]) -> Admissions {
    let empty = Automerge::new();
    let given = document.unwrap_or(&empty);
    match guarded(|| Ok(History::of(given))) {
        Ok(history) => {
            let outcomes = Vec::with_capacity(changes.len());
            let mut batch =
                Batch { given, accepted: None, history, made: Depths::default(), outcomes };
            batch.admit(changes);
            Admissions { document: batch.accepted, outcomes: batch.outcomes }
        }
        // The document itself is beyond reading: nothing can be said of the changes.
        Err(refusal) => {
            let outcomes = changes.iter().map(|_| Err(refusal.clone())).collect();
            Admissions { document: None, outcomes }
        }
    }
}

/// A batch being admitted, in order.
struct Batch<'a> {
    given: &'a Automerge,
    accepted: Option<Automerge>,
    history: History,
    /// The objects made by what is in the history and not in the document yet.
    made: Depths,
    outcomes: Vec<Result<Outcome, Refusal>>,
}

impl Batch<'_> {
    /// Admits all of these with one trial; when it fails, each half by itself. One bad change
    /// among a thousand then costs twenty trials, not a thousand.
    fn admit(&mut self, changes: &[RawChange]) {
        let before = self.history.clone();
        let told = self.outcomes.len();
        let mut parsed = Vec::new();
        for change in changes {
            let outcome = self.stage(change).map(|staged| match staged {
                Some(staged) => {
                    parsed.push(staged);
                    Outcome::Accepted
                }
                None => Outcome::Known,
            });
            self.outcomes.push(outcome);
        }
        self.made = Depths::default();
        if parsed.is_empty() {
            return;
        }
        match guarded(|| trial(self.document(), parsed, &self.history.heads())) {
            Ok(document) => self.accepted = Some(document),
            Err(refusal) => {
                self.history = before;
                self.outcomes.truncate(told);
                if changes.len() > 1 {
                    let (first, second) = changes.split_at(changes.len() / 2);
                    self.admit(first);
                    self.admit(second);
                } else {
                    self.outcomes.push(Err(refusal));
                }
            }
        }
    }

    /// Checks all that can be checked without applying, and counts the change as there. `None`
    /// when it was there before.
    fn stage(&mut self, change: &RawChange) -> Result<Option<Change>, Refusal> {
        if self.history.contains(change.hash()) {
            return Ok(None);
        }
        self.history.place(change)?;
        let (made, parsed) =
            guarded(|| Ok((self.made.measure(self.document(), change)?, parse(change)?)))?;
        self.made.extend(made);
        self.history.insert(change);
        Ok(Some(parsed))
    }

    fn document(&self) -> &Automerge {
        self.accepted.as_ref().unwrap_or(self.given)
    }
}

/// Has Automerge read the change, and holds what it read against what we read.
fn parse(change: &RawChange) -> Result<Change, Refusal> {
    const DISAGREES: Refusal =
        Refusal::Change(ChangeProblem::Malformed { part: "read differently by automerge" });
    let parsed = Change::try_from(change.bytes())
        .map_err(|_| Refusal::Change(ChangeProblem::Malformed { part: "operations" }))?;
    let agrees = ChangeHash::from(parsed.hash()) == change.hash()
        && parsed.raw_bytes() == change.bytes()
        && parsed.len() as u64 == change.ops()
        && parsed.actor_id().to_bytes() == change.actor().to_bytes()
        && parsed.deps().len() == change.deps().len();
    if agrees { Ok(parsed) } else { Err(DISAGREES) }
}

/// Applies to a clone, saves it, loads that, and answers with what was loaded.
fn trial(
    document: &Automerge,
    changes: Vec<Change>,
    heads: &[automerge::ChangeHash],
) -> Result<Automerge, Refusal> {
    let mut applied = document.clone();
    applied.apply_changes(changes).map_err(|_| Refusal::Rejected)?;
    if applied.get_heads() != heads {
        return Err(Refusal::Rejected);
    }
    // Not deflated: faster both ways, and the size is then also a bound on the memory that
    // loading takes.
    let saved = applied.save_nocompress();
    if saved.len() > RECORD_BYTES_MAX {
        return Err(Refusal::RecordTooLarge);
    }
    let loaded = Automerge::load(&saved).map_err(|_| Refusal::Unloadable)?;
    if loaded.get_heads() == heads { Ok(loaded) } else { Err(Refusal::Unloadable) }
}
