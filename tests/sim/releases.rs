//! What the consents in the records open, worked out a second time: from the values that stand in
//! them, with the lives of DOMAIN §2 by hand.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::Catalogue;
use model::document::Document;
use model::ids::{CaseId, RecordId};
use model::record::Record;
use model::time::{Span, Timestamp};
use serde_json::Value as Json;

/// A consent that was signed and not taken back.
pub(crate) struct Release {
    case: CaseId,
    from: Timestamp,
    until: Option<Timestamp>,
    programs: BTreeSet<String>,
    compartments: BTreeSet<String>,
}

impl Release {
    /// The consents among these records that ever open anything.
    pub(crate) fn among(
        catalogue: &Catalogue,
        documents: &BTreeMap<RecordId, Document>,
    ) -> Vec<Self> {
        let records = documents.values().map(|document| document.record(catalogue).unwrap());
        records
            .filter(|record| record.envelope.record_type.as_str() == "consent")
            .filter_map(|record| Self::of(&record))
            .collect()
    }

    /// Returns whether it lets the people of a program into a compartment of a case at this moment.
    pub(crate) fn lets_in(
        &self,
        at: Timestamp,
        case: CaseId,
        compartment: &str,
        program: &str,
    ) -> bool {
        self.case == case
            && self.from <= at
            && self.until.is_none_or(|until| at < until)
            && self.programs.contains(program)
            && self.compartments.contains(&compartment.to_lowercase())
    }

    fn of(record: &Record) -> Option<Self> {
        let voided = every(record, "approval").iter().any(|value| *value == "voided");
        if voided || !every(record, "revoked").is_empty() {
            return None;
        }
        let signed = instants(record, "signed");
        let (first, last) = (*signed.iter().min()?, *signed.iter().max()?);
        let mut ends = instants(record, "expires");
        let says_so = !ends.is_empty();
        for kind in every(record, "kind") {
            let (default, at_most) = match kind.as_str() {
                Some("victim") => (Some(30), Some(90)),
                Some("hipaa") => (Some(180), None),
                Some("multiparty_diversion") => (Some(365), None),
                _ => (None, None),
            };
            let days = if says_so { at_most } else { default };
            ends.extend(days.map(|days| first + Span::from_days(days)));
        }
        Some(Self {
            case: record.envelope.case?,
            from: last,
            until: ends.into_iter().min(),
            programs: chosen(record, "to_programs"),
            compartments: chosen(record, "opens"),
        })
    }
}

/// Everything that stands in a field, as JSON.
fn every(record: &Record, field: &str) -> Vec<Json> {
    match record.conflicts.iter().find(|conflict| conflict.field.as_str() == field) {
        Some(conflict) => conflict.values.iter().map(|value| value.value.to_json()).collect(),
        None => record.fields.get(field).map(|value| value.to_json()).into_iter().collect(),
    }
}

fn instants(record: &Record, field: &str) -> Vec<Timestamp> {
    every(record, field).iter().filter_map(|value| value.as_str()?.parse().ok()).collect()
}

fn chosen(record: &Record, field: &str) -> BTreeSet<String> {
    let options = every(record, field);
    let options = options.iter().filter_map(Json::as_array).flatten();
    options.filter_map(|option| Some(option.as_str()?.to_owned())).collect()
}
