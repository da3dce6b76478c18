//! Cases that another program was asked to take over.

use std::collections::BTreeSet;

use model::ids::{CaseId, ProgramCode, Scope, UserId};
use model::time::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::sqlite::{Reading, Writing};
use super::{Column, name};
use crate::error::StoreError;

/// What became of what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferState {
    /// Nobody has answered.
    Waiting,
    /// The other program took the case over.
    Accepted,
    /// It did not.
    Refused,
    /// Whoever asked took it back before there was an answer.
    TakenBack,
}

/// A case that another program was asked to take over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transfer {
    pub(crate) id: i64,
    /// The case, and with whose key the words are sealed.
    pub(crate) scope: Scope,
    /// Who hands it over.
    pub(crate) from: Option<UserId>,
    pub(crate) to_program: ProgramCode,
    pub(crate) asked_by: UserId,
    pub(crate) asked_at: Timestamp,
    /// Sealed; empty once the case was erased.
    pub(crate) reason: Vec<u8>,
    pub(crate) state: TransferState,
    pub(crate) decided_by: Option<UserId>,
    pub(crate) decided_at: Option<Timestamp>,
    pub(crate) to_user: Option<UserId>,
    /// Sealed; empty if there is none.
    pub(crate) answer: Vec<u8>,
}

/// How a transfer was decided.
pub(crate) struct Decision<'a> {
    pub(crate) state: TransferState,
    pub(crate) by: UserId,
    pub(crate) to_user: Option<UserId>,
    pub(crate) answer: &'a [u8],
}

impl Reading<'_> {
    pub(crate) fn transfer(&self, id: i64) -> Result<Option<Transfer>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM transfers WHERE id = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id], read).optional()?)
    }

    /// The transfers that these programs were asked for, or this user asked for: those that wait
    /// first, then the newest; at most so many.
    pub(crate) fn transfers_around(
        &self,
        user: UserId,
        programs: &BTreeSet<ProgramCode>,
        most: usize,
    ) -> Result<Vec<Transfer>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM transfers
             WHERE asked_by = ?1 OR instr(?2, ' ' || to_program || ' ') > 0
             ORDER BY state <> 0, id DESC LIMIT ?3"
        );
        let programs = programs.iter().fold(" ".to_owned(), |all, code| format!("{all}{code} "));
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![user.as_bytes(), programs, most], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns whether a program has not answered yet whether it takes this case over.
    pub(crate) fn is_transfer_waiting(
        &self,
        case: CaseId,
        program: &ProgramCode,
    ) -> Result<bool, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT 1 FROM transfers WHERE \"case\" = ?1 AND to_program = ?2 AND state = 0",
        )?;
        Ok(statement.exists(params![case.as_bytes(), program.as_str()])?)
    }
}

impl Writing<'_> {
    /// Notes that a program is asked. Returns the number of what is asked.
    pub(crate) fn add_transfer(&self, new: &Transfer) -> Result<i64, StoreError> {
        Ok(self
            .db
            .prepare_cached(
                "INSERT INTO transfers (\"case\", compartment, from_user, to_program, asked_by,
                                        asked_at, reason, state, answer)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, x'') RETURNING id",
            )?
            .query_row(
                params![
                    new.scope.case.as_bytes(),
                    new.scope.compartment.as_str(),
                    new.from.as_ref().map(UserId::as_bytes),
                    new.to_program.as_str(),
                    new.asked_by.as_bytes(),
                    new.asked_at.as_millis(),
                    new.reason,
                ],
                |row| row.get(0),
            )?)
    }

    /// Notes what became of a transfer. Returns whether it still waited.
    pub(crate) fn decide_transfer(
        &self,
        now: Timestamp,
        id: i64,
        decision: &Decision<'_>,
    ) -> Result<bool, StoreError> {
        let rows = self
            .db
            .prepare_cached(
                "UPDATE transfers SET state = ?2, decided_by = ?3, decided_at = ?4, to_user = ?5,
                     answer = ?6
                 WHERE id = ?1 AND state = 0",
            )?
            .execute(params![
                id,
                number(decision.state),
                decision.by.as_bytes(),
                now.as_millis(),
                decision.to_user.as_ref().map(UserId::as_bytes),
                decision.answer,
            ])?;
        Ok(rows == 1)
    }
}

const COLUMNS: &str =
    "id, \"case\", compartment, from_user, to_program, asked_by, asked_at, reason,
    state, decided_by, decided_at, to_user, answer";

fn read(row: &Row<'_>) -> rusqlite::Result<Transfer> {
    Ok(Transfer {
        id: row.get(0)?,
        scope: Scope::read(row, 1)?,
        from: Column::read(row, 3)?,
        to_program: name(row, 4)?,
        asked_by: UserId::read(row, 5)?,
        asked_at: Timestamp::read(row, 6)?,
        reason: row.get(7)?,
        state: match row.get::<_, i64>(8)? {
            0 => TransferState::Waiting,
            1 => TransferState::Accepted,
            2 => TransferState::Refused,
            _ => TransferState::TakenBack,
        },
        decided_by: Column::read(row, 9)?,
        decided_at: Column::read(row, 10)?,
        to_user: Column::read(row, 11)?,
        answer: row.get(12)?,
    })
}

fn number(state: TransferState) -> i64 {
    match state {
        TransferState::Waiting => 0,
        TransferState::Accepted => 1,
        TransferState::Refused => 2,
        TransferState::TakenBack => 3,
    }
}
