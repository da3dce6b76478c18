//! Answers as edits, and back: what somebody answers becomes of a record what the same edits would.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{FieldName, RecordId};
use crate::record::Edit;
use crate::value::FieldValue;

/// Does to answers what an edit does to a record.
pub fn apply(answers: &mut BTreeMap<FieldName, FieldValue>, edit: &Edit) {
    let name = edit.field().clone();
    match edit {
        Edit::Set { value, .. } => drop(answers.insert(name, FieldValue::Scalar(value.clone()))),
        Edit::Clear { .. } => drop(answers.remove(&name)),
        Edit::Add { option, .. } => {
            let chosen = answers.entry(name).or_insert(FieldValue::Choices(BTreeSet::new()));
            if let FieldValue::Choices(chosen) = chosen {
                chosen.insert(option.clone());
            }
        }
        Edit::Remove { option, .. } => {
            if let Some(FieldValue::Choices(chosen)) = answers.get_mut(&name) {
                chosen.remove(option);
            }
        }
        Edit::AddRef { record, .. } => {
            let named = answers.entry(name).or_insert(FieldValue::Refs(BTreeSet::new()));
            if let FieldValue::Refs(named) = named {
                named.insert(*record);
            }
        }
        Edit::RemoveRef { record, .. } => {
            if let Some(FieldValue::Refs(named)) = answers.get_mut(&name) {
                named.remove(record);
            }
        }
        Edit::Log { id, entry, .. } => {
            let entries = answers.entry(name).or_insert(FieldValue::Log(BTreeMap::new()));
            if let FieldValue::Log(entries) = entries {
                entries.insert(id.clone(), entry.clone());
            }
        }
        Edit::Increment { by, .. } => {
            let sum = answers.entry(name).or_insert(FieldValue::Counter(0));
            if let FieldValue::Counter(sum) = sum {
                *sum = sum.saturating_add(*by);
            }
        }
        Edit::Note { at, delete, insert, .. } => {
            let note = answers.entry(name).or_insert(FieldValue::SharedNote(String::new()));
            if let FieldValue::SharedNote(note) = note {
                *note = edited(note, *at, *delete, insert);
            }
        }
    }
}

/// Returns a text after an edit at a place in it, both counted in characters.
fn edited(text: &str, at: u64, delete: u64, insert: &str) -> String {
    let place = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let (at, delete) = (place(at), place(delete));
    let before = text.chars().take(at);
    let after = text.chars().skip(at.saturating_add(delete));
    before.chain(insert.chars()).chain(after).collect()
}

/// Returns the edits that make of one answer another; none where both are the same.
///
/// Entries of a log that are gone, or that read otherwise, stay as they are: a log is only ever added
/// to. What this version cannot read is left alone.
pub fn edits_between(
    field: &FieldName,
    before: Option<&FieldValue>,
    after: Option<&FieldValue>,
) -> Vec<Edit> {
    let field = || field.clone();
    if before == after {
        return Vec::new();
    }
    match (before, after.filter(|value| !value.is_empty())) {
        (_, Some(FieldValue::Scalar(value))) => {
            vec![Edit::Set { field: field(), value: value.clone() }]
        }
        (Some(FieldValue::Scalar(_)), None) => vec![Edit::Clear { field: field() }],
        (before, Some(FieldValue::Choices(after))) => options_between(&field, before, after),
        (Some(before @ FieldValue::Choices(_)), None) => {
            options_between(&field, Some(before), &BTreeSet::new())
        }
        (before, Some(FieldValue::Refs(after))) => refs_between(&field, before, after),
        (Some(before @ FieldValue::Refs(_)), None) => {
            refs_between(&field, Some(before), &BTreeSet::new())
        }
        (before, Some(FieldValue::Counter(after))) => step(&field, before, *after),
        (Some(before @ FieldValue::Counter(_)), None) => step(&field, Some(before), 0),
        (before, Some(FieldValue::Log(after))) => {
            let known = match before {
                Some(FieldValue::Log(known)) => known,
                _ => &BTreeMap::new(),
            };
            let added = after.iter().filter(|(id, _)| !known.contains_key(*id));
            let log = |(id, entry): (&String, &_)| Edit::Log {
                field: field(),
                id: id.clone(),
                entry: Clone::clone(entry),
            };
            added.map(log).collect()
        }
        (before, Some(FieldValue::SharedNote(after))) => splice(&field, before, after),
        (Some(before @ FieldValue::SharedNote(_)), None) => splice(&field, Some(before), ""),
        (_, Some(FieldValue::Unknown(_)) | None) => Vec::new(),
    }
}

fn options_between(
    field: &impl Fn() -> FieldName,
    before: Option<&FieldValue>,
    after: &BTreeSet<crate::ids::OptionCode>,
) -> Vec<Edit> {
    let before = match before {
        Some(FieldValue::Choices(options)) => options,
        _ => &BTreeSet::new(),
    };
    let removed = before.difference(after);
    let removed = removed.map(|option| Edit::Remove { field: field(), option: option.clone() });
    let added = after.difference(before);
    removed
        .chain(added.map(|option| Edit::Add { field: field(), option: option.clone() }))
        .collect()
}

