//! Tasks as rows, and which of them the other records of the case answer.
//!
//! Whether a task is open follows from what is there, never from what came first: a record that
//! comes asks which tasks it answers, a task that comes asks which records answer it.

use rusqlite::params;

use model::followup::Task;
use model::ids::{CaseId, RecordId, TypeName};
use model::time::Timestamp;

use super::{StoreError, Writer};

/// Whether a row of `tasks` is open, from scratch.
macro_rules! task_is_open {
    () => {
        "(closed = 0 AND NOT EXISTS (
            SELECT 1 FROM records WHERE records.case_id = tasks.case_id
                AND records.type IN (SELECT value FROM json_each(tasks.answered_by))
                AND records.voided = 0 AND records.occurred_at > tasks.opens
                AND records.id <> tasks.record))"
    };
}
pub(super) use task_is_open;

impl Writer<'_> {
    /// Replaces the tasks that a record sets.
    pub(super) fn put_tasks(
        &self,
        record: RecordId,
        case: Option<CaseId>,
        tasks: &[Task],
    ) -> Result<(), StoreError> {
        self.execute("DELETE FROM tasks WHERE record = ?1", [record.as_bytes()])?;
        let sql = "INSERT INTO tasks
                (record, rule, case_id, opens, due, flags, answered_by, closed, open)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8 = 0 AND NOT EXISTS (
                SELECT 1 FROM records WHERE case_id = ?3
                    AND type IN (SELECT value FROM json_each(?7))
                    AND voided = 0 AND occurred_at > ?4 AND id <> ?1))";
        for task in tasks {
            let row = TaskRow::of(task)?;
            let case = case.as_ref().map(|case| case.as_bytes());
            self.execute(
                sql,
                params![
                    record.as_bytes(),
                    task.rule,
                    case,
                    task.opens.as_millis(),
                    task.due.as_millis(),
                    row.flags,
                    row.answered_by,
                    task.closed
                ],
            )?;
        }
        Ok(())
    }

    /// Closes the tasks of the case that a record answers.
    pub(super) fn answer_tasks(
        &self,
        case: CaseId,
        record: RecordId,
        record_type: &TypeName,
        occurred_at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE tasks SET open = 0
            WHERE case_id = ?1 AND open = 1 AND opens < ?2 AND record <> ?3
                AND EXISTS (SELECT 1 FROM json_each(answered_by) WHERE value = ?4)";
        let (at, id) = (occurred_at.as_millis(), record.as_bytes());
        self.execute(sql, params![case.as_bytes(), at, id, record_type.as_str()]).map(drop)
    }

    /// Works out anew which tasks of the case are open: an answer moved or went.
    pub(super) fn recompute_tasks(&self, case: CaseId) -> Result<(), StoreError> {
        let sql = concat!("UPDATE tasks SET open = ", task_is_open!(), " WHERE case_id = ?1");
        self.execute(sql, [case.as_bytes()]).map(drop)
    }
}

/// The lists of a task as their columns hold them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TaskRow {
    pub(super) flags: String,
    pub(super) answered_by: String,
}

impl TaskRow {
    pub(super) fn of(task: &Task) -> Result<Self, StoreError> {
        let unwritable = |_| StoreError::Unreadable { what: "a task" };
        Ok(Self {
            flags: serde_json::to_string(&task.flags).map_err(unwritable)?,
            answered_by: serde_json::to_string(&task.answered_by).map_err(unwritable)?,
        })
    }
}
