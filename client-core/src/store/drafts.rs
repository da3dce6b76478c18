//! Forms that are being filled in: one row for each, and one for each answer.
//!
//! Each answer is on disk when it is given. Nothing here is ever sent: only how many drafts there are,
//! and how old the oldest is.

use rusqlite::{Row, params};

use model::answers::{self, Answer, KeptAnswer, KeptAnswers, UnreadableAnswer};
use model::ids::{CaseId, ChangeHash, DraftId, FieldName, ProgramCode, RecordId, TypeName};
use model::time::{Span, Timestamp};
use model::value::FieldValue;

use super::rows::{FromRow, code, optional};
use super::{Reader, StoreError, Writer};

/// A draft, without its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    number: i64,
    /// The draft.
    pub id: DraftId,
    /// The type of its record.
    pub record_type: TypeName,
    /// What it is a draft of.
    pub of: DraftOf,
    /// The case; `None` if the record opens its own, or stands alone.
    pub case: Option<CaseId>,
    /// The program it is made for; `None` if nobody chose one.
    pub program: Option<ProgramCode>,
    /// When it was begun, by this device's clock.
    pub begun_at: Timestamp,
    /// When something was last answered.
    pub touched_at: Timestamp,
    /// The question that was answered last; `None` before the first answer, and once that is undone.
    pub last_answered: Option<FieldName>,
    /// Whether it is open still.
    pub state: DraftState,
}

/// What a draft is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftOf {
    /// A record that does not exist yet, and will have this id.
    New(RecordId),
    /// An edit of a record.
    Edit(RecordId),
}

impl DraftOf {
    /// Returns the record.
    pub fn record(self) -> RecordId {
        match self {
            Self::New(record) | Self::Edit(record) => record,
        }
    }
}

/// How far a draft has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftState {
    /// It takes answers.
    Open,
    /// It became a record, or an edit of one, by this change; `None` if the edit changed nothing.
    Submitted(Timestamp, Option<ChangeHash>),
    /// It was thrown away.
    Discarded(Timestamp),
}

/// How many drafts there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DraftCount {
    /// How many are open.
    pub open: u64,
    /// When the oldest of them was begun.
    pub oldest: Option<Timestamp>,
}

fn unreadable(_: UnreadableAnswer) -> StoreError {
    StoreError::Unreadable { what: "an answer" }
}

const COLUMNS: &str = "number, id, type, record, edits, case_id, program, begun_at, touched_at, \
                       last_field, state, ended_at, change";

const OPEN: &str = "open";
const SUBMITTED: &str = "submitted";
const DISCARDED: &str = "discarded";

impl FromRow for DraftRow {
    fn from_row(row: &Row<'_>, _: usize) -> rusqlite::Result<Self> {
        let record = RecordId::from_row(row, 3)?;
        let of = if row.get(4)? { DraftOf::Edit(record) } else { DraftOf::New(record) };
        let ended = || Timestamp::from_row(row, 11);
        let state = match row.get_ref(10)?.as_str()? {
            OPEN => DraftState::Open,
            SUBMITTED => DraftState::Submitted(ended()?, optional(row, 12)?),
            _ => DraftState::Discarded(ended()?),
        };
        Ok(Self {
            number: row.get(0)?,
            id: DraftId::from_row(row, 1)?,
            record_type: code(row, 2)?,
            of,
            case: optional(row, 5)?,
            program: row.get::<_, Option<String>>(6)?.map(|_| code(row, 6)).transpose()?,
            begun_at: Timestamp::from_row(row, 7)?,
            touched_at: Timestamp::from_row(row, 8)?,
            last_answered: row.get::<_, Option<String>>(9)?.map(|_| code(row, 9)).transpose()?,
            state,
        })
    }
}

