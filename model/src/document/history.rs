//! What each change did, and on which device.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{ExpandedChange, ObjType, ScalarValue, Value};
use serde_json::{Map, Value as Json};

use super::overwritten::{Order, Overwritten, rank};
use super::read::{entry_value, scalar_value, split_container};
use super::{Document, key, named_by};
use crate::catalogue::{Field, RecordType};
use crate::ids::{ActorId, ChangeHash, FieldName};
use crate::record::{HistoryEdit, HistoryEntry, HistoryVerb};
use crate::time::Timestamp;
use crate::value::FieldValue;

/// A part of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPage {
    /// Changes one after the other, each after those it depends on.
    pub entries: Vec<HistoryEntry>,
    /// Whether there are others before these.
    pub more: bool,
}

impl Document {
    /// Every change with what it did, each after those it depends on.
    ///
    /// A change is what its writer did to what they had seen, whatever others wrote meanwhile. An
    /// edit that lost to one of these without anybody being asked says so.
    pub fn history(&self, record_type: Option<&RecordType>) -> Vec<HistoryEntry> {
        self.history_before(record_type, None, usize::MAX).entries
    }

    /// The last changes before one, or the last of all; at most so many. There are none before a
    /// change that is not of this record.
    pub fn history_before(
        &self,
        record_type: Option<&RecordType>,
        before: Option<ChangeHash>,
        most: usize,
    ) -> HistoryPage {
        let changes = self.automerge().get_changes(&[]);
        let end = match before {
            None => changes.len(),
            Some(before) => {
                let at =
                    changes.iter().position(|change| ChangeHash::from(change.hash()) == before);
                at.unwrap_or(0)
            }
        };
        let begin = end.saturating_sub(most);
        let overwritten = Overwritten::find(self.automerge(), record_type);
        let mut story = Story { record_type, ..Story::default() };
        let mut entries = Vec::with_capacity(end - begin);
        // What came before says which containers there are, and what stood in them.
        for (at, change) in changes.iter().take(end).enumerate() {
            let hash = change.hash();
            let number = story.order.add(hash, change.deps());
            let expanded = change.decode();
            let lost = |container: &str, name: &str| overwritten.has(hash, container, name);
            let mut edits = Edits { lost: &lost, ..Edits::of(record_type) };
            story.tell(number, &expanded, &mut edits);
            let Ok(actor) = ActorId::from_slice(change.actor_id().to_bytes()) else { continue };
            if at >= begin {
                entries.push(HistoryEntry {
                    change: ChangeHash::from(hash),
                    device: actor.device,
                    at: Timestamp::from_millis(change.timestamp().saturating_mul(1_000)),
                    edits: edits.finish(),
                });
            }
        }
        HistoryPage { entries, more: begin > 0 }
    }
}

/// A record as it was told so far. The cost of all of it grows with the operations, not with the
/// changes times the operations: whoever fills a record on purpose has nobody else wait for it.
#[derive(Default)]
struct Story<'a> {
    record_type: Option<&'a RecordType>,
    containers: HashMap<ObjectId, Container>,
    /// The values that nothing has taken the place of, under each key of a container.
    standing: HashMap<(ObjectId, String), Vec<Standing>>,
    order: Order,
}

/// Where an operation writes to.
#[derive(Clone)]
enum Container {
    Fields,
    Choices(FieldName),
    Log(FieldName),
    Entry(FieldName, String),
    Note(FieldName),
}

struct Standing {
    id: OpId,
    /// Its change.
    number: usize,
    value: ScalarValue,
}

/// Values side by side under one key that are told apart: past this only who fills a record on
/// purpose reads of a removal that was none.
const STANDING_MAX: usize = 64;

