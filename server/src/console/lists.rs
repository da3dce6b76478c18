//! The lists that somebody works through at the console, and how many rows each has: tasks, records to
//! decide on, conflicts, and the board of their cases.

mod board;

use std::collections::BTreeMap;

use model::ids::{CaseId, RecordId, UserId};
use model::time::Timestamp;
use model::words::Message;

use super::{ConsoleError, ConsoleUser, PAGE_RECORDS_MAX, Reader, RecordRow, TaskRow};
use crate::error::StoreError;
use crate::store::board::Viewer;
use crate::store::tasks::OpenTask;

pub use crate::store::board::{Counts, TaskList};
pub use board::{BoardFilter, BoardPage, BoardRisk, BoardRow, BoardSort, Day};

/// A page of tasks, those due first before the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TasksPage {
    /// As many as were asked for, at most five hundred.
    pub rows: Vec<ListedTask>,
    /// How many there are on all pages.
    pub total: u64,
}

/// A task in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedTask {
    /// The task.
    pub task: TaskRow,
    /// Who is to do it, where the record says so.
    pub owner: Option<UserId>,
    /// What the record says that opened its case; none when it may not be seen.
    pub opened_by: Option<RecordRow>,
}

/// A page of records, those that came first before the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsPage {
    /// As many as were asked for, at most five hundred.
    pub rows: Vec<ListedRecord>,
    /// How many there are on all pages.
    pub total: u64,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRecord {
    /// The record.
    pub row: RecordRow,
    /// Who made it.
    pub author: UserId,
    /// Their name.
    pub author_name: Option<String>,
    /// When the server had it.
    pub received_at: Timestamp,
    /// What the record says that opened its case; none when it may not be seen.
    pub opened_by: Option<RecordRow>,
}

impl ConsoleUser<'_> {
    /// Returns how many rows each of their lists has.
    ///
    /// # Errors
    /// When the store fails.
    pub fn counts(&self) -> Result<Counts, ConsoleError> {
        self.readers.read(|db| self.reader(db, None)?.counts())
    }

    /// Returns what their day begins with, at most so many tasks and cases.
    ///
    /// # Errors
    /// When the store fails.
    pub fn day(&self, limit: usize) -> Result<Day, ConsoleError> {
        let day = self.readers.read(|db| self.reader(db, None)?.day(limit))?;
        let outcome = format!("{} tasks, {} cases", day.due.len(), day.quiet.len());
        self.note("home".into(), outcome)?;
        Ok(day)
    }

    /// Lists tasks that concern them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn task_list(
        &self,
        list: TaskList,
        skip: usize,
        limit: usize,
    ) -> Result<TasksPage, ConsoleError> {
        let page = self.readers.read(|db| self.reader(db, None)?.tasks_page(list, skip, limit))?;
        self.note("task list".into(), format!("{} tasks", page.rows.len()))?;
        Ok(page)
    }

    /// Lists the records that wait for them to decide.
    ///
    /// # Errors
    /// When the store fails.
    pub fn review_queue(&self, skip: usize, limit: usize) -> Result<RecordsPage, ConsoleError> {
        let page = self.readers.read(|db| self.reader(db, None)?.review_queue(skip, limit))?;
        self.note("review queue".into(), format!("{} records", page.rows.len()))?;
        Ok(page)
    }

    /// Lists the records that hold values to choose among.
    ///
    /// # Errors
    /// When the store fails.
    pub fn conflict_list(&self, skip: usize, limit: usize) -> Result<RecordsPage, ConsoleError> {
        let page = self.readers.read(|db| self.reader(db, None)?.conflicts(skip, limit))?;
        self.note("conflicts".into(), format!("{} records", page.rows.len()))?;
        Ok(page)
    }

    /// Lists the cases that are open to them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn board(
        &self,
        filter: &BoardFilter,
        (sort, descending): (BoardSort, bool),
        skip: usize,
        limit: usize,
    ) -> Result<BoardPage, ConsoleError> {
        let page = self
            .readers
            .read(|db| self.reader(db, None)?.board(filter, (sort, descending), skip, limit))?;
        self.note("board".into(), format!("{} cases", page.rows.len()))?;
        Ok(page)
    }

    /// Returns what they have chosen by this name, such as the filter of a list; `None` if nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub fn setting(&self, setting: &str) -> Result<Option<String>, ConsoleError> {
        Ok(self.readers.read(|db| db.setting(self.who.user, setting))?)
    }

    /// Keeps what they have chosen by this name; nothing where it is empty. It names people by their ids
    /// only, and no case.
    ///
    /// # Errors
    /// When there is no room for it, or the store fails.
    pub fn set_setting(&self, setting: &str, value: &str) -> Result<(), ConsoleError> {
        let (user, setting, value) = (self.who.user, setting.to_owned(), value.to_owned());
        let is_kept = self
            .writer
            .write::<_, StoreError, _>(move |tx| tx.db.set_setting(user, &setting, &value))?;
        match is_kept {
            true => Ok(()),
            false => Err(ConsoleError::not_allowed(&Message::new("setting_too_large"))),
        }
    }
}

