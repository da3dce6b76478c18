//! What the records of a scope come to, so that lists at the console read neither documents nor JSON.
//!
//! Each record has a mark: what lists need of it. A scope's summary is made of its marks, its tasks, its
//! consents and of who works on its case, by [`Reading::summary_of`] alone: whatever writes one of
//! these has the summary made anew in the same transaction, and a verification compares all of them.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{BelongsTo, Catalogue, FieldKind, RecordType};
use model::followup;
use model::ids::{CaseId, CompartmentCode, FeedSeq, ProgramCode, RecordId, TypeName, UserId};
use model::search;
use model::time::Timestamp;
use model::title;
use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Map, Value as Json};

use super::records::{RecordRow, View};
use super::sqlite::{Reading, Writing};
use super::{Column, name, seq};
use crate::error::StoreError;

/// What lists need of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    record: RecordId,
    record_type: TypeName,
    program: ProgramCode,
    author: UserId,
    came: FeedSeq,
    occurred_at: Timestamp,
    is_voided: bool,
    to_review: i64,
    waits: bool,
    is_contact: bool,
    risk: Option<Risk>,
    consent: Option<String>,
    title: Option<String>,
    /// The words by which it is found.
    searched: Option<String>,
}

/// How great a risk is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Risk {
    /// An option of its code list.
    pub(crate) code: String,
    /// Its place there, the least risk first; none when the list does not offer it any more.
    pub(crate) rank: Option<i64>,
}

/// What the records of a scope come to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Summary {
    case: Option<CaseId>,
    compartment: CompartmentCode,
    is_directory: bool,
    first_at: Option<Timestamp>,
    last_contact: Option<Timestamp>,
    risk: Option<(Risk, Timestamp)>,
    waiting: i64,
    in_conflict: i64,
    to_review: i64,
    tasks: TaskCounts,
    consent_until: Option<Timestamp>,
    programs: BTreeSet<ProgramCode>,
    title: Option<String>,
    workers: Vec<u8>,
}

/// The tasks of a scope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct TaskCounts {
    /// Those that concern everybody who sees them.
    open: i64,
    /// When the next of these is due that is not paused.
    next_due: Option<Timestamp>,
    /// Those that concern the people of one program alone.
    of_programs: i64,
}

impl Summary {
    /// Returns that of a scope without records.
    fn empty(case: Option<CaseId>, compartment: CompartmentCode, workers: Vec<u8>) -> Self {
        Self {
            case,
            compartment,
            is_directory: false,
            first_at: None,
            last_contact: None,
            risk: None,
            waiting: 0,
            in_conflict: 0,
            to_review: 0,
            tasks: TaskCounts::default(),
            consent_until: None,
            programs: BTreeSet::new(),
            title: None,
            workers,
        }
    }
}

/// What a mark is made of, beside the row of the record.
struct Shown<'a> {
    author: UserId,
    occurred_at: Timestamp,
    to_review: i64,
    /// An object in JSON.
    fields: &'a str,
}

impl Mark {
    fn of(catalogue: &Catalogue, known: &RecordRow, shown: &Shown<'_>) -> Self {
        // The read model's fields are ours: anything else than an object is as good as none.
        let fields: Map<String, Json> = serde_json::from_str(shown.fields).unwrap_or_default();
        let record_type = catalogue.record_type(&known.record_type);
        let is_voided = followup::is_voided(&fields);
        let counts = record_type.filter(|_| !is_voided);
        let opens = |known_type: &&RecordType| {
            known_type.belongs_to == BelongsTo::Itself && known.case == Some(known.id.into())
        };
        Self {
            record: known.id,
            record_type: known.record_type.clone(),
            program: known.program.clone(),
            author: shown.author,
            came: known.first_seq,
            occurred_at: shown.occurred_at,
            is_voided,
            to_review: shown.to_review,
            waits: followup::awaits_review(&fields),
            is_contact: record_type.is_some_and(|known| followup::is_contact(known, &fields)),
            risk: counts.and_then(|known| risk(catalogue, known, &fields)),
            consent: counts.and_then(|known| consent(known, &fields)),
            title: record_type.filter(opens).map(|known| {
                let title = title::of(catalogue, &known.name, &fields, &|_| None);
                search::plain(&title.en)
            }),
            searched: record_type
                .filter(|known| known.belongs_to == BelongsTo::Itself)
                .map(|known| search::searched_shown(known, &fields)),
        }
    }
}

