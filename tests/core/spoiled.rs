//! One device that would spoil a record for everybody: with changes that are each of them valid.

use automerge::transaction::{Transactable as _, Transaction};
use automerge::{AutomergeError, ROOT, ScalarValue};
use fieldbook_tests::raw::RawDevice;
use model::document::Document;
use model::ids::{ActorId, CaseId};
use model::wire::PushV1;

use crate::town::{NOW, Town, encounter, outcomes};

#[test]
fn a_record_that_stands_alone_gets_no_case_afterwards() {
    let mut town = Town::new();
    let (mut ana, mut sol) = (town.device("ana"), town.device("sol"));
    let person = town.open_case(&mut ana, "Case Alder");
    let contact = encounter(&mut ana, None);
    assert_eq!(outcomes(&ana.push(&town.core, NOW, vec![contact.push()])), ["accepted"]);
    let case = CaseId::from(person.record);
    let moves = |tx: &mut Transaction<'_>| {
        tx.put(ROOT, "case", ScalarValue::Bytes(case.as_bytes().to_vec()))
    };
    let change = written(&ana, 1, &contact.document, moves);
    let response = ana.push(&town.core, NOW, vec![PushV1 { record: contact.record, change }]);
    assert_eq!(outcomes(&response), ["immutable_key Never"]);
    town.holds();
    let pulled = town.pulled(&mut sol);
    assert_eq!(pulled[&contact.record].heads(), contact.document.heads());
}

#[test]
fn what_arrives_with_the_first_change_adds_nothing_to_what_a_record_is() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    let person = town.open_case(&mut ana, "Case Alder");
    let case = CaseId::from(person.record);
    let moves = |tx: &mut Transaction<'_>| {
        tx.put(ROOT, "case", ScalarValue::Bytes(case.as_bytes().to_vec()))
    };
    // After the first, and beside it: a change that follows nothing.
    for follows in [true, false] {
        let contact = encounter(&mut ana, None);
        let nothing = Document::from(automerge::Automerge::new());
        let beneath = if follows { &contact.document } else { &nothing };
        let change = written(&ana, 1, beneath, moves);
        let push = vec![contact.push(), PushV1 { record: contact.record, change }];
        let response = ana.push(&town.core, NOW, push);
        assert_eq!(outcomes(&response), ["accepted", "immutable_key Never"], "follows: {follows}");
    }
    town.holds();
}

/// A change that the library would never make, under an actor of this generation.
fn written(
    device: &RawDevice,
    generation: u8,
    document: &Document,
    work: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
) -> Vec<u8> {
    let mut inner = document.automerge().clone();
    inner.set_actor(ActorId { device: device.id, generation: [generation; 8] }.into());
    inner.transact::<_, _, AutomergeError>(work).unwrap();
    inner.get_last_local_change().unwrap().raw_bytes().to_vec()
}
