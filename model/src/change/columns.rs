//! The operations of a change: thirteen columns, each run-length encoded by itself.
//!
//! A run of four bytes can claim any number of rows, so every run is held against a limit before
//! it is expanded. What is kept is only what admission needs: how many operations, which earlier
//! operations they refer to, and which objects they make.

use std::collections::BTreeSet;

use super::ChangeProblem;
use super::reader::Reader;
use crate::limits::{CHANGE_OPS_MAX, COLUMN_ROWS_MAX, COLUMNS_MAX, KEY_BYTES_MAX};

use self::values::check_values;

mod values;

/// What a change's operations amount to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Operations {
    pub(super) count: u64,
    pub(super) references: Vec<OpRef>,
    pub(super) made: Vec<MadeObject>,
}

/// An operation as a change names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpRef {
    /// The place of its actor in the change's own numbering; see [`super::RawChange::actor_at`].
    pub actor: u64,
    /// Its counter.
    pub counter: u64,
}

/// Where an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// In the root map.
    Root,
    /// In the object that this operation made.
    Object(OpRef),
}

/// A map, list or text that a change makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeObject {
    /// The counter of the operation that makes it; its actor is the change's own.
    pub counter: u64,
    /// What it is made in.
    pub parent: Parent,
}

impl Operations {
    /// Reads the columns' list and then the columns, and leaves the reader behind them.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        start_op: u64,
        actors: u64,
    ) -> Result<Self, ChangeProblem> {
        let columns = Columns::read(reader)?;
        let actions = columns.actions()?;
        let count = actions.len();

        check_values(&columns, count)?;
        columns.check_flags_and_names(count)?;
        let mut links = Links { start_op, actors, found: BTreeSet::new() };
        let parents = columns.parents(&mut links, count)?;
        columns.check_keys(&mut links, count)?;
        columns.check_predecessors(&mut links, count)?;

        let made = (0..)
            .zip(&actions)
            .zip(parents)
            .filter(|((_, action), _)| MAKES_OBJECT.contains(action))
            .map(|((row, _), parent)| MadeObject { counter: start_op.saturating_add(row), parent })
            .collect();
        Ok(Self { count: count as u64, references: links.found.into_iter().collect(), made })
    }
}

/// The bytes of each column; empty when the change does without it.
#[derive(Default)]
struct Columns<'a> {
    object_actor: &'a [u8],
    object_counter: &'a [u8],
    key_actor: &'a [u8],
    key_counter: &'a [u8],
    key_text: &'a [u8],
    insert: &'a [u8],
    action: &'a [u8],
    value_meta: &'a [u8],
    value: &'a [u8],
    pred_count: &'a [u8],
    pred_actor: &'a [u8],
    pred_counter: &'a [u8],
    expand: &'a [u8],
    mark_name: &'a [u8],
}