/// Returns what a record says of a risk.
fn risk(
    catalogue: &Catalogue,
    record_type: &RecordType,
    fields: &Map<String, Json>,
) -> Option<Risk> {
    let field = record_type.field(record_type.risk.as_ref()?.as_str())?;
    let code = fields.get(field.name.as_str())?.as_str()?;
    let FieldKind::Choice { list } = &field.kind else { return None };
    let order = catalogue.code_lists.get(list).map(|list| &list.order);
    let place = order.and_then(|order| order.iter().position(|option| option.as_str() == code));
    let rank = place.and_then(|place| i64::try_from(place).ok());
    Some(Risk { code: code.to_owned(), rank })
}

/// Returns the kind of a consent.
fn consent(record_type: &RecordType, fields: &Map<String, Json>) -> Option<String> {
    let rules = record_type.consent.as_ref()?;
    let kind = fields.get(rules.kind.as_str()).and_then(Json::as_str);
    Some(kind.unwrap_or_default().to_owned())
}

impl Reading<'_> {
    /// The scopes whose marks or summaries are not what their records make, each by a record of its case.
    pub(crate) fn wrong_summaries(
        &self,
        catalogue: &Catalogue,
    ) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut wrong: BTreeSet<RecordId> = {
            let sql =
                "SELECT record FROM marks WHERE record NOT IN (SELECT record FROM read_model)";
            let mut statement = self.db.prepare(sql)?;
            let left_over = statement.query_map([], |row| RecordId::read(row, 0))?;
            left_over.collect::<rusqlite::Result<_>>()?
        };
        self.each_mark(catalogue, |scope, mark| {
            if self.mark(scope, mark.record)?.as_ref() != Some(&mark) {
                wrong.insert(mark.record);
            }
            Ok(())
        })?;
        for scope in self.summed_scopes()? {
            if self.kept_summary(scope)? != self.summary_of(catalogue, scope)? {
                // What opened its case, or stands alone.
                wrong.insert(self.place_of(scope)?.0.into());
            }
        }
        Ok(wrong)
    }

    /// The scopes that have a summary, or are to have one.
    fn summed_scopes(&self) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.db.prepare(
            "SELECT scope FROM summaries UNION SELECT scope FROM marks
             UNION SELECT scopes.id FROM assignments
                 JOIN scopes ON scopes.\"case\" = assignments.\"case\"
                 JOIN grants ON grants.user_id = assignments.user_id AND grants.scope = scopes.id
                     AND grants.revoked_seq IS NULL",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Calls `each` with every scope's number and what lists need of each of its records.
    fn each_mark(
        &self,
        catalogue: &Catalogue,
        mut each: impl FnMut(i64, Mark) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT {}, shown.occurred_at, shown.to_review, shown.fields
             FROM read_model AS shown JOIN records ON records.id = shown.record
             JOIN scopes ON scopes.id = records.scope",
            RecordRow::COLUMNS
        );
        let mut statement = self.prepare_in_order(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let known = RecordRow::read(row)?;
            let shown = Shown {
                author: known.created_by,
                occurred_at: Timestamp::read(row, RecordRow::COUNT)?,
                to_review: row.get(RecordRow::COUNT + 1)?,
                fields: row
                    .get_ref(RecordRow::COUNT + 2)?
                    .as_str()
                    .map_err(rusqlite::Error::from)?,
            };
            each(known.scope_number, Mark::of(catalogue, &known, &shown))?;
        }
        Ok(())
    }

    fn mark(&self, scope: i64, record: RecordId) -> Result<Option<Mark>, StoreError> {
        let sql = format!("SELECT {MARK} FROM marks WHERE scope = ?1 AND record = ?2");
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_row(params![scope, record.as_bytes()], read_mark).optional()?)
    }

    fn kept_summary(&self, scope: i64) -> Result<Option<Summary>, StoreError> {
        let sql = format!("SELECT {SUMMARY} FROM summaries WHERE scope = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([scope], read_summary).optional()?)
    }

    /// Returns what the records of a scope come to; `None` if it has none, and nobody works there.
    fn summary_of(&self, catalogue: &Catalogue, scope: i64) -> Result<Option<Summary>, StoreError> {
        let sql = format!("SELECT {MARK} FROM marks WHERE scope = ?1");
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut of_marks = OfMarks::default();
        for mark in statement.query_map([scope], read_mark)? {
            of_marks.add(mark?);
        }
        let (case, compartment, stands_alone) = self.place_of(scope)?;
        let workers = self.workers_of(scope, case)?;
        if of_marks.programs.is_empty() {
            let case = (!stands_alone).then_some(case);
            let works = !workers.is_empty();
            return Ok(works.then(|| Summary::empty(case, compartment, workers)));
        }
        let consent_until = self.consent_until(&of_marks.consents)?;
        let OfMarks { first_at, last_contact, risk, title, programs, .. } = of_marks;
        Ok(Some(Summary {
            case: (!stands_alone).then_some(case),
            is_directory: catalogue.is_directory(&compartment),
            compartment,
            first_at,
            last_contact,
            risk: risk.map(|(at, _, risk)| (risk, at)),
            waiting: of_marks.waiting,
            in_conflict: of_marks.in_conflict,
            to_review: of_marks.to_review,
            tasks: self.task_counts(scope)?,
            consent_until,
            programs,
            title,
            workers,
        }))
    }

    /// A scope's case and compartment, and whether a record that stands alone has its id.
    fn place_of(&self, scope: i64) -> Result<(CaseId, CompartmentCode, bool), StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT scopes.\"case\", scopes.compartment, EXISTS (
                 SELECT 1 FROM records AS alone
                 WHERE alone.id = scopes.\"case\" AND alone.\"case\" IS NULL)
             FROM scopes WHERE scopes.id = ?1",
        )?;
        Ok(statement
            .query_row([scope], |row| Ok((CaseId::read(row, 0)?, name(row, 1)?, row.get(2)?)))?)
    }

    fn task_counts(&self, scope: i64) -> Result<TaskCounts, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT coalesce(sum(only_for IS NULL), 0),
                    min(CASE WHEN only_for IS NULL AND standing = 0 THEN due END),
                    coalesce(sum(only_for IS NOT NULL), 0)
             FROM tasks WHERE scope = ?1 AND standing <= 1",
        )?;
        Ok(statement.query_row([scope], |row| {
            let (open, of_programs) = (row.get(0)?, row.get(2)?);
            Ok(TaskCounts { open, next_due: Column::read(row, 1)?, of_programs })
        })?)
    }

    /// When the first of these consents ends that was signed and not taken back, and that no other one
    /// of its kind outlasts.
    fn consent_until(
        &self,
        consents: &[(String, RecordId)],
    ) -> Result<Option<Timestamp>, StoreError> {
        let mut lasting: BTreeMap<&str, Option<Timestamp>> = BTreeMap::new();
        for (kind, record) in consents {
            let Some(consent) = self.consent_of_record(*record)? else { continue };
            if consent.revoked || consent.starts.is_none() {
                continue;
            }
            let lasts = lasting.entry(kind).or_insert(consent.ends);
            // One that names no end lasts for ever.
            *lasts = lasts.zip(consent.ends).map(|(one, other)| one.max(other));
        }
        Ok(lasting.into_values().flatten().min())
    }

    /// The ids of those that a case is assigned to and who see this scope of it, one after the other.
    fn workers_of(&self, scope: i64, case: CaseId) -> Result<Vec<u8>, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT assigned.user_id FROM assignments AS assigned
             JOIN grants ON grants.user_id = assigned.user_id AND grants.scope = ?2
                 AND grants.revoked_seq IS NULL
             WHERE assigned.\"case\" = ?1 ORDER BY assigned.user_id",
        )?;
        let mut workers = Vec::new();
        let mut rows = statement.query(params![case.as_bytes(), scope])?;
        while let Some(row) = rows.next()? {
            workers.extend_from_slice(UserId::read(row, 0)?.as_bytes());
        }
        Ok(workers)
    }
}

