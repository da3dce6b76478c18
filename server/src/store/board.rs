//! The lists of the console, each in a statement that begins with what is open to its reader: what is
//! not is never looked at, so that how long it takes tells nothing of it.
//!
//! What is in a list is said once, in a text that the statement of its rows and that of its count
//! share. A summary says whether anything of a scope can be in a list; only then its tasks and marks
//! are looked at.

use std::collections::BTreeSet;

use model::catalogue::Catalogue;
use model::ids::{CaseId, ProgramCode, RecordId, UserId};
use model::policy;
use model::time::Timestamp;
use model::wire::MembershipV1;
use rusqlite::{OptionalExtension as _, Row, ToSql};

use super::sqlite::Reading;
use super::summaries::{Risk, read_risk};
use super::tasks::OpenTask;
use super::{Column, count, count_at};
use crate::error::StoreError;

/// Who looks at a list, and when: what the statements are asked with.
pub(crate) struct Viewer {
    user: UserId,
    now: i64,
    /// When the day ends by the department's clocks.
    day_ends: i64,
    /// Codes, with a blank before and after each: the programs that they hold a role in.
    programs: String,
    /// The types that they write.
    types: String,
    /// The programs that they review, each with a compartment.
    reviews: String,
}

impl Viewer {
    /// Somebody with their roles.
    pub(crate) fn new(
        catalogue: &Catalogue,
        now: Timestamp,
        user: UserId,
        memberships: &BTreeSet<MembershipV1>,
    ) -> Self {
        let writes =
            |roles: &BTreeSet<_>| memberships.iter().any(|held| roles.contains(&held.role));
        let types = catalogue.types.values().filter(|known| writes(&known.written_by));
        let reviews = policy::reviews(catalogue, memberships);
        Self {
            user,
            now: now.as_millis(),
            // Past what a calendar has, no day ends.
            day_ends: catalogue.zone.end_of_day(now).unwrap_or(now).as_millis(),
            programs: in_blanks(memberships.iter().map(|held| held.program.to_string())),
            types: in_blanks(types.map(|known| known.name.to_string())),
            reviews: in_blanks(reviews.iter().map(|(of, code)| format!("{of}/{code}"))),
        }
    }
}

fn in_blanks(codes: impl Iterator<Item = String>) -> String {
    codes.fold(" ".to_owned(), |all, code| all + &code + " ")
}

/// Which tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskList {
    /// Those past due.
    Overdue,
    /// Those due from now until the department's day ends.
    Today,
    /// All that are still to be done, but for paused ones.
    All,
}

/// How many rows each list has for its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Tasks that concern them and are past due.
    pub overdue: u64,
    /// Tasks that concern them and are due until the department's day ends.
    pub today: u64,
    /// Records that wait for them to decide.
    pub review: u64,
    /// Records that hold values to choose among.
    pub conflicts: u64,
    /// What was opened in an emergency and nobody has looked at, for those who watch over privacy; for
    /// others, what they have open.
    pub safety: u64,
}

/// What a walk through everything that is open asks for beside numbers and dates: text costs more than
/// all else of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Wanted<'a> {
    /// A program of which it is said whether the scope has records of it.
    pub(crate) program: Option<&'a ProgramCode>,
    /// What the record is called that opened the case.
    pub(crate) title: bool,
    /// Who works on the case.
    pub(crate) workers: bool,
    /// When the first task is due until the day ends.
    pub(crate) due: bool,
}

/// What a scope that is open to the reader adds to the lists, and to its case.
pub(crate) struct OpenScope {
    pub(crate) scope: i64,
    /// `None` where its record stands alone: the board has none of these.
    pub(crate) case: Option<CaseId>,
    /// How many rows of each list are its own.
    pub(crate) counts: Counts,
    /// When the first task is due that concerns the reader, until the day ends.
    pub(crate) first_due: Option<Timestamp>,
    pub(crate) first_at: Option<Timestamp>,
    pub(crate) last_contact: Option<Timestamp>,
    pub(crate) risk: Option<(Timestamp, Risk)>,
    pub(crate) waiting: u64,
    pub(crate) in_conflict: u64,
    pub(crate) to_review: u64,
    pub(crate) open_tasks: u64,
    pub(crate) next_due: Option<Timestamp>,
    pub(crate) consent_until: Option<Timestamp>,
    pub(crate) title: Option<String>,
    /// Those who work on the case and see this scope.
    pub(crate) workers: Vec<UserId>,
    /// Whether it has records of the program that was asked for.
    pub(crate) is_of_program: bool,
    pub(crate) has_records: bool,
}

