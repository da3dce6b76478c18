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

use self::budget::cost_of_trial;
pub use self::budget::{Budget, cost_of};
pub use self::error::AdmissionError;
pub use self::guard::{guarded, is_guarded};
use self::history::History;
use self::objects::Objects;

mod budget;
mod error;
mod guard;
mod history;
mod objects;

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
    /// The bytes of that document, saved; 0 when there is none.
    pub saved_bytes: usize,
    /// One a change, in their order.
    pub outcomes: Vec<Result<Outcome, AdmissionError>>,
}

/// Applies one inspected change to a clone of a record's document.
///
/// The document in the answer is the one that was read back from its saved form, so it holds
/// nothing that the next start would not find. Costs O(document): several changes go through
/// [`apply_all`].
///
/// # Errors
/// When the change does not fit the document, or the document would not survive it.
pub fn apply(document: &Automerge, change: &RawChange) -> Result<Admission, AdmissionError> {
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
pub fn apply_new(change: &RawChange) -> Result<Automerge, AdmissionError> {
    let admissions = apply_all(None, std::slice::from_ref(change));
    admissions.outcomes.into_iter().try_for_each(|outcome| outcome.map(drop))?;
    admissions.document.ok_or(AdmissionError::Rejected)
}

/// Applies changes of one record in their order, each to what those before it left, and saves
/// and loads once for all of them. Pass no document for a record that does not exist yet.
///
/// One bad change does not stop the others, except those that follow it. The document given is
/// untouched.
pub fn apply_all(document: Option<&Automerge>, changes: &[RawChange]) -> Admissions {
    apply_all_within(document, changes, &mut Budget::unlimited())
}

/// The same within a budget. What does not fit into it, and everything after that, is refused as
/// [`AdmissionError::PutOff`].
pub fn apply_all_within(
    document: Option<&Automerge>,
    changes: &[RawChange],
    budget: &mut Budget,
) -> Admissions {
    let empty = Automerge::new();
    let given = document.unwrap_or(&empty);
    match guarded(|| Ok(History::of(given))) {
        Ok(history) => {
            let outcomes = Vec::with_capacity(changes.len());
            let mut batch = Batch {
                given,
                accepted: None,
                saved_bytes: 0,
                history,
                made: Objects::default(),
                outcomes,
                budget,
            };
            batch.admit(changes);
            let Batch { accepted: document, saved_bytes, outcomes, .. } = batch;
            Admissions { document, saved_bytes, outcomes }
        }
        // The document itself is beyond reading: nothing can be said of the changes.
        Err(refusal) => {
            let outcomes = changes.iter().map(|_| Err(refusal.clone())).collect();
            Admissions { document: None, saved_bytes: 0, outcomes }
        }
    }
}

/// A batch being admitted, in order.
struct Batch<'a> {
    given: &'a Automerge,
    accepted: Option<Automerge>,
    saved_bytes: usize,
    history: History,
    /// The objects made by what is in the history and not in the document yet.
    made: Objects,
    outcomes: Vec<Result<Outcome, AdmissionError>>,
    budget: &'a mut Budget,
}

