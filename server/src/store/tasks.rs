//! What is to be done, as rows. What becomes of a task is worked out in [`model::followup`], here as
//! on a phone; this says which rows are read for it and where the result is kept.

use std::collections::BTreeSet;

use model::catalogue::Catalogue;
use model::followup::{self, CaseFile, CaseRecord, Standing, Task, Touched};
use model::ids::{CaseId, CompartmentCode, ProgramCode, RecordId, Scope, TypeName, UserId};
use model::time::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension, Row, params};

use super::sqlite::{Reading, Writing};
use super::{Column, name};
use crate::error::StoreError;
use crate::store::listing::{self, Listed};

/// A task that is still to be done, and the record that set it.
pub(crate) struct OpenTask {
    pub(crate) task: Task,
    pub(crate) listed: Listed,
}

impl Reading<'_> {
    /// The records whose tasks are not what the records of their case make.
    pub(crate) fn records_with_wrong_tasks(
        &self,
        catalogue: &Catalogue,
    ) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut wrong = BTreeSet::new();
        self.each_with_tasks(catalogue, |record, tasks| {
            if self.tasks_of_record(catalogue, record)? != tasks {
                wrong.insert(record);
            }
            Ok(())
        })?;
        Ok(wrong)
    }

    /// Calls `each` with every record and its tasks, from nothing but the records of its case.
    fn each_with_tasks(
        &self,
        catalogue: &Catalogue,
        mut each: impl FnMut(RecordId, Vec<Task>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let records: Vec<RecordId> = {
            let mut statement =
                self.db.prepare("SELECT record FROM read_model ORDER BY \"case\", record")?;
            let rows = statement.query_map([], |row| RecordId::read(row, 0))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        // A case at a time: its records stand beside one another.
        let mut others: (Option<CaseId>, Vec<CaseRecord>) = (None, Vec::new());
        for record in records {
            let Some(own) = self.case_record(record)? else { continue };
            if own.case != others.0 {
                others = (own.case, self.case_records(own.case)?);
            }
            if own.case.is_none() {
                others.1.clear();
                for named in followup::watched(catalogue, &own) {
                    others.1.extend(self.case_record(named)?.filter(|it| it.case.is_none()));
                }
            }
            each(record, followup::tasks(catalogue, &own, &others.1))?;
        }
        Ok(())
    }

    /// The tasks of a record as the rows have them, in the order of the rules.
    pub(crate) fn tasks_of_record(
        &self,
        catalogue: &Catalogue,
        record: RecordId,
    ) -> Result<Vec<Task>, StoreError> {
        let sql = format!("SELECT {TASK} FROM tasks WHERE record = ?1");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([record.as_bytes()], task)?;
        let mut tasks: Vec<Task> = rows.collect::<rusqlite::Result<_>>()?;
        let own = self.case_record(record)?;
        if let Some(known) = own.and_then(|own| catalogue.record_type(&own.record_type)) {
            let place =
                |task: &Task| known.follow_ups.iter().position(|rule| rule.name == task.rule);
            tasks.sort_by_key(place);
        }
        Ok(tasks)
    }

    /// Those that are set in scopes which are open to a user.
    pub(crate) fn each_open_task(
        &self,
        user: UserId,
        mut each: impl FnMut(OpenTask),
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT {TASK}, {} FROM grants
             JOIN tasks /*+ tasks_open */ ON tasks.scope = grants.scope AND tasks.standing <= 1
             JOIN scopes ON scopes.id = tasks.scope
             JOIN records ON records.id = tasks.record
             JOIN read_model AS shown ON shown.record = records.id
             WHERE grants.user_id = ?1 AND grants.revoked_seq IS NULL",
            listing::COLUMNS
        );
        let mut statement = self.prepare_in_order(&sql)?;
        for row in statement.query_map([user.as_bytes()], open)? {
            each(row?);
        }
        Ok(())
    }

    /// Returns the records that have set a task about this one which is still to be done.
    pub(crate) fn open_tasks_about(
        &self,
        record: RecordId,
    ) -> Result<BTreeSet<RecordId>, StoreError> {
        let sql = "SELECT record FROM tasks WHERE about = ?1 AND standing <= 1";
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map([record.as_bytes()], |row| RecordId::read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Those that records of a scope set and that are still to be done.
    pub(crate) fn open_tasks_in(&self, scope: &Scope) -> Result<Vec<OpenTask>, StoreError> {
        let sql = format!(
            "SELECT {TASK}, {} FROM scopes
             JOIN tasks /*+ tasks_open */ ON tasks.scope = scopes.id AND tasks.standing <= 1
             JOIN records ON records.id = tasks.record
             JOIN read_model AS shown ON shown.record = records.id
             WHERE scopes.\"case\" = ?1 AND scopes.compartment = ?2",
            listing::COLUMNS
        );
        let mut statement = self.prepare_in_order(&sql)?;
        let key = params![scope.case.as_bytes(), scope.compartment.as_str()];
        let rows = statement.query_map(key, open)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Those that records of a compartment set, of one type or of any.
    pub(crate) fn each_task_in(
        &self,
        compartment: &CompartmentCode,
        of_type: Option<&TypeName>,
        mut each: impl FnMut(OpenTask),
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT {TASK}, {} FROM scopes /*+ scopes_by_compartment */
             JOIN tasks /*+ tasks_open */ ON tasks.scope = scopes.id AND tasks.standing <= 1
             JOIN records ON records.id = tasks.record AND (?2 IS NULL OR records.type = ?2)
             JOIN read_model AS shown ON shown.record = records.id
             WHERE scopes.compartment = ?1",
            listing::COLUMNS
        );
        let mut statement = self.prepare_in_order(&sql)?;
        let key = params![compartment.as_str(), of_type.map(TypeName::as_str)];
        for row in statement.query_map(key, open)? {
            each(row?);
        }
        Ok(())
    }

    /// One that is listed.
    pub(super) fn open_task(
        &self,
        record: RecordId,
        rule: &str,
    ) -> Result<Option<OpenTask>, StoreError> {
        let sql = format!(
            "SELECT {TASK}, {} FROM tasks
             JOIN scopes ON scopes.id = tasks.scope
             JOIN records ON records.id = tasks.record
             JOIN read_model AS shown ON shown.record = records.id
             WHERE tasks.record = ?1 AND tasks.rule = ?2",
            listing::COLUMNS
        );
        let mut statement = self.prepare_in_order(&sql)?;
        Ok(statement.query_row(params![record.as_bytes(), rule], open).optional()?)
    }

    fn case_records(&self, case: Option<CaseId>) -> Result<Vec<CaseRecord>, StoreError> {
        let Some(case) = case else { return Ok(Vec::new()) };
        let sql = format!("{RECORD} WHERE shown.\"case\" = ?1");
        let mut statement = self.prepare_in_order(&sql)?;
        let rows = statement.query_map([case.as_bytes()], case_record)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn case_record(&self, record: RecordId) -> Result<Option<CaseRecord>, StoreError> {
        let sql = format!("{RECORD} WHERE shown.record = ?1");
        let mut statement = self.prepare_in_order(&sql)?;
        let mut rows = statement.query_map([record.as_bytes()], case_record)?;
        Ok(rows.next().transpose()?)
    }
}

impl Writing<'_> {
    /// Works out the tasks of a case, or of a record that stands alone, as far as what was touched can have
    /// moved them. Returns the records whose tasks have changed.
    pub(crate) fn refresh_tasks(
        &self,
        catalogue: &Catalogue,
        case: Option<CaseId>,
        touched: &Touched,
    ) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut changed = BTreeSet::new();
        for (record, tasks) in followup::refreshed(catalogue, &OfCase { db: self, case }, touched)?
        {
            if self.tasks_of_record(catalogue, record)? != tasks {
                self.replace_tasks(record, &tasks)?;
                changed.insert(record);
            }
        }
        Ok(changed)
    }

    /// Works out every task anew.
    pub(crate) fn rebuild_tasks(&self, catalogue: &Catalogue) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM tasks", [])?;
        self.each_with_tasks(catalogue, |record, tasks| self.replace_tasks(record, &tasks))
    }

    fn replace_tasks(&self, record: RecordId, tasks: &[Task]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM tasks WHERE record = ?1")?
            .execute([record.as_bytes()])?;
        let mut statement = self.db.prepare_cached(
            "INSERT INTO tasks (record, rule, scope, \"case\", opens, due, flags, owner, only_for,
                                standing, answered_by, answered_at, attempts, last_attempt, about)
             SELECT id, ?2, scope, \"case\", ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
             FROM records WHERE id = ?1",
        )?;
        for task in tasks {
            let answer = match task.standing {
                Standing::Answered { by, at } => Some((by, at)),
                Standing::Open | Standing::Paused | Standing::Ended | Standing::Closed => None,
            };
            let flags = serde_json::to_string(&task.flags)
                .map_err(|_| StoreError::Damaged("a task cannot be written"))?;
            statement.execute(params![
                record.as_bytes(),
                task.rule,
                task.opens.as_millis(),
                task.due.as_millis(),
                flags,
                task.owner.as_ref().map(UserId::as_bytes),
                task.only_for.as_ref().map(ProgramCode::as_str),
                task.standing.number(),
                answer.as_ref().map(|(by, _)| by.as_bytes()),
                answer.map(|(_, at)| at.as_millis()),
                task.attempts,
                task.last_attempt.map(Timestamp::as_millis),
                task.about.as_ref().map(RecordId::as_bytes),
            ])?;
        }
        Ok(())
    }
}

