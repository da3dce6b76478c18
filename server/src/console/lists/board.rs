//! The board: the cases that are open to somebody, with what to look at first.

use std::collections::{BTreeMap, HashMap};

use model::ids::{CaseId, OptionCode, ProgramCode, UserId};
use model::search;
use model::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Counts, ListedTask};
use crate::console::{ConsoleError, PAGE_RECORDS_MAX, Reader, RecordRow};
use crate::store::board::{OpenScope, Wanted};
use crate::store::summaries::Risk;

/// Which cases are shown: those of which all that is asked for is true.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BoardFilter {
    /// Assigned to this user, who sees something of it that the reader sees too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker: Option<UserId>,
    /// With records of this program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<ProgramCode>,
    /// With this risk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<OptionCode>,
    /// With a task past due.
    pub overdue: bool,
    /// Without a contact for more than so many days; where there never was one, since its first record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_days: Option<u32>,
    /// With records that wait for a decision.
    pub unreviewed: bool,
    /// With records that hold values to choose among.
    pub conflicts: bool,
    /// With a consent that has ended and was not renewed.
    pub consent_ended: bool,
}

/// By what cases are ordered. Those of which it is not known come last either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoardSort {
    /// When the next task is due.
    #[default]
    Due,
    /// By what the record that opened it is called.
    Person,
    /// The first by name of those who work on it.
    Worker,
    /// How great the risk is.
    Risk,
    /// When somebody last had contact.
    Contact,
    /// How many tasks are open.
    Tasks,
    /// When a consent ends.
    Consent,
}

/// A page of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardPage {
    /// As many as were asked for, at most five hundred.
    pub rows: Vec<BoardRow>,
    /// How many there are on all pages.
    pub total: u64,
    /// How many rows the other lists have at the same moment.
    pub counts: Counts,
}

/// What somebody's day begins with, all of it of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// How many rows each list has.
    pub counts: Counts,
    /// The tasks that are due first, until the department's day ends.
    pub due: Vec<ListedTask>,
    /// The cases in which the last contact is longest ago.
    pub quiet: Vec<BoardRow>,
}

/// A case on the board. Counts only what its reader may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardRow {
    /// The case.
    pub case: CaseId,
    /// What the record says that opened it; none when it may not be seen.
    pub opened_by: Option<RecordRow>,
    /// Whom it is assigned to, of those who see something in it that the reader sees too.
    pub workers: Vec<UserId>,
    /// What the newest record says of a risk.
    pub risk: Option<BoardRisk>,
    /// When somebody last had contact.
    pub last_contact: Option<Timestamp>,
    /// When its first record happened that is not voided.
    pub first_at: Option<Timestamp>,
    /// When the next task is due that is not paused.
    pub next_due: Option<Timestamp>,
    /// Whether that is past.
    pub overdue: bool,
    /// How many tasks are open, paused ones too.
    pub open_tasks: u64,
    /// How many records wait for a decision, whoever may decide.
    pub unreviewed: u64,
    /// How many records hold values to choose among.
    pub conflicts: u64,
    /// How many fields these are.
    pub to_review: u64,
    /// When the first consent ends, or ended, that no other one of its kind outlasts.
    pub consent_until: Option<Timestamp>,
    /// Whether it has ended.
    pub consent_ended: bool,
    /// Drafts on the devices of those who work on it, of whatever case, as these said last.
    pub drafts: u64,
}

/// How great a risk is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardRisk {
    /// The option that says so.
    pub code: String,
    /// Its place in its code list, the least first; none when the list does not offer it any more.
    pub rank: Option<i64>,
}