impl Batch<'_> {
    /// Admits all of these with one trial; when it fails, each part by itself. One bad change
    /// among a thousand then costs twenty trials, not a thousand.
    fn admit(&mut self, changes: &[RawChange]) {
        if !self.has_news(changes) {
            self.outcomes.extend(changes.iter().map(|_| Ok(Outcome::Known)));
            return;
        }
        if !self.budget.take(cost_of_trial(self.document(), changes)) {
            self.put_off(changes);
            return;
        }
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
        self.made = Objects::default();
        if parsed.is_empty() {
            return;
        }
        match guarded(|| trial(self.document(), parsed, &self.history.heads())) {
            Ok((document, bytes)) => {
                self.accepted = Some(document);
                self.saved_bytes = bytes;
            }
            Err(refusal) => {
                self.history = before;
                self.outcomes.truncate(told);
                if changes.len() > 1 {
                    let cost = cost_of_trial(self.document(), changes);
                    let (first, second) = changes.split_at(self.budget.split(cost, changes.len()));
                    self.admit(first);
                    self.admit(second);
                } else {
                    self.outcomes.push(Err(refusal));
                }
            }
        }
    }

    fn has_news(&self, changes: &[RawChange]) -> bool {
        changes.iter().any(|change| !self.history.contains(change.hash()))
    }

    /// Tells what is known and nothing of the rest.
    fn put_off(&mut self, changes: &[RawChange]) {
        let history = &self.history;
        let outcome = |change: &RawChange| match history.contains(change.hash()) {
            true => Ok(Outcome::Known),
            false => Err(AdmissionError::PutOff),
        };
        self.outcomes.extend(changes.iter().map(outcome));
    }

    /// Checks all that can be checked without applying, and counts the change as there. `None`
    /// when it was there before.
    fn stage(&mut self, change: &RawChange) -> Result<Option<Change>, AdmissionError> {
        if self.history.contains(change.hash()) {
            return Ok(None);
        }
        self.history.place(change)?;
        let (made, parsed) =
            guarded(|| Ok((self.made.check(self.document(), change)?, parse(change)?)))?;
        self.made.extend(made);
        self.history.insert(change);
        Ok(Some(parsed))
    }

    fn document(&self) -> &Automerge {
        self.accepted.as_ref().unwrap_or(self.given)
    }
}

/// Has Automerge read the change, and holds what it read against what we read.
fn parse(change: &RawChange) -> Result<Change, AdmissionError> {
    const DISAGREES: AdmissionError =
        AdmissionError::Change(ChangeProblem::Malformed { part: "read differently by automerge" });
    let parsed = Change::try_from(change.bytes())
        .map_err(|_| AdmissionError::Change(ChangeProblem::Malformed { part: "operations" }))?;
    let agrees = ChangeHash::from(parsed.hash()) == change.hash()
        && parsed.raw_bytes() == change.bytes()
        && parsed.len() as u64 == change.ops()
        && parsed.actor_id().to_bytes() == change.actor().to_bytes()
        && parsed.deps().len() == change.deps().len();
    if agrees { Ok(parsed) } else { Err(DISAGREES) }
}

/// Applies to a clone, saves it, loads that, and answers with what was loaded and how much it was.
fn trial(
    document: &Automerge,
    changes: Vec<Change>,
    heads: &[automerge::ChangeHash],
) -> Result<(Automerge, usize), AdmissionError> {
    let mut applied = document.clone();
    applied.apply_changes(changes).map_err(|_| AdmissionError::Rejected)?;
    if applied.get_heads() != heads {
        return Err(AdmissionError::Rejected);
    }
    // Not deflated: faster both ways, and the size is then also a bound on the memory that
    // loading takes.
    let saved = applied.save_nocompress();
    if saved.len() > RECORD_BYTES_MAX {
        return Err(AdmissionError::RecordTooLarge);
    }
    let loaded = Automerge::load(&saved).map_err(|_| AdmissionError::Unloadable)?;
    if loaded.get_heads() == heads {
        Ok((loaded, saved.len()))
    } else {
        Err(AdmissionError::Unloadable)
    }
}

#[cfg(test)]
mod tests {
    use automerge::transaction::{Transactable, Transaction};
    use automerge::{AutomergeError, ExpandedChange, ObjType, ROOT, ReadDoc};

    use super::*;
    use crate::ids::{ActorId, DeviceId};

    fn actor(number: u8) -> ActorId {
        ActorId { device: DeviceId::from_bytes([number; 16]), generation: [number; 8] }
    }

    fn edit(
        document: &mut Automerge,
        number: u8,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
    ) -> Change {
        document.set_actor(actor(number).into());
        document.transact(work).unwrap();
        document.get_last_local_change().unwrap()
    }

    fn raw(change: &Change) -> RawChange {
        RawChange::inspect(change.raw_bytes()).unwrap()
    }

    /// The change with something changed in it, whole again under its new hash.
    fn forged(change: &Change, forge: impl FnOnce(&mut ExpandedChange)) -> RawChange {
        let mut expanded = change.decode();
        forge(&mut expanded);
        raw(&Change::from(expanded))
    }

    fn record() -> Automerge {
        let mut document = Automerge::new();
        edit(&mut document, 1, |tx| tx.put_object(ROOT, "fields", ObjType::Map).map(drop));
        document
    }

