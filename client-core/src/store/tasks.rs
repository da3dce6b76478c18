//! Tasks as rows. What becomes of them is worked out in [`model::followup`], on this device as on the
//! server; here stands only which rows are read for it and where the result is kept.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::ValueRef;
use rusqlite::{Row, params};

use model::followup::{self, CaseFile, CaseRecord, Standing, Task, Touched};
use model::ids::{CaseId, ProgramCode, RecordId, TypeName};
use model::time::Timestamp;

use super::read_model::StoredView;
use super::rows::{FromRow, code, json, optional};
use super::{Reader, StoreError, Writer};

/// The columns that [`case_record`] reads.
macro_rules! columns {
    () => {
        "id, type, case_id, compartment, program, created_at, occurred_at, view"
    };
}

/// What a transaction has changed, by case; records without a case under their own id.
pub(super) type TouchedCases = BTreeMap<CaseId, Touched>;

impl Writer<'_> {
    /// Notes that a record was written: before the transaction ends, the tasks of its case are worked
    /// out as far as it can have moved them. `earliest` is when it happened, by what it says now or
    /// said before.
    pub(super) fn touch_tasks(&mut self, p: &CaseRecord, earliest: Timestamp) {
        let catalogue = std::sync::Arc::clone(self.catalogue());
        let case = p.case.unwrap_or_else(|| p.record.into());
        self.tasks.entry(case).or_default().add(&catalogue, p.record, &p.record_type, earliest);
    }

    /// Notes that records of a case went.
    pub(super) fn touch_case(&mut self, case: CaseId) {
        self.tasks.entry(case).or_default().add_all();
    }

    /// Writes the tasks of what this transaction has changed so far.
    pub(super) fn put_tasks(&mut self) -> Result<(), StoreError> {
        let catalogue = std::sync::Arc::clone(self.catalogue());
        for (case, touched) in std::mem::take(&mut self.tasks) {
            let file = OfCase { read: self, case };
            for (record, tasks) in followup::refreshed(&catalogue, &file, &touched)? {
                if self.tasks_of(record)? != tasks {
                    self.replace_tasks(record, &tasks)?;
                }
            }
        }
        Ok(())
    }

    fn replace_tasks(&self, record: RecordId, tasks: &[Task]) -> Result<(), StoreError> {
        self.execute("DELETE FROM tasks WHERE record = ?1", [record.as_bytes()])?;
        let sql = "INSERT INTO tasks
                (record, rule, case_id, opens, due, flags, owner, only_for, standing, open,
                 answered_by, answered_at, attempts, last_attempt, about)
             VALUES (?1, ?2, (SELECT case_id FROM records WHERE id = ?1), ?3, ?4, ?5, ?6, ?7, ?8,
                 ?9, ?10, ?11, ?12, ?13, ?14)";
        for task in tasks {
            let answer = match task.standing {
                Standing::Answered { by, at } => Some((by, at)),
                Standing::Open | Standing::Paused | Standing::Ended | Standing::Closed => None,
            };
            let flags = serde_json::to_string(&task.flags)
                .map_err(|_| StoreError::Unreadable { what: "a task" })?;
            self.execute(
                sql,
                params![
                    record.as_bytes(),
                    task.rule,
                    task.opens.as_millis(),
                    task.due.as_millis(),
                    flags,
                    task.owner.as_ref().map(|owner| owner.as_bytes()),
                    task.only_for.as_ref().map(ProgramCode::as_str),
                    task.standing.number(),
                    task.standing.is_open(),
                    answer.as_ref().map(|(by, _)| by.as_bytes()),
                    answer.map(|(_, at)| at.as_millis()),
                    task.attempts,
                    task.last_attempt.map(Timestamp::as_millis),
                    task.about.as_ref().map(|about| about.as_bytes()),
                ],
            )?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// The tasks of a record as the rows have them, in the order of the rules.
    pub(super) fn tasks_of(&self, record: RecordId) -> Result<Vec<Task>, StoreError> {
        let sql =
            "SELECT record, rule, opens, due, flags, owner, standing, answered_by, answered_at,
                attempts, last_attempt, only_for, about
            FROM tasks WHERE record = ?1";
        let mut tasks = self.query(sql, [record.as_bytes()], task)?;
        if let Some(record_type) = self.type_of(record)?
            && let Some(known) = self.catalogue().record_type(&record_type)
        {
            let place =
                |task: &Task| known.follow_ups.iter().position(|rule| rule.name == task.rule);
            tasks.sort_by_key(place);
        }
        Ok(tasks)
    }

    /// When a task is due by the record alone that set it, however often it was put off; `None` when
    /// there is no such task.
    ///
    /// # Errors
    /// When the store fails.
    pub fn due_as_set(
        &self,
        record: RecordId,
        rule: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let sql = concat!("SELECT ", columns!(), " FROM records WHERE id = ?1");
        let own = self.query_row(sql, [record.as_bytes()], case_record)?;
        let set = own.map(|own| followup::tasks(self.catalogue(), &own, &[])).unwrap_or_default();
        Ok(set.into_iter().find(|task| task.rule == rule).map(|task| task.due))
    }

    /// The records whose tasks are not what the records of their case make.
    pub(super) fn wrong_tasks(&self) -> Result<BTreeSet<RecordId>, StoreError> {
        let records = self.query("SELECT id FROM records ORDER BY case_id, id", [], |row| {
            RecordId::from_row(row, 0)
        })?;
        // A case at a time: its records stand beside one another.
        let mut others: (Option<CaseId>, Vec<CaseRecord>) = (None, Vec::new());
        let mut wrong = BTreeSet::new();
        for record in records {
            let sql = concat!("SELECT ", columns!(), " FROM records WHERE id = ?1");
            let Some(own) = self.query_row(sql, [record.as_bytes()], case_record)? else {
                continue;
            };
            if own.case != others.0 {
                let sql = concat!("SELECT ", columns!(), " FROM records WHERE case_id = ?1");
                let of_case = match &own.case {
                    Some(case) => self.query(sql, [case.as_bytes()], case_record)?,
                    None => Vec::new(),
                };
                others = (own.case, of_case);
            }
            if own.case.is_none() {
                others.1.clear();
                for named in followup::watched(self.catalogue(), &own) {
                    let sql = concat!("SELECT ", columns!(), " FROM records WHERE id = ?1");
                    let named = self.query_row(sql, [named.as_bytes()], case_record)?;
                    others.1.extend(named.filter(|named| named.case.is_none()));
                }
            }
            if self.tasks_of(record)? != followup::tasks(self.catalogue(), &own, &others.1) {
                wrong.insert(record);
            }
        }
        Ok(wrong)
    }
}

/// The rows of one case.
struct OfCase<'a, 'w> {
    read: &'a Writer<'w>,
    case: CaseId,
}

impl CaseFile for OfCase<'_, '_> {
    type Error = StoreError;

    fn record(&self, record: RecordId) -> Result<Option<CaseRecord>, StoreError> {
        let sql = concat!("SELECT ", columns!(), " FROM records WHERE id = ?1");
        self.read.query_row(sql, [record.as_bytes()], case_record)
    }

    fn of_types(
        &self,
        types: &BTreeSet<&TypeName>,
        after: Option<Timestamp>,
    ) -> Result<Vec<CaseRecord>, StoreError> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM records WHERE case_id = ?1 AND type = ?2 AND voided = 0 AND occurred_at > ?3"
        );
        let after = after.map_or(i64::MIN, Timestamp::as_millis);
        let mut records = Vec::new();
        for name in types {
            let key = params![self.case.as_bytes(), name.as_str(), after];
            records.extend(self.read.query(sql, key, case_record)?);
        }
        Ok(records)
    }

    fn movable(&self, since: Timestamp) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut found = BTreeSet::new();
        let sql = "SELECT record FROM tasks WHERE case_id = ?1 AND standing <= 2";
        let record = |row: &Row<'_>| RecordId::from_row(row, 0);
        found.extend(self.read.query(sql, [self.case.as_bytes()], record)?);
        let sql = "SELECT record FROM tasks
            WHERE case_id = ?1 AND answered_at IS NOT NULL AND answered_at >= ?2";
        let key = params![self.case.as_bytes(), since.as_millis()];
        found.extend(self.read.query(sql, key, record)?);
        Ok(found)
    }

    fn about(&self, record: RecordId) -> Result<BTreeSet<RecordId>, StoreError> {
        let sql = "SELECT record FROM tasks WHERE about = ?1";
        let found = self.read.query(sql, [record.as_bytes()], |row| RecordId::from_row(row, 0))?;
        Ok(found.into_iter().collect())
    }
}