impl Reader<'_> {
    /// A page of the cases that are open to them.
    pub(crate) fn board(
        &self,
        filter: &BoardFilter,
        (sort, descending): (BoardSort, bool),
        skip: usize,
        limit: usize,
    ) -> Result<BoardPage, ConsoleError> {
        let wanted = Wanted {
            program: filter.program.as_ref(),
            title: sort == BoardSort::Person,
            workers: sort == BoardSort::Worker || filter.worker.is_some(),
            due: false,
        };
        let mut walked = self.walk(wanted)?;
        walked.cases.retain(|_, case| case.passes(filter, self.now));
        let total = walked.cases.len() as u64;
        let limit = limit.min(PAGE_RECORDS_MAX);
        let rows = self.board_rows(walked.cases, (sort, descending), skip, limit)?;
        Ok(BoardPage { rows, total, counts: walked.counts })
    }

    /// Returns what their day begins with, at most so many tasks and cases.
    pub(crate) fn day(&self, limit: usize) -> Result<Day, ConsoleError> {
        let mut walked = self.walk(Wanted { due: true, ..Wanted::default() })?;
        walked.due.sort_unstable();
        // The tasks due first are in the scopes in which a task is due first.
        let scopes = walked.due.into_iter().take(limit).map(|(_, scope)| scope);
        let due = self.db.due_in_scopes(&self.viewer(), scopes, limit)?;
        walked.cases.retain(|_, case| case.has_records);
        let quiet = self.board_rows(walked.cases, (BoardSort::Contact, false), 0, limit)?;
        Ok(Day { counts: walked.counts, due: self.listed_tasks(due)?, quiet })
    }

    /// Walks once through everything that is open to them.
    fn walk(&self, wanted: Wanted<'_>) -> Result<Walked, ConsoleError> {
        let mut walked = Walked::default();
        self.db.each_open_scope(&self.viewer(), wanted, |scope| walked.add(scope))?;
        walked.counts.safety =
            self.db.waiting_emergencies(self.now, self.emergencies_for_them())?;
        Ok(walked)
    }

    fn board_rows(
        &self,
        mut cases: HashMap<CaseId, OpenCase>,
        (sort, descending): (BoardSort, bool),
        skip: usize,
        limit: usize,
    ) -> Result<Vec<BoardRow>, ConsoleError> {
        let names = match sort {
            BoardSort::Worker => self.plain_names()?,
            _ => BTreeMap::new(),
        };
        let mut ordered: Vec<(Option<Place>, CaseId)> =
            cases.iter().map(|(id, case)| (case.place(sort, &names), *id)).collect();
        ordered.sort_unstable_by(|(one, one_id), (other, other_id)| {
            let known = other.is_some().cmp(&one.is_some());
            let order = if descending { other.cmp(one) } else { one.cmp(other) };
            known.then(order).then(one_id.cmp(other_id))
        });
        let mut drafts = BTreeMap::new();
        let mut rows = Vec::new();
        for (_, id) in ordered.into_iter().skip(skip).take(limit) {
            if let Some(case) = cases.remove(&id) {
                rows.push(self.board_row(id, case, &mut drafts)?);
            }
        }
        Ok(rows)
    }

    fn board_row(
        &self,
        id: CaseId,
        case: OpenCase,
        drafts: &mut BTreeMap<UserId, u64>,
    ) -> Result<BoardRow, ConsoleError> {
        let mut workers = Vec::new();
        for scope in &case.scopes {
            workers.extend(self.db.workers_of_scope(*scope)?);
        }
        workers.sort_unstable();
        workers.dedup();
        let mut unsent = 0;
        for worker in &workers {
            let of_worker = match drafts.get(worker) {
                Some(known) => *known,
                None => self.db.drafts_on_devices(*worker)?,
            };
            drafts.insert(*worker, of_worker);
            unsent += of_worker;
        }
        let risk = case.risk.map(|(_, Risk { code, rank })| BoardRisk { code, rank });
        Ok(BoardRow {
            case: id,
            opened_by: self.opening_record(Some(id))?,
            overdue: case.next_due.is_some_and(|due| due < self.now),
            consent_ended: case.consent_until.is_some_and(|until| until <= self.now),
            workers,
            risk,
            last_contact: case.last_contact,
            first_at: case.first_at,
            next_due: case.next_due,
            open_tasks: case.open_tasks,
            unreviewed: case.waiting,
            conflicts: case.in_conflict,
            to_review: case.to_review,
            consent_until: case.consent_until,
            drafts: unsent,
        })
    }

    /// The names of all users as they are ordered by.
    fn plain_names(&self) -> Result<BTreeMap<UserId, String>, ConsoleError> {
        let names = self.db.users()?.into_iter();
        Ok(names.map(|(user, name)| (user, search::plain(&name))).collect())
    }
}

