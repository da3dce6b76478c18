//! A case: whom it is about, what is to be done, and everything that happened, the last first.

use std::collections::BTreeSet;

use askama::Template;
use model::catalogue::FieldKind;
use model::ids::FieldName;
use model::time::Span;
use model::value::{FieldValue, Scalar};

use crate::frame::{Frame, Place};
use crate::pages::console::rows::{Moment, TaskLine, task_lines};
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::values::{Shown, Values};
use crate::views::phone::Whereabouts;
use crate::views::{CaseView, ConsentRow, Handle, RecordRow};
use crate::words::Words;

#[derive(Template)]
#[template(path = "case/case.html")]
struct Case<'a> {
    frame: Frame<'a>,
    words: Words,
    case: &'a Handle,
    title: String,
    record_type: String,
    notices: Vec<String>,
    /// The record that opens the case, where it may be seen.
    opened_by: Option<&'a Handle>,
    card: Vec<(String, Shown)>,
    team: String,
    consents: Vec<Consent>,
    tasks: Vec<TaskLine>,
    rows: Vec<Line>,
    /// Where the records are that came before.
    earlier: Option<u64>,
    /// Whether these are not the newest.
    is_earlier: bool,
    /// What is not shown.
    withheld: Vec<String>,
    may_write: bool,
    may_assign: bool,
}

/// A consent with how long it lasts.
pub(crate) struct Consent {
    record: Handle,
    pub(crate) title: String,
    pub(crate) state: String,
    class: &'static str,
    may_revoke: bool,
}

/// A record in the order of what happened.
pub(crate) struct Line {
    pub(crate) record: Handle,
    pub(crate) title: String,
    pub(crate) record_type: String,
    pub(crate) when: Moment,
    pub(crate) author: String,
    /// When it was written by its author's clock and when the server had it, if these lie apart.
    pub(crate) apart: Option<(Moment, Moment)>,
    /// Where the newest word about it is; `None` where the server has it and that is the rule.
    pub(crate) whereabouts: Option<State>,
    pub(crate) state: Option<State>,
    /// Why it was voided; empty if nobody said so. `None` if it stands.
    pub(crate) voided: Option<String>,
    pub(crate) conflicts: Option<String>,
    pub(crate) changes: Option<String>,
    /// Records that take its place.
    pub(crate) amended_by: Vec<Self>,
}

/// What became of a record.
pub(crate) struct State {
    pub(crate) label: String,
    pub(crate) class: &'static str,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let before = screen.number("before");
    let view = source.case(screen.handle()?, before)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Cases, counts);
    let (words, clock) = (screen.words, frame.clock);
    let values = Values { words, clock, catalogue, names: &view.names };
    page(&Case {
        words,
        case: &view.case,
        title: title(&view, words),
        record_type: view
            .opened_by
            .as_ref()
            .map(|row| values.record_type(&row.record_type))
            .unwrap_or_default(),
        notices: view.notices.iter().map(|notice| words.label(notice).to_owned()).collect(),
        opened_by: view.opened_by.as_ref().map(|row| &row.record),
        card: view.opened_by.as_ref().map(|row| card(row, values)).unwrap_or_default(),
        team: match view.team.is_empty() {
            true => words.nobody(),
            false => view.team.join(", "),
        },
        consents: view.consents.iter().map(|row| consent(row, values)).collect(),
        tasks: task_lines(&view.tasks, words, clock, catalogue),
        rows: lines(&view, values),
        earlier: view.earlier,
        is_earlier: before.is_some(),
        withheld: view
            .withheld
            .iter()
            .map(|part| words.withheld_records(words.label(&part.part).to_owned()))
            .collect(),
        may_write: view.may_write,
        may_assign: view.may_assign,
        frame,
    })
}

/// Returns whom a case is about.
pub(crate) fn title(view: &CaseView, words: Words) -> String {
    match &view.opened_by {
        Some(row) => words.label(&row.title).to_owned(),
        None => words.person_hidden(),
    }
}

