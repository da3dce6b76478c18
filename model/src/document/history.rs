//! What each change did, and on which device.

use std::collections::BTreeMap;

use automerge::{PatchAction, Prop};
use serde_json::{Map, Value as Json};

use super::overwritten::Overwritten;
use super::read::{scalar_value, split_container};
use super::{Document, count_of, key, set_key};
use crate::catalogue::RecordType;
use crate::ids::{ActorId, ChangeHash, FieldName};
use crate::record::{HistoryEdit, HistoryEntry, HistoryVerb};
use crate::time::Timestamp;

impl Document {
    /// Every change with what it did, each after those it depends on.
    ///
    /// A change is compared with what its writer had seen, not with what others wrote meanwhile. An
    /// edit that lost to one of these without anybody being asked says so.
    pub fn history(&self, record_type: Option<&RecordType>) -> Vec<HistoryEntry> {
        let overwritten = Overwritten::find(self.automerge(), record_type);
        let changes = self.automerge().get_changes_meta(&[]);
        changes
            .iter()
            .filter_map(|change| {
                let device = ActorId::from_slice(change.actor.to_bytes()).ok()?.device;
                let patches = self.automerge().diff(&change.deps, &[change.hash]);
                let lost =
                    |container: &str, name: &str| overwritten.has(change.hash, container, name);
                let mut edits = Edits { lost: &lost, plain: Vec::new(), logged: BTreeMap::new() };
                patches.into_iter().for_each(|patch| edits.add(record_type, patch));
                Some(HistoryEntry {
                    change: ChangeHash::from(change.hash),
                    device,
                    at: Timestamp::from_millis(change.timestamp.saturating_mul(1_000)),
                    edits: edits.finish(),
                })
            })
            .collect()
    }
}

struct Edits<'a> {
    /// Whether the change's edit of a key in a container was overwritten.
    lost: &'a dyn Fn(&str, &str) -> bool,
    plain: Vec<HistoryEdit>,
    /// Entries of logs come part by part: (field, ULID) to what was seen so far.
    logged: BTreeMap<(FieldName, String), Map<String, Json>>,
}

impl Edits<'_> {
    fn add(&mut self, record_type: Option<&RecordType>, patch: automerge::Patch) {
        let mut path = patch.path.into_iter().filter_map(|(_, prop)| match prop {
            Prop::Map(name) => Some(name),
            Prop::Seq(_) => None,
        });
        let Some(container) = path.next() else { return };
        if container == key::FIELDS {
            self.add_scalar(record_type, patch.action);
        } else if let Some((prefix, field)) = split_container(&container) {
            match prefix {
                key::SET => self.add_choice(field, &patch.action),
                key::LOG => self.add_entry(record_type, field, path.next(), patch.action),
                _ => self.add_text(field, patch.action),
            }
        }
    }

    fn add_scalar(&mut self, record_type: Option<&RecordType>, action: PatchAction) {
        let (name, what) = match action {
            PatchAction::PutMap { key: name, value: (value, _), .. } => {
                let field = record_type.and_then(|known| known.field(&name));
                if count_of(&value) == Some(0) {
                    return; // The skeleton's empty counter.
                }
                (name, HistoryVerb::Set(scalar_value(&value, field)))
            }
            PatchAction::DeleteMap { key: name } => (name, HistoryVerb::Cleared),
            PatchAction::Increment { prop: Prop::Map(name), value } => {
                (name, HistoryVerb::Incremented(value))
            }
            _ => return,
        };
        if let Ok(field) = name.parse() {
            let overwritten = (self.lost)(key::FIELDS, &name);
            self.plain.push(HistoryEdit { field, what, overwritten });
        }
    }

    fn add_choice(&mut self, field: FieldName, action: &PatchAction) {
        let (option, what) = match action {
            PatchAction::PutMap { key, .. } => (key, HistoryVerb::Added(key.clone())),
            PatchAction::DeleteMap { key } => (key, HistoryVerb::Removed(key.clone())),
            _ => return,
        };
        let overwritten = (self.lost)(&set_key(field.as_str()), option);
        self.plain.push(HistoryEdit { field, what, overwritten });
    }

    fn add_entry(
        &mut self,
        record_type: Option<&RecordType>,
        field: FieldName,
        entry: Option<String>,
        action: PatchAction,
    ) {
        let PatchAction::PutMap { key: name, value: (value, _), .. } = action else { return };
        match entry {
            None => drop(self.logged.entry((field, name)).or_default()),
            Some(id) => {
                let known = record_type.and_then(|known| known.field(field.as_str()));
                let part = known.and_then(|field| match &field.kind {
                    crate::catalogue::FieldKind::Log { entry } => {
                        entry.iter().find(|part| part.name.as_str() == name)
                    }
                    _ => None,
                });
                let json = scalar_value(&value, part).to_json();
                self.logged.entry((field, id)).or_default().insert(name, json);
            }
        }
    }

    fn add_text(&mut self, field: FieldName, action: PatchAction) {
        let what = match action {
            PatchAction::SpliceText { value, .. } => HistoryVerb::Inserted(value.make_string()),
            PatchAction::DeleteSeq { length, .. } => HistoryVerb::Deleted(length as u64),
            _ => return,
        };
        self.plain.push(HistoryEdit { field, what, overwritten: false });
    }

    fn finish(self) -> Vec<HistoryEdit> {
        let mut edits = self.plain;
        edits.extend(self.logged.into_iter().map(|((field, id), entry)| HistoryEdit {
            field,
            what: HistoryVerb::Logged(id, Json::Object(entry)),
            overwritten: false,
        }));
        edits.sort_by(|a, b| a.field.cmp(&b.field));
        edits
    }
}
