//! Tasks that records set for their case, and what becomes of them.
//!
//! Nothing is decided here but by what is there: a task follows from the record that set it and the
//! rule of its type; whether it is answered, ended or paused follows from the other records of the
//! case. So every device and the server arrive at the same tasks, whatever arrives first. Both keep
//! them as rows, and work anew only what a change can have moved: [`refreshed`].
//!
//! One answer does one thing. In a series (24 h, 72 h, 7 d from the same event) each task opens when
//! the one before was due, and an answer closes the earliest that is open and still without one: the
//! check that is due, or else the next. What was tried without success answers nothing, and is
//! counted beside the task.
//!
//! A task may be put off, or said to be impossible, by a record of its own (`put_off`): it is due later
//! then, or ended. When a supervisor is told of it stays as it was.
//!
//! What a record sets, only such records move as whoever sees the task may know of: those of its own
//! compartment, and those of its own program in a compartment that phones hold, too (`moves`).

mod put_off;
mod refresh;
mod series;
#[cfg(test)]
mod tests;
mod watched;

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::catalogue::common::{APPROVAL, OCCURRED_AT, SUBMITTED, VOIDED};
use crate::catalogue::{Catalogue, Conditions, ConsentRules, Due, FollowUp, Like, RecordType};
use crate::ids::{CaseId, CompartmentCode, OptionCode, ProgramCode, RecordId, TypeName, UserId};
use crate::record::Edit;
use crate::time::{Date, Span, Timestamp};
use crate::value::Scalar;

pub use refresh::{CaseFile, Touched, refreshed};
pub use watched::watched;

/// What the rules need to know of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRecord {
    /// The record.
    pub record: RecordId,
    /// Its type.
    pub record_type: TypeName,
    /// Its case; none when it stands alone, so that no other record has to do with it.
    pub case: Option<CaseId>,
    /// Where it lives.
    pub compartment: CompartmentCode,
    /// The program it was made for.
    pub program: ProgramCode,
    /// When it was made: where a rule without a field counts from.
    pub created_at: Timestamp,
    /// When what it tells happened.
    pub occurred_at: Timestamp,
    /// The read model ([`crate::record::Record::fields_json`]).
    pub fields: Map<String, Json>,
}

impl CaseRecord {
    fn is_voided(&self) -> bool {
        is_voided(&self.fields)
    }
}

/// Returns whether a record was withdrawn: it sets no task, answers none, and is no contact.
pub fn is_voided(fields: &Map<String, Json>) -> bool {
    fields.get(APPROVAL).and_then(Json::as_str) == Some(VOIDED)
}

/// Returns whether a record waits for whoever may decide on it.
pub fn awaits_review(fields: &Map<String, Json>) -> bool {
    fields.get(APPROVAL).and_then(Json::as_str) == Some(SUBMITTED)
}

/// A task that one record sets by one rule, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The record.
    pub record: RecordId,
    /// The rule's name in the record's type.
    pub rule: String,
    /// A record that happened after this answers it.
    pub opens: Timestamp,
    /// When it is due.
    pub due: Timestamp,
    /// When a supervisor is told, ascending, if it is still open.
    pub flags: Vec<Timestamp>,
    /// Who is to do it, where the record says so.
    pub owner: Option<UserId>,
    /// The record whose value decides whether it is open, if it is that of another one.
    pub about: Option<RecordId>,
    /// Whom alone it concerns, of those who see its record: the people of this program. Records that
    /// others may not see answer it.
    pub only_for: Option<ProgramCode>,
    /// What has become of it.
    pub standing: Standing,
    /// How often it was tried without success, while it waits.
    pub attempts: u32,
    /// When the last time.
    pub last_attempt: Option<Timestamp>,
}

/// What has become of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It waits.
    Open,
    /// It waits, and nobody is reminded of it for now.
    Paused,
    /// Another record ended it: there is nobody left to do it for, or somebody said that it cannot be
    /// done.
    Ended,
    /// Another record answers it.
    Answered {
        /// That one.
        by: RecordId,
        /// When that happened.
        at: Timestamp,
    },
    /// The record itself says that nothing is left to do.
    Closed,
}

