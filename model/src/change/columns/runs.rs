//! Run-length encoded columns, expanded no further than a limit.

use super::{ChangeProblem, Reader};
use crate::limits::{CHANGE_OPS_MAX, COLUMN_ROWS_MAX};

/// How many rows a column may claim, and what to say when it claims more.
#[derive(Clone)]
pub(super) struct RowLimit {
    rows_max: u64,
    problem: ChangeProblem,
}

pub(super) const OPERATIONS: RowLimit =
    RowLimit { rows_max: CHANGE_OPS_MAX, problem: ChangeProblem::TooManyOperations };
pub(super) const PREDECESSORS: RowLimit =
    RowLimit { rows_max: COLUMN_ROWS_MAX, problem: ChangeProblem::TooManyPredecessors };

/// Expands a run-length encoded column: a run of equal values, of different ones, or of nulls.
pub(super) fn rows<'a, V: Clone>(
    column: &'a [u8],
    limit: RowLimit,
    read: impl Fn(&mut Reader<'a>) -> Result<V, ChangeProblem>,
) -> Result<Vec<Option<V>>, ChangeProblem> {
    let mut reader = Reader::new(column);
    let mut rows = Vec::new();
    while !reader.is_empty() {
        let head = reader.signed()?;
        let length = if head == 0 { reader.unsigned()? } else { head.unsigned_abs() };
        if length == 0 {
            return Err(ChangeProblem::Malformed { part: "empty run" });
        }
        if length > limit.rows_max.saturating_sub(rows.len() as u64) {
            return Err(limit.problem);
        }
        if head < 0 {
            for _ in 0..length {
                rows.push(Some(read(&mut reader)?));
            }
        } else {
            let value = if head == 0 { None } else { Some(read(&mut reader)?) };
            rows.extend((0..length).map(|_| value.clone()));
        }
    }
    Ok(rows)
}

/// A column with one row an operation. Automerge leaves it out when all of them are null.
pub(super) fn column_of<'a, V: Clone>(
    column: &'a [u8],
    count: usize,
    part: &'static str,
    read: impl Fn(&mut Reader<'a>) -> Result<V, ChangeProblem>,
) -> Result<Vec<Option<V>>, ChangeProblem> {
    if column.is_empty() {
        return Ok(vec![None; count]);
    }
    let rows = rows(column, OPERATIONS, read)?;
    expect_rows(rows.len(), count, part)?;
    Ok(rows)
}

/// A column of flags: runs of false and true in turn, of which the first may be empty.
pub(super) fn flags(
    column: &[u8],
    count: usize,
    part: &'static str,
) -> Result<Vec<bool>, ChangeProblem> {
    let mut reader = Reader::new(column);
    let mut flags = Vec::new();
    let mut flag = false;
    while !reader.is_empty() {
        let length = reader.unsigned()?;
        if length == 0 && flag {
            return Err(ChangeProblem::Malformed { part: "empty run" });
        }
        if length > CHANGE_OPS_MAX.saturating_sub(flags.len() as u64) {
            return Err(ChangeProblem::TooManyOperations);
        }
        flags.extend((0..length).map(|_| flag));
        flag = !flag;
    }
    expect_rows(flags.len(), count, part)?;
    Ok(flags)
}

pub(super) fn expect_rows(
    found: usize,
    count: usize,
    part: &'static str,
) -> Result<(), ChangeProblem> {
    if found == count { Ok(()) } else { Err(ChangeProblem::Malformed { part }) }
}

/// Turns steps into the numbers they lead to. None of ours is negative.
pub(super) fn absolute(
    steps: Vec<Option<i64>>,
    part: &'static str,
) -> Result<Vec<Option<u64>>, ChangeProblem> {
    let mut position: i64 = 0;
    let mut numbers = Vec::with_capacity(steps.len());
    for step in steps {
        numbers.push(match step {
            None => None,
            Some(step) => {
                let next = position.checked_add(step);
                position = next.ok_or(ChangeProblem::Malformed { part })?;
                Some(u64::try_from(position).map_err(|_| ChangeProblem::Malformed { part })?)
            }
        });
    }
    Ok(numbers)
}
