//! What screens and commands ask: each a few indexed look-ups, none loads a document.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, params};
use serde_json::{Map, Value as Json, json};

use model::catalogue::Label;
use model::ids::{
    CaseId, ChangeHash, CompartmentCode, DeviceId, FieldName, ProgramCode, RecordId, TypeName,
    UserId,
};
use model::time::Timestamp;
use model::value::Scalar;
use model::words::LanguageTag;
use model::{followup, policy, search, title as titles};

pub use super::returned::Returned;

use super::quarantine::Told;
use super::read_model::{StoredConflict, StoredView, read_title};
use super::rows::{FromRow, code, optional};
use super::{Reader, RecordState, StoreError};

/// A record as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordView {
    /// The record.
    pub record: RecordId,
    /// Its type.
    pub record_type: TypeName,
    /// Its case; none when it stands alone.
    pub case: Option<CaseId>,
    /// The compartment it lives in.
    pub compartment: CompartmentCode,
    /// The program it was made for.
    pub program: ProgramCode,
    /// Who made it.
    pub created_by: UserId,
    /// When, by the maker's clock.
    pub created_at: Timestamp,
    /// What it is called in lists.
    pub title: Label,
    /// Where the newest word about it is.
    pub state: RecordState,
    /// The newest refusal that nobody dismissed.
    pub refusal: Option<Told>,
    /// What stands in each field that holds something.
    pub fields: Map<String, Json>,
    /// Conflicts that wait for a person.
    pub conflicts: Vec<ConflictView>,
    /// What was said when it was given back, while it waits for its author.
    pub returned: Vec<Returned>,
}

impl RecordView {
    /// The JSON of `fieldbook device show`. `returned` is there only while something was.
    pub fn to_json(&self) -> Json {
        let mut json = json!({
            "id": self.record.to_string(),
            "type": self.record_type.as_str(),
            "case": self.case.map(|case| case.to_string()),
            "state": self.state.code(),
            "fields": self.fields,
            "conflicts": self.conflicts.iter().map(ConflictView::to_json).collect::<Vec<_>>(),
        });
        if !self.returned.is_empty() {
            json["returned"] = self.returned.iter().map(Returned::to_json).collect();
        }
        json
    }
}

/// Values that people wrote to one field without knowing of each other.
#[derive(Debug, Clone, PartialEq)]
pub struct ConflictView {
    /// The field.
    pub field: FieldName,
    /// Every value, the shown one first.
    pub values: Vec<ConflictValueView>,
}

/// One of the values of a conflict.
#[derive(Debug, Clone, PartialEq)]
pub struct ConflictValueView {
    /// The value.
    pub value: Json,
    /// The same, typed; none when this catalogue cannot read it.
    pub scalar: Option<Scalar>,
    /// The name of who wrote it.
    pub by: String,
    /// On which device.
    pub device: DeviceId,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// In which change.
    pub change: ChangeHash,
}

impl ConflictView {
    /// The JSON form; that of [`model::record::Conflict::to_json`].
    pub fn to_json(&self) -> Json {
        json!({
            "field": self.field.as_str(),
            "review": true,
            "values": self.values.iter().map(|value| json!({
                "value": value.value,
                "by": value.by,
                "device": value.device.to_string(),
                "at": value.at.to_string(),
                "change": value.change.to_string(),
            })).collect::<Vec<_>>(),
        })
    }
}

impl ConflictValueView {
    /// The value as `resolve` takes it.
    pub fn text(&self) -> String {
        self.value.as_str().map_or_else(|| self.value.to_string(), str::to_owned)
    }
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// The record.
    pub record: RecordId,
    /// Its type.
    pub record_type: TypeName,
    /// Its case; none when it stands alone.
    pub case: Option<CaseId>,
    /// What it is called.
    pub title: Label,
    /// When the recorded thing happened.
    pub occurred_at: Timestamp,
    /// When it was last edited, by the clock of who did.
    pub updated_at: Timestamp,
    /// Where the newest word about it is.
    pub state: RecordState,
    /// How many conflicts wait for a person.
    pub conflicts: u64,
}

