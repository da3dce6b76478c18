//! Valid records and changes to start from.

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{Automerge, AutomergeError, Change, ObjType, ROOT, ReadDoc};
use model::admission::{self, Admission, AdmissionError};
use model::change::RawChange;
use model::ids::{ActorId, DeviceId};

use crate::craft::Parts;

/// The actor of a device, told apart by a number.
pub(crate) fn actor(number: u16) -> ActorId {
    let mut device = [7; 16];
    device[..2].copy_from_slice(&number.to_be_bytes());
    ActorId { device: DeviceId::from_bytes(device), generation: [1; 8] }
}

/// Makes an edit under this actor's name, and the change it amounts to.
pub(crate) fn edit(
    document: &mut Automerge,
    actor: ActorId,
    work: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
) -> Change {
    document.set_actor(actor.into());
    document
        .transact_with::<_, _, AutomergeError, _>(
            |()| CommitOptions::default().with_time(1_700),
            work,
        )
        .unwrap();
    document.get_last_local_change().unwrap()
}

/// A record as the first device makes it: a few scalars, a map, a list and a text.
pub(crate) fn record() -> (Automerge, Change) {
    let mut document = Automerge::new();
    let change = edit(&mut document, actor(1), |tx| {
        tx.put(ROOT, "type", "encounter")?;
        tx.put(ROOT, "visits", automerge::ScalarValue::counter(1))?;
        let fields = tx.put_object(ROOT, "fields", ObjType::Map)?;
        tx.put(&fields, "place", "under the bridge")?;
        tx.put(&fields, "amount", 12)?;
        let list = tx.put_object(ROOT, "list", ObjType::List)?;
        tx.insert(&list, 0, "first")?;
        tx.insert(&list, 1, true)?;
        let note = tx.put_object(ROOT, "note", ObjType::Text)?;
        tx.splice_text(&note, 0, 0, "seen twice")
    });
    (document, change)
}

/// The next change of the record by another device: two fields set, one of them for the second
/// time, and the change in parts.
pub(crate) fn next_change(document: &Automerge) -> Parts {
    let mut theirs = document.clone();
    let change = edit(&mut theirs, actor(2), |tx| {
        let (_, fields) = tx.get(ROOT, "fields")?.expect("the record has fields");
        tx.put(&fields, "place", "at the station")?;
        tx.put(&fields, "seen", true)
    });
    Parts::of(change.raw_bytes())
}

/// Everything that happens to bytes from a device: inspected, then applied.
pub(crate) fn take_in(
    document: Option<&Automerge>,
    bytes: &[u8],
) -> Result<Automerge, AdmissionError> {
    let change = RawChange::inspect(bytes)?;
    match document {
        None => admission::apply_new(&change),
        Some(document) => match admission::apply(document, &change)? {
            Admission::Accepted(document) => Ok(*document),
            Admission::Known => Ok(document.clone()),
        },
    }
}

/// The code of the refusal, or "accepted".
pub(crate) fn verdict(result: &Result<Automerge, AdmissionError>) -> &'static str {
    result.as_ref().map_or_else(AdmissionError::code, |_| "accepted")
}
