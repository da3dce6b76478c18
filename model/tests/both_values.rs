//! What two people wrote to one field without knowing of each other can be found afterwards,
//! whatever the field: side by side where a person decides, in the history where nobody is asked.
#![expect(clippy::unwrap_used, reason = "what is not as it should be here fails the test")]

use std::collections::BTreeSet;
use std::sync::OnceLock;

use model::catalogue::{Catalogue, Field, FieldKind, RecordType};
use model::document::{Document, NewChange};
use model::ids::{ActorId, ChangeHash, DeviceId, RecordId, UserId};
use model::record::{Edit, Envelope, HistoryVerb, Record};
use model::time::Timestamp;
use model::value::{FieldValue, LogEntry, Scalar};
use proptest::prelude::*;
use proptest::sample::Index;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_024, ..ProptestConfig::default() })]

    #[test]
    fn both_values_of_two_concurrent_edits_are_found_afterwards(
        of_type: Index, of_field: Index, before: Option<Index>, a: Index, b: Index, after: Index,
    ) {
        let catalogue = catalogue();
        let types: Vec<_> = catalogue.types.values().collect();
        let record_type = *of_type.get(&types);
        // Nothing is entered where a field is retired.
        let asked: Vec<_> = record_type.fields.iter().filter(|field| !field.retired).collect();
        let field = *of_field.get(&asked);
        let edits = edits_of(catalogue, field);
        let mut base = created(catalogue, record_type);
        if let Some(before) = before {
            write(&mut base, catalogue, 1, before.get(&edits));
        }
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        let (a, b) = (a.get(&edits), b.get(&edits));
        let change_a = write(&mut ours, catalogue, 2, a);
        let change_b = write(&mut theirs, catalogue, 3, b);
        ours.apply(change_b.iter().map(|change| &change.bytes)).unwrap();
        theirs.apply(change_a.iter().map(|change| &change.bytes)).unwrap();
        let met = ours.record(catalogue).unwrap();
        prop_assert_eq!(&met, &theirs.record(catalogue).unwrap());
        prop_assert_eq!(marks(&ours, record_type), marks(&theirs, record_type));

        let edits_made = [(a, change_a), (b, change_b)];
        for (edit, change) in &edits_made {
            // An edit that changed nothing has nothing to lose.
            let Some(change) = change else { continue };
            let stands = stands(&met, edit);
            let is_marked = marks(&ours, record_type).contains(&change.hash);
            prop_assert!(stands != is_marked, "{edit:?} stands: {stands}, marked: {is_marked}");
        }
        if let [(Edit::Set { value: a, .. }, Some(_)), (Edit::Set { value: b, .. }, Some(_))] =
            &edits_made
        {
            let asks = met.to_review().any(|conflict| conflict.field == field.name);
            prop_assert_eq!(asks, field.review && a != b);
        }
        // Who writes next has seen both, and takes nothing of it away.
        let marked = marks(&ours, record_type);
        let was_asked = met.to_review().any(|conflict| conflict.field == field.name);
        let last = write(&mut ours, catalogue, 4, after.get(&edits));
        prop_assert_eq!(marks(&ours, record_type), marked);
        // Who was asked has decided, and nobody else.
        let decided = last.filter(|_| was_asked).map(|change| change.hash);
        prop_assert_eq!(decisions(&ours, record_type), decided.into_iter().collect());
    }
}

