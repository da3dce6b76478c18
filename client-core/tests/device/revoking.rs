//! Scopes that are taken away.

use client_core::device::RecordError;
use client_core::engine::Left;
use client_core::store::quarantine::Dismissed;
use model::wire::{OutcomeV1, RetryV1, SyncRequestV1, SyncResponseV1};

use crate::desk::{self, Desk, all, nothing_new, refused, scope_of};
use crate::phone::{Phone, text};

#[test]
fn a_scope_taken_away_is_dropped_after_what_was_unsent_is_handed_over() {
    let (mut phone, mut desk) = (Phone::new(1), Desk::new());
    let person = phone.person("Rosa Cedro");
    let contact = phone.contact(Some(person), "spoke on the porch");
    desk::sync(&mut phone, &mut desk);
    let mine = scope_of(person, "OUT");
    phone.edit(contact, text("note", "spoke at the door"));

    // The revocation comes with a page, before the edit was pushed.
    let sent = nothing_of(&mut phone);
    let answer = SyncResponseV1 { revoked: vec![desk::revoked(&mine, 9)], ..nothing_new() };
    let summary = phone.take(&sent, &answer);
    assert_eq!(summary.left, Left { push: 1, ..Left::default() });
    assert_eq!(phone.value(contact, "note"), "spoke at the door");
    assert_eq!(phone.device.status(phone.now).unwrap().revoked, 1);

    let sent = phone.request();
    assert_eq!((sent.push.len(), sent.dropped.len()), (1, 0));
    let summary = phone.take(&sent, &all(&sent, &OutcomeV1::Accepted));
    assert!(summary.progressed);
    assert_eq!(summary.left, Left { confirm: 1, ..Left::default() });
    assert!(phone.device.show(phone.now, contact).is_err());
    assert_eq!(phone.value(person, "name"), "Rosa Cedro", "another scope of the case stays");

    let sent = phone.request();
    assert_eq!(sent.dropped, [mine]);
    assert_eq!(phone.take(&sent, &nothing_new()).left, Left::default());
    assert!(phone.request().dropped.is_empty());
}

/// A request from before anything was saved.
fn nothing_of(phone: &mut Phone) -> SyncRequestV1 {
    let mut request = phone.request();
    request.push.clear();
    request
}

#[test]
fn a_refusal_in_a_scope_taken_away_does_not_keep_the_scope() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let sent = phone.request();
    let mut answer = all(&sent, &refused("not_assigned", RetryV1::Never));
    answer.revoked = vec![desk::revoked(&scope_of(person, "IDN"), 9)];
    assert_eq!(phone.take(&sent, &answer).left, Left { confirm: 1, ..Left::default() });
    assert!(phone.device.show(phone.now, person).is_err());
    let [item] = &phone.refusals(Dismissed::Omit)[..] else { panic!() };
    assert_eq!((item.code.as_str(), item.edits.len()), ("not_assigned", 0), "not what it said");
    let nothing = phone.device.retry(phone.now, &mut phone.rng, item.number);
    assert!(matches!(nothing, Err(RecordError::NothingToTry)), "{nothing:?}");
}

#[test]
fn a_scope_given_back_with_the_same_answer_stays() {
    let (mut phone, mut desk) = (Phone::new(1), Desk::new());
    let person = phone.person("Rosa Cedro");
    desk::sync(&mut phone, &mut desk);
    let sent = phone.request();
    let answer = SyncResponseV1 {
        revoked: vec![desk::revoked(&scope_of(person, "IDN"), 9)],
        // The device has all of it already.
        pull: vec![desk.whole(person).unwrap()],
        ..nothing_new()
    };
    assert_eq!(phone.take(&sent, &answer).left, Left::default());
    assert_eq!(phone.value(person, "name"), "Rosa Cedro");
}
