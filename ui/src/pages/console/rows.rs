//! Rows that several lists show: tasks, and cases of the caseload.

use model::catalogue::Catalogue;
use model::ids::{ProgramCode, TypeName};
use model::search;
use model::time::Timestamp;

use crate::clock::Clock;
use crate::values::Values;
use crate::views::{BoardRow, Handle, Names, TaskRow};
use crate::words::Words;

/// A task as a list shows it.
pub(crate) struct TaskLine {
    /// Where the task is done by itself.
    pub(crate) name: Option<Handle>,
    pub(crate) record: Handle,
    pub(crate) task: String,
    pub(crate) record_type: String,
    pub(crate) person: Option<Person>,
    pub(crate) program: String,
    pub(crate) owners: String,
    pub(crate) due: Moment,
    pub(crate) overdue: bool,
    pub(crate) flagged: bool,
    pub(crate) paused: bool,
    /// How often it was tried, in words; `None` before the first time.
    pub(crate) tried: Option<String>,
    /// Why the record was given back that is to be mended.
    pub(crate) why: Option<String>,
}

/// A case that a row leads to, by the name of whom it is about.
pub(crate) struct Person {
    pub(crate) case: Handle,
    pub(crate) name: String,
}

/// An instant, in words and for machines.
pub(crate) struct Moment {
    pub(crate) words: String,
    pub(crate) machine: String,
    /// To the minute, for whoever points at it.
    pub(crate) exact: String,
}

impl Moment {
    /// Returns when something is due.
    pub(crate) fn due(clock: Clock<'_>, time: Timestamp) -> Self {
        Self::said(clock, time, clock.due(time))
    }

    /// Returns when something was, to the minute.
    pub(crate) fn at(clock: Clock<'_>, time: Timestamp) -> Self {
        Self::said(clock, time, clock.at(time))
    }

    /// Returns an instant in these words.
    pub(crate) fn said(clock: Clock<'_>, time: Timestamp, words: String) -> Self {
        Self { words, machine: clock.machine(time), exact: clock.at(time) }
    }
}

/// Returns tasks as a list shows them.
pub(crate) fn task_lines(
    rows: &[TaskRow],
    words: Words,
    clock: Clock<'_>,
    catalogue: &Catalogue,
) -> Vec<TaskLine> {
    let nobody = Names::default();
    let values = Values { words, clock, catalogue, names: &nobody };
    let line = |row: &TaskRow| TaskLine {
        name: row.name.clone(),
        // What is to be done is done to the record that was given back.
        record: row.returned.as_ref().map_or(&row.record, |said| &said.record).clone(),
        why: row.returned.as_ref().map(|said| values.returned(said)),
        task: words.label(&row.task).to_owned(),
        record_type: type_name(&row.record_type, words, catalogue),
        person: row
            .case
            .as_ref()
            .map(|(case, name)| Person { case: case.clone(), name: words.label(name).to_owned() }),
        program: program_name(&row.program, words, catalogue),
        owners: listed(&row.owners, words),
        due: Moment::due(clock, row.due),
        overdue: row.overdue,
        flagged: row.flagged,
        paused: row.paused,
        tried: (row.attempts > 0).then(|| words.tried(row.attempts)),
    };
    rows.iter().map(line).collect()
}

/// A case as the caseload shows it.
pub(crate) struct CaseLine {
    pub(crate) case: Handle,
    /// Whom it is about; `None` if that may not be seen.
    pub(crate) person: Option<String>,
    pub(crate) workers: String,
    pub(crate) risk: Option<String>,
    /// When there was contact last; `None` before the first time.
    pub(crate) contact: Option<Moment>,
    pub(crate) due: Option<Moment>,
    pub(crate) overdue: bool,
    pub(crate) open_tasks: u64,
    /// Records that wait for review, in words; `None` if none does.
    pub(crate) to_review: Option<String>,
    /// Values that wait for a decision, in words; `None` if none does.
    pub(crate) conflicts: Option<String>,
    pub(crate) consent: Option<Moment>,
    pub(crate) consent_ended: bool,
    /// What phones announced and has not arrived, in words; `None` if nothing is missing.
    pub(crate) unsent: Option<String>,
}

/// Returns cases as the caseload shows them.
pub(crate) fn case_lines(rows: &[BoardRow], words: Words, clock: Clock<'_>) -> Vec<CaseLine> {
    let line = |row: &BoardRow| CaseLine {
        case: row.case.clone(),
        person: row.person.as_ref().map(|name| words.label(name).to_owned()),
        workers: listed(&row.workers, words),
        risk: row.risk.as_ref().map(|risk| words.label(risk).to_owned()),
        contact: row.last_contact.map(|time| Moment::said(clock, time, clock.ago(time))),
        due: row.next_due.map(|time| Moment::due(clock, time)),
        overdue: row.next_due.is_some_and(|time| time < clock.now()),
        open_tasks: row.open_tasks,
        to_review: some_of(row.to_review, |count| words.count_to_review(count)),
        conflicts: some_of(row.conflicts, |count| words.count_conflicts(count)),
        consent: row.consent_until.map(|until| consent_end(until, words, clock)),
        consent_ended: row.consent_until.is_some_and(|until| until <= clock.now()),
        unsent: some_of(row.unsent, |count| words.count_unsent(count)),
    };
    rows.iter().map(line).collect()
}

/// Returns the name of a program; its code, if the catalogue has it no more.
pub(crate) fn program_name(code: &ProgramCode, words: Words, catalogue: &Catalogue) -> String {
    let program = catalogue.programs.get(code);
    program.map_or(code.as_str(), |program| words.label(&program.label)).to_owned()
}

/// Returns the name of a type; its code, if the catalogue has it no more.
pub(crate) fn type_name(code: &TypeName, words: Words, catalogue: &Catalogue) -> String {
    let known = catalogue.record_type(code);
    known.map_or(code.as_str(), |known| words.label(&known.label)).to_owned()
}

fn consent_end(until: Timestamp, words: Words, clock: Clock<'_>) -> Moment {
    let said = match until <= clock.now() {
        true => words.consent_ended(clock.day(until)),
        false => words.days_left(-clock.days_since(until)),
    };
    Moment::said(clock, until, said)
}

/// Says names by the alphabet: a list that is sorted by them is sorted by the first.
fn listed(names: &[String], words: Words) -> String {
    if names.is_empty() {
        return words.nobody();
    }
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_by_key(|name| search::plain(name));
    names.join(", ")
}

fn some_of(count: u64, said: impl Fn(u64) -> String) -> Option<String> {
    (count > 0).then(|| said(count))
}
