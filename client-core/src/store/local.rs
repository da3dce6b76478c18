//! What the owner of this device writes.

use rand::Rng;
use rusqlite::params;

use model::change::RawChange;
use model::decision;
use model::document::{Document, DocumentError, EditError, NewChange};
use model::ids::{ActorId, CaseId, ChangeHash, RecordId, TypeName, UserId};
use model::policy::{self, Act, Channel, Consent, Edited, Person, Reach, Subject};
use model::record::{Edit, Envelope, Record};
use model::references::{self, Linked};
use model::time::Timestamp;

use super::outbox::{Intent, Touched};
use super::rows::{FromRow as _, code, scope};
use super::{Reader, StoreError, Writer};

/// What became of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It changed nothing.
    Nothing,
    /// It is this change.
    Change(ChangeHash),
}

/// What an edit comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The owner typed it.
    Hand,
    /// It follows from another record that decides, now or when it was made first.
    Decision,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LocalError {
    /// The record is not on this device.
    #[error("the record is not on this device")]
    NotFound,
    /// The server refused the record as a whole: nothing can be added to it.
    #[error("the server refused the record; it takes no more edits")]
    Refused,
    /// The owner may not do this.
    #[error(transparent)]
    Policy(#[from] policy::Denial),
    /// The edits do not fit.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Writer<'_> {
    /// Makes a record.
    ///
    /// # Errors
    /// When the envelope or an edit does not fit, or the store fails.
    pub fn create_record(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        envelope: &Envelope,
        edits: Vec<Edit>,
    ) -> Result<ChangeHash, LocalError> {
        let actor = ActorId::generate(rng, self.device());
        let (document, change) = Document::create(now, actor, self.catalogue(), envelope, &edits)?;
        let after = self.ask(now, None, &document)?;
        self.check_by_hand(None, &after)?;
        self.put_record(&document, now)?;
        self.put_actor(envelope.record, actor)?;
        let intent = Intent { at: now, creates: true, edits };
        self.put_own_change(envelope.record, &change, &intent)?;
        self.drop_once_more(&envelope.scope())?;
        self.decide(now, rng, None, &after)?;
        Ok(change.hash)
    }

    /// Edits a record in one change.
    ///
    /// # Errors
    /// When the record is not here, an edit does not fit, or the store fails.
    pub fn edit_record(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        record: RecordId,
        edits: Vec<Edit>,
    ) -> Result<Written, LocalError> {
        self.write_edits(now, rng, record, edits, By::Hand)
    }

    /// Edits a record as its owner does, or as follows from what they do.
    pub(super) fn write_edits(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        record: RecordId,
        edits: Vec<Edit>,
        by: By,
    ) -> Result<Written, LocalError> {
        if self.is_refused(record)? {
            return Err(LocalError::Refused);
        }
        let Some(mut loaded) = self.load_document(record)? else {
            return Err(LocalError::NotFound);
        };
        let actor = self.actor_for(rng, record)?;
        let before = loaded.document.record(self.catalogue()).map_err(StoreError::from)?;
        let folds = loaded.document.fold_heads(now, actor).map_err(StoreError::from)?;
        let edited = loaded.document.edit(now, actor, self.catalogue(), &edits)?;
        let Some(change) = edited else { return Ok(Written::Nothing) };
        let after = self.ask(now, Some(&before), &loaded.document)?;
        if by == By::Hand {
            self.check_by_hand(Some(&before), &after)?;
        }
        self.put_record(&loaded.document, now)?;
        for fold in &folds {
            self.put_own_change(record, fold, &Intent::nothing(now))?;
        }
        self.put_own_change(record, &change, &Intent { at: now, creates: false, edits })?;
        self.snapshot_if_due(record, &loaded.document, loaded.tail + folds.len() + 1)?;
        self.decide(now, rng, Some(&before), &after)?;
        Ok(Written::Change(change.hash))
    }

    /// Takes a record back that was made by this change, as if it had never been. Returns whether it
    /// could: nothing of it is on its way, and nothing was written after it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn take_back(&mut self, record: RecordId, change: ChangeHash) -> Result<bool, StoreError> {
        let sql = "SELECT records.number, anchor FROM changes
            JOIN records ON records.id = changes.record
            JOIN outbox ON outbox.number = changes.number
            WHERE changes.record = ?1 AND changes.hash = ?2 AND sent = 0 AND held = 0
                -- What others hold, or what came after, may rest on it.
                AND NOT EXISTS (SELECT 1 FROM outbox AS later WHERE later.number > changes.number)
                AND (SELECT count(*) FROM changes WHERE changes.record = ?1) = 1";
        let found = self.query_row(sql, params![record.as_bytes(), change.0], |row| {
            Ok((row.get::<_, i64>(0)?, CaseId::from_row(row, 1)?))
        })?;
        let Some((number, case)) = found else { return Ok(false) };
        self.texts.retain(|(of, _)| *of != number);
        self.execute("DELETE FROM search WHERE rowid = ?1", [number])?;
        self.execute("DELETE FROM views WHERE record = ?1", [record.as_bytes()])?;
        self.execute("DELETE FROM records WHERE id = ?1", [record.as_bytes()])?;
        self.touch_case(case);
        Ok(true)
    }

    /// Does to other records what an edit decides on them.
    fn decide(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        before: Option<&Record>,
        after: &Record,
    ) -> Result<(), LocalError> {
        for effect in decision::effects(self.catalogue(), before, after) {
            let Some(record) = self.record(effect.record)? else { continue };
            if !decision::is_decided_on(self.catalogue(), &Linked::to(&record)) {
                continue;
            }
            if let Some(edit) = effect.edit(&record) {
                self.write_edits(now, rng, effect.record, vec![edit], By::Decision)?;
            }
        }
        Ok(())
    }

    /// Returns who writes into the record on this installation.
    pub(super) fn actor_for(
        &self,
        rng: &mut dyn Rng,
        record: RecordId,
    ) -> Result<ActorId, StoreError> {
        let sql = "SELECT actor FROM actors WHERE record = ?1";
        let known = self.query_row(sql, [record.as_bytes()], |row| row.get::<_, Vec<u8>>(0))?;
        if let Some(actor) = known.and_then(|bytes| ActorId::from_slice(&bytes).ok()) {
            return Ok(actor);
        }
        let actor = ActorId::generate(rng, self.device());
        self.put_actor(record, actor)?;
        Ok(actor)
    }

    pub(super) fn put_actor(&self, record: RecordId, actor: ActorId) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO actors (record, actor) VALUES (?1, ?2)";
        self.execute(sql, params![record.as_bytes(), actor.to_bytes()]).map(drop)
    }

    /// Stores a change of our own and puts it into the outbox.
    pub(super) fn put_own_change(
        &self,
        record: RecordId,
        change: &NewChange,
        intent: &Intent,
    ) -> Result<(), StoreError> {
        // What the server would refuse by its form must not get as far as the outbox.
        let raw = RawChange::inspect(&change.bytes).map_err(|_| DocumentError::Damaged)?;
        let number = self.put_change(record, &raw, false)?;
        let sql = "INSERT INTO outbox (number, record, intent, sent) VALUES (?1, ?2, ?3, 0)";
        self.execute(sql, params![number, record.as_bytes(), intent.to_text()?])?;
        self.refresh_states(Touched::from([record]))
    }
}

