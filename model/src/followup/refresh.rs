//! Working anew what a change can have moved, and no more: a case may have thousands of records.

use std::collections::{BTreeMap, BTreeSet};

use super::{CaseRecord, Task, tasks, watched};
use crate::catalogue::{Catalogue, RecordType};
use crate::ids::{RecordId, TypeName};
use crate::time::Timestamp;

/// The records of a case and the tasks that are kept of it, wherever they are.
pub trait CaseFile {
    /// Why it cannot be read.
    type Error;

    /// A record; none when it is not there, or not of this case.
    ///
    /// # Errors
    /// When it cannot be read.
    fn record(&self, record: RecordId) -> Result<Option<CaseRecord>, Self::Error>;

    /// The records of these types; with `after`, only those that happened after it.
    ///
    /// # Errors
    /// When they cannot be read.
    fn of_types(
        &self,
        types: &BTreeSet<&TypeName>,
        after: Option<Timestamp>,
    ) -> Result<Vec<CaseRecord>, Self::Error>;

    /// The records that have set a task which another record can still move, or whose answer
    /// happened at `since` or later.
    ///
    /// # Errors
    /// When they cannot be read.
    fn movable(&self, since: Timestamp) -> Result<BTreeSet<RecordId>, Self::Error>;

    /// The records that have set a task which is about this one ([`Task::about`]).
    ///
    /// # Errors
    /// When they cannot be read.
    fn about(&self, record: RecordId) -> Result<BTreeSet<RecordId>, Self::Error>;
}

/// What has changed of a case since its tasks were worked out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    records: BTreeSet<RecordId>,
    /// From when on the answers of others may be other ones; none when no answer can be.
    since: Option<Timestamp>,
}

impl Touched {
    /// Notes that a record of this type changed; `earliest` is when it happened, by what it says now
    /// or said before.
    pub fn add(
        &mut self,
        catalogue: &Catalogue,
        record: RecordId,
        record_type: &TypeName,
        earliest: Timestamp,
    ) {
        self.records.insert(record);
        let mut types = catalogue.types.values();
        let puts_off = catalogue.record_type(record_type).is_some_and(|it| it.puts_off.is_some());
        if puts_off || types.any(|known| looks_at(known).any(|other| other == record_type)) {
            self.since = Some(self.since.map_or(earliest, |since| since.min(earliest)));
        }
    }

    /// Notes that records went, whichever they were.
    pub fn add_all(&mut self) {
        self.since = Some(Timestamp::from_millis(i64::MIN));
    }
}

/// The tasks of every record whose tasks may be others now. Records that are not named keep theirs.
///
/// # Errors
/// When the file cannot be read.
pub fn refreshed<F: CaseFile>(
    catalogue: &Catalogue,
    file: &F,
    touched: &Touched,
) -> Result<BTreeMap<RecordId, Vec<Task>>, F::Error> {
    let mut ids = touched.records.clone();
    if let Some(since) = touched.since {
        ids.extend(file.movable(since)?);
    }
    for record in &touched.records {
        ids.extend(file.about(*record)?);
    }
    let mut setting = Vec::new();
    for id in ids {
        setting.extend(file.record(id)?);
    }
    let (mut answering, mut deciding) = (BTreeSet::new(), BTreeSet::new());
    let mut after: Option<Timestamp> = None;
    for record in &setting {
        let Some(record_type) = catalogue.record_type(&record.record_type) else { continue };
        let Some(opens) = tasks(catalogue, record, &[]).iter().map(|task| task.opens).min() else {
            continue;
        };
        after = Some(after.map_or(opens, |after| after.min(opens)));
        answering.extend(answers(record_type));
        deciding.extend(deciders(record_type));
    }
    if after.is_some() {
        // A task may be put off before it opens.
        deciding.extend(putting_off(catalogue));
    }
    let mut others = match after {
        Some(_) if !deciding.is_empty() => file.of_types(&deciding, None)?,
        _ => Vec::new(),
    };
    answering.retain(|name| !deciding.contains(name));
    if let (Some(_), false) = (after, answering.is_empty()) {
        others.extend(file.of_types(&answering, after)?);
    }
    let mut known: BTreeSet<RecordId> = others.iter().map(|other| other.record).collect();
    for record in &setting {
        for id in watched(catalogue, record) {
            if known.insert(id) {
                others.extend(file.record(id)?.filter(|other| other.case == record.case));
            }
        }
    }
    let worked_out = |record: CaseRecord| {
        let tasks = tasks(catalogue, &record, &others);
        (record.record, tasks)
    };
    Ok(setting.into_iter().map(worked_out).collect())
}

fn putting_off(catalogue: &Catalogue) -> impl Iterator<Item = &TypeName> {
    let types = catalogue.types.values().filter(|known| known.puts_off.is_some());
    types.map(|known| &known.name)
}

fn looks_at(record_type: &RecordType) -> impl Iterator<Item = &TypeName> {
    answers(record_type).chain(deciders(record_type))
}

fn answers(record_type: &RecordType) -> impl Iterator<Item = &TypeName> {
    let likes = record_type.follow_ups.iter().flat_map(|rule| &rule.answered_by);
    likes.map(|like| &like.record_type)
}

fn deciders(record_type: &RecordType) -> impl Iterator<Item = &TypeName> {
    let rules = record_type.follow_ups.iter();
    let likes = rules.flat_map(|rule| rule.closed_by.iter().chain(&rule.paused_by));
    likes.map(|like| &like.record_type)
}