impl Reader<'_> {
    /// Returns a draft, in whatever state; `None` if there is none of this id.
    ///
    /// # Errors
    /// When the store fails.
    pub fn draft(&self, id: DraftId) -> Result<Option<DraftRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM drafts WHERE id = ?1");
        self.query_row(&sql, [id.as_bytes()], |row| DraftRow::from_row(row, 0))
    }

    /// Returns the open drafts, the one that was touched last first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn open_drafts(&self) -> Result<Vec<DraftRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM drafts WHERE state = '{OPEN}' ORDER BY touched_at DESC, number DESC"
        );
        self.query(&sql, [], |row| DraftRow::from_row(row, 0))
    }

    /// Counts the open drafts.
    ///
    /// # Errors
    /// When the store fails.
    pub fn draft_count(&self) -> Result<DraftCount, StoreError> {
        let sql = "SELECT count(*), min(begun_at) FROM drafts WHERE state = ?1";
        let count = self.query_row(sql, [OPEN], |row| {
            let open = u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0);
            Ok(DraftCount { open, oldest: optional(row, 1)? })
        })?;
        Ok(count.unwrap_or_default())
    }

    /// Counts the open drafts that were begun before this instant.
    ///
    /// # Errors
    /// When the store fails.
    pub fn drafts_begun_before(&self, at: Timestamp) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM drafts WHERE state = ?1 AND begun_at < ?2";
        self.count(sql, params![OPEN, at.as_millis()])
    }

    /// Returns the records that a submitted draft made besides its own, in the order in which they were
    /// made, each with its change.
    ///
    /// # Errors
    /// When the store fails.
    pub fn others_of_draft(
        &self,
        draft: &DraftRow,
    ) -> Result<Vec<(RecordId, ChangeHash)>, StoreError> {
        let sql = "SELECT record, change FROM draft_others WHERE draft = ?1 ORDER BY place";
        self.query(sql, [draft.number], |row| {
            Ok((RecordId::from_row(row, 0)?, ChangeHash::from_row(row, 1)?))
        })
    }

    /// Returns the answers of a draft.
    ///
    /// # Errors
    /// When the store fails.
    pub fn draft_answers(&self, draft: &DraftRow) -> Result<KeptAnswers, StoreError> {
        let sql = "SELECT field, answer, base FROM draft_answers WHERE draft = ?1";
        let rows = self.query(sql, [draft.number], |row| {
            let texts: (String, Option<String>) = (row.get(1)?, row.get(2)?);
            Ok((code::<FieldName>(row, 0)?, texts))
        })?;
        let kept = rows.into_iter().map(|(field, (answer, base))| {
            let kept = KeptAnswer::from_texts(&answer, base.as_deref()).map_err(unreadable)?;
            Ok((field, kept))
        });
        kept.collect()
    }
}

