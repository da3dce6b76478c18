//! Tasks that records set for their case, and the records that answer them.
//!
//! Nothing is stored here: a task follows from the record that set it and the rule of its type, and
//! whether it is answered follows from the other records of the case. So every device and the
//! server arrive at the same tasks, whatever arrives first.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::catalogue::{Due, FollowUp, RecordType};
use crate::ids::{OptionCode, TypeName};
use crate::record::{Edit, instant_of_json};
use crate::time::Timestamp;
use crate::value::Scalar;

/// A task that one record sets by one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The rule's name in the record's type.
    pub rule: String,
    /// A record that happened after this answers it.
    pub opens: Timestamp,
    /// When it is due.
    pub due: Timestamp,
    /// When a supervisor is told, ascending, if it is still open.
    pub flags: Vec<Timestamp>,
    /// Types of record that answer it.
    pub answered_by: BTreeSet<TypeName>,
    /// Whether the record itself says that nothing is left to do.
    pub closed: bool,
}

impl Task {
    /// Whether a record of the same case answers this task.
    pub fn is_answered_by(&self, record_type: &TypeName, occurred_at: Timestamp) -> bool {
        self.answered_by.contains(record_type) && occurred_at > self.opens
    }
}

/// What is added to a new record's first values when they do not say when it happened: now. Only for
/// a type whose rules count from that.
pub fn happened_now(now: Timestamp, record_type: &RecordType, edits: &[Edit]) -> Option<Edit> {
    let mut from = record_type.follow_ups.iter().filter_map(|rule| rule.from.as_ref());
    let field = from.find(|field| field.as_str() == OCCURRED_AT)?;
    let is_said = edits.iter().any(|edit| edit.field() == field);
    let now = Edit::Set { field: field.clone(), value: Scalar::DateTime(now) };
    (!is_said).then_some(now)
}

const OCCURRED_AT: &str = "occurred_at";

/// The tasks that a record sets, in the order of the rules.
///
/// `fields` is the read model ([`crate::record::Record::fields_json`]); `created_at` is where a
/// rule without a field counts from.
pub fn tasks(
    record_type: &RecordType,
    created_at: Timestamp,
    fields: &Map<String, Json>,
) -> Vec<Task> {
    // A voided record sets nothing.
    if fields.get("approval").and_then(Json::as_str) == Some("voided") {
        return Vec::new();
    }
    let mut tasks: Vec<Task> = Vec::new();
    for rule in record_type.follow_ups.iter().filter(|rule| applies(rule, fields)) {
        let base = match &rule.from {
            None => Some(created_at),
            Some(field) => fields.get(field.as_str()).and_then(instant_of_json),
        };
        let Some(base) = base else { continue };
        let (due, opens) = match rule.due {
            Due::After(span) => (base + span, opens_after(record_type, &tasks, rule, base)),
            // A task before an event can be answered as soon as it is known.
            Due::Before(span) => (base - span, created_at),
        };
        tasks.push(Task {
            rule: rule.name.clone(),
            opens,
            due,
            flags: rule.flags.iter().map(|span| base + *span).collect(),
            answered_by: rule.answered_by.clone(),
            closed: rule
                .closed_when
                .as_ref()
                .is_some_and(|(field, values)| holds(fields, field.as_str(), values)),
        });
    }
    tasks
}

/// In a series (24 h, 72 h, 7 d from the same event) each task opens when the one before was due,
/// so one visit answers one of them, or all that were missed.
fn opens_after(
    record_type: &RecordType,
    earlier: &[Task],
    rule: &FollowUp,
    base: Timestamp,
) -> Timestamp {
    let same_series = |task: &&Task| {
        record_type
            .follow_ups
            .iter()
            .any(|other| other.name == task.rule && other.from == rule.from)
            && task.answered_by == rule.answered_by
    };
    earlier.iter().filter(same_series).map(|task| task.due).max().unwrap_or(base)
}

