//! The values of operations: one column says each one's type and length, another holds the bytes.

use super::{Action, ChangeProblem, Columns, OPERATIONS, Reader, expect_rows, rows};
use crate::limits::{COUNTER_MAX, COUNTER_STEP_MAX};

/// Checks that the value column holds exactly what its description says, each value readable as
/// its type, and no counter further than it may go.
pub(super) fn check_values(columns: &Columns<'_>, actions: &[Action]) -> Result<(), ChangeProblem> {
    let described = rows(columns.value_meta, OPERATIONS, Reader::unsigned)?;
    expect_rows(described.len(), actions.len(), VALUE)?;
    let mut values = Reader::new(columns.value);
    for (description, action) in described.into_iter().zip(actions) {
        let description = description.ok_or(MALFORMED)?;
        let length = usize::try_from(description >> 4).map_err(|_| MALFORMED)?;
        let (kind, bytes) = (description & 0xf, values.take(length).map_err(|_| MALFORMED)?);
        check_value(kind, bytes)?;
        check_count(*action, kind, bytes)?;
    }
    if values.is_empty() { Ok(()) } else { Err(MALFORMED) }
}

fn check_value(kind: u64, bytes: &[u8]) -> Result<(), ChangeProblem> {
    let mut reader = Reader::new(bytes);
    let whole = match kind {
        NULL | FALSE | TRUE => bytes.is_empty(),
        UNSIGNED => reader.unsigned().is_ok() && reader.is_empty(),
        SIGNED | COUNTER | TIMESTAMP => reader.signed().is_ok() && reader.is_empty(),
        FLOAT => bytes.len() == 8,
        TEXT => std::str::from_utf8(bytes).is_ok(),
        BYTES => true,
        // Automerge would carry a type it does not know through; nothing of ours writes one.
        _ => false,
    };
    if whole { Ok(()) } else { Err(MALFORMED) }
}

/// Automerge adds counts up without looking: past the end of 64 bits a sum turns negative, or the
/// program stops.
fn check_count(action: Action, kind: u64, bytes: &[u8]) -> Result<(), ChangeProblem> {
    let mut reader = Reader::new(bytes);
    let (counted, max) = match (action.is_increment(), kind) {
        (true, SIGNED) => (reader.signed()?.unsigned_abs(), COUNTER_STEP_MAX),
        (true, UNSIGNED) => (reader.unsigned()?, COUNTER_STEP_MAX),
        (_, COUNTER) => (reader.signed()?.unsigned_abs(), COUNTER_MAX),
        _ => return Ok(()),
    };
    if counted > max.unsigned_abs() { Err(ChangeProblem::CounterTooFar) } else { Ok(()) }
}

const VALUE: &str = "value";
const MALFORMED: ChangeProblem = ChangeProblem::Malformed { part: VALUE };

const NULL: u64 = 0;
const FALSE: u64 = 1;
const TRUE: u64 = 2;
const UNSIGNED: u64 = 3;
const SIGNED: u64 = 4;
const FLOAT: u64 = 5;
const TEXT: u64 = 6;
const BYTES: u64 = 7;
const COUNTER: u64 = 8;
const TIMESTAMP: u64 = 9;
