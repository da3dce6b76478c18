//! The operations of a change: twelve columns, each run-length encoded by itself.
//!
//! A run of four bytes can claim any number of rows, so every run is held against a limit before
//! it is expanded. What is kept is only what admission needs: how many operations, which earlier
//! operations they refer to, which objects they write to and which they make.

use std::collections::BTreeSet;

use super::ChangeProblem;
use super::reader::Reader;
use crate::limits::{COLUMN_ROWS_MAX, COLUMNS_MAX, KEY_BYTES_MAX};

use self::operations::{Action, Key, Rows};
use self::runs::{OPERATIONS, PREDECESSORS, absolute, column_of, expect_rows, flags, rows};
use self::values::check_values;

mod operations;
mod runs;
mod values;

/// What a change's operations amount to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Operations {
    pub(super) count: u64,
    pub(super) references: Vec<OpRef>,
    pub(super) used: Vec<UsedObject>,
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

/// How an object is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// By key.
    Map,
    /// By place: a list or a text.
    Sequence,
}

/// An object of an earlier change that a change writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsedObject {
    /// The operation that made it.
    pub object: OpRef,
    /// What the change takes it for.
    pub shape: Shape,
}

/// An object that a change makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeObject {
    /// The counter of the operation that makes it; its actor is the change's own.
    pub counter: u64,
    /// What it is.
    pub shape: Shape,
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

        check_values(&columns, &actions)?;
        let mut links = Links { start_op, actors, found: BTreeSet::new() };
        let rows = Rows {
            start_op,
            parents: columns.parents(&mut links, count)?,
            keys: columns.keys(&mut links, count)?,
            inserts: flags(columns.insert, count, "insert")?,
            predecessors: columns.predecessors(&mut links, count)?,
            actions,
        };
        Ok(Self {
            count: count as u64,
            used: rows.used_objects()?.into_iter().collect(),
            made: rows.made_objects()?,
            references: links.found.into_iter().collect(),
        })
    }

    /// Reads the columns for the names of keys alone.
    pub(super) fn names(reader: &mut Reader<'_>) -> Result<BTreeSet<String>, ChangeProblem> {
        let columns = Columns::read(reader)?;
        let count = columns.actions()?.len();
        let names = column_of(columns.key_text, count, "key", read_key)?;
        Ok(names.into_iter().flatten().map(str::to_owned).collect())
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
                // How far a mark reaches, and its name.
                0x94 | 0xa5 => return Err(ChangeProblem::RichText),
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

    fn actions(&self) -> Result<Vec<Action>, ChangeProblem> {
        const MALFORMED: ChangeProblem = ChangeProblem::Malformed { part: "action" };
        let actions = rows(self.action, OPERATIONS, Reader::unsigned)?;
        actions.into_iter().map(|action| Action::known(action.ok_or(MALFORMED)?)).collect()
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

    fn keys(&self, links: &mut Links, count: usize) -> Result<Vec<Key>, ChangeProblem> {
        const PART: &str = "key";
        let actors = column_of(self.key_actor, count, PART, Reader::unsigned)?;
        let steps = column_of(self.key_counter, count, PART, Reader::signed)?;
        let counters = absolute(steps, PART)?;
        let texts = column_of(self.key_text, count, PART, read_key)?;
        let mut keys = Vec::with_capacity(count);
        for (row, ((actor, counter), text)) in
            actors.into_iter().zip(counters).zip(texts).enumerate()
        {
            keys.push(match (actor, counter, text) {
                (None, None, Some(_)) => Key::Name,
                (None, Some(0), None) => Key::Head,
                (Some(actor), Some(counter), None) => {
                    links.follow(row, actor, counter, PART)?;
                    Key::Element
                }
                _ => return Err(ChangeProblem::Malformed { part: PART }),
            });
        }
        Ok(keys)
    }

    /// How many predecessors each operation has, all of them checked.
    fn predecessors(&self, links: &mut Links, count: usize) -> Result<Vec<u64>, ChangeProblem> {
        const PART: &str = "predecessors";
        const MALFORMED: ChangeProblem = ChangeProblem::Malformed { part: PART };
        let counts = rows(self.pred_count, OPERATIONS, Reader::unsigned)?;
        expect_rows(counts.len(), count, PART)?;
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
        Ok(counts)
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

fn read_key<'a>(reader: &mut Reader<'a>) -> Result<&'a str, ChangeProblem> {
    let key = reader.text("key")?;
    if key.len() > KEY_BYTES_MAX { Err(ChangeProblem::KeyTooLong) } else { Ok(key) }
}

/// The bit of a column's specification that says it is compressed by itself.
const DEFLATED: u64 = 0b1000;