/// The rows of one case.
struct OfCase<'a> {
    db: &'a Reading<'a>,
    case: Option<CaseId>,
}

impl CaseFile for OfCase<'_> {
    type Error = StoreError;

    fn record(&self, record: RecordId) -> Result<Option<CaseRecord>, StoreError> {
        self.db.case_record(record)
    }

    fn of_types(
        &self,
        types: &BTreeSet<&TypeName>,
        after: Option<Timestamp>,
    ) -> Result<Vec<CaseRecord>, StoreError> {
        let Some(case) = self.case else { return Ok(Vec::new()) };
        let sql = format!("{RECORD} WHERE shown.\"case\" = ?1 AND shown.occurred_at > ?2");
        let mut statement = self.db.prepare_in_order(&sql)?;
        let after = after.map_or(i64::MIN, Timestamp::as_millis);
        let mut rows = statement.query(params![case.as_bytes(), after])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let record_type: TypeName = name(row, 1)?;
            if types.contains(&record_type) {
                records.push(case_record(row)?);
            }
        }
        Ok(records)
    }

    fn movable(&self, since: Timestamp) -> Result<BTreeSet<RecordId>, StoreError> {
        let Some(case) = self.case else { return Ok(BTreeSet::new()) };
        let mut found = BTreeSet::new();
        for sql in [
            "SELECT record FROM tasks WHERE \"case\" = ?1 AND standing <= 2 AND ?2 IS NOT NULL",
            "SELECT record FROM tasks
             WHERE \"case\" = ?1 AND answered_at IS NOT NULL AND answered_at >= ?2",
        ] {
            let mut statement = self.db.db.prepare_cached(sql)?;
            let key = params![case.as_bytes(), since.as_millis()];
            for record in statement.query_map(key, |row| RecordId::read(row, 0))? {
                found.insert(record?);
            }
        }
        Ok(found)
    }

    fn about(&self, record: RecordId) -> Result<BTreeSet<RecordId>, StoreError> {
        let sql = "SELECT record FROM tasks WHERE about = ?1";
        let mut statement = self.db.db.prepare_cached(sql)?;
        let rows = statement.query_map([record.as_bytes()], |row| RecordId::read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

const _: () = assert!(Standing::MOVABLE == 2, "the queries and an index name it");

const RECORD: &str = "SELECT records.id, records.type, records.\"case\", scopes.compartment,
        records.program, records.created_at, shown.occurred_at, coalesce(shown.counted, shown.fields)
    FROM read_model AS shown JOIN records ON records.id = shown.record
    JOIN scopes ON scopes.id = records.scope";

fn case_record(row: &Row<'_>) -> rusqlite::Result<CaseRecord> {
    Ok(CaseRecord {
        record: RecordId::read(row, 0)?,
        record_type: name(row, 1)?,
        case: Column::read(row, 2)?,
        compartment: name(row, 3)?,
        program: name(row, 4)?,
        created_at: Timestamp::read(row, 5)?,
        occurred_at: Timestamp::read(row, 6)?,
        // The read model's fields are ours: anything else than an object is as good as none.
        fields: serde_json::from_str(row.get_ref(7)?.as_str()?).unwrap_or_default(),
    })
}

const TASK: &str = "tasks.record, tasks.rule, tasks.opens, tasks.due, tasks.flags, tasks.owner,
    tasks.only_for, tasks.standing, tasks.answered_by, tasks.answered_at, tasks.attempts,
    tasks.last_attempt, tasks.about";

/// How many columns these are.
const TASK_COLUMNS: usize = 13;

fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    let (by, at) = (Option::<RecordId>::read(row, 8)?, Option::<Timestamp>::read(row, 9)?);
    Ok(Task {
        record: RecordId::read(row, 0)?,
        rule: row.get(1)?,
        opens: Timestamp::read(row, 2)?,
        due: Timestamp::read(row, 3)?,
        flags: serde_json::from_str(row.get_ref(4)?.as_str()?).unwrap_or_default(),
        owner: Column::read(row, 5)?,
        only_for: match row.get_ref(6)? {
            ValueRef::Null => None,
            _ => Some(name(row, 6)?),
        },
        standing: Standing::from_number(row.get(7)?, by.zip(at)),
        attempts: row.get(10)?,
        last_attempt: Column::read(row, 11)?,
        about: Column::read(row, 12)?,
    })
}

fn open(row: &Row<'_>) -> rusqlite::Result<OpenTask> {
    Ok(OpenTask { task: task(row)?, listed: listing::read(row, TASK_COLUMNS)? })
}
