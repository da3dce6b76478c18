//! The ledger of saves: every edit whose call returned `Ok`, and whether it may be missing at the
//! end.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::Catalogue;
use model::document::Document;
use model::ids::{ChangeHash, RecordId};
use model::record::{Edit, HistoryEntry, HistoryVerb};
use model::value::{FieldValue, Scalar};

/// One saved edit.
#[derive(Debug, Clone)]
pub(crate) struct Saved {
    /// At which step.
    pub(crate) step: usize,
    /// On which phone of the world.
    pub(crate) phone: usize,
    /// In which record.
    pub(crate) record: RecordId,
    /// The change it was saved as.
    pub(crate) hash: ChangeHash,
    /// What was meant.
    pub(crate) edits: Vec<Edit>,
    /// Why it need not be there at the end: the last place that held it is gone.
    pub(crate) excused: Option<String>,
}

impl Saved {
    /// Returns whether this collection of changes holds it: as the change it was, or made anew.
    /// What is made anew leaves out what stands in the record already, so only texts and the like,
    /// which are never the same twice, must all be of one change.
    pub(crate) fn is_in(&self, held: &Holding) -> bool {
        if held.hashes.contains(&self.hash) {
            return true;
        }
        let Some(changes) = held.effects.get(&self.record) else { return false };
        let meant =
            self.edits.iter().filter_map(|edit| Some((is_unique(edit), meaning_of_edit(edit)?)));
        let (unique, common): (Vec<_>, Vec<_>) = meant.partition(|(unique, _)| *unique);
        changes.iter().any(|done| unique.iter().all(|(_, one)| done.contains(one)))
            && common.iter().all(|(_, one)| changes.iter().any(|done| done.contains(one)))
    }
}

/// What somebody holds.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    /// Changes by hash.
    pub(crate) hashes: BTreeSet<ChangeHash>,
    /// What each change of a record did.
    effects: BTreeMap<RecordId, Vec<BTreeSet<String>>>,
}

impl Holding {
    /// Adds everything in a document.
    pub(crate) fn add_document(
        &mut self,
        catalogue: &Catalogue,
        record: RecordId,
        document: &Document,
    ) {
        let record_type = document
            .envelope()
            .ok()
            .and_then(|envelope| catalogue.record_type(&envelope.record_type));
        self.add_history(record, document.history(record_type));
    }

    /// Adds every change of a record.
    pub(crate) fn add_history(&mut self, record: RecordId, history: Vec<HistoryEntry>) {
        let entries = self.effects.entry(record).or_default();
        for HistoryEntry { change, edits, .. } in history {
            self.hashes.insert(change);
            entries.push(
                edits
                    .iter()
                    .filter_map(|edit| meaning_of_verb(edit.field.as_str(), &edit.what))
                    .collect(),
            );
        }
    }

    /// Adds a change that was set aside whole, with what was meant by it.
    pub(crate) fn add_set_aside(&mut self, record: RecordId, hash: ChangeHash, edits: &[Edit]) {
        self.hashes.insert(hash);
        if !edits.is_empty() {
            let meant = edits.iter().filter_map(meaning_of_edit).collect();
            self.effects.entry(record).or_default().push(meant);
        }
    }
}

/// Returns the trace of an edit in the history, or `None` if it may leave no trace, because the
/// value that it removes is already gone.
fn meaning_of_edit(edit: &Edit) -> Option<String> {
    let field = edit.field();
    Some(match edit {
        Edit::Set { value, .. } => format!("{field} set {}", text_of(value)),
        Edit::Add { option, .. } => format!("{field} add {option}"),
        Edit::AddRef { record, .. } => format!("{field} add {record}"),
        Edit::Log { id, .. } => format!("{field} log {id}"),
        Edit::Increment { by, .. } => format!("{field} count {by}"),
        Edit::Note { insert, .. } => format!("{field} insert {insert}"),
        Edit::Clear { .. } | Edit::Remove { .. } | Edit::RemoveRef { .. } => return None,
    })
}

/// Returns whether no other edit can have the same meaning.
fn is_unique(edit: &Edit) -> bool {
    match edit {
        Edit::Set { value, .. } => matches!(value, Scalar::Text(_)),
        Edit::Log { .. } | Edit::Note { .. } => true,
        Edit::Add { .. }
        | Edit::AddRef { .. }
        | Edit::Increment { .. }
        | Edit::Clear { .. }
        | Edit::Remove { .. }
        | Edit::RemoveRef { .. } => false,
    }
}

fn meaning_of_verb(field: &str, verb: &HistoryVerb) -> Option<String> {
    Some(match verb {
        HistoryVerb::Set(FieldValue::Scalar(value)) => format!("{field} set {}", text_of(value)),
        // A counter is made with its first count in it.
        HistoryVerb::Set(FieldValue::Counter(by)) => format!("{field} count {by}"),
        HistoryVerb::Added(option) => format!("{field} add {option}"),
        HistoryVerb::Logged(id, _) => format!("{field} log {id}"),
        HistoryVerb::Incremented(by) => format!("{field} count {by}"),
        HistoryVerb::Inserted(text) => format!("{field} insert {text}"),
        HistoryVerb::Set(_)
        | HistoryVerb::Cleared
        | HistoryVerb::Removed(_)
        | HistoryVerb::Deleted(_) => return None,
    })
}

fn text_of(value: &Scalar) -> String {
    value.to_string()
}

/// The whole world's saves.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// In the order they were made.
    pub(crate) saves: Vec<Saved>,
}

impl Ledger {
    /// After something was lost that may have been the last to hold a save: those that nobody
    /// holds any more are excused.
    pub(crate) fn excuse_what_nobody_holds(&mut self, held: &Holding, why: &str) -> usize {
        let mut excused = 0;
        for save in self.saves.iter_mut().filter(|save| save.excused.is_none()) {
            if !save.is_in(held) {
                save.excused = Some(why.to_owned());
                excused += 1;
            }
        }
        excused
    }
}