/// The scopes with records that are open to the user ?1. A statement goes on with joins.
const OPEN: &str = "FROM grants /*+ grants_open */
    JOIN summaries AS summed ON summed.scope = grants.scope";

const IS_OPEN: &str = "grants.user_id = ?1 AND grants.revoked_seq IS NULL";

/// Tasks of an open scope that wait and concern the user: of the programs ?2, of the types ?3.
const TASKS: &str = "tasks.scope = grants.scope AND tasks.standing <= 1 AND tasks.standing = 0
    AND (tasks.only_for IS NULL OR instr(?2, ' ' || tasks.only_for || ' ') > 0)
    AND (summed.is_directory = 0 OR tasks.owner = ?1 OR EXISTS (
        SELECT 1 FROM records WHERE records.id = tasks.record
            AND instr(?3, ' ' || records.type || ' ') > 0))";

/// Those past due at ?4, and those due from then until ?5; each with what its scope's summary says when
/// it can have one.
const OVERDUE: &str = "tasks.due < ?4";
const MAY_BE_OVERDUE: &str = "(summed.next_due < ?4 OR summed.program_tasks > 0)";
const TODAY: &str = "tasks.due >= ?4 AND tasks.due < ?5";
const DUE_BY_EVENING: &str = "tasks.due < ?5";
const MAY_BE_TODAY: &str = "(summed.next_due < ?5 OR summed.program_tasks > 0)";
const MAY_BE_DUE: &str = "(summed.next_due IS NOT NULL OR summed.program_tasks > 0)";

/// Records of an open scope that wait for the user, who did not make them: of programs and
/// compartments of ?6.
const WAITING: &str = "marks.scope = grants.scope AND marks.waits = 1 AND marks.author <> ?1
    AND instr(?6, ' ' || marks.program || '/' || summed.compartment || ' ') > 0";
const MAY_WAIT: &str = "summed.waiting > 0";

/// Records of an open scope that hold conflicts: in a directory, of the types ?3.
const IN_CONFLICT: &str = "marks.scope = grants.scope AND marks.to_review > 0
    AND (summed.is_directory = 0 OR instr(?3, ' ' || marks.type || ' ') > 0)";
const MAY_BE_IN_CONFLICT: &str = "summed.in_conflict > 0";

impl TaskList {
    /// Returns what the statements of its rows and of their number share.
    fn from(self) -> String {
        let (may_be, is) = match self {
            Self::Overdue => (MAY_BE_OVERDUE, OVERDUE),
            Self::Today => (MAY_BE_TODAY, TODAY),
            Self::All => (MAY_BE_DUE, "tasks.standing <= 1"),
        };
        format!("{OPEN} JOIN {TASKS_BY_DUE} ON {may_be} AND {TASKS} AND {is} WHERE {IS_OPEN}")
    }
}

fn from_waiting() -> String {
    format!("{OPEN} JOIN {MARKS_WAITING} ON {MAY_WAIT} AND {WAITING} WHERE {IS_OPEN}")
}

fn from_in_conflict() -> String {
    format!(
        "{OPEN} JOIN {MARKS_IN_CONFLICT} ON {MAY_BE_IN_CONFLICT} AND {IN_CONFLICT} WHERE {IS_OPEN}"
    )
}

/// Returns what each scope adds to the numbers of the lists: overdue, today, to decide on, in conflict.
fn numbers() -> [String; 4] {
    let number = |may_be: &str, from: &str, is: &str| {
        format!("CASE WHEN {may_be} THEN (SELECT count(*) FROM {from} WHERE {is}) ELSE 0 END")
    };
    let tasks = |is: &str| format!("{TASKS} AND {is}");
    [
        number(MAY_BE_OVERDUE, TASKS_BY_DUE, &tasks(OVERDUE)),
        number(MAY_BE_TODAY, TASKS_BY_DUE, &tasks(TODAY)),
        number(MAY_WAIT, MARKS_WAITING, WAITING),
        number(MAY_BE_IN_CONFLICT, MARKS_IN_CONFLICT, IN_CONFLICT),
    ]
}

