//! The operations of a change: thirteen columns, each run-length encoded by itself.
//!
//! A run of four bytes can claim any number of rows, so every run is held against a limit before
//! it is expanded. What is kept is only what admission needs: how many operations, which earlier
//! operations they refer to, which objects they write to and which they make.

use std::collections::BTreeSet;

use super::ChangeProblem;
use super::reader::Reader;
use crate::limits::{
    CHANGE_OPS_MAX, CHANGE_PARENTS_MAX, COLUMN_ROWS_MAX, COLUMNS_MAX, KEY_BYTES_MAX,
};

use self::values::check_values;

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

        check_values(&columns, count)?;
        column_of(columns.mark_name, count, "mark name", read_key)?;
        if !columns.expand.is_empty() {
            flags(columns.expand, count, "expand")?;
        }
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
}

/// The operations, one a row.
struct Rows {
    start_op: u64,
    actions: Vec<Action>,
    parents: Vec<Parent>,
    keys: Vec<Key>,
    inserts: Vec<bool>,
    /// How many predecessors each has.
    predecessors: Vec<u64>,
}

impl Rows {
    /// Checks that each operation makes sense where it stands. Automerge takes a list's element
    /// in a map, and then two replicas may show it differently.
    fn used_objects(&self) -> Result<BTreeSet<UsedObject>, ChangeProblem> {
        let mut used = BTreeSet::new();
        let keys = self.keys.iter().zip(&self.inserts);
        let actions = self.actions.iter().zip(&self.predecessors);
        for ((parent, (key, insert)), (action, predecessors)) in
            self.parents.iter().zip(keys).zip(actions)
        {
            let fits = match (key, *insert) {
                (Key::Name | Key::Element, false) => true,
                (Key::Name, true) | (Key::Head, false) => false,
                (Key::Head | Key::Element, true) => *predecessors == 0 && action.may_insert(),
            };
            if !fits {
                return Err(ChangeProblem::Malformed { part: "insert" });
            }
            let shape = key.shape();
            match *parent {
                Parent::Root if shape == Shape::Map => {}
                Parent::Object(object) if self.is_own(object) => {
                    if self.made_at(object.counter) != Some(shape) {
                        return Err(ChangeProblem::Malformed { part: "object" });
                    }
                }
                Parent::Object(object) => {
                    used.insert(UsedObject { object, shape });
                }
                Parent::Root => return Err(ChangeProblem::Malformed { part: "object" }),
            }
        }
        Ok(used)
    }

    fn made_objects(&self) -> Result<Vec<MadeObject>, ChangeProblem> {
        let mut made = Vec::new();
        let mut earlier_parents = BTreeSet::new();
        for (row, (action, parent)) in (0..).zip(self.actions.iter().zip(&self.parents)) {
            let Some(shape) = action.makes() else { continue };
            let counter = self.start_op.saturating_add(row);
            made.push(MadeObject { counter, shape, parent: *parent });
            if let Parent::Object(object) = *parent
                && !self.is_own(object)
            {
                earlier_parents.insert(object);
            }
        }
        if earlier_parents.len() > CHANGE_PARENTS_MAX {
            return Err(ChangeProblem::TooManyParents);
        }
        Ok(made)
    }

    fn is_own(&self, object: OpRef) -> bool {
        object.actor == 0 && object.counter >= self.start_op
    }

    fn made_at(&self, counter: u64) -> Option<Shape> {
        let row = usize::try_from(counter.checked_sub(self.start_op)?).ok()?;
        self.actions.get(row)?.makes()
    }
}

/// What an operation does, by its number in the format.
#[derive(Clone, Copy)]
struct Action(u64);

impl Action {
    const MAKE_MAP: u64 = 0;
    const MAKE_LIST: u64 = 2;
    const DELETE: u64 = 3;
    const MAKE_TEXT: u64 = 4;
    const INCREMENT: u64 = 5;
    const MAKE_TABLE: u64 = 6;
    const MARK: u64 = 7;

    fn makes(self) -> Option<Shape> {
        match self.0 {
            Self::MAKE_MAP | Self::MAKE_TABLE => Some(Shape::Map),
            Self::MAKE_LIST | Self::MAKE_TEXT => Some(Shape::Sequence),
            _ => None,
        }
    }

    fn may_insert(self) -> bool {
        !matches!(self.0, Self::DELETE | Self::INCREMENT)
    }
}

/// Where in its object an operation stands.
enum Key {
    /// At a map's key.
    Name,
    /// Before the first element.
    Head,
    /// At an element, or after it.
    Element,
}

impl Key {
    fn shape(&self) -> Shape {
        match self {
            Self::Name => Shape::Map,
            Self::Head | Self::Element => Shape::Sequence,
        }
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

    fn actions(&self) -> Result<Vec<Action>, ChangeProblem> {
        let actions = rows(self.action, OPERATIONS, Reader::unsigned)?;
        actions
            .into_iter()
            .map(|action| action.filter(|action| *action <= Action::MARK).map(Action))
            .collect::<Option<_>>()
            .ok_or(ChangeProblem::Malformed { part: "action" })
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
    expect_rows(rows.len(), count, part)?;
    Ok(rows)
}

/// A column of flags: runs of false and true in turn, of which the first may be empty.
fn flags(column: &[u8], count: usize, part: &'static str) -> Result<Vec<bool>, ChangeProblem> {
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

fn expect_rows(found: usize, count: usize, part: &'static str) -> Result<(), ChangeProblem> {
    if found == count { Ok(()) } else { Err(ChangeProblem::Malformed { part }) }
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
