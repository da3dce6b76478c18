//! The catalogue's forms, filled in: a word in every text, and something sound in the rest.

use std::collections::BTreeSet;

use automerge::transaction::Transactable as _;
use automerge::{AutomergeError, ObjType, ROOT, ReadDoc as _};
use fieldbook_tests::content;
use fieldbook_tests::raw::RawDevice;
use model::catalogue::{Catalogue, Field, FieldKind, Meaning, RecordType};
use model::document::Document;
use model::ids::{ActorId, OptionCode, ProgramCode, RecordId, TypeName};
use model::input::new_entry_id;
use model::record::Edit;
use model::value::{LogEntry, Scalar};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use crate::scene::NOW;
use crate::words::Words;

/// A form with every field filled in.
pub(crate) struct Form {
    pub(crate) program: ProgramCode,
    pub(crate) edits: Vec<Edit>,
}

impl Form {
    pub(crate) fn of(
        catalogue: &Catalogue,
        record_type: &RecordType,
        person: Option<RecordId>,
        words: &mut Words,
    ) -> Self {
        let works_there = catalogue
            .programs
            .iter()
            .find(|(_, program)| program.compartments.contains(&record_type.compartment));
        let (program, _) = works_there.or_else(|| catalogue.programs.iter().next()).unwrap();
        let fields = record_type.fields.iter();
        let edits = fields.filter_map(|field| edit(catalogue, field, person, words)).collect();
        let edits = content::asked(catalogue, record_type, NOW, edits);
        Self { program: program.clone(), edits }
    }
}

fn edit(
    catalogue: &Catalogue,
    field: &Field,
    person: Option<RecordId>,
    words: &mut Words,
) -> Option<Edit> {
    let name = field.name.clone();
    // Nothing is there that it could amend: one of its own kind. Nor is anything entered where a
    // field is retired.
    if name.as_str() == "amends" || field.retired {
        return None;
    }
    Some(match &field.kind {
        FieldKind::Choices { list } => {
            Edit::Add { field: name, option: option(catalogue, field, list)? }
        }
        FieldKind::Refs { to } => {
            let record = person.filter(|_| takes_a_person(to))?;
            Edit::AddRef { field: name, record }
        }
        FieldKind::Counter => Edit::Increment { field: name, by: 1 },
        FieldKind::SharedNote => Edit::append(name, words.next()),
        FieldKind::Log { entry } => {
            let values: LogEntry = entry
                .iter()
                .filter(|part| !part.retired)
                .filter_map(|part| {
                    Some((part.name.to_string(), scalar(catalogue, part, person, words)?))
                })
                .collect();
            let id = new_entry_id(NOW, &mut ChaCha8Rng::seed_from_u64(1));
            Edit::Log { field: name, id, entry: values }
        }
        _ => Edit::Set { field: name, value: scalar(catalogue, field, person, words)? },
    })
}

/// Returns an option of the field's list: "other", where a text says what else it is, so that it is
/// asked for.
fn option(catalogue: &Catalogue, field: &Field, list: &str) -> Option<OptionCode> {
    let list = catalogue.code_lists.get(list)?;
    let other = field.question.says_what.as_ref();
    let other = other.and_then(|_| list.meaning(Meaning::Other).next());
    other.or(list.order.first()).cloned()
}

fn scalar(
    catalogue: &Catalogue,
    field: &Field,
    person: Option<RecordId>,
    words: &mut Words,
) -> Option<Scalar> {
    Some(match &field.kind {
        FieldKind::Text => Scalar::Text(words.next()),
        FieldKind::Date => Scalar::Date(NOW.date()?),
        FieldKind::DateTime => Scalar::DateTime(NOW),
        FieldKind::Bool => Scalar::Bool(true),
        FieldKind::Integer { min, .. } => Scalar::Integer(*min),
        FieldKind::Decimal { min, .. } => Scalar::Decimal(*min),
        FieldKind::Time => Scalar::Time(words.later()?),
        FieldKind::Duration { min, .. } => Scalar::Duration(*min),
        // No word can stand there.
        FieldKind::Phone => Scalar::Phone("615-555-0134".parse().ok()?),
        FieldKind::Choice { list } => Scalar::Choice(option(catalogue, field, list)?),
        FieldKind::Ref { to } => Scalar::Ref(person.filter(|_| takes_a_person(to))?),
        // No word of anybody's stands there.
        FieldKind::User => return None,
        // In an entry.
        FieldKind::Choices { list } => {
            let order = &catalogue.code_lists.get(list)?.order;
            Scalar::Options(order.iter().take(2).cloned().collect())
        }
        FieldKind::Refs { .. }
        | FieldKind::Counter
        | FieldKind::Log { .. }
        | FieldKind::SharedNote => return None,
    })
}

fn takes_a_person(to: &BTreeSet<TypeName>) -> bool {
    to.is_empty() || to.iter().any(|name| name.as_str() == "person")
}

/// Changes of a record that no form allows, with a word wherever one can stand.
pub(crate) fn hostile(device: &RawDevice, document: &Document, words: &mut Words) -> Vec<Vec<u8>> {
    let mut generation = 0;
    let mut change = |write: &mut dyn FnMut(
        &mut automerge::transaction::Transaction<'_>,
    ) -> Result<(), AutomergeError>| {
        generation += 1;
        let mut inner = document.automerge().clone();
        inner.set_actor(ActorId { device: device.id, generation: [generation; 8] }.into());
        inner.transact(|tx| write(tx)).unwrap();
        inner.get_last_local_change().unwrap().raw_bytes().to_vec()
    };
    let fields = document.automerge().get(ROOT, "fields").unwrap().unwrap().1;
    let mut changes = vec![
        change(&mut |tx| tx.put(ROOT, words.next(), 1)),
        change(&mut |tx| tx.put(ROOT, "type", words.next())),
        change(&mut |tx| tx.put(ROOT, "program", words.next())),
        change(&mut |tx| tx.put(&fields, words.next(), words.next())),
        change(&mut |tx| tx.put(&fields, format!("{} {}", words.next(), 1), 1)),
        change(&mut |tx| {
            let log = tx.put_object(ROOT, format!("log:{}", words.next()), ObjType::Map)?;
            tx.put(&log, words.next(), words.next())
        }),
        change(&mut |tx| tx.put(&fields, "dob", words.next())),
        change(&mut |tx| tx.put(&fields, "name_quality", words.next())),
        change(&mut |tx| tx.put(&fields, "name", words.next().repeat(6_000))),
    ];
    let mut damaged = changes[0].clone();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    changes.push(damaged);
    changes.push(words.next().into_bytes());
    changes
}