impl ListRow {
    /// The JSON of `fieldbook device list` and `search`.
    pub fn to_json(&self, language: impl Into<LanguageTag>) -> Json {
        json!({
            "id": self.record.to_string(),
            "type": self.record_type.as_str(),
            "case": self.case.map(|case| case.to_string()),
            "title": self.title.in_language(language),
            "occurred_at": self.occurred_at.to_string(),
            "updated_at": self.updated_at.to_string(),
            "state": self.state.code(),
            "conflicts": self.conflicts,
        })
    }
}

/// Which records to list.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// Only of this type.
    pub record_type: Option<TypeName>,
    /// Only of this case.
    pub case: Option<CaseId>,
    /// At most so many; all when none is given.
    pub limit: Option<usize>,
}

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A record.
    Record,
    /// A case.
    Case,
}

/// A task that is open.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenTask {
    /// The record that set it.
    pub record: RecordId,
    /// That record's type.
    pub record_type: TypeName,
    /// The rule's name in that type.
    pub rule: String,
    /// What is to be done.
    pub label: Label,
    /// The case; none when the record stands alone.
    pub case: Option<CaseId>,
    /// What the case, or else the record, is called.
    pub title: Label,
    /// When it is due.
    pub due: Timestamp,
    /// Whether it is past due.
    pub overdue: bool,
    /// Whether it has been open so long that a supervisor is told.
    pub flagged: bool,
    /// Whether nobody is reminded of it for now: the person is in custody.
    pub paused: bool,
    /// How often it was tried without success.
    pub attempts: u32,
    /// When the last time.
    pub last_attempt: Option<Timestamp>,
    /// Who is to do it, where the record says so.
    pub owner: Option<UserId>,
    /// Their name, if this device knows it.
    pub owner_name: Option<String>,
    /// Whether that is the owner of this device.
    pub yours: bool,
    /// What was said of the record that is to be mended, if that is what is to be done.
    pub returned: Option<Returned>,
}

impl OpenTask {
    /// The JSON of `fieldbook device tasks`. `returned` is there only where a record was.
    pub fn to_json(&self, language: impl Into<LanguageTag>) -> Json {
        let language = language.into();
        let mut json = json!({
            "record": self.record.to_string(),
            "type": self.record_type.as_str(),
            "rule": self.rule,
            "task": self.label.in_language(language),
            "case": self.case.map(|case| case.to_string()),
            "title": self.title.in_language(language),
            "due": self.due.to_string(),
            "overdue": self.overdue,
            "flagged": self.flagged,
            "paused": self.paused,
            "attempts": self.attempts,
            "last_attempt": self.last_attempt.map(|at| at.to_string()),
            "owner": self.owner.map(|owner| owner.to_string()),
            "owner_name": self.owner_name,
            "yours": self.yours,
        });
        if let Some(returned) = &self.returned {
            json["returned"] = returned.to_json();
        }
        json
    }
}

/// A case in the caseload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The case.
    pub case: CaseId,
    /// What it is called; the id when its own record is not on this device.
    pub title: Label,
    /// The type of its own record, if that is here.
    pub record_type: Option<TypeName>,
    /// When somebody last dealt with it.
    pub last_contact: Option<Timestamp>,
    /// How many tasks are open.
    pub open_tasks: u64,
    /// When the first of them is due.
    pub next_due: Option<Timestamp>,
    /// How many conflicts wait for a person.
    pub conflicts: u64,
}

impl CaseRow {
    /// The JSON form.
    pub fn to_json(&self, language: impl Into<LanguageTag>) -> Json {
        json!({
            "case": self.case.to_string(),
            "title": self.title.in_language(language),
            "type": self.record_type.as_ref().map(TypeName::as_str),
            "last_contact": self.last_contact.map(|at| at.to_string()),
            "open_tasks": self.open_tasks,
            "next_due": self.next_due.map(|at| at.to_string()),
            "conflicts": self.conflicts,
        })
    }
}

/// A conflict with the record it is in.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordConflict {
    /// The record.
    pub record: ListRow,
    /// The conflict.
    pub conflict: ConflictView,
}