    fn refusal(document: &Automerge, change: &RawChange) -> &'static str {
        apply(document, change).map_or_else(|refusal| refusal.code(), |_| "accepted")
    }

    #[test]
    fn a_first_change_makes_a_record_and_is_then_known() {
        let mut document = Automerge::new();
        let change = raw(&edit(&mut document, 1, |tx| tx.put(ROOT, "type", "encounter")));
        let made = apply_new(&change).unwrap();
        assert_eq!(made.get_heads(), document.get_heads());
        assert_eq!(made.hydrate(None), document.hydrate(None));
        assert!(matches!(apply(&made, &change), Ok(Admission::Known)));
    }

    #[test]
    fn a_change_that_leaves_its_own_previous_one_out_is_refused() {
        let document = record();
        let mut theirs = document.clone();
        edit(&mut theirs, 2, |tx| tx.put(ROOT, "a", 1));
        let second = edit(&mut theirs.clone(), 2, |tx| tx.put(ROOT, "b", 2));
        let change = forged(&second, |change| {
            change.deps = document.get_heads();
            change.start_op = 2.try_into().unwrap();
        });
        assert_eq!(refusal(&theirs, &change), "own_change_not_followed");
        assert_eq!(refusal(&theirs, &raw(&second)), "accepted");
    }

    #[test]
    fn a_change_may_only_refer_to_what_it_follows() {
        let document = record();
        let mut ours = document.clone();
        edit(&mut ours, 1, |tx| tx.put_object(ROOT, "more", ObjType::Map).map(drop));
        let theirs = edit(&mut ours.clone(), 2, |tx| {
            tx.put(ROOT, "first", 1)?;
            let (_, more) = tx.get(ROOT, "more")?.unwrap();
            tx.put(&more, "second", 2)
        });
        // The map is in the record, and its counter is lower than that of the operation on it.
        let change = forged(&theirs, |change| {
            change.deps = document.get_heads();
            change.start_op = 2.try_into().unwrap();
        });
        assert_eq!(refusal(&ours, &change), "unknown_operation");
        assert_eq!(refusal(&ours, &raw(&theirs)), "accepted");
    }

    #[test]
    fn an_actor_that_says_two_things_under_one_number_is_refused() {
        let document = record();
        let [one, other] = ["one", "other"]
            .map(|text| raw(&edit(&mut document.clone(), 2, |tx| tx.put(ROOT, "a", text))));
        let admissions = apply_all(Some(&document), &[one.clone(), other, one]);
        assert_eq!(
            admissions.outcomes,
            [
                Ok(Outcome::Accepted),
                Err(AdmissionError::Equivocation { seq: 1 }),
                Ok(Outcome::Known)
            ]
        );
    }

    #[test]
    fn bad_changes_are_found_in_a_batch_and_only_those_and_their_followers_refused() {
        let document = record();
        // Device 2 writes twenty changes; devices 3 and 4 write one each that replaces another
        // key's value, which only Automerge finds out, and device 5 one on top of a bad one.
        let mut good = document.clone();
        let mut batch: Vec<_> =
            (0..20).map(|i| raw(&edit(&mut good, 2, |tx| tx.put(ROOT, "n", i)))).collect();
        for number in [3, 4] {
            let change = edit(&mut document.clone(), number, |tx| tx.put(ROOT, "a", 1));
            let bad = forged(&change, |change| {
                let fields = automerge::legacy::OpId(1, actor(1).into());
                change.operations[0].pred = vec![fields].into();
            });
            batch.insert(usize::from(number) * 4, bad);
        }
        let follower = edit(&mut document.clone(), 5, |tx| tx.put(ROOT, "after", 1));
        let bad = batch[12].hash();
        batch.push(forged(&follower, |change| {
            change.deps = vec![bad.into()];
            change.start_op = 3.try_into().unwrap();
        }));

        let admissions = apply_all(Some(&document), &batch);
        assert_eq!(admissions.document.unwrap().get_heads(), good.get_heads());
        let refused: Vec<_> = admissions
            .outcomes
            .iter()
            .enumerate()
            .filter_map(|(index, outcome)| Some((index, outcome.as_ref().err()?.code())))
            .collect();
        assert_eq!(refused, [(12, "poisoned"), (16, "poisoned"), (22, "missing_dependencies")]);
    }

    /// Twenty sound changes of one device, and after each fourth one that only Automerge refuses.
    fn mixed(document: &Automerge) -> (Vec<RawChange>, Automerge) {
        let mut good = document.clone();
        let mut batch = Vec::new();
        for number in 0..20 {
            batch.push(raw(&edit(&mut good, 2, |tx| tx.put(ROOT, "n", i64::from(number)))));
            if number % 4 == 3 {
                let change = edit(&mut document.clone(), 10 + number, |tx| tx.put(ROOT, "a", 1));
                batch.push(forged(&change, |change| {
                    let fields = automerge::legacy::OpId(1, actor(1).into());
                    change.operations[0].pred = vec![fields].into();
                }));
            }
        }
        (batch, good)
    }

    #[test]
    fn a_budget_that_is_just_enough_settles_everything_and_one_less_puts_the_last_off() {
        let document = record();
        let (mixed, _) = mixed(&document);
        // The bad one first: a trial of both, one of each.
        let batch = [mixed[4].clone(), mixed[0].clone()];
        let mut plenty = Budget::new(1_000_000);
        let all = apply_all_within(Some(&document), &batch, &mut plenty);
        assert_eq!(all.outcomes, [Err(AdmissionError::Poisoned), Ok(Outcome::Accepted)]);
        let needed = 1_000_000 - plenty.left();

        let mut enough = Budget::new(needed);
        let settled = apply_all_within(Some(&document), &batch, &mut enough);
        assert_eq!(settled.outcomes, all.outcomes);
        assert_eq!((enough.left(), enough.is_exhausted()), (0, false));

        let mut short = Budget::new(needed - 1);
        let settled = apply_all_within(Some(&document), &batch, &mut short);
        assert_eq!(settled.outcomes, [Err(AdmissionError::Poisoned), Err(AdmissionError::PutOff)]);
        assert!(short.is_exhausted() && AdmissionError::PutOff.retry_after_pull());
    }

    #[test]
    fn whatever_the_budget_nothing_is_refused_for_want_of_what_was_put_off() {
        let document = record();
        let (batch, good) = mixed(&document);
        let all = apply_all(Some(&document), &batch).outcomes;
        for ops in (0..400).step_by(7) {
            // Sent again and again, as a device does, with what was refused left out.
            let (mut present, mut left) = (document.clone(), batch.clone());
            let mut refused = Vec::new();
            while !left.is_empty() {
                let mut budget = Budget::new(ops);
                let mut admitted = apply_all_within(Some(&present), &left, &mut budget);
                if admitted.outcomes.iter().all(|outcome| *outcome == Err(AdmissionError::PutOff)) {
                    budget.allow_one();
                    admitted = apply_all_within(Some(&present), &left[..1], &mut budget);
                }
                present = admitted.document.unwrap_or(present);
                let outcomes = admitted.outcomes.into_iter().map(Some);
                let outcomes = outcomes.chain(std::iter::repeat(None));
                let before = left.len();
                let mut again = Vec::new();
                for (change, outcome) in left.into_iter().zip(outcomes) {
                    match outcome {
                        None | Some(Err(AdmissionError::PutOff)) => again.push(change),
                        Some(Ok(_)) => {}
                        Some(Err(refusal)) => refused.push(refusal),
                    }
                }
                left = again;
                assert!(left.len() < before, "{ops}: every round comes a step further");
            }
            assert_eq!(present.get_heads(), good.get_heads(), "{ops}");
            let expected = all.iter().filter_map(|outcome| outcome.as_ref().err());
            assert!(refused.iter().eq(expected), "{ops}: {refused:?}");
        }
    }

    #[test]
    fn nothing_accepted_gives_no_document() {
        let document = record();
        let change = raw(&edit(&mut document.clone(), 2, |tx| tx.put(ROOT, "a", 1)));
        assert!(apply_all(None, std::slice::from_ref(&change)).document.is_none());
        assert!(apply_all(Some(&document), &[]).document.is_none());
        let refusal = apply_new(&change).unwrap_err();
        assert_eq!(
            refusal,
            AdmissionError::MissingDependencies { missing: change.deps().to_vec() }
        );
        assert!(refusal.retry_after_pull());
    }
}