impl Reader<'_> {
    /// A record as it stands; none when it is not here.
    ///
    /// # Errors
    /// When the store fails.
    pub fn record(&self, record: RecordId) -> Result<Option<Record>, StoreError> {
        let Some(loaded) = self.load_document(record)? else { return Ok(None) };
        Ok(Some(loaded.document.record(self.catalogue())?))
    }

    /// Checks whether the owner may make this edit, by what this device knows: the server asks the
    /// same. Returns the record as it is then.
    fn ask(
        &self,
        now: Timestamp,
        before: Option<&Record>,
        document: &Document,
    ) -> Result<Record, LocalError> {
        let read = document.record(self.catalogue()).map_err(StoreError::from)?;
        let after = &read;
        let memberships = self.memberships()?;
        let who = Person { user: self.enrollment()?.user, memberships: &memberships };
        let subject = Subject {
            compartment: &after.envelope.compartment,
            record_type: self.catalogue().record_type(&after.envelope.record_type),
        };
        let edit = Act::Edit(Edited { way: Channel::Phone, before, after, at: now, present: None });
        // What is here was granted, until the server says otherwise.
        policy::decide(self.catalogue(), now, who, Reach::Granted, subject, edit)?;
        let linked =
            references::check(self.catalogue(), before, after, |other| self.linked(other))?;
        linked.map_err(EditError::from)?;
        decision::check(self.catalogue(), who, before, after, |other| self.linked(other))??;
        Ok(read)
    }

    /// Checks whether the owner sets by hand what a record of another type decides.
    fn check_by_hand(&self, before: Option<&Record>, after: &Record) -> Result<(), LocalError> {
        let memberships = self.memberships()?;
        let who = Person { user: self.enrollment()?.user, memberships: &memberships };
        decision::check_by_hand(self.catalogue(), who, before, after)
            .map_err(|problem| EditError::Fields(vec![problem]).into())
    }

    /// Returns the newest record of a type in a case; `None` if none is here, or all were withdrawn.
    ///
    /// # Errors
    /// When the store fails.
    pub fn newest_of_type(
        &self,
        case: CaseId,
        record_type: &TypeName,
    ) -> Result<Option<RecordId>, StoreError> {
        let sql = "SELECT id FROM records WHERE case_id = ?1 AND type = ?2 AND voided = 0
                   ORDER BY occurred_at DESC, id DESC LIMIT 1";
        let of_type = rusqlite::params![case.as_bytes(), record_type.as_str()];
        self.query_row(sql, of_type, |row| RecordId::from_row(row, 0))
    }

    /// Returns the newest records of a type that the owner made, the newest first; not those that were
    /// withdrawn.
    ///
    /// # Errors
    /// When the store fails.
    pub fn newest_of_own(
        &self,
        record_type: &TypeName,
        records_max: usize,
    ) -> Result<Vec<RecordId>, StoreError> {
        let sql = "SELECT id FROM records WHERE type = ?1 AND created_by = ?2 AND voided = 0
                   ORDER BY occurred_at DESC, id DESC LIMIT ?3";
        let limit = i64::try_from(records_max).unwrap_or(i64::MAX);
        let own = self.enrollment()?.user;
        let row = rusqlite::params![record_type.as_str(), own.as_bytes(), limit];
        self.query(sql, row, |row| RecordId::from_row(row, 0))
    }

    /// The consents of a case that are here.
    ///
    /// # Errors
    /// When the store fails.
    pub fn consents_of(&self, case: CaseId) -> Result<Vec<Consent>, StoreError> {
        let catalogue = self.catalogue();
        let mut consents = Vec::new();
        for record_type in catalogue.types.values().filter(|known| known.consent.is_some()) {
            let sql = "SELECT id FROM records WHERE anchor = ?1 AND type = ?2";
            let of_type = rusqlite::params![case.as_bytes(), record_type.name.as_str()];
            for id in self.query(sql, of_type, |row| RecordId::from_row(row, 0))? {
                let record = self.record(id)?;
                consents
                    .extend(record.and_then(|record| Consent::of(catalogue, record_type, &record)));
            }
        }
        Ok(consents)
    }

    /// Returns what is here of a record that another one names.
    ///
    /// # Errors
    /// When the store fails.
    pub fn linked(&self, record: RecordId) -> Result<Option<Linked>, StoreError> {
        let sql =
            "SELECT type, anchor, compartment, program, created_by FROM records WHERE id = ?1";
        self.query_row(sql, [record.as_bytes()], |row| {
            let (record_type, scope) = (code(row, 0)?, scope(row, 1)?);
            Ok(Linked {
                record_type,
                scope,
                program: code(row, 3)?,
                created_by: UserId::from_row(row, 4)?,
            })
        })
    }

    /// Returns whether the server refused the record of this change as a whole.
    pub(crate) fn is_of_refused_record(&self, hash: &ChangeHash) -> Result<bool, StoreError> {
        let sql = "SELECT refused FROM changes JOIN records ON records.id = changes.record
                   WHERE hash = ?1";
        Ok(self.query_row(sql, [hash.0], |row| row.get(0))?.unwrap_or(false))
    }

    /// Returns whether the server refused the record as a whole.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_refused(&self, record: RecordId) -> Result<bool, StoreError> {
        let sql = "SELECT refused FROM records WHERE id = ?1";
        Ok(self.query_row(sql, [record.as_bytes()], |row| row.get(0))?.unwrap_or(false))
    }
}
