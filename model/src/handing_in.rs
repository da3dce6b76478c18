//! What becomes of a record when its form is handed in, on a phone and at the console alike.

use std::collections::BTreeMap;

use crate::catalogue::common::{APPROVAL, DRAFT, RETURNED, SUBMITTED};
use crate::catalogue::{EditedBy, RecordType};
use crate::ids::FieldName;
use crate::record::Edit;
use crate::value::{FieldValue, Scalar};

/// Returns what is added to the edits of a form that is handed in: that its author is ready with the
/// record. `stands` is what stands in the record, with what the form answers.
///
/// `None` where nobody reviews such records one by one, and where the approval was decided: a form that
/// changes what was approved asks for no second review by itself. A record that was noted in a hurry, or
/// given back, is ready once its form is handed in, whatever its type.
pub fn ready(
    record_type: &RecordType,
    is_new: bool,
    stands: &BTreeMap<FieldName, FieldValue>,
    edits: &[Edit],
) -> Option<Edit> {
    let field = record_type.field(APPROVAL)?;
    let code = match stands.get(APPROVAL).and_then(FieldValue::scalar) {
        Some(Scalar::Choice(code)) => Some(code.as_str()),
        _ => None,
    };
    let is_ready = match code {
        Some(DRAFT | RETURNED) => true,
        None => is_new && is_reviewed(record_type),
        Some(_) => false,
    };
    let says_otherwise = edits.iter().any(|edit| match edit {
        Edit::Set { field: of, value: Scalar::Choice(code) } => {
            *of == field.name && code.as_str() != DRAFT
        }
        _ => false,
    });
    if !is_ready || says_otherwise {
        return None;
    }
    let value = Scalar::Choice(SUBMITTED.parse().ok()?);
    Some(Edit::Set { field: field.name.clone(), value })
}

/// Returns whether somebody reads each record of a type: those that say what their author saw. What decides
/// on others, or puts a task off, is an act and no report.
fn is_reviewed(record_type: &RecordType) -> bool {
    record_type.edited_by == EditedBy::Author
        && record_type.decides.is_none()
        && record_type.puts_off.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn what_its_author_saw_is_handed_in_for_review_and_what_a_team_keeps_is_not() {
        let submitted = Some("submitted".to_owned());
        assert_eq!(says("outreach_contact", true, None), submitted);
        assert_eq!(says("bedside_encounter", true, None), submitted);
        for kept in ["person", "put_off", "review"] {
            assert_eq!(says(kept, true, None), None, "{kept}");
        }
        assert_eq!(says("outreach_contact", false, None), None, "it was made before");
    }

    #[test]
    fn what_was_given_back_or_noted_in_a_hurry_is_ready_once_its_form_is_handed_in() {
        for stands in ["draft", "returned"] {
            for record_type in ["outreach_contact", "outreach_intake"] {
                let said = says(record_type, false, Some(stands));
                assert_eq!(said.as_deref(), Some("submitted"), "{record_type} {stands}");
            }
        }
        for decided in ["approved", "voided", "submitted"] {
            assert_eq!(says("outreach_contact", false, Some(decided)), None, "{decided}");
        }
    }

    #[test]
    fn whoever_says_what_becomes_of_it_is_heard() {
        let catalogue = Catalogue::builtin().unwrap();
        let known = &catalogue.types["outreach_contact"];
        let voided = Edit::Set { field: "approval".parse().unwrap(), value: choice("voided") };
        let stands = approval("returned");
        assert_eq!(ready(known, false, &stands, &[voided]), None);
    }

    fn says(record_type: &str, is_new: bool, stands: Option<&str>) -> Option<String> {
        let catalogue = Catalogue::builtin().unwrap();
        let known = &catalogue.types[record_type];
        let stands = stands.map(approval).unwrap_or_default();
        match ready(known, is_new, &stands, &[])? {
            Edit::Set { value: Scalar::Choice(code), .. } => Some(code.to_string()),
            other => panic!("{other:?}"),
        }
    }

    fn approval(code: &str) -> BTreeMap<FieldName, FieldValue> {
        [("approval".parse().unwrap(), FieldValue::Scalar(choice(code)))].into()
    }

    fn choice(code: &str) -> Scalar {
        Scalar::Choice(code.parse().unwrap())
    }
}