impl RecordConflict {
    /// The JSON of `fieldbook device conflicts`.
    pub fn to_json(&self, language: impl Into<LanguageTag>) -> Json {
        let mut json = self.conflict.to_json();
        if let Json::Object(object) = &mut json {
            object.insert("id".into(), json!(self.record.record.to_string()));
            object.insert("type".into(), json!(self.record.record_type.as_str()));
            object.insert("title".into(), json!(self.record.title.in_language(language)));
        }
        json
    }
}

macro_rules! list_columns {
    () => {
        "records.id, records.type, records.case_id, records.title, records.occurred_at,
         records.updated_at, records.state, records.conflicts"
    };
}

impl Reader<'_> {
    /// A record as it is shown; `None` when it is not on this device.
    ///
    /// # Errors
    /// When the store fails.
    pub fn record_view(&self, record: RecordId) -> Result<Option<RecordView>, StoreError> {
        let sql = "SELECT type, case_id, compartment, program, created_by, created_at, title,
                state, view FROM records WHERE id = ?1";
        let row = self.query_row(sql, [record.as_bytes()], |row| {
            let view = RecordView {
                record,
                record_type: code(row, 0)?,
                case: optional(row, 1)?,
                compartment: code(row, 2)?,
                program: code(row, 3)?,
                created_by: UserId::from_row(row, 4)?,
                created_at: Timestamp::from_row(row, 5)?,
                title: title(row, 6)?,
                state: row.get(7)?,
                refusal: None,
                fields: Map::new(),
                conflicts: Vec::new(),
                returned: Vec::new(),
            };
            Ok((view, super::rows::json::<StoredView>(row, 8)?))
        })?;
        let Some((mut view, stored)) = row else { return Ok(None) };
        self.name_people([&mut view.title])?;
        view.fields = stored.fields;
        view.conflicts = self.conflict_views(stored.conflicts)?;
        view.returned = self.returned(record)?;
        if view.state == RecordState::Refused {
            view.refusal = self.refusal_of(record)?;
        }
        Ok(Some(view))
    }

    /// The records that pass the filter, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn list(&self, filter: &ListFilter) -> Result<Vec<ListRow>, StoreError> {
        let limit = filter.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let of_type = filter.record_type.as_ref().map(TypeName::as_str);
        let case = filter.case.as_ref().map(|case| case.as_bytes());
        let order = " ORDER BY occurred_at DESC, number DESC LIMIT ?1";
        let select = concat!("SELECT ", list_columns!(), " FROM records");
        match (of_type, case) {
            (None, None) => self.listed(&format!("{select}{order}"), [limit]),
            (Some(of_type), None) => {
                let sql = format!("{select} WHERE type = ?2{order}");
                self.listed(&sql, params![limit, of_type])
            }
            (None, Some(case)) => {
                let sql = format!("{select} WHERE case_id = ?2{order}");
                self.listed(&sql, params![limit, case])
            }
            (Some(of_type), Some(case)) => {
                let sql = format!("{select} WHERE case_id = ?2 AND type = ?3{order}");
                self.listed(&sql, params![limit, case, of_type])
            }
        }
    }

    /// The records whose searched fields hold every word, or a word that begins with it; the best
    /// match first. It does not matter how names are spelt ([`search`]). Of words that thousands of records hold, only
    /// thousand that came last are compared.
    ///
    /// # Errors
    /// When the store fails.
    pub fn search(&self, words: &str, limit: usize) -> Result<Vec<ListRow>, StoreError> {
        let query = search::Query::read(words);
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let ways: Vec<_> = query.ways().map(all_begin).collect();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = concat!(
            "SELECT ",
            list_columns!(),
            " FROM (SELECT rowid, rank FROM
                    (SELECT rowid, rank FROM search WHERE search MATCH ?1
                     ORDER BY rowid DESC LIMIT ?3)
                ORDER BY rank, rowid DESC LIMIT ?2)
              AS hit JOIN records ON records.number = hit.rowid ORDER BY hit.rank, hit.rowid DESC"
        );
        self.listed(sql, params![ways.join(" OR "), limit, RANKED_MAX])
    }

    /// The open tasks that concern the owner, due first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn open_tasks(&self, now: Timestamp) -> Result<Vec<OpenTask>, StoreError> {
        let sql = "SELECT tasks.record, records.type, tasks.rule, tasks.case_id,
                coalesce(cases.title, records.title), tasks.due, tasks.flags,
                tasks.standing <> 0, tasks.attempts, tasks.last_attempt, tasks.owner,
                records.compartment, tasks.about
            FROM tasks JOIN records ON records.id = tasks.record
            LEFT JOIN records AS cases ON cases.id = tasks.case_id
            WHERE tasks.open = 1 AND (tasks.only_for IS NULL
                OR tasks.only_for IN (SELECT value FROM json_each(?1)))
            ORDER BY tasks.due, tasks.record, tasks.rule";
        let tasks = self.query(sql, [self.programs()?], |row| {
            let record_type: TypeName = code(row, 1)?;
            let rule: String = row.get(2)?;
            let due = Timestamp::from_row(row, 5)?;
            let flags: Vec<Timestamp> = super::rows::json(row, 6)?;
            let label = self.catalogue().record_type(&record_type).and_then(|known| {
                known.follow_ups.iter().find(|other| other.name == rule).map(|f| f.label.clone())
            });
            let paused = row.get(7)?;
            let task = OpenTask {
                record: RecordId::from_row(row, 0)?,
                label: label.unwrap_or_else(|| same(&rule)),
                record_type,
                rule,
                case: optional(row, 3)?,
                title: title(row, 4)?,
                due,
                overdue: followup::is_overdue(paused, due, now),
                flagged: followup::is_flagged(paused, &flags, now),
                paused,
                attempts: row.get(8)?,
                last_attempt: optional(row, 9)?,
                owner: optional(row, 10)?,
                owner_name: None,
                yours: false,
                returned: None,
            };
            let about: Option<RecordId> = optional(row, 12)?;
            Ok((task, about, code::<CompartmentCode>(row, 11)?))
        })?;
        let (me, does) = (self.enrollment()?.user, self.does()?);
        let theirs = tasks.into_iter().filter(|(task, _, compartment)| {
            task.owner == Some(me) || does(compartment, &task.record_type)
        });
        let mut tasks = Vec::new();
        for (mut task, about, _) in theirs {
            if let Some(about) = about {
                task.returned = self.said_in(about, task.record)?;
            }
            tasks.push(task);
        }
        self.name_people(tasks.iter_mut().map(|task| &mut task.title))?;
        let mut owned = tasks.iter_mut().filter_map(|task| Some((task.owner?, task))).peekable();
        if owned.peek().is_some() {
            let people = self.people()?;
            for (owner, task) in owned {
                task.owner_name = people.name_of(owner).map(str::to_owned);
                task.yours = owner == people.me();
            }
        }
        Ok(tasks)
    }

    /// Every conflict that waits for a person, the newest record first; of a directory's those that the
    /// owner may decide.
    ///
    /// # Errors
    /// When the store fails.
    pub fn conflicts(&self) -> Result<Vec<RecordConflict>, StoreError> {
        let sql = concat!(
            "SELECT ",
            list_columns!(),
            ", view, compartment FROM records WHERE conflicts > 0
             ORDER BY occurred_at DESC, number DESC"
        );
        let found = self.query(sql, [], |row| {
            let view = super::rows::json::<StoredView>(row, 8)?;
            Ok(((list_row(row)?, view), code::<CompartmentCode>(row, 9)?))
        })?;
        let does = self.does()?;
        let theirs = found.into_iter().filter(|((row, _), within)| does(within, &row.record_type));
        let mut rows: Vec<_> = theirs.map(|(found, _)| found).collect();
        self.name_people(rows.iter_mut().map(|(row, _)| &mut row.title))?;
        let mut conflicts = Vec::new();
        for (record, view) in rows {
            for conflict in self.conflict_views(view.conflicts)? {
                conflicts.push(RecordConflict { record: record.clone(), conflict });
            }
        }
        Ok(conflicts)
    }

    /// The cases on this device: what is due first comes first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn caseload(&self) -> Result<Vec<CaseRow>, StoreError> {
        // Steps from case to case along the index instead of reading every record's entry, and reads
        // no row of a record: the rows of a thousand cases lie on as many pages.
        let sql = "WITH RECURSIVE cases (id) AS (
                SELECT min(case_id) FROM records WHERE case_id IS NOT NULL
                UNION ALL
                SELECT (SELECT min(case_id) FROM records WHERE case_id > cases.id)
                FROM cases WHERE cases.id IS NOT NULL)
            SELECT cases.id, own.title, own.type,
                (SELECT max(occurred_at) FROM records
                    WHERE case_id = cases.id AND contact = 1),
                (SELECT count(*) FROM tasks WHERE case_id = cases.id AND open = 1
                    AND (only_for IS NULL OR only_for IN (SELECT value FROM json_each(?1)))),
                (SELECT min(due) FROM tasks WHERE case_id = cases.id AND open = 1
                    AND (only_for IS NULL OR only_for IN (SELECT value FROM json_each(?1))))
                    AS next_due,
                (SELECT coalesce(sum(conflicts), 0) FROM records
                    WHERE case_id = cases.id AND conflicts > 0)
            FROM cases LEFT JOIN records AS own INDEXED BY records_cases
                ON own.id = cases.id AND own.case_id = own.id
            WHERE cases.id IS NOT NULL AND (own.id IS NOT NULL OR NOT EXISTS
                -- What belongs to a record that stands alone is no case.
                (SELECT 1 FROM records WHERE id = cases.id AND case_id IS NULL))
            ORDER BY next_due IS NULL, next_due, own.title, cases.id";
        let mut cases = self.query(sql, [self.programs()?], |row| {
            let case = CaseId::from_row(row, 0)?;
            let title: Option<String> = row.get(1)?;
            Ok(CaseRow {
                case,
                record_type: if title.is_some() { Some(code(row, 2)?) } else { None },
                title: title.map_or_else(|| same(&case.to_string()), |title| read_title(&title)),
                last_contact: optional(row, 3)?,
                open_tasks: unsigned(row, 4)?,
                next_due: optional(row, 5)?,
                conflicts: unsigned(row, 6)?,
            })
        })?;
        self.name_people(cases.iter_mut().map(|case| &mut case.title))?;
        Ok(cases)
    }

    /// How many records are in each state.
    ///
    /// # Errors
    /// When the store fails.
    pub fn records_by_state(&self) -> Result<BTreeMap<RecordState, u64>, StoreError> {
        let sql = "SELECT state, count(*) FROM records GROUP BY state";
        let counted =
            self.query(sql, [], |row| Ok((row.get::<_, RecordState>(0)?, unsigned(row, 1)?)))?;
        let mut by_state: BTreeMap<_, _> = RecordState::ALL.map(|state| (state, 0)).into();
        by_state.extend(counted);
        Ok(by_state)
    }

    /// How many records the device holds.
    ///
    /// # Errors
    /// When the store fails.
    pub fn records_size(&self) -> Result<u64, StoreError> {
        self.count("SELECT count(*) FROM records", [])
    }

    /// How large the store is, in bytes.
    ///
    /// # Errors
    /// When the store fails.
    pub fn store_bytes(&self) -> Result<u64, StoreError> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        self.count(sql, [])
    }

    /// Returns whether this device holds anything of the case. What stands alone is no case, though
    /// what lives with it is filed under its id.
    ///
    /// # Errors
    /// When the store fails.
    pub fn holds_case(&self, case: CaseId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM records WHERE case_id = ?1)
            AND NOT EXISTS (SELECT 1 FROM records WHERE id = ?1 AND case_id IS NULL)";
        Ok(self.count(sql, [case.as_bytes()])? > 0)
    }

    /// The records and cases whose ids begin with these hexadecimal digits, at most `limit`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn named(
        &self,
        digits: &str,
        kind: Named,
        limit: usize,
    ) -> Result<Vec<RecordId>, StoreError> {
        let sql = match kind {
            Named::Record => {
                "SELECT id FROM records WHERE lower(hex(id)) GLOB ?1 ORDER BY id LIMIT ?2"
            }
            Named::Case => {
                "SELECT DISTINCT case_id FROM records
                 WHERE lower(hex(case_id)) GLOB ?1 ORDER BY case_id LIMIT ?2"
            }
        };
        let digits = digits.chars().filter(char::is_ascii_hexdigit);
        let pattern = format!("{}*", digits.collect::<String>().to_ascii_lowercase());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.query(sql, params![pattern, limit], |row| RecordId::from_row(row, 0))
    }

    /// The type of a record; `None` when it is not on this device.
    ///
    /// # Errors
    /// When the store fails.
    pub fn type_of(&self, record: RecordId) -> Result<Option<TypeName>, StoreError> {
        let sql = "SELECT type FROM records WHERE id = ?1";
        self.query_row(sql, [record.as_bytes()], |row| code(row, 0))
    }

    /// Returns a question: whether what is to be done or decided of records of a type, in a
    /// compartment, is for the owner.
    fn does(&self) -> Result<impl Fn(&CompartmentCode, &TypeName) -> bool, StoreError> {
        let memberships = self.memberships()?;
        Ok(move |compartment: &CompartmentCode, of: &TypeName| {
            policy::does_its_tasks(self.catalogue(), &memberships, compartment, of)
        })
    }

    /// The programs in which the owner has a role, as a list that SQL reads.
    fn programs(&self) -> Result<String, StoreError> {
        let programs: BTreeSet<_> =
            self.memberships()?.into_iter().map(|held| held.program.to_string()).collect();
        Ok(json!(programs).to_string())
    }

    fn listed(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<ListRow>, StoreError> {
        let mut rows = self.query(sql, params, list_row)?;
        self.name_people(rows.iter_mut().map(|row| &mut row.title))?;
        Ok(rows)
    }

    /// Fills in the names of those whom titles name.
    fn name_people<'t>(
        &self,
        titles: impl IntoIterator<Item = &'t mut Label>,
    ) -> Result<(), StoreError> {
        let marked: Vec<_> = titles.into_iter().filter(|title| titles::is_marked(title)).collect();
        if marked.is_empty() {
            return Ok(());
        }
        let people = self.people()?;
        for title in marked {
            *title = titles::with_names(title, &|user| people.name_of(user).map(str::to_owned));
        }
        Ok(())
    }

    fn conflict_views(&self, stored: Vec<StoredConflict>) -> Result<Vec<ConflictView>, StoreError> {
        let mut views = Vec::new();
        for conflict in stored {
            let mut values = Vec::new();
            for value in conflict.values {
                values.push(ConflictValueView {
                    by: self.name_of(value.device)?,
                    value: value.value,
                    scalar: value.scalar,
                    device: value.device,
                    at: value.at,
                    change: value.change,
                });
            }
            views.push(ConflictView { field: conflict.field, values });
        }
        Ok(views)
    }
}

/// To rank a hit takes about two microseconds, and nobody reads past the first fifty.
const RANKED_MAX: u32 = 1_000;

/// An expression of FTS5: a word that begins with each of these, which are plain letters.
fn all_begin(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"*")).collect();
    format!("({})", words.join(" AND "))
}

fn list_row(row: &Row<'_>) -> rusqlite::Result<ListRow> {
    Ok(ListRow {
        record: RecordId::from_row(row, 0)?,
        record_type: code(row, 1)?,
        case: optional(row, 2)?,
        title: title(row, 3)?,
        occurred_at: Timestamp::from_row(row, 4)?,
        updated_at: Timestamp::from_row(row, 5)?,
        state: row.get(6)?,
        conflicts: unsigned(row, 7)?,
    })
}

fn title(row: &Row<'_>, column: usize) -> rusqlite::Result<Label> {
    Ok(read_title(row.get_ref(column)?.as_str()?))
}

fn same(text: &str) -> Label {
    Label::same(text)
}

fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}
