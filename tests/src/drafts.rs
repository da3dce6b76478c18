//! Drafts that the kill test fills in, one after the other: each answer says in its text how far they
//! have come.

use std::collections::BTreeSet;

use client_core::device::{Device, NewDraft, RecordError};
use client_core::store::StoreError;
use client_core::store::query::ListFilter;
use model::answers::Answer;
use model::ids::DraftId;
use model::time::Timestamp;
use model::value::{FieldValue, Scalar};
use rand_chacha::ChaCha8Rng;

use crate::content;

/// How many answers a draft gets before it is submitted.
pub const ANSWERS: u64 = 5;

const NOTE: &str = "note";

/// Begins a draft.
///
/// # Errors
/// Those of the device.
pub fn begin(
    device: &mut Device,
    rng: &mut ChaCha8Rng,
    now: Timestamp,
) -> Result<DraftId, RecordError> {
    let record_type = content::type_name("outreach_contact");
    device.begin_draft(now, rng, NewDraft::Record { record_type, case: None, program: None })
}

/// Gives an answer of a draft: the first ones choose, and the note says which answer it is.
///
/// # Errors
/// Those of the device.
pub fn answer(
    device: &mut Device,
    rng: &mut ChaCha8Rng,
    now: Timestamp,
    (draft, number, answer): (DraftId, u64, u64),
) -> Result<(), RecordError> {
    let edits = [
        content::choice("mode", "street"),
        content::choice("result", "brief"),
        content::text(NOTE, format!("{number}.{}", answer + 1)),
    ];
    device.edit_draft(now, rng, draft, &edits)
}

/// Returns the open draft and how many answers it has; `None` if none is open.
///
/// # Errors
/// Those of the store.
///
/// # Panics
/// When several are open, or the draft reads otherwise than it was written.
#[expect(clippy::panic, reason = "a harness: what fails here is what a test is about")]
pub fn open(device: &Device) -> Result<Option<(DraftId, u64)>, StoreError> {
    let read = device.store().read();
    let drafts = read.open_drafts()?;
    let [draft] = &drafts[..] else {
        assert!(drafts.is_empty(), "{} drafts are open", drafts.len());
        return Ok(None);
    };
    let answers = read.draft_answers(draft)?;
    let note = answers.get(&content::field(NOTE)).map(|kept| &kept.answer);
    let answered = match note {
        None => 0,
        Some(Answer::Value(FieldValue::Scalar(Scalar::Text(text)))) => {
            let number = text.split_once('.').and_then(|(_, number)| number.parse().ok());
            number.unwrap_or_else(|| panic!("{text} is no answer"))
        }
        Some(other) => panic!("{other:?} is no answer"),
    };
    Ok(Some((draft.id, answered)))
}

/// Counts the records that drafts became.
///
/// # Errors
/// Those of the store.
///
/// # Panics
/// When one of them is missing, is there twice, or does not say what was answered last.
pub fn submitted(device: &Device) -> Result<u64, StoreError> {
    let record_type = Some(content::type_name("outreach_contact"));
    let read = device.store().read();
    let rows = read.list(&ListFilter { record_type, ..ListFilter::default() })?;
    let mut notes = BTreeSet::new();
    for row in &rows {
        let view = read.record_view(row.record)?;
        let note = view.and_then(|view| Some(view.fields.get(NOTE)?.as_str()?.to_owned()));
        notes.insert(note.unwrap_or_default());
    }
    let count = rows.len() as u64;
    let expected: BTreeSet<_> = (0..count).map(|number| format!("{number}.{ANSWERS}")).collect();
    assert_eq!(notes, expected);
    Ok(count)
}

/// Reads a line of the scribe: how many drafts were submitted, and how many answers the open one has.
pub fn place(line: &str) -> Option<(u64, u64)> {
    let (submitted, answers) = line.strip_prefix("at ")?.split_once(' ')?;
    Some((submitted.parse().ok()?, answers.parse().ok()?))
}