impl Standing {
    /// Returns whether it is still to be done.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Paused)
    }

    /// The number that rows keep: up to [`Standing::MOVABLE`], other records can still change it.
    pub fn number(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Paused => 1,
            Self::Ended => 2,
            Self::Answered { .. } => 3,
            Self::Closed => 4,
        }
    }

    /// Returns what the number stands for; with the answer, where it is answered.
    pub fn from_number(number: i64, answer: Option<(RecordId, Timestamp)>) -> Self {
        match (number, answer) {
            (3, Some((by, at))) => Self::Answered { by, at },
            (1, _) => Self::Paused,
            (2, _) => Self::Ended,
            (4, _) => Self::Closed,
            _ => Self::Open,
        }
    }

    /// The last number of those that have no answer and could have.
    pub const MOVABLE: i64 = 2;
}

/// Returns whether a task that is still to be done, due then, is late. One that is paused is not.
pub fn is_overdue(paused: bool, due: Timestamp, now: Timestamp) -> bool {
    !paused && due < now
}

/// Returns whether a task has waited so long that a supervisor is told. One that is paused has not.
pub fn is_flagged(paused: bool, flags: &[Timestamp], now: Timestamp) -> bool {
    !paused && flags.iter().any(|flag| *flag <= now)
}

/// Returns what is added to a new record's first values when they do not say when it happened: now.
/// `None` for a type whose rules do not count from that.
pub fn happened_now(now: Timestamp, record_type: &RecordType, edits: &[Edit]) -> Option<Edit> {
    let mut from = record_type.follow_ups.iter().filter_map(|rule| rule.from.as_ref());
    let field = from.find(|field| field.as_str() == OCCURRED_AT)?;
    let is_said = edits.iter().any(|edit| edit.field() == field);
    let now = Edit::Set { field: field.clone(), value: Scalar::DateTime(now) };
    (!is_said).then_some(now)
}

/// Returns whether a record tells of a contact: that somebody dealt with the person.
pub fn is_contact(record_type: &RecordType, fields: &Map<String, Json>) -> bool {
    !is_voided(fields)
        && record_type.contact.as_ref().is_some_and(|conditions| hold_all(fields, conditions))
}

/// The tasks that a record sets, in the order of the rules, as the other records of its case leave
/// them. `others` may hold any records of the case, or none for a record that stands alone.
pub fn tasks(catalogue: &Catalogue, record: &CaseRecord, others: &[CaseRecord]) -> Vec<Task> {
    let Some(record_type) = catalogue.record_type(&record.record_type) else { return Vec::new() };
    if record.is_voided() {
        return Vec::new();
    }
    let others: Vec<&CaseRecord> = others
        .iter()
        .filter(|other| other.record != record.record && !other.is_voided())
        .filter(|other| moves(catalogue, record, other))
        .collect();
    let mut set: Vec<(&FollowUp, Task)> = Vec::new();
    for rule in &record_type.follow_ups {
        if let Some(task) = task(catalogue, record_type, record, rule, &set) {
            set.push((rule, task));
        }
    }
    series::answer(record, &mut set, &others);
    let with_itself: Vec<&CaseRecord> = others.iter().copied().chain([record]).collect();
    for (rule, task) in &mut set {
        if task.standing != Standing::Open {
            continue;
        }
        if !watched::keeps_open(rule, task.about, &others)
            || ends(&rule.closed_by, record, &with_itself)
        {
            task.standing = Standing::Ended;
        } else if pauses(&rule.paused_by, record, &with_itself) {
            task.standing = Standing::Paused;
        }
        if task.standing.is_open() {
            count_attempts(rule, task, record, &others);
            put_off::apply(catalogue, task, &others);
        }
    }
    set.into_iter().map(|(_, task)| task).collect()
}

/// Returns whether a record can have to do with what another one of its case set.
fn moves(catalogue: &Catalogue, record: &CaseRecord, other: &CaseRecord) -> bool {
    let on_phones = |code| catalogue.compartments.get(code).is_some_and(|known| known.on_devices);
    other.compartment == record.compartment
        || (other.program == record.program && on_phones(&other.compartment))
}

