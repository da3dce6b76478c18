//! Rebasing a record's own changes: when one is refused those that follow it cannot stand, but what
//! their author meant still can.

use std::collections::{BTreeMap, BTreeSet};

use rand::Rng;

use model::change::RawChange;
use model::document::Document;
use model::ids::{ActorId, ChangeHash, RecordId};
use model::time::Timestamp;

use super::outbox::{Intent, Touched};
use super::rebuild::{ChangeRow, made_at};
use super::{StoreError, Writer};

impl Writer<'_> {
    /// Builds the record's document from its sound changes, and makes those of our own that cannot
    /// stand on them anew, from their intents and under a new actor. Returns how many.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remake(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        record: RecordId,
    ) -> Result<usize, StoreError> {
        let remade = self.rebase(now, rng, record, Cause::Unsound)?;
        self.refresh_states(Touched::from([record]))?;
        Ok(remade)
    }

    /// Rebases as [`Writer::remake`] does, and leaves the record's state to the caller. What can
    /// neither stand nor be made anew is kept in quarantine.
    pub(super) fn rebase(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        record: RecordId,
        cause: Cause,
    ) -> Result<usize, StoreError> {
        let rows = self.change_rows(record)?;
        let intents = self.intents(record)?;
        let Sorted { mut document, sound, fallen } = sort(&rows, cause);
        if sound.is_empty() {
            // Not even the change that made the record: nothing can be built.
            return Ok(0);
        }
        let (gone, fallen): (Vec<_>, Vec<_>) =
            fallen.into_iter().partition(|row| cause == Cause::Dropped(row.hash));
        let (ours, lost): (Vec<_>, Vec<_>) =
            fallen.into_iter().partition(|row| intents.contains_key(&row.number));
        self.quarantine_lost(now, record, &lost)?;
        for row in gone.iter().chain(&ours).chain(&lost) {
            self.execute("DELETE FROM changes WHERE number = ?1", [row.number])?;
        }
        self.execute("DELETE FROM snapshots WHERE record = ?1", [record.as_bytes()])?;
        self.recount_check(record)?;
        let actor = ActorId::generate(rng, self.device());
        self.put_actor(record, actor)?;

        let mut remade = Vec::new();
        for row in ours {
            let Some(intent) = intents.get(&row.number) else { continue };
            let folds = document.fold_heads(intent.at, actor)?;
            remade.extend(folds.into_iter().map(|fold| (fold, Intent::nothing(intent.at))));
            match document.edit_again(intent.at, actor, self.catalogue(), &intent.edits) {
                Ok(Some(change)) => remade.push((change, intent.clone())),
                Ok(None) => {}
                Err(_) => self.quarantine_own(now, record, row, intent)?,
            }
        }
        let newest = sound.iter().map(made_at).max().unwrap_or_default();
        let newest = remade.iter().map(|(_, intent)| intent.at).fold(newest, Timestamp::max);
        self.put_record(&document, newest)?;
        for (change, intent) in &remade {
            self.put_own_change(record, change, intent)?;
        }
        Ok(remade.len())
    }

    /// Keeps changes that fall and that nobody here can make anew: another wrote them, or the server
    /// acknowledged and lost them. Their bytes are all there is of them.
    fn quarantine_lost(
        &self,
        now: Timestamp,
        record: RecordId,
        lost: &[&ChangeRow],
    ) -> Result<(), StoreError> {
        let handed_back = self.handed_back(record)?;
        let reason = "it follows a change that was refused";
        for row in lost {
            if handed_back.contains(&row.number) {
                // The server does not have it either: it comes from there once it does.
                let why = (FOLLOWS_REFUSED, reason);
                self.quarantine_anothers(now, record, row.hash, &row.bytes, why)?;
            } else {
                self.quarantine_incoming(now, record, row.hash, &row.bytes, (MISSING, reason))?;
            }
        }
        Ok(())
    }

    fn intents(&self, record: RecordId) -> Result<BTreeMap<i64, Intent>, StoreError> {
        let sql = "SELECT number, intent FROM outbox WHERE record = ?1 AND intent IS NOT NULL";
        let intents = self
            .query(sql, [record.as_bytes()], |row| Ok((row.get(0)?, super::rows::json(row, 1)?)))?;
        Ok(intents.into_iter().collect())
    }

    /// Lists what the server once had of the record and lost, and waits to be handed back.
    fn handed_back(&self, record: RecordId) -> Result<BTreeSet<i64>, StoreError> {
        let sql = "SELECT number FROM outbox WHERE record = ?1 AND intent IS NULL";
        let numbers = self.query(sql, [record.as_bytes()], |row| row.get(0))?;
        Ok(numbers.into_iter().collect())
    }

    fn quarantine_own(
        &self,
        now: Timestamp,
        record: RecordId,
        row: &ChangeRow,
        intent: &Intent,
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO quarantine
                (kind, hash, record, type, anchor, compartment, bytes, intent, code, reason, at)
            SELECT 'own', ?2, id, type, anchor, compartment, ?3, ?4, ?5, ?6, ?7
            FROM records WHERE id = ?1";
        let reason = "it could not be made anew after a change before it was refused";
        let at = now.as_millis();
        let id = record.as_bytes();
        let text = intent.to_text()?;
        self.execute(sql, rusqlite::params![id, row.hash.0, row.bytes, text, MISSING, reason, at])
            .map(drop)
    }

    pub(super) fn recount_check(&self, record: RecordId) -> Result<(), StoreError> {
        let rows = self.change_rows(record)?;
        let acknowledged = rows.iter().filter(|row| row.acknowledged).map(|row| &row.hash);
        let sum = model::wire::CheckV1::of(acknowledged);
        let count = i64::try_from(sum.count).unwrap_or(i64::MAX);
        let sql = "UPDATE records SET check_count = ?2, check_xor = ?3 WHERE id = ?1";
        self.execute(sql, rusqlite::params![record.as_bytes(), count, sum.xor]).map(drop)
    }
}