fn refs_between(
    field: &impl Fn() -> FieldName,
    before: Option<&FieldValue>,
    after: &BTreeSet<RecordId>,
) -> Vec<Edit> {
    let before = match before {
        Some(FieldValue::Refs(records)) => records,
        _ => &BTreeSet::new(),
    };
    let removed = before.difference(after);
    let removed = removed.map(|record| Edit::RemoveRef { field: field(), record: *record });
    let added = after.difference(before);
    removed.chain(added.map(|record| Edit::AddRef { field: field(), record: *record })).collect()
}

fn step(field: &impl Fn() -> FieldName, before: Option<&FieldValue>, after: i64) -> Vec<Edit> {
    let before = match before {
        Some(FieldValue::Counter(sum)) => *sum,
        _ => 0,
    };
    match after.saturating_sub(before) {
        0 => Vec::new(),
        by => vec![Edit::Increment { field: field(), by }],
    }
}

/// Returns the edits that enter, in what stands in a field now, what somebody made of what stood there
/// before: others may have changed it meanwhile, and nothing that they wrote is lost.
///
/// In a text written together, both edits are made where they do not touch; otherwise what is new stands
/// at its end, and nothing is deleted.
pub fn edits_over(
    field: &FieldName,
    before: Option<&FieldValue>,
    after: Option<&FieldValue>,
    now: Option<&FieldValue>,
) -> Vec<Edit> {
    let edits = edits_between(field, before, after);
    match (edits.as_slice(), now) {
        ([Edit::Note { .. }], Some(FieldValue::SharedNote(now))) => {
            let text = |value: Option<&FieldValue>| match value {
                Some(FieldValue::SharedNote(text)) => text.clone(),
                _ => String::new(),
            };
            over(field, &text(before), &text(after), now).into_iter().collect()
        }
        (_, Some(FieldValue::Log(known))) => {
            let is_new = |edit: &Edit| match edit {
                Edit::Log { id, .. } => !known.contains_key(id),
                _ => true,
            };
            edits.into_iter().filter(is_new).collect()
        }
        (_, _) => edits,
    }
}

fn over(field: &FieldName, before: &str, after: &str, now: &str) -> Option<Edit> {
    let own = Splice::between(before, after)?;
    let others = Splice::between(before, now);
    let edit = |at: usize, splice: Splice| Edit::Note {
        field: field.clone(),
        at: at as u64,
        delete: splice.delete as u64,
        insert: splice.insert.into_iter().collect(),
    };
    match others {
        None => Some(edit(own.at, own)),
        Some(others) if others.end() <= own.at => {
            Some(edit(own.at - others.delete + others.insert.len(), own))
        }
        Some(others) if own.end() <= others.at => Some(edit(own.at, own)),
        Some(_) => {
            let words = own.whole_words(after);
            let apart = if now.ends_with(char::is_whitespace) { "" } else { " " };
            (!words.is_empty()).then(|| Edit::append(field.clone(), format!("{apart}{words}")))
        }
    }
}

/// The one edit of a text that leaves what both have at their beginning and their end.
struct Splice {
    at: usize,
    delete: usize,
    insert: Vec<char>,
}

impl Splice {
    /// Returns the edit that makes of one text another; `None` if both are the same.
    fn between(before: &str, after: &str) -> Option<Self> {
        let before: Vec<char> = before.chars().collect();
        let after: Vec<char> = after.chars().collect();
        let same = |pairs: &mut dyn Iterator<Item = (&char, &char)>| {
            pairs.take_while(|(one, other)| one == other).count()
        };
        let at = same(&mut before.iter().zip(&after));
        let rest = before.len().min(after.len()) - at;
        let end = same(&mut before.iter().rev().zip(after.iter().rev()).take(rest));
        let insert = after.iter().skip(at).take(after.len() - at - end).copied().collect();
        let splice = Self { at, delete: before.len() - at - end, insert };
        (splice.delete > 0 || !splice.insert.is_empty()).then_some(splice)
    }

    fn end(&self) -> usize {
        self.at + self.delete
    }

    /// Returns what is inserted with the rest of the words that it begins and ends in.
    fn whole_words(&self, after: &str) -> String {
        let after: Vec<char> = after.chars().collect();
        if self.insert.iter().all(|letter| letter.is_whitespace()) {
            return String::new();
        }
        let (head, rest) = after.split_at(self.at.min(after.len()));
        let (middle, tail) = rest.split_at(self.insert.len().min(rest.len()));
        let is_letter = |letter: &&char| !letter.is_whitespace();
        let before: Vec<char> = head.iter().rev().take_while(is_letter).copied().collect();
        let words = before.into_iter().rev();
        let words = words.chain(middle.iter().copied());
        let words: String = words.chain(tail.iter().take_while(is_letter).copied()).collect();
        words.trim().to_owned()
    }
}

fn splice(field: &impl Fn() -> FieldName, before: Option<&FieldValue>, after: &str) -> Vec<Edit> {
    let before = match before {
        Some(FieldValue::SharedNote(text)) => text.as_str(),
        _ => "",
    };
    let edit = Splice::between(before, after).map(|splice| Edit::Note {
        field: field(),
        at: splice.at as u64,
        delete: splice.delete as u64,
        insert: splice.insert.into_iter().collect(),
    });
    edit.into_iter().collect()
}