impl Story<'_> {
    fn tell(&mut self, number: usize, change: &ExpandedChange, edits: &mut Edits<'_>) {
        for (counter, op) in (change.start_op.get()..).zip(&change.operations) {
            let id = OpId::new(counter, &change.actor_id);
            if op.obj == ObjectId::Root {
                self.open(id, op);
                continue;
            }
            let Some(container) = self.containers.get(&op.obj).cloned() else { continue };
            match (container, &op.key) {
                (Container::Fields, Key::Map(name)) => {
                    let written = self.write(number, id, op, name);
                    edits.add_scalar(name, &op.action, written);
                }
                (Container::Choices(field), Key::Map(option)) => {
                    let written = self.write(number, id, op, option);
                    edits.add_choice(field, option, &op.action, written.left.is_some());
                }
                (Container::Log(field), Key::Map(entry))
                    if op.action == OpType::Make(ObjType::Map) =>
                {
                    edits.add_entry(&field, entry);
                    let entry = Container::Entry(field, entry.to_string());
                    self.containers.insert(ObjectId::Id(id), entry);
                }
                (Container::Entry(field, entry), Key::Map(name)) => {
                    if let OpType::Put(value) = &op.action {
                        edits.add_part(self.record_type, field, entry, name, value);
                    }
                }
                (Container::Note(field), Key::Seq(after)) => edits.add_text(field, id, after, op),
                _ => {}
            }
        }
    }

    fn open(&mut self, id: OpId, op: &Op) {
        let (OpType::Make(kind), Key::Map(name)) = (&op.action, &op.key) else { return };
        let container = match (split_container(name), kind) {
            (None, ObjType::Map) if name == key::FIELDS => Container::Fields,
            (Some((key::SET, field)), ObjType::Map) => Container::Choices(field),
            (Some((key::LOG, field)), ObjType::Map) => Container::Log(field),
            (Some((key::NOTE, field)), ObjType::Text) => Container::Note(field),
            _ => return,
        };
        self.containers.insert(ObjectId::Id(id), container);
    }

    /// Notes a write under a key.
    fn write(&mut self, number: usize, id: OpId, op: &Op, name: &str) -> Written {
        let standing = self.standing.entry((op.obj.clone(), name.to_owned())).or_default();
        let is_replaced = |other: &Standing| op.pred.iter().any(|seen| *seen == other.id);
        let (replaced, left): (Vec<_>, Vec<_>) =
            mem::take(standing).into_iter().partition(is_replaced);
        *standing = left;
        let mut replaced = replaced.iter().map(|it| &it.value);
        let first = replaced.next();
        match &op.action {
            OpType::Put(value) => {
                if standing.len() == STANDING_MAX {
                    standing.remove(0);
                }
                standing.push(Standing { id, number, value: value.clone() });
                Written { left: None, decided: replaced.any(|other| Some(other) != first) }
            }
            OpType::Delete => {
                let order = &mut self.order;
                let seen = standing.iter().filter(|value| order.follows(number, value.number));
                let left = seen.max_by(|a, b| rank(&a.id).cmp(&rank(&b.id)));
                let left = left.map(|left| left.value.clone());
                let among = left.as_ref().or(first);
                let decided = first.is_some_and(|it| Some(it) != among)
                    || replaced.any(|other| Some(other) != among);
                Written { left, decided }
            }
            _ => Written::default(),
        }
    }
}

/// What a write under a key did to the values that its writer had seen.
#[derive(Default)]
struct Written {
    /// What a removal leaves of them: whoever decides for one of several removes the others.
    left: Option<ScalarValue>,
    /// Whether several stood there, and one does from then on.
    decided: bool,
}

struct Edits<'a> {
    record_type: Option<&'a RecordType>,
    /// Whether the change's edit of a key in a container was overwritten.
    lost: &'a dyn Fn(&str, &str) -> bool,
    scalars: BTreeMap<String, Wrote>,
    /// The fields in which it decided between several answers.
    decided: BTreeSet<String>,
    choices: BTreeMap<(FieldName, String), bool>,
    /// Entries of logs come part by part: (field, ULID) to what was seen so far.
    logged: BTreeMap<(FieldName, String), Map<String, Json>>,
    texts: Vec<(FieldName, HistoryVerb)>,
    /// Where the text ends that was inserted last.
    inserted: Option<OpId>,
}

/// What came of one field in a change.
enum Wrote {
    Value(ScalarValue),
    /// A counter that the change made, with all that it counted.
    Counter(i64),
    Counted(i64),
    Cleared,
}

impl<'a> Edits<'a> {
    fn of(record_type: Option<&'a RecordType>) -> Self {
        Self {
            record_type,
            lost: &|_, _| false,
            scalars: BTreeMap::new(),
            decided: BTreeSet::new(),
            choices: BTreeMap::new(),
            logged: BTreeMap::new(),
            texts: Vec::new(),
            inserted: None,
        }
    }