/// Why changes of a record are made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Some do not stand on the others, as they are.
    Unsound,
    /// This change is gone for good.
    Dropped(ChangeHash),
    /// This change must become another one.
    Renewed(ChangeHash),
}

impl Cause {
    /// Returns whether it keeps this change from standing as it is.
    fn fells(self, change: ChangeHash) -> bool {
        match self {
            Self::Unsound => false,
            Self::Dropped(fallen) | Self::Renewed(fallen) => fallen == change,
        }
    }
}

/// What can stand, and what falls with a change that is gone.
struct Sorted<'a> {
    document: Document,
    sound: Vec<RawChange>,
    fallen: Vec<&'a ChangeRow>,
}

fn sort(rows: &[ChangeRow], cause: Cause) -> Sorted<'_> {
    let mut standing = BTreeSet::new();
    let (mut sound, mut fallen) = (Vec::new(), Vec::new());
    for row in rows {
        match RawChange::inspect(&row.bytes) {
            Ok(change)
                if !cause.fells(row.hash)
                    && change.deps().iter().all(|dep| standing.contains(dep)) =>
            {
                standing.insert(row.hash);
                sound.push((row, change));
            }
            _ => fallen.push(row),
        }
    }
    if let Ok(document) = Document::from_changes(sound.iter().map(|(_, change)| change.bytes())) {
        let sound = sound.into_iter().map(|(_, change)| change).collect();
        return Sorted { document, sound, fallen };
    }
    // One of them does not apply: find it, one by one.
    let mut document = Document::from(automerge::Automerge::new());
    let mut applied = Vec::new();
    for (row, change) in sound {
        match document.apply([change.bytes()]) {
            Ok(()) => applied.push(change),
            Err(_) => fallen.push(row),
        }
    }
    fallen.sort_by_key(|row| row.number);
    Sorted { document, sound: applied, fallen }
}

const MISSING: &str = "missing_dependencies";

/// Why what another wrote, and the server lost, is not in its record here.
const FOLLOWS_REFUSED: &str = "follows_refused";
