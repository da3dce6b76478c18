//! Forms that are being filled in at the console and wait there, sealed, for their author.
//!
//! A draft that belongs to a case, or edits a record, is sealed under a key of that case: erasing the case
//! erases it. One that belongs to none is sealed under a key of its author's own. Whoever may no longer
//! see the case may not see the draft either, since it holds what stood in the record.

use std::sync::Arc;

use model::ids::{CaseId, DraftId, RecordId, Scope, TypeName, UserId};
use model::time::Timestamp;
use model::words::Message;
use rand::rngs::StdRng;

use super::{ConsoleError, ConsoleUser, Reader};
use crate::context::Context;
use crate::crypto::seal::{self, SealingKey};
use crate::error::StoreError;
use crate::store::drafts::{DRAFTS_MAX, DraftRow};
use crate::writer::Tx;

/// Begins a form.
#[derive(Debug, Clone)]
pub struct BeginDraft {
    /// The type of the record.
    pub record_type: TypeName,
    /// The case that it is for; none for a record that opens one or stands alone, and for an edit.
    pub case: Option<CaseId>,
    /// The record that is edited; none for a new one.
    pub edits: Option<RecordId>,
    /// The refused work that is written anew, by its entry, and why.
    pub repairs: Option<(i64, String)>,
}

/// A form that is being filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftView {
    /// Which.
    pub draft: DraftId,
    /// The type of the record.
    pub record_type: TypeName,
    /// The case that the new record is for.
    pub case: Option<CaseId>,
    /// The record that it makes, with this id from its beginning, or edits.
    pub record: RecordId,
    /// Whether it edits a record that is there.
    pub is_edit: bool,
    /// The refused work that it writes anew, by its entry.
    pub repairs: Option<i64>,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When an answer was last given.
    pub touched_at: Timestamp,
}

impl ConsoleUser<'_> {
    /// Keeps a new draft with its answers.
    ///
    /// # Errors
    /// When its record or its case is not there for them, there is no room for it, or the store fails.
    pub fn begin_draft(
        &self,
        mut rng: StdRng,
        asked: &BeginDraft,
        answers: Vec<u8>,
    ) -> Result<DraftView, ConsoleError> {
        check_size(&answers)?;
        let id = DraftId::generate(self.now, &mut rng);
        let new = RecordId::generate(self.now, &mut rng);
        let row = self.readers.read(|db| self.reader(db, None)?.new_draft((id, new), asked))?;
        let (kept, why) = (row.clone(), asked.repairs.as_ref().map(|(_, why)| why.clone()));
        let has_room = self.writer.write::<_, StoreError, _>(move |tx| {
            let key = match &kept.scope {
                Some(scope) => {
                    tx.db.number_scope(&tx.context.catalogue, scope)?;
                    tx.key(&mut rng, scope)?
                }
                None => own_key(tx.context, kept.user),
            };
            let why = why.map(|why| seal_why(&key, &kept, &why)).transpose()?;
            tx.db.begin_draft(&kept, &seal_answers(&key, &kept, &answers)?, why.as_deref())
        })?;
        match has_room {
            true => Ok(row.into()),
            false => Err(ConsoleError::not_allowed(
                &Message::new("too_many_drafts").with("max", DRAFTS_MAX),
            )),
        }
    }

    /// Lists their drafts, in the order in which they were begun.
    ///
    /// # Errors
    /// When the store fails.
    pub fn drafts(&self) -> Result<Vec<DraftView>, ConsoleError> {
        self.readers.read(|db| {
            let reader = self.reader(db, None)?;
            let mut drafts = Vec::new();
            for row in db.drafts_of(self.who.user)? {
                if reader.may_come_to(&row)? {
                    drafts.push(row.into());
                }
            }
            Ok(drafts)
        })
    }

    /// Returns one of their drafts with its answers.
    ///
    /// # Errors
    /// When there is none of theirs, what it is about is no longer there for them, or the store fails.
    pub fn draft(&self, id: DraftId) -> Result<(DraftView, Vec<u8>), ConsoleError> {
        self.readers.read(|db| {
            let found = db.draft(id, self.who.user)?;
            let (row, sealed) = found.ok_or(ConsoleError::NotFound)?;
            if !self.reader(db, None)?.may_come_to(&row)? {
                return Err(ConsoleError::NotFound);
            }
            let answers = self.key_that_seals(&row)?.open(&[&bound_to(&row)], &sealed)?;
            Ok((row.into(), answers))
        })
    }

    /// Returns why one of their drafts repairs refused work; `None` if it repairs none.
    pub(super) fn why_repaired(&self, id: DraftId) -> Result<Option<String>, ConsoleError> {
        self.readers.read(|db| {
            let found = db.draft(id, self.who.user)?;
            let (row, _) = found.ok_or(ConsoleError::NotFound)?;
            let Some(sealed) = db.why_repaired(id, self.who.user)? else { return Ok(None) };
            let why = self.key_that_seals(&row)?.open(&[&bound_to(&row), WHY], &sealed)?;
            Ok(Some(String::from_utf8_lossy(&why).into_owned()))
        })
    }

    fn key_that_seals(&self, row: &DraftRow) -> Result<Arc<SealingKey>, StoreError> {
        match &row.scope {
            Some(scope) => self.context.keyring.key(scope),
            None => Ok(own_key(&self.context, row.user)),
        }
    }

    /// Replaces the answers of one of their drafts.
    ///
    /// # Errors
    /// When there is none of theirs, what it is about is no longer there for them, there is no room for
    /// the answers, or the store fails.
    pub fn keep_draft(&self, id: DraftId, answers: Vec<u8>) -> Result<(), ConsoleError> {
        check_size(&answers)?;
        let (now, user) = (self.now, self.who.user);
        self.readers.read(|db| {
            let found = db.draft(id, user)?;
            let (row, _) = found.ok_or(ConsoleError::NotFound)?;
            match self.reader(db, None)?.may_come_to(&row)? {
                true => Ok(()),
                false => Err(ConsoleError::NotFound),
            }
        })?;
        self.writer.write::<_, ConsoleError, _>(move |tx| {
            let (row, _) = tx.db.draft(id, user)?.ok_or(ConsoleError::NotFound)?;
            let key = key_of(tx, &row)?;
            tx.db.keep_draft_answers(now, id, user, &seal_answers(&key, &row, &answers)?)?;
            Ok(())
        })
    }

    /// Lets go of one of their drafts: it was submitted, or is not wanted any more.
    ///
    /// # Errors
    /// When there is none of theirs, or the store fails.
    pub fn end_draft(&self, id: DraftId) -> Result<(), ConsoleError> {
        let user = self.who.user;
        let ended = self.writer.write::<_, StoreError, _>(move |tx| tx.db.end_draft(id, user))?;
        if ended { Ok(()) } else { Err(ConsoleError::NotFound) }
    }
}