/// Returns what identifies somebody. How they are reached is not on it: that is opened with the record.
pub(crate) fn card(row: &RecordRow, values: Values<'_>) -> Vec<(String, Shown)> {
    let Some(record_type) = values.catalogue.record_type(&row.record_type) else {
        return Vec::new();
    };
    let fields = record_type.fields.iter().filter(|field| {
        CARD.contains(&field.name.as_str()) && !reaches_somebody(&field.kind, &field.name)
    });
    let filled = fields.filter_map(|field| {
        let value = row.fields.get(&field.name).filter(|value| !value.is_empty())?;
        let label = values.words.label(&field.label).to_owned();
        Some((label, values.value(Some(field), value)))
    });
    filled.collect()
}

/// The fields of the records that open cases by which people know whom or what it is about.
const CARD: [&str; 12] = [
    "aliases",
    "dob",
    "age_band",
    "minor",
    "pronouns",
    "pronouns_other",
    "language",
    "language_other",
    "interpreter",
    "kind",
    "what",
    "zone",
];

/// Returns whether a field says how somebody is reached.
pub(crate) fn reaches_somebody(kind: &FieldKind, name: &FieldName) -> bool {
    let has_phone = match kind {
        FieldKind::Phone => true,
        FieldKind::Log { entry } => entry.iter().any(|part| part.kind == FieldKind::Phone),
        FieldKind::Text
        | FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::Bool
        | FieldKind::Integer { .. }
        | FieldKind::Decimal { .. }
        | FieldKind::Time
        | FieldKind::Duration { .. }
        | FieldKind::Choice { .. }
        | FieldKind::Ref { .. }
        | FieldKind::User
        | FieldKind::Choices { .. }
        | FieldKind::Refs { .. }
        | FieldKind::Counter
        | FieldKind::SharedNote => false,
    };
    has_phone || name.as_str() == "safe_contact"
}

/// A consent that ends within so many days is pointed out.
const CONSENT_SOON_DAYS: i64 = 14;

pub(crate) fn consent(row: &ConsentRow, values: Values<'_>) -> Consent {
    let (words, clock) = (values.words, values.clock);
    let (state, class) = match row.until {
        _ if row.revoked => (words.case_consent_revoked(), "bad"),
        None => (words.case_consent_stands(), "good"),
        Some(until) if until <= clock.now() => (words.consent_ended(clock.ago(until)), "bad"),
        Some(until) => {
            let days = -clock.days_since(until);
            let class = if days <= CONSENT_SOON_DAYS { "warn" } else { "good" };
            (words.case_consent_days(clock.day(until), days), class)
        }
    };
    Consent {
        record: row.record.clone(),
        title: words.label(&row.title).to_owned(),
        state,
        class,
        may_revoke: row.may_revoke,
    }
}

/// Returns the records of a case in their order, each with those that take its place.
pub(crate) fn lines(view: &CaseView, values: Values<'_>) -> Vec<Line> {
    let amended = |row: &RecordRow| -> Option<&Handle> {
        let Some(FieldValue::Scalar(Scalar::Ref(record))) = row.fields.get("amends") else {
            return None;
        };
        view.names.records.get(record).map(|(_, handle)| handle)
    };
    let here: BTreeSet<&Handle> = view.records.iter().map(|row| &row.record).collect();
    let is_folded =
        |row: &RecordRow| amended(row).is_some_and(|of| of != &row.record && here.contains(of));
    let top = view.records.iter().filter(|row| !is_folded(row));
    let shown = top.map(|row| {
        let mut line = line(row, values);
        let amends =
            view.records.iter().filter(|it| is_folded(it) && amends(it, row, &amended, view));
        line.amended_by = amends.map(|it| self::line(it, values)).collect();
        line
    });
    shown.collect()
}