/// A task as the record alone sets it.
fn task(
    catalogue: &Catalogue,
    record_type: &RecordType,
    record: &CaseRecord,
    rule: &FollowUp,
    earlier: &[(&FollowUp, Task)],
) -> Option<Task> {
    let fields = &record.fields;
    if !rule.when.as_ref().is_none_or(|(field, values)| holds(fields, field.as_str(), values)) {
        return None;
    }
    let end_of_consent =
        record_type.consent.as_ref().filter(|rules| rule.from.as_ref() == Some(&rules.expires));
    let base = match (&rule.from, end_of_consent) {
        (None, _) => record.created_at,
        (_, Some(rules)) => end_of(rules, fields)?,
        (Some(field), None) => instant(fields, field.as_str())?,
    };
    let (due, opens) = match rule.due {
        Due::After(span) => {
            let of_series = earlier.iter().filter(|(other, _)| series::are_one(other, rule));
            (base + span, of_series.map(|(_, task)| task.due).max().unwrap_or(base))
        }
        // A task before an event can be answered as soon as it is known.
        Due::Before(span) => (base - span, record.created_at),
    };
    let about = rule.open_while.as_ref().map(|rule| watched::named(fields, &rule.record));
    // Without a case nothing could ever answer.
    let ends_without = rule.closed_when.is_some() || about.is_some();
    if record.case.is_none() && !ends_without && !rule.answered_by.is_empty() {
        return None;
    }
    let about = match about {
        // What names no record asks for nothing.
        Some(None) => return None,
        about => about.flatten(),
    };
    let opens = if rule.at_any_time { Timestamp::from_millis(i64::MIN) } else { opens };
    let is_closed = rule
        .closed_when
        .as_ref()
        .is_some_and(|(field, values)| holds(fields, field.as_str(), values));
    let mut answers =
        rule.answered_by.iter().filter_map(|like| catalogue.record_type(&like.record_type));
    let elsewhere = answers.any(|answer| !catalogue.can_live_in(answer, &record.compartment));
    Some(Task {
        record: record.record,
        rule: rule.name.clone(),
        opens,
        due,
        flags: rule.flags.iter().map(|span| base + *span).collect(),
        owner: rule
            .due_from
            .as_ref()
            .and_then(|name| user(fields, name.as_str()))
            .or_else(|| owner(fields)),
        about,
        only_for: elsewhere.then(|| record.program.clone()),
        standing: if is_closed { Standing::Closed } else { Standing::Open },
        attempts: 0,
        last_attempt: None,
    })
}

/// Returns who is to do what a record asks for: the user it is due from, or else the user whose
/// record it is.
fn owner(fields: &Map<String, Json>) -> Option<UserId> {
    // `due_owner` and `owner` are texts of earlier catalogues, in which some wrote an id.
    let named = ["assigned_to", "due_owner", "owned_by", "owner"];
    named.into_iter().find_map(|field| user(fields, field))
}

fn user(fields: &Map<String, Json>, field: &str) -> Option<UserId> {
    fields.get(field).and_then(Json::as_str)?.parse().ok()
}

/// When a consent comes to its end: when it says, within the life that its kind has at most, or
/// after the life that its kind has unless it says ([`crate::policy::Consent::of`]).
fn end_of(rules: &ConsentRules, fields: &Map<String, Json>) -> Option<Timestamp> {
    let says = instant(fields, rules.expires.as_str());
    let kind = fields.get(rules.kind.as_str()).and_then(Json::as_str);
    let life = kind.and_then(|kind| rules.lives.get(kind));
    let span = life.and_then(|life| if says.is_some() { life.at_most } else { Some(life.default) });
    let lasts = instant(fields, rules.signed.as_str()).zip(span).map(|(at, span)| at + span);
    says.into_iter().chain(lasts).min()
}

/// Returns the instant that stands in a field, or the beginning of the day.
fn instant(fields: &Map<String, Json>, field: &str) -> Option<Timestamp> {
    let text = fields.get(field)?.as_str()?;
    text.parse::<Timestamp>().ok().or_else(|| text.parse::<Date>().ok().map(Date::start))
}