fn applies(rule: &FollowUp, fields: &Map<String, Json>) -> bool {
    rule.when.as_ref().is_none_or(|(field, values)| holds(fields, field.as_str(), values))
}

/// Whether the field has one of the values; any value when none is named.
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::{BelongsTo, EditedBy, Label, Placed};
    use crate::time::Span;

    #[test]
    fn a_series_is_answered_visit_by_visit() {
        let tasks = tasks(&mediation(), hours(0), &object(json!({"outcome": "temporary"})));
        let due: Vec<_> = tasks.iter().map(|task| (task.rule.as_str(), task.due)).collect();
        assert_eq!(due, [("first_day", hours(24)), ("third_day", hours(72))]);
        let contact = "outreach_contact".parse().unwrap();
        let answered = |at| -> Vec<bool> {
            tasks.iter().map(|task| task.is_answered_by(&contact, hours(at))).collect()
        };
        assert_eq!(answered(0), [false, false]);
        assert_eq!(answered(20), [true, false]);
        assert_eq!(answered(60), [true, true]);
        let other = "person".parse().unwrap();
        assert!(!tasks[0].is_answered_by(&other, hours(20)));
    }

    #[test]
    fn a_rule_with_a_condition_waits_for_it_and_voiding_ends_all() {
        let count = |fields| tasks(&mediation(), hours(0), &object(fields)).len();
        assert_eq!(count(json!({"outcome": "resolved"})), 0);
        assert_eq!(count(json!({})), 0);
        assert_eq!(count(json!({"outcome": "temporary"})), 2);
        assert_eq!(count(json!({"outcome": "temporary", "approval": "voided"})), 0);
    }

    #[test]
    fn a_rule_counts_from_its_field_and_waits_until_it_is_filled() {
        let mut consent = mediation();
        consent.follow_ups = vec![FollowUp {
            from: Some("expires".parse().unwrap()),
            due: Due::Before(Span::from_days(14)),
            when: None,
            closed_when: Some(("revoked".parse().unwrap(), BTreeSet::new())),
            flags: vec![Span::from_days(1)],
            ..consent.follow_ups[0].clone()
        }];
        let told = |fields| tasks(&consent, hours(0), &object(fields));
        assert!(told(json!({})).is_empty());
        let open = told(json!({"expires": "2026-03-31"}));
        assert_eq!(open[0].due.to_string(), "2026-03-17T00:00:00Z");
        assert_eq!(open[0].flags[0].to_string(), "2026-04-01T00:00:00Z");
        assert!(!open[0].closed);
        assert!(told(json!({"expires": "2026-03-31", "revoked": "2026-01-01"}))[0].closed);
    }

    fn mediation() -> RecordType {
        let label = Label { en: "Call".into(), es: "Llamar".into() };
        let rule = |name: &str, hours| FollowUp {
            name: name.into(),
            label: label.clone(),
            from: None,
            due: Due::After(Span::from_hours(hours)),
            when: Some((
                "outcome".parse().unwrap(),
                ["temporary".parse().unwrap()].into_iter().collect(),
            )),
            answered_by: ["outreach_contact".parse().unwrap()].into_iter().collect(),
            closed_when: None,
            flags: vec![],
        };
        RecordType {
            name: "mediation".parse().unwrap(),
            version: 1,
            label: label.clone(),
            compartment: "OUT".parse().unwrap(),
            placed: Placed::Always,
            belongs_to: BelongsTo::Case,
            title: vec![],
            fields: vec![],
            follow_ups: vec![rule("first_day", 24), rule("third_day", 72)],
            edited_by: EditedBy::Team,
            written_by: BTreeSet::new(),
            also_read_by: BTreeSet::new(),
            consent: None,
        }
    }

    fn hours(hours: i64) -> Timestamp {
        Timestamp::default() + Span::from_hours(hours)
    }

    fn object(value: Json) -> Map<String, Json> {
        value.as_object().cloned().unwrap_or_default()
    }
}