impl<'a> Columns<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, ChangeProblem> {
        let found = reader.unsigned()?;
        if found > COLUMNS_MAX {
            return Err(ChangeProblem::TooManyColumns { found });
        }
        let mut list = Vec::new();
        for _ in 0..found {
            let specification = reader.unsigned()?;
            if specification & DEFLATED != 0 {
                return Err(ChangeProblem::DeflatedColumn);
            }
            if list.last().is_some_and(|(last, _)| *last >= specification) {
                return Err(ChangeProblem::Malformed { part: "order of columns" });
            }
            list.push((specification, reader.unsigned()?));
        }

        let mut columns = Self::default();
        for (specification, length) in list {
            let slot = match specification {
                0x01 => &mut columns.object_actor,
                0x02 => &mut columns.object_counter,
                0x11 => &mut columns.key_actor,
                0x13 => &mut columns.key_counter,
                0x15 => &mut columns.key_text,
                0x34 => &mut columns.insert,
                0x42 => &mut columns.action,
                0x56 => &mut columns.value_meta,
                0x57 => &mut columns.value,
                0x70 => &mut columns.pred_count,
                0x71 => &mut columns.pred_actor,
                0x73 => &mut columns.pred_counter,
                0x94 => &mut columns.expand,
                0xa5 => &mut columns.mark_name,
                _ => return Err(ChangeProblem::UnknownColumn),
            };
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            if length == 0 || length > reader.remaining() {
                return Err(ChangeProblem::Malformed { part: "length of a column" });
            }
            *slot = reader.take(length)?;
        }
        Ok(columns)
    }

    fn actions(&self) -> Result<Vec<u64>, ChangeProblem> {
        let actions = rows(self.action, OPERATIONS, Reader::unsigned)?;
        actions
            .into_iter()
            .map(|action| action.filter(|action| *action <= ACTION_MAX))
            .collect::<Option<_>>()
            .ok_or(ChangeProblem::Malformed { part: "action" })
    }

    fn check_flags_and_names(&self, count: usize) -> Result<(), ChangeProblem> {
        expect_rows(flag_rows(self.insert)?, count, "insert")?;
        if !self.expand.is_empty() {
            expect_rows(flag_rows(self.expand)?, count, "expand")?;
        }
        column_of(self.mark_name, count, "mark name", read_key).map(drop)
    }

    /// The object that each operation is on.
    fn parents(&self, links: &mut Links, count: usize) -> Result<Vec<Parent>, ChangeProblem> {
        const PART: &str = "object";
        let actors = column_of(self.object_actor, count, PART, Reader::unsigned)?;
        let counters = column_of(self.object_counter, count, PART, Reader::unsigned)?;
        let mut parents = Vec::with_capacity(count);
        for (row, ids) in actors.into_iter().zip(counters).enumerate() {
            parents.push(match ids {
                (None, None) => Parent::Root,
                (Some(actor), Some(counter)) => {
                    Parent::Object(links.follow(row, actor, counter, PART)?)
                }
                _ => return Err(ChangeProblem::Malformed { part: PART }),
            });
        }
        Ok(parents)
    }

    fn check_keys(&self, links: &mut Links, count: usize) -> Result<(), ChangeProblem> {
        const PART: &str = "key";
        let actors = column_of(self.key_actor, count, PART, Reader::unsigned)?;
        let steps = column_of(self.key_counter, count, PART, Reader::signed)?;
        let counters = absolute(steps, PART)?;
        let texts = column_of(self.key_text, count, PART, read_key)?;
        for (row, ((actor, counter), text)) in
            actors.into_iter().zip(counters).zip(texts).enumerate()
        {
            match (actor, counter, text) {
                // A map key; the head of a list; an element.
                (None, None, Some(_)) | (None, Some(0), None) => {}
                (Some(actor), Some(counter), None) => {
                    links.follow(row, actor, counter, PART)?;
                }
                _ => return Err(ChangeProblem::Malformed { part: PART }),
            }
        }
        Ok(())
    }

    fn check_predecessors(&self, links: &mut Links, count: usize) -> Result<(), ChangeProblem> {
        const PART: &str = "predecessors";
        const MALFORMED: ChangeProblem = ChangeProblem::Malformed { part: PART };
        let counts = rows(self.pred_count, OPERATIONS, Reader::unsigned)?;
        expect_rows(counts.len() as u64, count, PART)?;
        let counts: Vec<u64> = counts.into_iter().collect::<Option<_>>().ok_or(MALFORMED)?;
        let total = counts.iter().fold(0, |sum: u64, count| sum.saturating_add(*count));
        if total > COLUMN_ROWS_MAX {
            return Err(ChangeProblem::TooManyPredecessors);
        }

        let actors = rows(self.pred_actor, PREDECESSORS, Reader::unsigned)?;
        let counters = absolute(rows(self.pred_counter, PREDECESSORS, Reader::signed)?, PART)?;
        if actors.len() != counters.len() || actors.len() as u64 != total {
            return Err(MALFORMED);
        }
        let owners = (0..).zip(&counts).flat_map(|(row, count)| (0..*count).map(move |_| row));
        for (row, ids) in owners.zip(actors.into_iter().zip(counters)) {
            let (Some(actor), Some(counter)) = ids else { return Err(MALFORMED) };
            links.follow(row, actor, counter, PART)?;
        }
        Ok(())
    }
}