/// Returns whether one of the records ends what the other set. Where it says since when, it ends
/// what happened until then; else the newest of its type from before counts, which the other
/// belongs to, and any that came after.
fn ends(likes: &[Like], record: &CaseRecord, others: &[&CaseRecord]) -> bool {
    likes.iter().any(|like| {
        let of_type = || of_type(like, others);
        let is_before = |other: &&&CaseRecord| other.occurred_at <= record.occurred_at;
        let before = of_type().filter(is_before).max_by_key(|other| order(other));
        let after = of_type().filter(|other| !is_before(other));
        let in_time = after.chain(before).filter(|other| until(like, other).is_none());
        let told = of_type()
            .filter(|other| until(like, other).is_some_and(|until| record.occurred_at < until));
        in_time.chain(told).any(|other| is_like(like, record, other))
    })
}

/// Up to when, exclusive, a record ends what others set, if it says so: a day counts whole.
fn until(like: &Like, other: &CaseRecord) -> Option<Timestamp> {
    let text = other.fields.get(like.since.as_ref()?.as_str())?.as_str()?;
    let day = text.parse::<Date>().map(|day| day.start() + Span::from_days(1));
    day.ok().or_else(|| text.parse().ok())
}

/// Returns whether the newest record of such a type pauses what the other set.
fn pauses(likes: &[Like], record: &CaseRecord, others: &[&CaseRecord]) -> bool {
    likes.iter().any(|like| {
        let newest = of_type(like, others).max_by_key(|other| order(other));
        newest.is_some_and(|newest| is_like(like, record, newest))
    })
}

fn of_type<'o>(
    like: &Like,
    others: &'o [&'o CaseRecord],
) -> impl Iterator<Item = &'o &'o CaseRecord> {
    others.iter().filter(|other| other.record_type == like.record_type)
}

fn count_attempts(rule: &FollowUp, task: &mut Task, record: &CaseRecord, others: &[&CaseRecord]) {
    let tried = |other: &&&CaseRecord| {
        let mut likes =
            rule.answered_by.iter().filter(|like| like.record_type == other.record_type);
        // One that says nothing of the same matter is no attempt at it.
        other.occurred_at > task.opens
            && likes.any(|like| !is_like(like, record, other) && says_the_same(like, record, other))
    };
    for other in others.iter().filter(tried) {
        task.attempts += 1;
        task.last_attempt = task.last_attempt.max(Some(other.occurred_at));
    }
}

fn is_like(like: &Like, record: &CaseRecord, other: &CaseRecord) -> bool {
    other.record_type == like.record_type
        && hold_all(&other.fields, &like.fields)
        && says_the_same(like, record, other)
}

fn says_the_same(like: &Like, record: &CaseRecord, other: &CaseRecord) -> bool {
    like.same
        .iter()
        .all(|field| record.fields.get(field.as_str()) == other.fields.get(field.as_str()))
}

/// Returns what comes first in a case: all see the same order, even of what happened at one moment.
fn order(record: &CaseRecord) -> (Timestamp, RecordId) {
    (record.occurred_at, record.record)
}

fn hold_all(fields: &Map<String, Json>, conditions: &Conditions) -> bool {
    conditions.iter().all(|(field, values)| holds(fields, field.as_str(), values))
}

/// Returns whether the field has one of the values; any value when none is named.
fn holds(fields: &Map<String, Json>, field: &str, values: &BTreeSet<OptionCode>) -> bool {
    let matches = |value: &Json| match value {
        Json::String(text) => values.is_empty() || values.contains(text.as_str()),
        Json::Bool(flag) => {
            values.is_empty() || values.contains(if *flag { "true" } else { "false" })
        }
        Json::Number(number) => values.is_empty() || values.contains(number.to_string().as_str()),
        _ => false,
    };
    match fields.get(field) {
        Some(Json::Array(chosen)) => chosen.iter().any(matches),
        Some(value) => matches(value),
        None => false,
    }
}