/// What is gathered of the marks of a scope.
#[derive(Default)]
struct OfMarks {
    first_at: Option<Timestamp>,
    last_contact: Option<Timestamp>,
    /// With when the record happened that says so, and which.
    risk: Option<(Timestamp, RecordId, Risk)>,
    waiting: i64,
    in_conflict: i64,
    to_review: i64,
    consents: Vec<(String, RecordId)>,
    programs: BTreeSet<ProgramCode>,
    title: Option<String>,
}

impl OfMarks {
    fn add(&mut self, mark: Mark) {
        let at = mark.occurred_at;
        if !mark.is_voided {
            self.first_at = Some(self.first_at.map_or(at, |first| first.min(at)));
        }
        if mark.is_contact {
            self.last_contact = self.last_contact.max(Some(at));
        }
        let newest = self.risk.as_ref().map(|(at, record, _)| (*at, *record));
        if let Some(risk) = mark.risk
            && newest < Some((at, mark.record))
        {
            self.risk = Some((at, mark.record, risk));
        }
        self.waiting += i64::from(mark.waits);
        self.in_conflict += i64::from(mark.to_review > 0);
        self.to_review += mark.to_review;
        self.consents.extend(mark.consent.map(|kind| (kind, mark.record)));
        self.programs.insert(mark.program);
        self.title = mark.title.or(self.title.take());
    }
}

