//! What is asked about openings in emergencies, and what is answered.

use model::ids::{Scope, UserId};
use model::time::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::sqlite::{Reading, Writing};
use super::{Column, name};
use crate::error::StoreError;

/// A question about an opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) id: i64,
    pub(crate) asked_by: UserId,
    pub(crate) asked_at: Timestamp,
    /// Sealed.
    pub(crate) question: Vec<u8>,
    pub(crate) answered_at: Option<Timestamp>,
    /// Sealed; empty until there is one.
    pub(crate) answer: Vec<u8>,
}

impl Reading<'_> {
    /// Returns who opened something in an emergency, and what it was.
    pub(crate) fn opened_in_emergency(
        &self,
        emergency: i64,
    ) -> Result<Option<(UserId, Scope)>, StoreError> {
        let sql = "SELECT user_id, \"case\", compartment FROM emergencies WHERE id = ?1";
        let mut statement = self.db.prepare_cached(sql)?;
        let found = statement.query_row([emergency], |row| {
            let scope = Scope { case: Column::read(row, 1)?, compartment: name(row, 2)? };
            Ok((UserId::read(row, 0)?, scope))
        });
        Ok(found.optional()?)
    }

    /// Returns what was asked about an opening, the first first.
    pub(crate) fn questions_about(&self, emergency: i64) -> Result<Vec<Question>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, asked_by, asked_at, question, answered_at, answer
             FROM emergency_questions WHERE emergency = ?1 ORDER BY id",
        )?;
        let rows = statement.query_map([emergency], |row| {
            Ok(Question {
                id: row.get(0)?,
                asked_by: UserId::read(row, 1)?,
                asked_at: Timestamp::read(row, 2)?,
                question: row.get(3)?,
                answered_at: Column::read(row, 4)?,
                answer: row.get::<_, Option<Vec<u8>>>(5)?.unwrap_or_default(),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns about which opening a question is that nobody has answered.
    pub(crate) fn open_question(&self, question: i64) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT emergency FROM emergency_questions WHERE id = ?1 AND answered_at IS NULL";
        Ok(self.db.prepare_cached(sql)?.query_row([question], |row| row.get(0)).optional()?)
    }
}

impl Writing<'_> {
    /// Adds a question.
    pub(crate) fn ask_about_emergency(
        &self,
        at: Timestamp,
        by: UserId,
        emergency: i64,
        question: &[u8],
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO emergency_questions (emergency, asked_by, asked_at, question)
             VALUES (?1, ?2, ?3, ?4)";
        let key = params![emergency, by.as_bytes(), at.as_millis(), question];
        self.db.prepare_cached(sql)?.execute(key)?;
        Ok(())
    }

    /// Answers one.
    pub(crate) fn answer_question(
        &self,
        at: Timestamp,
        question: i64,
        answer: &[u8],
    ) -> Result<(), StoreError> {
        let sql = "UPDATE emergency_questions SET answered_at = ?2, answer = ?3 WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![question, at.as_millis(), answer])?;
        Ok(())
    }
}
