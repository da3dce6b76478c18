//! What the server sends: changes of records, each of which is kept whatever becomes of the others.

use std::collections::BTreeSet;

use rand::Rng;
use sha2::{Digest, Sha256};

use model::change::RawChange;
use model::document::Document;
use model::ids::{ChangeHash, RecordId, Scope, TypeName};
use model::record::Envelope;
use model::time::Timestamp;
use model::wire::{ChunkV1, RecordUpdateV1};

use super::outbox::Touched;
use super::read_model::Projection;
use super::rebase::Cause;
use super::rebuild::{Loaded, made_at};
use super::rows::FromRow;
use super::{StoreError, Writer};

/// What became of an update.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// Changes that are new here.
    pub stored: usize,
    /// Changes of the outbox that the server turns out to have.
    pub acknowledged: usize,
    /// Changes that do not apply: set aside, and their record is asked for whole.
    pub set_aside: usize,
    /// Whether the record then held what the server says it should. True when it says nothing.
    pub check_holds: bool,
}

/// The record that changes are said to belong to.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    /// The record.
    pub record: RecordId,
    /// Its type.
    pub record_type: &'a TypeName,
    /// Its scope.
    pub scope: &'a Scope,
}

impl Writer<'_> {
    /// Takes one update of a pull, and compares the check that came with it: when it does not
    /// hold the record is asked for whole with the next sync.
    ///
    /// # Errors
    /// When the store fails. What is wrong with the update itself is set aside instead.
    pub fn apply_update(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        update: &RecordUpdateV1,
    ) -> Result<Applied, StoreError> {
        let destination = Destination {
            record: update.record,
            record_type: &update.record_type,
            scope: &update.scope,
        };
        // A grant has come after the revocation: what is sent again is not to be dropped.
        self.cancel_revocation(&update.scope)?;
        self.confirm(&update.scope)?;
        let taken = self.whole_or_nothing(|writer| match &update.chunk {
            ChunkV1::Snapshot(bytes) => writer.apply_snapshot(now, rng, destination, bytes),
            ChunkV1::Changes(changes) => writer.apply_changes(now, rng, destination, changes),
        });
        let mut applied = match taken {
            Ok(applied) => applied,
            // The record, not the store: what is held of it does not take what came.
            Err(StoreError::Document(_) | StoreError::Unreadable { .. }) => {
                self.set_update_aside(now, update)?
            }
            Err(other) => return Err(other),
        };
        if let Some(check) = update.check {
            let held = self.check_of(update.record)?.unwrap_or_default();
            applied.check_holds = held == check;
            if !applied.check_holds {
                self.mark_refetch(update.record)?;
            }
        }
        Ok(applied)
    }

    /// Takes changes that the server has.
    ///
    /// # Errors
    /// When the store fails.
    pub fn apply_changes<B: AsRef<[u8]>>(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        to: Destination<'_>,
        changes: &[B],
    ) -> Result<Applied, StoreError> {
        let mut set_aside = 0;
        let mut arriving = Vec::with_capacity(changes.len());
        for bytes in changes {
            match RawChange::inspect(bytes.as_ref()) {
                Ok(change) => arriving.push(change),
                Err(problem) => {
                    set_aside += 1;
                    let why = (problem.code(), "the change cannot be read");
                    let bytes = bytes.as_ref();
                    self.quarantine_incoming(now, to.record, stand_in_hash(bytes), bytes, why)?;
                }
            }
        }
        let mut applied = self.take(now, rng, to, arriving, None)?;
        applied.set_aside += set_aside;
        Ok(applied)
    }

    /// Takes a saved document of the server's: every change in it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn apply_snapshot(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        to: Destination<'_>,
        bytes: &[u8],
    ) -> Result<Applied, StoreError> {
        let Ok(document) = Document::load(bytes) else {
            let why = ("damaged", "the saved document cannot be read");
            self.quarantine_incoming(now, to.record, stand_in_hash(bytes), bytes, why)?;
            return Ok(Applied { set_aside: 1, check_holds: true, ..Applied::default() });
        };
        let changes = document.changes();
        let arriving: Vec<_> =
            changes.iter().filter_map(|change| RawChange::inspect(&change.bytes).ok()).collect();
        let whole = (arriving.len() == changes.len()).then_some(document);
        self.take(now, rng, to, arriving, whole)
    }

    /// `whole` is the document of exactly these changes, if there is one at hand.
    fn take(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        to: Destination<'_>,
        mut arriving: Vec<RawChange>,
        whole: Option<Document>,
    ) -> Result<Applied, StoreError> {
        let mut held = self.held_hashes(to.record)?;
        let first = held.is_empty();
        let waiting = self.waiting_for_others(to.record)?;
        let whole = whole.filter(|_| first && waiting.is_empty());
        arriving.extend(waiting);
        let was_refused = self.is_refused(to.record)?;
        let mut acknowledged = 0;
        for change in arriving.iter().filter(|change| held.contains(&change.hash())) {
            let known = self.acknowledge(&change.hash())?;
            acknowledged += usize::from(known.is_some_and(|known| known.waited));
        }
        if was_refused && !self.is_refused(to.record)? && self.offer_rest(now, rng, to.record)? {
            held = self.held_hashes(to.record)?;
        }
        arriving.retain(|change| !held.contains(&change.hash()));
        let (ready, early) = in_order(&mut held, arriving);
        for change in &early {
            let why = ("missing_dependencies", "it follows a change that is not here");
            self.quarantine_incoming(now, to.record, change.hash(), change.bytes(), why)?;
        }
        let set_aside = early.len();
        let mut applied = Applied { stored: 0, acknowledged, set_aside, check_holds: true };
        if !ready.is_empty() {
            let trial = match whole {
                Some(document) => Trial { loaded: Loaded { document, tail: 0 }, good: ready },
                None => self.try_changes(now, rng, to.record, ready, &mut applied)?,
            };
            self.keep(now, to, trial, &mut applied)?;
        }
        self.refresh_states(Touched::from([to.record]))?;
        Ok(applied)
    }

    /// Applies the changes to the record's document, one by one when they do not go together.
    fn try_changes(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        record: RecordId,
        ready: Vec<RawChange>,
        applied: &mut Applied,
    ) -> Result<Trial, StoreError> {
        let mut loaded = self.load_or_empty(record)?;
        if loaded.document.apply(ready.iter().map(RawChange::bytes)).is_ok() {
            return Ok(Trial { loaded, good: ready });
        }
        let mut good = Vec::new();
        for change in ready {
            if loaded.document.apply([change.bytes()]).is_ok() {
                good.push(change);
                continue;
            }
            // This store and its copy wrote under one actor, and the server took the copy's
            // change: ours is made anew under another.
            if let Some(twin) = self.own_twin(record, &change)? {
                self.rebase(now, rng, record, Cause::Renewed(twin))?;
                loaded = self.load_or_empty(record)?;
                let again = good.iter().chain([&change]).map(RawChange::bytes);
                if loaded.document.apply(again).is_ok() {
                    good.push(change);
                    continue;
                }
            }
            applied.set_aside += 1;
            self.quarantine_incoming(now, record, change.hash(), change.bytes(), DOES_NOT_APPLY)?;
        }
        Ok(Trial { loaded, good })
    }

    fn keep(
        &mut self,
        now: Timestamp,
        to: Destination<'_>,
        trial: Trial,
        applied: &mut Applied,
    ) -> Result<(), StoreError> {
        let Trial { loaded: Loaded { document, tail }, good } = trial;
        if good.is_empty() {
            return Ok(());
        }
        let projection = Projection::of(self.catalogue(), &document);
        let belongs = |envelope: &Envelope| {
            envelope.record == to.record
                && envelope.record_type == *to.record_type
                && envelope.scope() == *to.scope
        };
        let belongs = match &projection {
            Ok(projection) => belongs(&projection.envelope),
            Err(_) => document.envelope().is_ok_and(|envelope| belongs(&envelope)),
        };
        if !belongs {
            applied.set_aside += good.len();
            for change in &good {
                let why = ("foreign_record", "the change is not of the record it came for");
                self.quarantine_incoming(now, to.record, change.hash(), change.bytes(), why)?;
            }
            return Ok(());
        }
        let newest = good.iter().map(made_at).max().unwrap_or_default();
        self.put_projection(&projection?, newest)?;
        for change in &good {
            self.put_acknowledged(to.record, change)?;
        }
        applied.stored += good.len();
        self.snapshot_if_due(to.record, &document, tail + good.len())
    }

    fn set_update_aside(
        &self,
        now: Timestamp,
        update: &RecordUpdateV1,
    ) -> Result<Applied, StoreError> {
        let pieces: Vec<&[u8]> = match &update.chunk {
            ChunkV1::Snapshot(bytes) => vec![bytes],
            ChunkV1::Changes(changes) => changes.iter().map(|change| &change[..]).collect(),
        };
        for bytes in &pieces {
            let change = RawChange::inspect(bytes);
            let hash = change.map_or_else(|_| stand_in_hash(bytes), |change| change.hash());
            self.quarantine_incoming(now, update.record, hash, bytes, DOES_NOT_APPLY)?;
        }
        Ok(Applied { set_aside: pieces.len(), check_holds: true, ..Applied::default() })
    }

    fn load_or_empty(&self, record: RecordId) -> Result<Loaded, StoreError> {
        let empty = || Loaded { document: Document::from(automerge::Automerge::new()), tail: 0 };
        Ok(self.load_document(record)?.unwrap_or_else(empty))
    }

    /// Changes of the record that came before those they follow.
    fn waiting_for_others(&self, record: RecordId) -> Result<Vec<RawChange>, StoreError> {
        let sql = "SELECT bytes FROM quarantine
                   WHERE record = ?1 AND kind = 'incoming' AND code = 'missing_dependencies'
                   ORDER BY number";
        let waiting = self.query(sql, [record.as_bytes()], |row| row.get::<_, Vec<u8>>(0))?;
        Ok(waiting.iter().filter_map(|bytes| RawChange::inspect(bytes).ok()).collect())
    }

    /// A change of our own that is not acknowledged and has the same number of the same actor.
    fn own_twin(
        &self,
        record: RecordId,
        other: &RawChange,
    ) -> Result<Option<ChangeHash>, StoreError> {
        let sql = "SELECT changes.hash, changes.bytes FROM outbox JOIN changes USING (number)
                   WHERE outbox.record = ?1 AND outbox.intent IS NOT NULL ORDER BY number";
        let own = self.query(sql, [record.as_bytes()], |row| {
            Ok((ChangeHash::from_row(row, 0)?, row.get::<_, Vec<u8>>(1)?))
        })?;
        Ok(own.into_iter().find_map(|(hash, bytes)| {
            let change = RawChange::inspect(&bytes).ok()?;
            (change.actor() == other.actor() && change.seq() == other.seq()).then_some(hash)
        }))
    }
}

const DOES_NOT_APPLY: (&str, &str) =
    ("does_not_apply", "the change does not apply to the record here");

/// Names bytes that are no change, so that two of them are two.
fn stand_in_hash(bytes: &[u8]) -> ChangeHash {
    ChangeHash(Sha256::digest(bytes).into())
}

/// A document with the changes that went into it.
struct Trial {
    loaded: Loaded,
    good: Vec<RawChange>,
}

/// Sorts changes so that each comes after those it follows; second, those that cannot.
fn in_order(
    held: &mut BTreeSet<ChangeHash>,
    mut arriving: Vec<RawChange>,
) -> (Vec<RawChange>, Vec<RawChange>) {
    let mut ready = Vec::with_capacity(arriving.len());
    loop {
        let before = ready.len();
        let mut later = Vec::new();
        for change in arriving {
            if held.contains(&change.hash()) {
                continue; // Twice in one answer.
            }
            if change.deps().iter().all(|dep| held.contains(dep)) {
                held.insert(change.hash());
                ready.push(change);
            } else {
                later.push(change);
            }
        }
        if later.is_empty() || ready.len() == before {
            return (ready, later);
        }
        arriving = later;
    }
}