/// All numbers in one walk through what is open.
fn counts_sql() -> String {
    let sums = numbers().map(|number| format!("coalesce(sum({number}), 0)"));
    format!("SELECT {} {OPEN} WHERE {IS_OPEN}", sums.join(", "))
}

/// Every scope that is open, with what it adds to numbers and cases.
fn walk_sql(wanted: Wanted<'_>) -> String {
    let only_if = |wanted: bool, column: &str| match wanted {
        true => column.to_owned(),
        false => "NULL".to_owned(),
    };
    let first_due = format!(
        "CASE WHEN {MAY_BE_TODAY} THEN (
             SELECT min(tasks.due) FROM {TASKS_BY_DUE} WHERE {TASKS} AND {DUE_BY_EVENING}) END"
    );
    format!(
        "SELECT summed.scope, summed.\"case\", summed.first_at, summed.last_contact, summed.risk_at,
                summed.risk, summed.risk_rank, summed.waiting, summed.in_conflict,
                summed.to_review, summed.open_tasks, summed.next_due, summed.consent_until,
                CASE WHEN summed.program_tasks > 0 THEN (SELECT count(*) FROM {OF_PROGRAMS}) END,
                CASE WHEN summed.program_tasks > 0 THEN (
                    SELECT min(tasks.due) FROM {OF_PROGRAMS} AND tasks.standing = 0) END,
                instr(' ' || summed.programs || ' ', ?7) > 0, summed.programs <> '',
                {}, {}, {}, {}
         {OPEN} WHERE {IS_OPEN}",
        only_if(wanted.title, "summed.title"),
        only_if(wanted.workers, "summed.workers"),
        only_if(wanted.due, &first_due),
        numbers().join(", "),
    )
}

/// The tasks of one open scope that are due until the day ends, the first ones.
fn due_in_scope_sql() -> String {
    format!(
        "SELECT tasks.due, tasks.record, tasks.rule
         {OPEN} JOIN {TASKS_BY_DUE} ON {TASKS} AND {DUE_BY_EVENING}
         WHERE {IS_OPEN} AND grants.scope = ?7 ORDER BY 1, 2, 3 LIMIT ?8"
    )
}

/// Returns what a list is asked for: a key of each row, which orders them.
fn keys_sql(columns: &str, from: &str) -> String {
    format!("SELECT {columns} {from}")
}

