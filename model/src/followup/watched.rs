//! Tasks that are open only while another record has such a value: a returned record is its author's
//! to mend until it is submitted again.
//!
//! The record may come before the one that set the task, or after it, or not at all. As long as it is
//! not there, there is nothing to do to it.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::{CaseRecord, holds};
use crate::catalogue::{Catalogue, FollowUp};
use crate::ids::{FieldName, RecordId};

/// Returns the records whose values decide whether tasks of this record are open.
pub fn watched(catalogue: &Catalogue, record: &CaseRecord) -> BTreeSet<RecordId> {
    let rules = catalogue.record_type(&record.record_type).map(|known| known.follow_ups.as_slice());
    let rules = rules.unwrap_or_default().iter().filter_map(|rule| rule.open_while.as_ref());
    rules.filter_map(|rule| named(&record.fields, &rule.record)).collect()
}

/// Returns the record that a ref names.
pub(super) fn named(fields: &Map<String, Json>, field: &FieldName) -> Option<RecordId> {
    fields.get(field.as_str())?.as_str()?.parse().ok()
}

/// Returns whether a task by this rule may be open, as far as the record goes that it is about.
pub(super) fn keeps_open(rule: &FollowUp, about: Option<RecordId>, others: &[&CaseRecord]) -> bool {
    rule.open_while.as_ref().is_none_or(|rule| {
        let record = others.iter().find(|other| about == Some(other.record));
        record.is_some_and(|record| holds(&record.fields, rule.field.as_str(), &rule.values))
    })
}