impl Reader<'_> {
    /// A draft of theirs with this id, which makes the record with that one or edits the one it names.
    fn new_draft(
        &self,
        (id, new): (DraftId, RecordId),
        asked: &BeginDraft,
    ) -> Result<DraftRow, ConsoleError> {
        let known = self.context.catalogue.record_type(&asked.record_type);
        let known = known.ok_or_else(|| {
            let problem = Message::new("unknown_type").with("type", &asked.record_type);
            ConsoleError::invalid(problem)
        })?;
        let edited = match asked.edits {
            Some(record) => Some(self.find(record)?.ok_or(ConsoleError::NotFound)?.1),
            None => None,
        };
        let scope = match (&edited, asked.case) {
            (Some(edited), _) => Some(edited.scope.clone()),
            // Erasing the case destroys all of its keys: whichever it is.
            (None, Some(case)) => Some(Scope { case, compartment: known.compartment.clone() }),
            (None, None) => None,
        };
        let row = DraftRow {
            id,
            user: self.user,
            record_type: asked.record_type.clone(),
            scope,
            case: edited.as_ref().map_or(asked.case, |edited| edited.case),
            record: asked.edits.unwrap_or(new),
            is_edit: asked.edits.is_some(),
            repairs: asked.repairs.as_ref().map(|(entry, _)| *entry),
            begun_at: self.now,
            touched_at: self.now,
        };
        if self.may_come_to(&row)? { Ok(row) } else { Err(ConsoleError::NotFound) }
    }

    /// Returns whether what a draft of theirs is about is there for them.
    fn may_come_to(&self, row: &DraftRow) -> Result<bool, StoreError> {
        if let Some(entry) = row.repairs {
            return self.may_decide(entry);
        }
        match &row.scope {
            None => Ok(true),
            Some(_) if row.is_edit => Ok(self.find(row.record)?.is_some()),
            Some(scope) => Ok(!self.db.open_compartments(self.user, scope.case)?.is_empty()),
        }
    }
}

impl From<DraftRow> for DraftView {
    fn from(row: DraftRow) -> Self {
        Self {
            draft: row.id,
            record_type: row.record_type,
            case: row.case,
            record: row.record,
            is_edit: row.is_edit,
            repairs: row.repairs,
            begun_at: row.begun_at,
            touched_at: row.touched_at,
        }
    }
}

/// The key that seals a draft which is there.
fn key_of(tx: &Tx<'_>, row: &DraftRow) -> Result<Arc<SealingKey>, StoreError> {
    match &row.scope {
        Some(scope) => tx.keys().key(scope),
        None => Ok(own_key(tx.context, row.user)),
    }
}

fn own_key(context: &Context, user: UserId) -> Arc<SealingKey> {
    Arc::new(seal::key_of_user(&context.drafts, user))
}

fn seal_answers(key: &SealingKey, row: &DraftRow, answers: &[u8]) -> Result<Vec<u8>, StoreError> {
    key.seal(&[&bound_to(row)], answers)
}

fn seal_why(key: &SealingKey, row: &DraftRow, why: &str) -> Result<Vec<u8>, StoreError> {
    key.seal(&[&bound_to(row), WHY], why.as_bytes())
}

/// What the sealed words of a reason are bound to, beside their draft.
const WHY: &[u8] = b"why";

fn bound_to(row: &DraftRow) -> Vec<u8> {
    [b"draft".as_slice(), row.user.as_bytes(), row.id.as_bytes(), row.record.as_bytes()].concat()
}

fn check_size(answers: &[u8]) -> Result<(), ConsoleError> {
    if answers.len() <= ANSWERS_BYTES_MAX {
        return Ok(());
    }
    Err(ConsoleError::not_allowed(
        &Message::new("draft_too_large").with("max", ANSWERS_BYTES_MAX / 1024),
    ))
}

/// The answers of one draft. A long form with notes is a tenth of it.
const ANSWERS_BYTES_MAX: usize = 256 * 1024;