impl Reading<'_> {
    /// How many rows the lists of tasks, reviews and conflicts have.
    pub(crate) fn list_counts(&self, viewer: &Viewer) -> Result<Counts, StoreError> {
        let mut statement = self.prepare_in_order(&counts_sql())?;
        Ok(statement.query_row(viewer.asked().as_slice(), |row| {
            Ok(Counts {
                overdue: count_at(row, 0)?,
                today: count_at(row, 1)?,
                review: count_at(row, 2)?,
                conflicts: count_at(row, 3)?,
                safety: 0,
            })
        })?)
    }

    /// A page of tasks, those due first before the others, and how many there are.
    pub(crate) fn task_list(
        &self,
        viewer: &Viewer,
        list: TaskList,
        skip: usize,
        limit: usize,
    ) -> Result<(Vec<OpenTask>, u64), StoreError> {
        let page = (skip, limit);
        let (keys, total) = self.page(viewer, (TASK_KEYS, &list.from()), page, task_key)?;
        Ok((self.open_tasks(keys)?, total))
    }

    /// The first tasks of these scopes that are due until the day ends.
    ///
    /// Whoever asks has walked through what is open, and names the scopes where something is due first.
    pub(crate) fn due_in_scopes(
        &self,
        viewer: &Viewer,
        scopes: impl IntoIterator<Item = i64>,
        limit: usize,
    ) -> Result<Vec<OpenTask>, StoreError> {
        let mut statement = self.prepare_in_order(&due_in_scope_sql())?;
        let mut keys = Vec::new();
        for scope in scopes {
            let limit = count(limit as u64);
            let mut asked = viewer.asked().to_vec();
            asked.extend([&scope as &dyn ToSql, &limit]);
            let rows = statement.query_map(asked.as_slice(), task_key)?;
            keys.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        keys.sort_unstable();
        keys.truncate(limit);
        self.open_tasks(keys)
    }

    fn open_tasks(&self, keys: Vec<TaskKey>) -> Result<Vec<OpenTask>, StoreError> {
        let mut tasks = Vec::with_capacity(keys.len());
        for (_, record, rule) in keys {
            tasks.extend(self.open_task(record, &rule)?);
        }
        Ok(tasks)
    }

    /// A page of the records that wait for the viewer to decide, those that came first before others,
    /// and how many there are.
    pub(crate) fn review_list(
        &self,
        viewer: &Viewer,
        skip: usize,
        limit: usize,
    ) -> Result<(Vec<RecordId>, u64), StoreError> {
        self.marked(viewer, &from_waiting(), (skip, limit))
    }

    /// The same of the records that hold values to choose among.
    pub(crate) fn conflict_list(
        &self,
        viewer: &Viewer,
        skip: usize,
        limit: usize,
    ) -> Result<(Vec<RecordId>, u64), StoreError> {
        self.marked(viewer, &from_in_conflict(), (skip, limit))
    }

    fn marked(
        &self,
        viewer: &Viewer,
        from: &str,
        page: (usize, usize),
    ) -> Result<(Vec<RecordId>, u64), StoreError> {
        let (keys, total) = self.page(viewer, (MARK_KEYS, from), page, |row| {
            Ok((row.get::<_, i64>(0)?, RecordId::read(row, 1)?))
        })?;
        Ok((keys.into_iter().map(|(_, record)| record).collect(), total))
    }

    /// A page of a list in the order of its keys, and how many rows there are: one walk tells both.
    fn page<K: Ord>(
        &self,
        viewer: &Viewer,
        (columns, from): (&str, &str),
        (skip, limit): (usize, usize),
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<K>,
    ) -> Result<(Vec<K>, u64), StoreError> {
        let mut statement = self.prepare_in_order(&keys_sql(columns, from))?;
        let asked = viewer.asked();
        // Not every list asks for all of it.
        let asked = &asked[..statement.parameter_count().min(asked.len())];
        let keys = statement.query_map(asked, read)?;
        let mut keys: Vec<K> = keys.collect::<rusqlite::Result<_>>()?;
        keys.sort_unstable();
        let total = keys.len() as u64;
        Ok((keys.into_iter().skip(skip).take(limit).collect(), total))
    }

    /// Calls `each` with every scope that is open to the viewer and has records, or in whose case
    /// somebody works.
    pub(crate) fn each_open_scope(
        &self,
        viewer: &Viewer,
        wanted: Wanted<'_>,
        mut each: impl FnMut(OpenScope),
    ) -> Result<(), StoreError> {
        let mut statement = self.prepare_in_order(&walk_sql(wanted))?;
        let program = wanted.program.map(|program| format!(" {program} "));
        let mut asked = viewer.asked().to_vec();
        asked.push(&program);
        let mut rows = statement.query(asked.as_slice())?;
        while let Some(row) = rows.next()? {
            each(OpenScope::read(row)?);
        }
        Ok(())
    }

    /// Returns those who work on a scope's case and see the scope.
    pub(crate) fn workers_of_scope(&self, scope: i64) -> Result<Vec<UserId>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT workers FROM summaries WHERE scope = ?1")?;
        let workers =
            statement.query_row([scope], |row| Ok(read_workers(row.get_ref(0)?.as_blob()?)));
        Ok(workers.optional()?.unwrap_or_default())
    }

    /// How many drafts were open on a user's devices when these last came.
    pub(crate) fn drafts_on_devices(&self, user: UserId) -> Result<u64, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT coalesce(sum(drafts), 0) FROM devices
             WHERE user_id = ?1 AND revoked_at IS NULL",
        )?;
        Ok(statement.query_row([user.as_bytes()], |row| count_at(row, 0))?)
    }
}

/// Tables, each with the index by which it is looked through.
const TASKS_BY_DUE: &str = "tasks /*+ tasks_open */";
const MARKS_WAITING: &str = "marks /*+ marks_waiting */";
const MARKS_IN_CONFLICT: &str = "marks /*+ marks_in_conflict */";