    fn add_scalar(&mut self, name: &str, action: &OpType, written: Written) {
        // Elsewhere several answers stand side by side for a moment too, and nobody is asked.
        let field = self.record_type.and_then(|known| known.field(name));
        if written.decided && field.is_some_and(|field| field.review) {
            self.decided.insert(name.to_owned());
        }
        let before = self.scalars.remove(name);
        let wrote = match (action, before) {
            (OpType::Put(ScalarValue::Counter(counter)), _) => Wrote::Counter(i64::from(counter)),
            (OpType::Put(value), _) => Wrote::Value(value.clone()),
            (OpType::Delete, _) => written.left.map_or(Wrote::Cleared, Wrote::Value),
            (OpType::Increment(by), Some(Wrote::Counter(sum))) => {
                Wrote::Counter(sum.saturating_add(*by))
            }
            (OpType::Increment(by), Some(Wrote::Counted(sum))) => {
                Wrote::Counted(sum.saturating_add(*by))
            }
            (OpType::Increment(by), _) => Wrote::Counted(*by),
            (_, Some(before)) => before,
            (_, None) => return,
        };
        self.scalars.insert(name.to_owned(), wrote);
    }

    fn add_choice(&mut self, field: FieldName, option: &str, action: &OpType, is_left: bool) {
        let added = match action {
            OpType::Put(_) => true,
            OpType::Delete => is_left,
            _ => return,
        };
        self.choices.insert((field, option.to_owned()), added);
    }

    fn add_entry(&mut self, field: &FieldName, entry: &str) {
        self.logged.entry((field.clone(), entry.to_owned())).or_default();
    }

    fn add_part(
        &mut self,
        record_type: Option<&RecordType>,
        field: FieldName,
        entry: String,
        name: &str,
        value: &ScalarValue,
    ) {
        let known = record_type.and_then(|known| known.field(field.as_str()));
        let mut parts = known.and_then(|field| field.kind.entry()).unwrap_or_default().iter();
        let part = parts.find(|part| part.name.as_str() == name);
        let json = entry_value(&Value::Scalar(Cow::Borrowed(value)), part).to_json();
        self.logged.entry((field, entry)).or_default().insert(name.to_owned(), json);
    }

    fn add_text(&mut self, field: FieldName, id: OpId, after: &ElementId, op: &Op) {
        let last = self.texts.last_mut().filter(|(of, _)| *of == field).map(|(_, what)| what);
        match (&op.action, last) {
            (OpType::Put(ScalarValue::Str(letters)), last) if op.insert => {
                let goes_on = self.inserted.is_some() && after.as_opid() == self.inserted.as_ref();
                match last {
                    Some(HistoryVerb::Inserted(text)) if goes_on => text.push_str(letters),
                    _ => self.texts.push((field, HistoryVerb::Inserted(letters.to_string()))),
                }
                self.inserted = Some(id);
            }
            (OpType::Delete, Some(HistoryVerb::Deleted(count))) => *count += 1,
            (OpType::Delete, _) => self.texts.push((field, HistoryVerb::Deleted(1))),
            _ => {}
        }
    }

    fn finish(self) -> Vec<HistoryEdit> {
        let Self { record_type, lost, scalars, decided, choices, logged, texts, .. } = self;
        let mut edits = Vec::new();
        for (name, wrote) in scalars {
            let field = record_type.and_then(|known| known.field(&name));
            let what = match wrote {
                Wrote::Counter(0) => continue, // The skeleton's empty counter.
                Wrote::Counter(sum) => HistoryVerb::Set(FieldValue::Counter(sum)),
                Wrote::Counted(by) => HistoryVerb::Incremented(by),
                Wrote::Value(value) => HistoryVerb::Set(shown(&value, field)),
                Wrote::Cleared => HistoryVerb::Cleared,
            };
            if let Ok(field) = name.parse() {
                let overwritten = lost(key::FIELDS, &name);
                edits.push(HistoryEdit {
                    field,
                    what,
                    overwritten,
                    decided: decided.contains(&name),
                });
            }
        }
        for ((field, option), added) in choices {
            let overwritten = lost(&super::set_key(field.as_str()), &option);
            // A record is named as everywhere else.
            let known = record_type.and_then(|known| known.field(field.as_str()));
            let record = known.and_then(|known| known.kind.names()).and_then(|_| named_by(&option));
            let what = record.map_or(option, |record| record.to_string());
            let what = if added { HistoryVerb::Added(what) } else { HistoryVerb::Removed(what) };
            edits.push(HistoryEdit { field, what, overwritten, decided: false });
        }
        let plain = |(field, what)| HistoryEdit { field, what, overwritten: false, decided: false };
        edits.extend(texts.into_iter().map(plain));
        let logged = logged.into_iter();
        edits.extend(logged.map(|((field, id), entry)| {
            plain((field, HistoryVerb::Logged(id, Json::Object(entry))))
        }));
        edits.sort_by(|a, b| a.field.cmp(&b.field));
        edits
    }
}

fn shown(value: &ScalarValue, field: Option<&Field>) -> FieldValue {
    scalar_value(&Value::Scalar(Cow::Borrowed(value)), field)
}