/// Returns whether a record takes the place of another, or of one that does.
fn amends<'v>(
    row: &'v RecordRow,
    root: &RecordRow,
    amended: &impl Fn(&'v RecordRow) -> Option<&'v Handle>,
    view: &'v CaseView,
) -> bool {
    let mut at = row;
    // A chain is as long as the page at most: records that amend each other in a circle end it.
    for _ in 0..view.records.len() {
        let Some(of) = amended(at) else { return false };
        if *of == root.record {
            return true;
        }
        let Some(next) = view.records.iter().find(|it| it.record == *of) else { return false };
        at = next;
    }
    false
}

/// Returns a record as the order of what happened shows it.
pub(crate) fn line(row: &RecordRow, values: Values<'_>) -> Line {
    let (words, clock) = (values.words, values.clock);
    let state = state(row, values);
    Line {
        record: row.record.clone(),
        title: undated(words.label(&row.title), row, values),
        record_type: values.record_type(&row.record_type),
        when: Moment::at(clock, row.occurred_at),
        author: row.author.clone(),
        apart: apart(row, values),
        whereabouts: whereabouts(row, words),
        voided: is_voided(row).then(|| match row.fields.get("void_reason") {
            Some(FieldValue::Scalar(Scalar::Text(why))) => why.clone(),
            _ => String::new(),
        }),
        state,
        conflicts: (row.conflicts > 0).then(|| words.count_conflicts(row.conflicts)),
        changes: (row.amendments > 0).then(|| words.case_changed_times(row.amendments)),
        amended_by: Vec::new(),
    }
}

/// Returns where the newest word about a record is, in words.
fn whereabouts(row: &RecordRow, words: Words) -> Option<State> {
    let (label, class) = match row.whereabouts {
        None if row.received_at.is_none() => (words.case_unsent(), "open"),
        None => return None,
        Some(Whereabouts::OnPhone) => (words.place_phone(), "open"),
        Some(Whereabouts::Sent) => (words.place_sent(), "open"),
        Some(Whereabouts::OnServer) => (words.place_server(), "good"),
        Some(Whereabouts::Refused) => (words.place_refused(), "bad"),
    };
    Some(State { label, class })
}

/// Returns a title without the day that stands beside it anyway.
pub(crate) fn undated(title: &str, row: &RecordRow, values: Values<'_>) -> String {
    let day = values.catalogue.zone.day(row.occurred_at).map(|day| format!("{day} · "));
    let rest = day.and_then(|day| title.strip_prefix(&day));
    rest.unwrap_or(title).to_owned()
}

/// Two clocks that are so far apart are both shown.
pub(crate) const SKEW: Span = Span::from_minutes(5);

/// Returns when a record was written by its author's clock and when the server had it, if these lie apart.
pub(crate) fn apart(row: &RecordRow, values: Values<'_>) -> Option<(Moment, Moment)> {
    let received = row.received_at?;
    let between = received.since(row.created_at);
    let is_apart = between > SKEW || row.created_at.since(received) > SKEW;
    let clock = values.clock;
    is_apart.then(|| (Moment::at(clock, row.created_at), Moment::at(clock, received)))
}

fn approval(row: &RecordRow) -> Option<&str> {
    match row.fields.get("approval") {
        Some(FieldValue::Scalar(Scalar::Choice(code))) => Some(code.as_str()),
        _ => None,
    }
}

/// Returns whether a record counts no more.
pub(crate) fn is_voided(row: &RecordRow) -> bool {
    approval(row) == Some("voided")
}

/// Returns what became of a record.
pub(crate) fn state(row: &RecordRow, values: Values<'_>) -> Option<State> {
    let code = approval(row)?;
    let field = values.catalogue.record_type(&row.record_type)?.field("approval")?;
    let class = match code {
        "approved" => "good",
        "returned" => "warn",
        "voided" => "bad",
        _ => "open",
    };
    let label = values.value(Some(field), row.fields.get("approval")?).plain();
    Some(State { label, class })
}
