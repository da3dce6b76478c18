//! Voiding a record.

use crate::catalogue::RecordType;
use crate::catalogue::common::{APPROVAL, VOID_REASON, VOIDED};
use crate::record::{Edit, FieldProblem, Problem};
use crate::value::Scalar;

/// Returns the edits by which a record is voided, with the reason.
///
/// # Errors
/// Names the reason's field when there is none.
pub fn voiding(record_type: &RecordType, reason: &str) -> Result<Vec<Edit>, FieldProblem> {
    let field = |name| record_type.field(name).map(|field| field.name.clone());
    let (Some(approval), Some(why), Ok(voided)) =
        (field(APPROVAL), field(VOID_REASON), VOIDED.parse())
    else {
        return Ok(Vec::new());
    };
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(FieldProblem { field: why, problem: Problem::Required });
    }
    Ok(vec![
        Edit::Set { field: approval, value: Scalar::Choice(voided) },
        Edit::Set { field: why, value: Scalar::Text(reason.to_owned()) },
    ])
}