impl Writer<'_> {
    /// Begins a draft.
    ///
    /// # Errors
    /// When the store fails.
    pub fn begin_draft(
        &mut self,
        now: Timestamp,
        id: DraftId,
        (record_type, of): (&TypeName, DraftOf),
        case: Option<CaseId>,
        program: Option<&ProgramCode>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO drafts
            (id, type, record, edits, case_id, program, begun_at, touched_at, state)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)";
        let record = of.record();
        let row = params![
            id.as_bytes(),
            record_type.as_str(),
            record.as_bytes(),
            matches!(of, DraftOf::Edit(_)),
            case.as_ref().map(CaseId::as_bytes),
            program.map(ProgramCode::as_str),
            now.as_millis(),
            OPEN,
        ];
        self.execute(sql, row).map(drop)
    }

    /// Keeps an answer; `base` is what stands in the record that is edited, and counts for the first
    /// answer to a question.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep_answer(
        &mut self,
        now: Timestamp,
        draft: &DraftRow,
        field: &FieldName,
        answer: &Answer,
        base: Option<&FieldValue>,
    ) -> Result<(), StoreError> {
        let base = base.map(|value| answers::base_to_text(field, value)).transpose();
        let base = base.map_err(unreadable)?;
        let was = "SELECT answer FROM draft_answers WHERE draft = ?1 AND field = ?2";
        let key = params![draft.number, field.as_str()];
        let was = self.query_row(was, key, |row| row.get::<_, String>(0))?;
        let sql = "INSERT INTO draft_answers (draft, field, answer, base) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (draft, field) DO UPDATE SET answer = excluded.answer";
        let text = answer.to_text(field).map_err(unreadable)?;
        self.execute(sql, params![draft.number, field.as_str(), text, base])?;
        let sql = "UPDATE drafts SET touched_at = ?2, last_field = ?3, last_was = ?4
                   WHERE number = ?1";
        let row = params![draft.number, now.as_millis(), field.as_str(), was];
        self.execute(sql, row).map(drop)
    }

    /// Undoes the last answer. Returns its question; `None` if there is nothing to undo.
    ///
    /// # Errors
    /// When the store fails.
    pub fn undo_answer(
        &mut self,
        now: Timestamp,
        draft: &DraftRow,
    ) -> Result<Option<FieldName>, StoreError> {
        let Some(field) = &draft.last_answered else { return Ok(None) };
        let was = "SELECT last_was FROM drafts WHERE number = ?1";
        let was = self.query_row(was, [draft.number], |row| row.get::<_, Option<String>>(0))?;
        match was.flatten() {
            None => {
                let sql = "DELETE FROM draft_answers WHERE draft = ?1 AND field = ?2";
                self.execute(sql, params![draft.number, field.as_str()])?;
            }
            Some(was) => {
                let sql = "UPDATE draft_answers SET answer = ?3 WHERE draft = ?1 AND field = ?2";
                self.execute(sql, params![draft.number, field.as_str(), was])?;
            }
        }
        let sql = "UPDATE drafts SET touched_at = ?2, last_field = NULL, last_was = NULL
                   WHERE number = ?1";
        self.execute(sql, params![draft.number, now.as_millis()])?;
        Ok(Some(field.clone()))
    }

    /// Notes that a draft was submitted, or thrown away. It can be opened again until
    /// [`Writer::forget_ended_drafts`] lets go of it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn end_draft(&mut self, draft: &DraftRow, state: DraftState) -> Result<(), StoreError> {
        let (state, ended, change) = match state {
            DraftState::Open => (OPEN, None, None),
            DraftState::Submitted(at, change) => (SUBMITTED, Some(at), change),
            DraftState::Discarded(at) => (DISCARDED, Some(at), None),
        };
        let sql = "UPDATE drafts SET state = ?2, ended_at = ?3, change = ?4 WHERE number = ?1";
        let ended = ended.map(|at: Timestamp| at.as_millis());
        let row = params![draft.number, state, ended, change.map(|hash| hash.0)];
        self.execute(sql, row).map(drop)
    }

    /// Notes the records that a draft makes besides its own.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_others(
        &mut self,
        draft: &DraftRow,
        others: &[(RecordId, ChangeHash)],
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO draft_others (draft, place, record, change) VALUES (?1, ?2, ?3, ?4)";
        (1_i64..).zip(others).try_for_each(|(place, (record, change))| {
            self.execute(sql, params![draft.number, place, record.as_bytes(), change.0]).map(drop)
        })
    }

    /// Opens a draft again that had ended; it makes `record` now, if it makes one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn reopen_draft(&mut self, draft: &DraftRow, record: RecordId) -> Result<(), StoreError> {
        self.end_draft(draft, DraftState::Open)?;
        self.execute("DELETE FROM draft_others WHERE draft = ?1", [draft.number])?;
        let sql = "UPDATE drafts SET record = ?2 WHERE number = ?1";
        self.execute(sql, params![draft.number, record.as_bytes()]).map(drop)
    }

    /// Lets go of some answers of a draft.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_answers(
        &mut self,
        draft: &DraftRow,
        fields: &[FieldName],
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM draft_answers WHERE draft = ?1 AND field = ?2";
        fields.iter().try_for_each(|field| {
            self.execute(sql, params![draft.number, field.as_str()]).map(drop)
        })
    }

    /// Lets go of drafts that ended so long ago that nobody takes that back.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_ended_drafts(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let sql = "DELETE FROM drafts WHERE state <> ?1 AND ended_at < ?2";
        self.execute(sql, params![OPEN, (now - UNDONE_WITHIN).as_millis()]).map(drop)
    }

    /// Lets go of what others wrote, in drafts that edit records of a scope that is dropped.
    pub(super) fn forget_bases(
        &mut self,
        anchor: CaseId,
        compartment: &str,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE draft_answers SET base = NULL WHERE draft IN
            (SELECT drafts.number FROM drafts JOIN records ON records.id = drafts.record
             WHERE drafts.edits = 1 AND anchor = ?1 AND compartment = ?2)";
        self.execute(sql, params![anchor.as_bytes(), compartment]).map(drop)
    }
}

/// How long a submitted or discarded draft can be had back. Screens offer it for seconds; somebody who
/// is called away finds it when they are back.
pub const UNDONE_WITHIN: Span = Span::from_minutes(10);
