//! Forms that are being filled in at the console, sealed. Nobody but their author comes to them.

use model::ids::{CaseId, DraftId, RecordId, Scope, TypeName, UserId};
use model::time::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension, Row, params};

use super::sqlite::{Reading, Writing};
use super::{Column, count_at, name};
use crate::error::StoreError;

/// A draft, without its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DraftRow {
    pub(crate) id: DraftId,
    pub(crate) user: UserId,
    pub(crate) record_type: TypeName,
    /// Whose key seals the answers; none where there is no case yet.
    pub(crate) scope: Option<Scope>,
    /// The case that the new record is for.
    pub(crate) case: Option<CaseId>,
    /// The record that is made, or edited.
    pub(crate) record: RecordId,
    pub(crate) is_edit: bool,
    /// The refused work that it writes anew, by its entry.
    pub(crate) repairs: Option<i64>,
    pub(crate) begun_at: Timestamp,
    pub(crate) touched_at: Timestamp,
}

impl Reading<'_> {
    /// Returns a draft of a user's with its sealed answers; `None` if it is not theirs.
    pub(crate) fn draft(
        &self,
        id: DraftId,
        user: UserId,
    ) -> Result<Option<(DraftRow, Vec<u8>)>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, drafts.answers FROM drafts
             LEFT JOIN scopes ON scopes.id = drafts.scope
             WHERE drafts.id = ?1 AND drafts.user_id = ?2"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let found = statement.query_row(params![id.as_bytes(), user.as_bytes()], |row| {
            Ok((read(row)?, row.get(COUNT)?))
        });
        Ok(found.optional()?)
    }

    /// Returns the sealed words of why a user's draft repairs something; `None` if it does not.
    pub(crate) fn why_repaired(
        &self,
        id: DraftId,
        user: UserId,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT why FROM drafts WHERE id = ?1 AND user_id = ?2";
        let mut statement = self.db.prepare_cached(sql)?;
        let found = statement.query_row(params![id.as_bytes(), user.as_bytes()], |row| row.get(0));
        Ok(found.optional()?.flatten())
    }

    /// The drafts of a user, in the order in which they were begun.
    pub(crate) fn drafts_of(&self, user: UserId) -> Result<Vec<DraftRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM drafts LEFT JOIN scopes ON scopes.id = drafts.scope
             WHERE drafts.user_id = ?1 ORDER BY drafts.begun_at, drafts.id"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([user.as_bytes()], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writing<'_> {
    /// Keeps a new draft with its sealed answers, and with the sealed words of why it repairs something.
    /// Returns whether its author has room for one more.
    pub(crate) fn begin_draft(
        &self,
        draft: &DraftRow,
        answers: &[u8],
        why: Option<&[u8]>,
    ) -> Result<bool, StoreError> {
        let open = self
            .db
            .prepare_cached("SELECT count(*) FROM drafts WHERE user_id = ?1")?
            .query_row([draft.user.as_bytes()], |row| count_at(row, 0))?;
        if open >= DRAFTS_MAX {
            return Ok(false);
        }
        let scope = draft.scope.as_ref().map(|scope| self.scope_number(scope)).transpose()?;
        self.db
            .prepare_cached(
                "INSERT INTO drafts (id, user_id, type, scope, \"case\", record, is_edit, begun_at,
                                     touched_at, answers, repairs, why)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                draft.id.as_bytes(),
                draft.user.as_bytes(),
                draft.record_type.as_str(),
                scope.flatten(),
                draft.case.as_ref().map(CaseId::as_bytes),
                draft.record.as_bytes(),
                draft.is_edit,
                draft.begun_at.as_millis(),
                draft.touched_at.as_millis(),
                answers,
                draft.repairs,
                why
            ])?;
        Ok(true)
    }

    /// Replaces the sealed answers of a user's draft. Returns whether there is such a draft.
    pub(crate) fn keep_draft_answers(
        &self,
        now: Timestamp,
        id: DraftId,
        user: UserId,
        answers: &[u8],
    ) -> Result<bool, StoreError> {
        let rows = self
            .db
            .prepare_cached(
                "UPDATE drafts SET answers = ?3, touched_at = ?4 WHERE id = ?1 AND user_id = ?2",
            )?
            .execute(params![id.as_bytes(), user.as_bytes(), answers, now.as_millis()])?;
        Ok(rows == 1)
    }

    /// Lets go of every form that writes refused work anew which is settled.
    pub(crate) fn end_repairs_of(&self, entry: i64) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM drafts WHERE repairs = ?1")?.execute([entry])?;
        Ok(())
    }

    /// Lets go of a user's draft. Returns whether there was such a draft.
    pub(crate) fn end_draft(&self, id: DraftId, user: UserId) -> Result<bool, StoreError> {
        let rows = self
            .db
            .prepare_cached("DELETE FROM drafts WHERE id = ?1 AND user_id = ?2")?
            .execute(params![id.as_bytes(), user.as_bytes()])?;
        Ok(rows == 1)
    }
}

/// Drafts of one user.
pub(crate) const DRAFTS_MAX: u64 = 50;

const COLUMNS: &str = "drafts.id, drafts.user_id, drafts.type, scopes.\"case\", scopes.compartment,
    drafts.\"case\", drafts.record, drafts.is_edit, drafts.begun_at, drafts.touched_at,
    drafts.repairs";

/// How many columns these are.
const COUNT: usize = 11;

fn read(row: &Row<'_>) -> rusqlite::Result<DraftRow> {
    Ok(DraftRow {
        id: DraftId::read(row, 0)?,
        user: UserId::read(row, 1)?,
        record_type: name(row, 2)?,
        scope: match row.get_ref(3)? {
            ValueRef::Null => None,
            _ => Some(Scope::read(row, 3)?),
        },
        case: Column::read(row, 5)?,
        record: RecordId::read(row, 6)?,
        is_edit: row.get(7)?,
        begun_at: Timestamp::read(row, 8)?,
        touched_at: Timestamp::read(row, 9)?,
        repairs: row.get(10)?,
    })
}