#[test]
fn what_its_own_author_replaced_is_not_called_overwritten() {
    let catalogue = catalogue();
    let record_type = catalogue.record_type(&"outreach_contact".parse().unwrap()).unwrap();
    let field = record_type.field("note").unwrap();
    assert!(!field.review);
    let note =
        |text: &str| Edit::Set { field: field.name.clone(), value: Scalar::Text(text.to_owned()) };
    let base = created(catalogue, record_type);
    let (mut ours, mut theirs) = (base.clone(), base);
    let draft = write(&mut ours, catalogue, 2, &note("a draft")).unwrap();
    let last = write(&mut ours, catalogue, 2, &note("the last of it")).unwrap();
    let other = write(&mut theirs, catalogue, 3, &note("the other")).unwrap();
    // Whichever arrives first, and between the two.
    let mut between = theirs.clone();
    between.apply([&draft.bytes]).unwrap();
    between.apply([&last.bytes]).unwrap();
    ours.apply([&other.bytes]).unwrap();
    let lost = marks(&ours, record_type);
    assert_eq!(lost, marks(&between, record_type));
    assert_eq!(lost, BTreeSet::from([other.hash]), "it was made earlier, and is not shown");
    assert!(stands(&ours.record(catalogue).unwrap(), &note("the last of it")));
}

fn catalogue() -> &'static Catalogue {
    static BUILTIN: OnceLock<Catalogue> = OnceLock::new();
    BUILTIN.get_or_init(|| Catalogue::builtin().unwrap())
}

/// The edits that a person can make of a field, more than one of them wherever there is more.
fn edits_of(catalogue: &Catalogue, field: &Field) -> Vec<Edit> {
    let name = field.name.clone();
    let edits: Vec<_> = match &field.kind {
        FieldKind::Choices { list } => options(catalogue, list)
            .into_iter()
            .flat_map(|option| {
                let option: model::ids::OptionCode = option.parse().unwrap();
                [
                    Edit::Add { field: name.clone(), option: option.clone() },
                    Edit::Remove { field: name.clone(), option },
                ]
            })
            .collect(),
        FieldKind::Refs { .. } => [8, 9]
            .into_iter()
            .flat_map(|number| {
                let (field, record) = (name.clone(), RecordId::from_bytes([number; 16]));
                let removed = Edit::RemoveRef { field: field.clone(), record };
                [Edit::AddRef { field, record }, removed]
            })
            .collect(),
        FieldKind::Counter => vec![
            Edit::Increment { field: name.clone(), by: 1 },
            Edit::Increment { field: name.clone(), by: 20 },
        ],
        FieldKind::SharedNote => ["Call the aunt first. ", "Not on Sundays. "]
            .into_iter()
            .map(|text| Edit::Note {
                field: name.clone(),
                at: 0,
                delete: 0,
                insert: text.to_owned(),
            })
            .collect(),
        FieldKind::Log { entry } => ["01HZY8J3Q0000000000000000A", "01HZY8J3Q0000000000000000B"]
            .into_iter()
            .map(|id| Edit::Log {
                field: name.clone(),
                id: id.to_owned(),
                entry: entry
                    .iter()
                    .filter(|part| !part.retired)
                    .map(|part| (part.name.to_string(), scalars(catalogue, part).remove(0)))
                    .collect::<LogEntry>(),
            })
            .collect(),
        _ => {
            let sets = scalars(catalogue, field)
                .into_iter()
                .map(|value| Edit::Set { field: name.clone(), value });
            let clear = (!field.required).then(|| Edit::Clear { field: name.clone() });
            sets.chain(clear).collect()
        }
    };
    assert!(!edits.is_empty(), "{name}");
    edits
}

/// Values that a field takes.
fn scalars(catalogue: &Catalogue, field: &Field) -> Vec<Scalar> {
    let listed = match &field.kind {
        FieldKind::Choice { list } | FieldKind::Choices { list } => options(catalogue, list),
        _ => Vec::new(),
    };
    let others = [
        "Case Alder",
        "Ana Ejemplo",
        "2026-03-01",
        "2026-03-02",
        "2026-03-01T08:00:00Z",
        "2026-03-02T09:30:00Z",
        "true",
        "false",
        "1",
        "2",
        "08:30",
        "615-555-0134",
        "615-555-0135",
        "0190c0de-0000-7000-8000-000000000001",
        "0190c0de-0000-7000-8000-000000000002",
    ];
    let texts = listed.iter().map(String::as_str).chain(others);
    texts.filter_map(|text| Scalar::parse_in_entry(at(0), catalogue, field, text).ok()).collect()
}

