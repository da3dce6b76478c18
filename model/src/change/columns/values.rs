//! The values of operations: one column says each one's type and length, another holds the bytes.

use super::{ChangeProblem, Columns, OPERATIONS, Reader, expect_rows, rows};

/// Checks that the value column holds exactly what its description says, each value readable as
/// its type.
pub(super) fn check_values(columns: &Columns<'_>, count: usize) -> Result<(), ChangeProblem> {
    let described = rows(columns.value_meta, OPERATIONS, Reader::unsigned)?;
    expect_rows(described.len(), count, VALUE)?;
    let mut values = Reader::new(columns.value);
    for description in described {
        let description = description.ok_or(MALFORMED)?;
        let length = usize::try_from(description >> 4).map_err(|_| MALFORMED)?;
        check_value(description & 0xf, values.take(length).map_err(|_| MALFORMED)?)?;
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