/// Checks every operation that another one refers to, and collects those of earlier changes.
struct Links {
    start_op: u64,
    actors: u64,
    found: BTreeSet<OpRef>,
}

impl Links {
    /// Takes the reference of the operation at `row`. It may go to an earlier operation of the
    /// same change, never to itself or a later one.
    fn follow(
        &mut self,
        row: usize,
        actor: u64,
        counter: u64,
        part: &'static str,
    ) -> Result<OpRef, ChangeProblem> {
        let own = self.start_op.saturating_add(row as u64);
        if actor >= self.actors || counter == 0 || counter >= own {
            return Err(ChangeProblem::Malformed { part });
        }
        let reference = OpRef { actor, counter };
        if actor != 0 || counter < self.start_op {
            self.found.insert(reference);
        }
        Ok(reference)
    }
}

/// How many rows a column may claim, and what to say when it claims more.
#[derive(Clone)]
struct RowLimit {
    rows_max: u64,
    problem: ChangeProblem,
}

const OPERATIONS: RowLimit =
    RowLimit { rows_max: CHANGE_OPS_MAX, problem: ChangeProblem::TooManyOperations };
const PREDECESSORS: RowLimit =
    RowLimit { rows_max: COLUMN_ROWS_MAX, problem: ChangeProblem::TooManyPredecessors };

/// Expands a run-length encoded column: a run of equal values, of different ones, or of nulls.
fn rows<'a, V: Clone>(
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
fn column_of<'a, V: Clone>(
    column: &'a [u8],
    count: usize,
    part: &'static str,
    read: impl Fn(&mut Reader<'a>) -> Result<V, ChangeProblem>,
) -> Result<Vec<Option<V>>, ChangeProblem> {
    if column.is_empty() {
        return Ok(vec![None; count]);
    }
    let rows = rows(column, OPERATIONS, read)?;
    expect_rows(rows.len() as u64, count, part)?;
    Ok(rows)
}

/// The number of rows in a column of flags: runs of false and true in turn, the first may be
/// empty.
fn flag_rows(column: &[u8]) -> Result<u64, ChangeProblem> {
    let mut reader = Reader::new(column);
    let mut rows = 0;
    let mut first = true;
    while !reader.is_empty() {
        let length = reader.unsigned()?;
        if length == 0 && !first {
            return Err(ChangeProblem::Malformed { part: "empty run" });
        }
        if length > CHANGE_OPS_MAX - rows {
            return Err(ChangeProblem::TooManyOperations);
        }
        rows += length;
        first = false;
    }
    Ok(rows)
}

fn expect_rows(found: u64, count: usize, part: &'static str) -> Result<(), ChangeProblem> {
    if found == count as u64 { Ok(()) } else { Err(ChangeProblem::Malformed { part }) }
}

/// Turns steps into the numbers they lead to. None of ours is negative.
fn absolute(
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

fn read_key<'a>(reader: &mut Reader<'a>) -> Result<&'a str, ChangeProblem> {
    let key = reader.text("key")?;
    if key.len() > KEY_BYTES_MAX { Err(ChangeProblem::KeyTooLong) } else { Ok(key) }
}

/// The bit of a column's specification that says it is compressed by itself.
const DEFLATED: u64 = 0b1000;

/// Make a map, a list, a text, a table.
const MAKES_OBJECT: [u64; 4] = [0, 2, 4, 6];

/// The last one is "mark".
const ACTION_MAX: u64 = 7;