const _: () = assert!(Standing::MOVABLE == 2, "the queries and an index name it");

fn case_record(row: &Row<'_>) -> rusqlite::Result<CaseRecord> {
    let view = json::<StoredView>(row, 7)?;
    Ok(CaseRecord {
        record: RecordId::from_row(row, 0)?,
        record_type: code(row, 1)?,
        case: optional(row, 2)?,
        compartment: code(row, 3)?,
        program: code(row, 4)?,
        created_at: Timestamp::from_row(row, 5)?,
        occurred_at: Timestamp::from_row(row, 6)?,
        fields: view.counted.unwrap_or(view.fields),
    })
}

fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    let answer = optional(row, 7)?.zip(optional(row, 8)?);
    Ok(Task {
        record: RecordId::from_row(row, 0)?,
        rule: row.get(1)?,
        opens: Timestamp::from_row(row, 2)?,
        due: Timestamp::from_row(row, 3)?,
        flags: json(row, 4)?,
        owner: optional(row, 5)?,
        only_for: match row.get_ref(11)? {
            ValueRef::Null => None,
            _ => Some(code(row, 11)?),
        },
        standing: Standing::from_number(row.get(6)?, answer),
        attempts: row.get(9)?,
        last_attempt: optional(row, 10)?,
        about: optional(row, 12)?,
    })
}