fn options(catalogue: &Catalogue, list: &str) -> Vec<String> {
    catalogue.code_lists[list].order.iter().take(3).map(ToString::to_string).collect()
}

fn created(catalogue: &Catalogue, record_type: &RecordType) -> Document {
    let required: Vec<_> = record_type
        .fields
        .iter()
        .filter(|field| field.required)
        .map(|field| edits_of(catalogue, field).remove(0))
        .collect();
    let record = RecordId::from_bytes([7; 16]);
    let mut made = catalogue.programs.keys().flat_map(|program| {
        let another = RecordId::from_bytes([8; 16]);
        [Some(record.into()), Some(another.into()), None].into_iter().filter_map(|case| {
            let envelope = Envelope {
                record,
                record_type: record_type.name.clone(),
                type_version: record_type.version,
                case,
                compartment: record_type.compartment.clone(),
                program: program.clone(),
                created_by: UserId::from_bytes([1; 16]),
                created_at: at(0),
            };
            Document::create(at(0), actor(1), catalogue, &envelope, &required).ok()
        })
    });
    made.next().unwrap().0
}

fn write(
    document: &mut Document,
    catalogue: &Catalogue,
    device: u8,
    edit: &Edit,
) -> Option<NewChange> {
    let edits = std::slice::from_ref(edit);
    document.edit(at(device.into()), actor(device), catalogue, edits).unwrap()
}

/// Returns whether an edit is to be seen in the record itself, or waits there for a decision.
fn stands(record: &Record, edit: &Edit) -> bool {
    let value = record.fields.get(edit.field());
    match edit {
        Edit::Set { value, .. } => {
            let review = record.to_review().find(|conflict| conflict.field == *edit.field());
            match review {
                Some(conflict) => conflict
                    .values
                    .iter()
                    .any(|other| other.value == FieldValue::Scalar(value.clone())),
                None => record.fields.get(edit.field()) == Some(&FieldValue::Scalar(value.clone())),
            }
        }
        Edit::Clear { .. } => value.is_none(),
        Edit::Add { option, .. } => {
            matches!(value, Some(FieldValue::Choices(all)) if all.contains(option))
        }
        Edit::Remove { option, .. } => {
            !matches!(value, Some(FieldValue::Choices(all)) if all.contains(option))
        }
        Edit::AddRef { record, .. } => {
            matches!(value, Some(FieldValue::Refs(all)) if all.contains(record))
        }
        Edit::RemoveRef { record, .. } => {
            !matches!(value, Some(FieldValue::Refs(all)) if all.contains(record))
        }
        Edit::Increment { .. } => matches!(value, Some(FieldValue::Counter(1..))),
        Edit::Log { id, .. } => {
            matches!(value, Some(FieldValue::Log(all)) if all.contains_key(id))
        }
        Edit::Note { insert, .. } => {
            matches!(value, Some(FieldValue::SharedNote(text)) if text.contains(insert))
        }
    }
}

/// The changes with an edit that the history calls overwritten. What they wrote stands there too.
fn marks(document: &Document, record_type: &RecordType) -> BTreeSet<ChangeHash> {
    let history = document.history(Some(record_type));
    let marked = history.iter().filter(|entry| {
        entry.edits.iter().any(|edit| {
            assert!(
                !edit.overwritten
                    || matches!(
                        edit.what,
                        HistoryVerb::Set(_) | HistoryVerb::Cleared | HistoryVerb::Removed(_)
                    )
            );
            edit.overwritten
        })
    });
    marked.map(|entry| entry.change).collect()
}

/// The changes with an edit that the history calls a decision.
fn decisions(document: &Document, record_type: &RecordType) -> BTreeSet<ChangeHash> {
    let history = document.history(Some(record_type));
    let decided = history.iter().filter(|entry| entry.edits.iter().any(|edit| edit.decided));
    decided.map(|entry| entry.change).collect()
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + secs * 1_000)
}

fn actor(n: u8) -> ActorId {
    ActorId { device: DeviceId::from_bytes([n; 16]), generation: [n; 8] }
}
