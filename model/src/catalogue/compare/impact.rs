//! What differences between two catalogues do to work that is under way, and to reports.

use super::Difference;
use crate::words::Message;

/// Says what becomes of open drafts, of what phones record before they have the new catalogue, and of
/// figures; nothing where nothing is different.
pub fn impact(differences: &[Difference]) -> Vec<Message> {
    if differences.is_empty() {
        return Vec::new();
    }
    let at = |codes: &[&str]| {
        let found = differences.iter().filter(|found| codes.contains(&found.code));
        let mut places: Vec<&str> = found.map(|found| found.at.as_str()).collect();
        places.dedup();
        (!places.is_empty()).then(|| places.join(", "))
    };
    let mut told = vec![Message::new("impact_offline_taken")];
    for (code, codes) in [
        ("impact_offline_refused", RIGHTS),
        ("impact_phones_drop", OFF_PHONES),
        ("impact_drafts_stuck", NOT_MADE),
        ("impact_drafts_dropped", NOT_ASKED),
        ("impact_drafts_again", ASKED_OTHERWISE),
        ("impact_reports", COUNTED_OTHERWISE),
    ] {
        told.extend(at(codes).map(|places| Message::new(code).with("places", places)));
    }
    told
}

/// Who may no longer do something did it in good faith, on a phone that did not know.
const RIGHTS: &[&str] = &["rights_changed", "role_removed", "program_removed"];

const OFF_PHONES: &[&str] = &["compartment_off_phones"];

const NOT_MADE: &[&str] = &["type_removed"];

/// An answer there may have no question any more.
const NOT_ASKED: &[&str] = &[
    "field_removed",
    "field_retired",
    "asked_when_changed",
    "computed_changed",
    "sections_changed",
];

/// An answer there may not be enough any more, or be missing.
const ASKED_OTHERWISE: &[&str] = &[
    "answer_limits_changed",
    "choices_when_changed",
    "dates_changed",
    "field_added",
    "field_required",
    "limits_tightened",
    "option_removed",
    "option_retired",
    "ref_changed",
    "required_when_changed",
];

/// Figures before and after count something else.
const COUNTED_OTHERWISE: &[&str] = &[
    "decision_changed",
    "field_removed",
    "field_retired",
    "follow_up_changed",
    "limits_loosened",
    "limits_tightened",
    "option_added",
    "option_removed",
    "option_retired",
    "put_off_changed",
    "type_added",
    "type_removed",
];