impl Writing<'_> {
    /// Brings what lists need of a record up to date with what is shown of it now.
    pub(crate) fn set_mark_of(
        &self,
        catalogue: &Catalogue,
        known: &RecordRow,
        view: &View,
    ) -> Result<(), StoreError> {
        let shown = Shown {
            author: known.created_by,
            occurred_at: view.occurred_at,
            to_review: view.to_review,
            fields: &view.fields,
        };
        self.set_mark(known.scope_number, &Mark::of(catalogue, known, &shown))
    }

    /// Brings the summaries of scopes up to date, and those of the records whose tasks have changed.
    pub(crate) fn refresh_summaries(
        &self,
        catalogue: &Catalogue,
        mut scopes: BTreeSet<i64>,
        tasks_changed: &BTreeSet<RecordId>,
    ) -> Result<(), StoreError> {
        for record in tasks_changed {
            scopes.extend(self.scope_of_record(*record)?);
        }
        scopes.into_iter().try_for_each(|scope| self.refresh_summary(catalogue, scope))
    }

    /// Brings the summary of the scope of a record up to date: what its consent opens has changed.
    pub(crate) fn refresh_summary_of(
        &self,
        catalogue: &Catalogue,
        record: RecordId,
    ) -> Result<(), StoreError> {
        match self.scope_of_record(record)? {
            Some(scope) => self.refresh_summary(catalogue, scope),
            None => Ok(()),
        }
    }

    /// Makes all that lists need anew.
    pub(crate) fn rebuild_summaries(&self, catalogue: &Catalogue) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM marks", [])?;
        self.db.execute("DELETE FROM summaries", [])?;
        self.each_mark(catalogue, |scope, mark| self.set_mark(scope, &mark))?;
        self.summed_scopes()?
            .into_iter()
            .try_for_each(|scope| self.refresh_summary(catalogue, scope))
    }

    /// Brings a summary up to date with who works on the scope's case: a right of this user's to it has
    /// changed.
    pub(super) fn note_grant(&self, user: UserId, scope: i64) -> Result<(), StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT scopes.\"case\" FROM scopes
             JOIN assignments ON assignments.\"case\" = scopes.\"case\" AND assignments.user_id = ?1
             WHERE scopes.id = ?2",
        )?;
        let key = params![user.as_bytes(), scope];
        match statement.query_row(key, |row| CaseId::read(row, 0)).optional()? {
            Some(case) => self.set_workers(scope, case),
            None => Ok(()),
        }
    }

    /// The same for every scope of a case that is open to a user, to whom it was assigned or from whom
    /// it was taken away.
    pub(super) fn note_assignment(&self, user: UserId, case: CaseId) -> Result<(), StoreError> {
        for (_, scope) in self.open_compartments(user, case)? {
            self.set_workers(scope, case)?;
        }
        Ok(())
    }

    fn set_workers(&self, scope: i64, case: CaseId) -> Result<(), StoreError> {
        let workers = self.workers_of(scope, case)?;
        let rows = self
            .db
            .prepare_cached("UPDATE summaries SET workers = ?2 WHERE scope = ?1")?
            .execute(params![scope, workers])?;
        if workers.is_empty() {
            self.db
                .prepare_cached("DELETE FROM summaries WHERE scope = ?1 AND programs = ''")?
                .execute([scope])?;
        } else if rows == 0 {
            let (case, compartment, stands_alone) = self.place_of(scope)?;
            let case = (!stands_alone).then_some(case);
            self.put_summary(scope, &Summary::empty(case, compartment, workers))?;
        }
        Ok(())
    }

    fn scope_of_record(&self, record: RecordId) -> Result<Option<i64>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT scope FROM records WHERE id = ?1")?;
        Ok(statement.query_row([record.as_bytes()], |row| row.get(0)).optional()?)
    }

    fn refresh_summary(&self, catalogue: &Catalogue, scope: i64) -> Result<(), StoreError> {
        let Some(summary) = self.summary_of(catalogue, scope)? else { return Ok(()) };
        if self.kept_summary(scope)?.as_ref() == Some(&summary) {
            return Ok(());
        }
        self.put_summary(scope, &summary)
    }

    fn put_summary(&self, scope: i64, summary: &Summary) -> Result<(), StoreError> {
        let Summary { case, compartment, risk, tasks, .. } = summary;
        let sql = format!(
            "INSERT INTO summaries (scope, {SUMMARY}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
                 ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
             ON CONFLICT (scope) DO UPDATE SET
                 \"case\" = excluded.\"case\", compartment = excluded.compartment,
                 is_directory = excluded.is_directory, first_at = excluded.first_at,
                 last_contact = excluded.last_contact, risk = excluded.risk,
                 risk_rank = excluded.risk_rank, risk_at = excluded.risk_at,
                 waiting = excluded.waiting, in_conflict = excluded.in_conflict,
                 to_review = excluded.to_review, open_tasks = excluded.open_tasks,
                 next_due = excluded.next_due, program_tasks = excluded.program_tasks,
                 consent_until = excluded.consent_until, programs = excluded.programs,
                 title = excluded.title, workers = excluded.workers"
        );
        self.db.prepare_cached(&sql)?.execute(params![
            scope,
            case.as_ref().map(CaseId::as_bytes),
            compartment.as_str(),
            summary.is_directory,
            summary.first_at.map(Timestamp::as_millis),
            summary.last_contact.map(Timestamp::as_millis),
            risk.as_ref().map(|(risk, _)| &risk.code),
            risk.as_ref().and_then(|(risk, _)| risk.rank),
            risk.as_ref().map(|(_, at)| at.as_millis()),
            summary.waiting,
            summary.in_conflict,
            summary.to_review,
            tasks.open,
            tasks.next_due.map(Timestamp::as_millis),
            tasks.of_programs,
            summary.consent_until.map(Timestamp::as_millis),
            joined(&summary.programs),
            summary.title,
            summary.workers,
        ])?;
        Ok(())
    }

    fn set_mark(&self, scope: i64, mark: &Mark) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO marks (scope, {MARK}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
                 ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (scope, record) DO UPDATE SET
                 occurred_at = excluded.occurred_at, is_voided = excluded.is_voided,
                 to_review = excluded.to_review, waits = excluded.waits,
                 is_contact = excluded.is_contact, risk = excluded.risk,
                 risk_rank = excluded.risk_rank, consent = excluded.consent,
                 title = excluded.title, searched = excluded.searched"
        );
        self.db.prepare_cached(&sql)?.execute(params![
            scope,
            mark.record.as_bytes(),
            mark.record_type.as_str(),
            mark.program.as_str(),
            mark.author.as_bytes(),
            seq(mark.came),
            mark.occurred_at.as_millis(),
            mark.is_voided,
            mark.to_review,
            mark.waits,
            mark.is_contact,
            mark.risk.as_ref().map(|risk| &risk.code),
            mark.risk.as_ref().and_then(|risk| risk.rank),
            mark.consent,
            mark.title,
            mark.searched,
        ])?;
        Ok(())
    }
}