/// Tasks of a scope that concern the people of the programs ?2 alone.
const OF_PROGRAMS: &str = "tasks /*+ tasks_open */
    WHERE tasks.scope = grants.scope AND tasks.standing <= 1
        AND instr(?2, ' ' || tasks.only_for || ' ') > 0";

impl Viewer {
    /// Returns what `TASKS` and the others are asked with.
    fn asked(&self) -> [&dyn ToSql; 6] {
        [
            self.user.as_bytes(),
            &self.programs,
            &self.types,
            &self.now,
            &self.day_ends,
            &self.reviews,
        ]
    }
}

/// What a task is found and ordered by.
type TaskKey = (Timestamp, RecordId, String);

const TASK_KEYS: &str = "tasks.due, tasks.record, tasks.rule";
const MARK_KEYS: &str = "marks.came, marks.record";

fn task_key(row: &Row<'_>) -> rusqlite::Result<TaskKey> {
    Ok((Timestamp::read(row, 0)?, RecordId::read(row, 1)?, row.get(2)?))
}

impl OpenScope {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let risk_at: Option<Timestamp> = Column::read(row, 4)?;
        let risk = match risk_at {
            Some(at) => read_risk(row, 5)?.map(|risk| (at, risk)),
            None => None,
        };
        let due: Option<Timestamp> = Column::read(row, 11)?;
        let in_program: Option<i64> = row.get(13)?;
        let due_in_program: Option<Timestamp> = Column::read(row, 14)?;
        let workers = row.get_ref(18)?.as_blob_or_null()?;
        Ok(Self {
            scope: row.get(0)?,
            case: Column::read(row, 1)?,
            first_at: Column::read(row, 2)?,
            last_contact: Column::read(row, 3)?,
            risk,
            waiting: count_at(row, 7)?,
            in_conflict: count_at(row, 8)?,
            to_review: count_at(row, 9)?,
            open_tasks: count_at(row, 10)? + u64::try_from(in_program.unwrap_or(0)).unwrap_or(0),
            next_due: due.into_iter().chain(due_in_program).min(),
            consent_until: Column::read(row, 12)?,
            is_of_program: row.get::<_, Option<bool>>(15)?.unwrap_or(false),
            has_records: row.get(16)?,
            title: row.get(17)?,
            workers: workers.map(read_workers).unwrap_or_default(),
            first_due: Column::read(row, 19)?,
            counts: Counts {
                overdue: count_at(row, 20)?,
                today: count_at(row, 21)?,
                review: count_at(row, 22)?,
                conflicts: count_at(row, 23)?,
                safety: 0,
            },
        })
    }
}

fn read_workers(ids: &[u8]) -> Vec<UserId> {
    ids.chunks_exact(16).filter_map(|id| UserId::from_slice(id).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::Database;

    #[test]
    fn no_list_looks_through_a_table_or_at_what_is_not_open_to_its_reader() {
        let db = Database::in_memory();
        let lists =
            [TaskList::Overdue.from(), TaskList::Today.from(), from_waiting(), from_in_conflict()];
        let keys = lists.iter().map(|from| match from.contains("JOIN tasks") {
            true => keys_sql(TASK_KEYS, from),
            false => keys_sql(MARK_KEYS, from),
        });
        let all = Wanted { title: true, workers: true, due: true, program: None };
        let walks = [counts_sql(), walk_sql(Wanted::default()), walk_sql(all), due_in_scope_sql()];
        for sql in keys.chain(walks) {
            let plan = db.plan_in_order(&sql);
            assert!(!plan.iter().any(|step| step.starts_with("SCAN")), "{sql}: {plan:#?}");
            let grants =
                "SEARCH grants USING COVERING INDEX grants_open (user_id=? AND revoked_seq=?";
            let first = plan.first().map_or("", String::as_str);
            assert!(first.starts_with(grants), "{sql}: {plan:#?}");
            let summed = "SEARCH summed USING INTEGER PRIMARY KEY (rowid=?)";
            assert_eq!(plan.get(1).map(String::as_str), Some(summed), "{sql}: {plan:#?}");
        }
    }
}