impl Reader<'_> {
    /// Returns how many rows each list has.
    pub(crate) fn counts(&self) -> Result<Counts, ConsoleError> {
        let counts = self.db.list_counts(&self.viewer())?;
        let safety = self.db.waiting_emergencies(self.now, self.emergencies_for_them())?;
        Ok(Counts { safety, ..counts })
    }

    /// A page of tasks that concern them, of the scopes that are open to them.
    pub(crate) fn tasks_page(
        &self,
        list: TaskList,
        skip: usize,
        limit: usize,
    ) -> Result<TasksPage, ConsoleError> {
        let limit = limit.min(PAGE_RECORDS_MAX);
        let (tasks, total) = self.db.task_list(&self.viewer(), list, skip, limit)?;
        Ok(TasksPage { rows: self.listed_tasks(tasks)?, total })
    }

    fn listed_tasks(&self, tasks: Vec<OpenTask>) -> Result<Vec<ListedTask>, ConsoleError> {
        let names = self.db.users()?;
        tasks.into_iter().map(|open| self.listed_task(open, &names)).collect()
    }

    fn listed_task(
        &self,
        open: OpenTask,
        names: &BTreeMap<UserId, String>,
    ) -> Result<ListedTask, ConsoleError> {
        let owner = open.task.owner;
        let opened_by = self.opening_record(open.listed.case)?;
        Ok(ListedTask { task: self.task_row(open, names)?, owner, opened_by })
    }

    /// A page of the records that wait for them to decide: of the programs that they supervise where
    /// these records live, and not their own.
    pub(crate) fn review_queue(
        &self,
        skip: usize,
        limit: usize,
    ) -> Result<RecordsPage, ConsoleError> {
        let limit = limit.min(PAGE_RECORDS_MAX);
        let (records, total) = self.db.review_list(&self.viewer(), skip, limit)?;
        self.records_page(records, total)
    }

    /// A page of the records that hold values to choose among. Those of a directory are shown to whoever
    /// writes in it.
    pub(crate) fn conflicts(&self, skip: usize, limit: usize) -> Result<RecordsPage, ConsoleError> {
        let limit = limit.min(PAGE_RECORDS_MAX);
        let (records, total) = self.db.conflict_list(&self.viewer(), skip, limit)?;
        self.records_page(records, total)
    }

    fn records_page(
        &self,
        records: Vec<RecordId>,
        total: u64,
    ) -> Result<RecordsPage, ConsoleError> {
        let mut rows = Vec::with_capacity(records.len());
        for record in records {
            let (Some(listed), Some(made)) = (self.db.listed(record)?, self.db.how_made(record)?)
            else {
                continue;
            };
            let opened_by = self.opening_record(listed.case)?;
            rows.push(ListedRecord {
                row: self.row(listed)?,
                author: made.by,
                author_name: self.db.name_of(made.by)?,
                received_at: made.received_at,
                opened_by,
            });
        }
        Ok(RecordsPage { rows, total })
    }

    /// Returns what the record says that opened a case, if that is open to them.
    fn opening_record(&self, case: Option<CaseId>) -> Result<Option<RecordRow>, StoreError> {
        let Some(case) = case else { return Ok(None) };
        let types = self.opening_types();
        let opening = self.db.open_records_of_case(self.user, case, &types)?.pop();
        opening.map(|listed| self.row(listed)).transpose()
    }

    fn viewer(&self) -> Viewer {
        Viewer::new(&self.context.catalogue, self.now, self.user, &self.memberships)
    }
}

#[cfg(test)]
mod tests;