/// The columns that [`read_mark`] reads, after the scope.
const MARK: &str = "record, type, program, author, came, occurred_at, is_voided, to_review, waits,
    is_contact, risk, risk_rank, consent, title, searched";

fn read_mark(row: &Row<'_>) -> rusqlite::Result<Mark> {
    Ok(Mark {
        record: RecordId::read(row, 0)?,
        record_type: name(row, 1)?,
        program: name(row, 2)?,
        author: UserId::read(row, 3)?,
        came: FeedSeq::read(row, 4)?,
        occurred_at: Timestamp::read(row, 5)?,
        is_voided: row.get(6)?,
        to_review: row.get(7)?,
        waits: row.get(8)?,
        is_contact: row.get(9)?,
        risk: read_risk(row, 10)?,
        consent: row.get(12)?,
        title: row.get(13)?,
        searched: row.get(14)?,
    })
}

/// The columns that [`read_summary`] reads, after the scope.
const SUMMARY: &str =
    "\"case\", compartment, is_directory, first_at, last_contact, risk, risk_rank,
    risk_at, waiting, in_conflict, to_review, open_tasks, next_due, program_tasks, consent_until,
    programs, title, workers";

fn read_summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let risk_at: Option<Timestamp> = Column::read(row, 7)?;
    Ok(Summary {
        case: Column::read(row, 0)?,
        compartment: name(row, 1)?,
        is_directory: row.get(2)?,
        first_at: Column::read(row, 3)?,
        last_contact: Column::read(row, 4)?,
        risk: read_risk(row, 5)?.zip(risk_at),
        waiting: row.get(8)?,
        in_conflict: row.get(9)?,
        to_review: row.get(10)?,
        tasks: TaskCounts {
            open: row.get(11)?,
            next_due: Column::read(row, 12)?,
            of_programs: row.get(13)?,
        },
        consent_until: Column::read(row, 14)?,
        programs: row
            .get_ref(15)?
            .as_str()?
            .split_whitespace()
            .filter_map(|code| code.parse().ok())
            .collect(),
        title: row.get(16)?,
        workers: row.get(17)?,
    })
}

/// Reads a risk from its code and the place after it.
pub(super) fn read_risk(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Risk>> {
    Ok(match row.get_ref(index)? {
        ValueRef::Null => None,
        _ => Some(Risk { code: row.get(index)?, rank: row.get(index + 1)? }),
    })
}

fn joined(codes: &BTreeSet<ProgramCode>) -> String {
    codes.iter().map(ProgramCode::as_str).collect::<Vec<_>>().join(" ")
}