/// What everything comes to that is open to the reader.
#[derive(Default)]
struct Walked {
    counts: Counts,
    cases: HashMap<CaseId, OpenCase>,
    /// The scopes in which something is due until the day ends, and when that is first.
    due: Vec<(Timestamp, i64)>,
}

impl Walked {
    fn add(&mut self, scope: OpenScope) {
        self.counts.overdue += scope.counts.overdue;
        self.counts.today += scope.counts.today;
        self.counts.review += scope.counts.review;
        self.counts.conflicts += scope.counts.conflicts;
        self.due.extend(scope.first_due.map(|due| (due, scope.scope)));
        if let Some(case) = scope.case {
            self.cases.entry(case).or_default().add(scope);
        }
    }
}

/// What the scopes of a case come to that are open to the reader.
#[derive(Default)]
struct OpenCase {
    scopes: Vec<i64>,
    first_at: Option<Timestamp>,
    last_contact: Option<Timestamp>,
    risk: Option<(Timestamp, Risk)>,
    waiting: u64,
    in_conflict: u64,
    to_review: u64,
    open_tasks: u64,
    next_due: Option<Timestamp>,
    consent_until: Option<Timestamp>,
    title: Option<String>,
    workers: Vec<UserId>,
    is_of_program: bool,
    has_records: bool,
}

/// What a case is ordered by. Only those of one kind are compared.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Time(Timestamp),
    Number(i64),
    Text(String),
}

impl OpenCase {
    fn add(&mut self, scope: OpenScope) {
        self.scopes.push(scope.scope);
        let first =
            |one: Option<Timestamp>, other: Option<Timestamp>| one.into_iter().chain(other).min();
        self.first_at = first(self.first_at, scope.first_at);
        self.last_contact = self.last_contact.max(scope.last_contact);
        self.next_due = first(self.next_due, scope.next_due);
        self.consent_until = first(self.consent_until, scope.consent_until);
        let newest = |risk: &Option<(Timestamp, Risk)>| {
            risk.as_ref().map(|(at, risk)| (*at, risk.rank, risk.code.clone()))
        };
        if newest(&self.risk) < newest(&scope.risk) {
            self.risk = scope.risk;
        }
        self.waiting += scope.waiting;
        self.in_conflict += scope.in_conflict;
        self.to_review += scope.to_review;
        self.open_tasks += scope.open_tasks;
        self.title = scope.title.or(self.title.take());
        if self.workers != scope.workers {
            self.workers.extend(scope.workers);
            self.workers.sort_unstable();
            self.workers.dedup();
        }
        self.is_of_program |= scope.is_of_program;
        self.has_records |= scope.has_records;
    }

    fn passes(&self, filter: &BoardFilter, now: Timestamp) -> bool {
        let is_long_ago = |days: u32| {
            let since = self.last_contact.or(self.first_at);
            since.is_some_and(|since| now.since(since) > Span::from_days(days.into()))
        };
        let has_risk = |code: &OptionCode| {
            self.risk.as_ref().is_some_and(|(_, risk)| risk.code == code.as_str())
        };
        self.has_records
            && filter.worker.is_none_or(|worker| self.workers.contains(&worker))
            && (filter.program.is_none() || self.is_of_program)
            && filter.risk.as_ref().is_none_or(has_risk)
            && (!filter.overdue || self.next_due.is_some_and(|due| due < now))
            && filter.gap_days.is_none_or(is_long_ago)
            && (!filter.unreviewed || self.waiting > 0)
            && (!filter.conflicts || self.in_conflict > 0)
            && (!filter.consent_ended || self.consent_until.is_some_and(|until| until <= now))
    }

    fn place(&self, sort: BoardSort, names: &BTreeMap<UserId, String>) -> Option<Place> {
        match sort {
            BoardSort::Due => self.next_due.map(Place::Time),
            BoardSort::Person => self.title.clone().map(Place::Text),
            BoardSort::Worker => {
                let workers = self.workers.iter().filter_map(|worker| names.get(worker));
                workers.min().cloned().map(Place::Text)
            }
            BoardSort::Risk => self.risk.as_ref()?.1.rank.map(Place::Number),
            BoardSort::Contact => self.last_contact.map(Place::Time),
            BoardSort::Tasks => i64::try_from(self.open_tasks).ok().map(Place::Number),
            BoardSort::Consent => self.consent_until.map(Place::Time),
        }
    }
}
