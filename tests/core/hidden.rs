//! Records that are not open to the sender are indistinguishable from missing ones, and cost the
//! server no work.

use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice};
use model::document::Document;
use model::ids::{ActorId, CaseId, Chain, FeedSeq, RecordId};
use model::record::{Edit, Envelope};
use model::value::Scalar;
use model::wire::{
    CheckV1, FeedPositionV1, OutcomeV1, PushV1, ReconcileOfferV1, RecordCheckV1, SyncRequestV1,
};

use crate::department::{NOW, TestDepartment, edited, encounter, outcomes};
use crate::take::foreign_key_change;

#[test]
fn nobody_learns_whether_a_record_exists_that_was_never_open_to_them() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let person = department.open_case(&mut ana, "Case Alder");
    let own = department.open_case(&mut ben, "Case Birch").record;
    let there = department.meet(&mut ana, person.record.into());
    let nowhere = encounter(&mut ana, Some(person.record.into()));
    for kind in 0..6 {
        let told = |made: &Made, ben: &mut RawDevice| {
            let change = intrusion(kind, ben, own, made);
            let push = vec![PushV1 { record: made.record, change }];
            ben.push(&department.service, NOW, push).results.remove(0).outcome
        };
        let (of_this, of_that) = (told(&there, &mut ben), told(&nowhere, &mut ben));
        assert!(matches!(of_this, OutcomeV1::Refused { .. }), "{kind}: {of_this:?}");
        assert_eq!(of_this, of_that, "{kind}");
    }
    // Nor when it is asked for, or said to be held.
    let asked = SyncRequestV1 { refetch: vec![there.record, nowhere.record], ..ben.request() };
    assert!(
        ben.send(&department.service, NOW, asked).pull.iter().all(|update| update.record == own)
    );
    department.holds();
}

#[test]
fn nothing_is_tried_for_whoever_lost_a_record() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let mut person = department.open_case(&mut ana, "Case Alder");
    let scope = person.document.envelope().unwrap().scope();
    department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    let dropped = SyncRequestV1 { dropped: vec![scope], ..ana.request() };
    ana.send(&department.service, NOW, dropped);

    // One that no form allows, one that would be fine, one that is here already.
    let foreign = foreign_key_change(&ana, &person.document, 5);
    let foreign = PushV1 { record: person.record, change: foreign };
    let edit = content::text("notes", "too late");
    let first = person.push();
    let late = edited(&mut ana, person.record, &mut person.document, &[edit]);
    let response = ana.push(&department.service, NOW, vec![foreign, late, first]);
    assert_eq!(outcomes(&response), ["not_assigned Never", "not_assigned Never", "known"]);
    assert_eq!(department.office.admin().quarantine().unwrap().len(), 2, "kept for a supervisor");
}

#[test]
fn a_right_that_came_with_the_same_push_counts() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let mut person = ana.make(NOW, "person", None, &[content::text("name", "Case Alder")]);
    let made = person.push();
    let edit = content::text("notes", "in the same breath");
    let edit = edited(&mut ana, person.record, &mut person.document, &[edit]);
    let contact = encounter(&mut ana, Some(person.record.into()));
    let response = ana.push(&department.service, NOW, vec![contact.push(), made, edit]);
    assert_eq!(outcomes(&response), ["not_assigned Never", "accepted", "accepted"]);
    let again = ana.push(&department.service, NOW, vec![contact.push()]);
    assert_eq!(outcomes(&again), ["accepted"]);
}

/// A change by somebody who has come by a copy of the record, and has one of their `own`.
fn intrusion(kind: u8, device: &mut RawDevice, own: RecordId, made: &Made) -> Vec<u8> {
    let mut copy = Document::load(&made.document.save()).unwrap();
    let edit = content::text("note", "from outside");
    match kind {
        0 => device.edit(NOW, &mut copy, &[edit]).bytes,
        1 => foreign_key_change(device, &copy, 5),
        // The very change that made it.
        2 => made.change.bytes.clone(),
        // A record of their own under its id.
        3..=5 => {
            let like = encounter(device, None).document.envelope().unwrap();
            let theirs = made.document.envelope().unwrap();
            let case = match kind {
                3 => theirs.case,
                4 => Some(CaseId::from_bytes([7; 16])),
                _ => None,
            };
            let envelope = Envelope { record: made.record, case, ..like };
            let actor = ActorId { device: device.id, generation: [kind; 8] };
            let mut edits =
                vec![edit, content::choice("mode", "street"), content::choice("result", "brief")];
            if kind == 5 {
                // One that they might make, if it amended one of its own kind.
                let value = Scalar::Ref(own);
                edits.push(Edit::Set { field: content::field("amends"), value });
            }
            let catalogue = std::sync::Arc::clone(&device.catalogue);
            Document::create(NOW, actor, &catalogue, &envelope, &edits).unwrap().1.bytes
        }
        _ => unreachable!("there are six kinds"),
    }
}

#[test]
fn nobody_learns_by_offering_an_id_that_it_exists_whose_it_is_and_of_what_kind() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let person = department.open_case(&mut ana, "Case Alder");
    let there = department.meet(&mut ana, person.record.into());
    let own = department.open_case(&mut ben, "Case Birch");
    let nowhere = RecordId::generate(NOW, &mut department.rng);

    // Ben says that the server lost something, and then that he holds these.
    let mut request = ben.request();
    request.seen = Some(FeedPositionV1 { seq: FeedSeq(1), chain: Chain([7; 16]) });
    let epoch = ben.send(&department.service, NOW, request).reconcile.unwrap().epoch;
    let hold = |record| RecordCheckV1 { record, check: CheckV1 { count: 1, xor: [9; 16] } };
    let holds = [person.record, there.record, nowhere].map(hold).to_vec();
    let mut request = ben.request();
    request.reconcile = Some(ReconcileOfferV1 { epoch, holds, complete: false });
    let answer = ben.send(&department.service, NOW, request).reconcile.unwrap();
    let told: Vec<_> = answer.differs.iter().map(|differs| differs.hashes.len()).collect();
    assert_eq!(told, [0, 0, 0], "they answer alike");
    let mut request = ben.request();
    request.reconcile = Some(ReconcileOfferV1 { epoch, holds: Vec::new(), complete: true });
    assert!(ben.send(&department.service, NOW, request).reconcile.unwrap().finished);

    ben.cursor = None;
    let response = ben.send(&department.service, NOW, ben.request());
    assert!(response.revoked.is_empty(), "{:?}", response.revoked);
    let mut pulled = department.received(&mut ben);
    assert!(pulled.remove(&own.record) && pulled.is_empty());
}
