//! What a device hands over, and what becomes of it.

use client_core::device::RecordError;
use client_core::engine::{Budget, Left};
use client_core::store::RecordState;
use client_core::store::quarantine::Dismissed;
use model::proof;
use model::wire::{OutcomeV1, RetryV1, SyncResponseV1};

use crate::phone::{Phone, budget, text};
use crate::server::{self, TestServer, all, hashes, refused};

#[test]
fn what_one_worker_saves_the_other_reads() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let person = anna.person("Rosa Cedro");
    let contact = anna.contact(Some(person), "spoke on the porch");
    assert_eq!(server::sync(&mut anna, &mut server), 1);
    assert_eq!(anna.show(contact).state, RecordState::OnServer);
    assert_eq!(server::sync(&mut ben, &mut server), 1);
    assert_eq!(ben.value(contact, "note"), "spoke on the porch");
    assert_eq!(ben.show(contact).state, RecordState::OnServer);
}

#[test]
fn a_request_is_signed_over_what_it_pushes() {
    let mut phone = Phone::new(1);
    assert!(phone.request().signature.is_empty());
    phone.person("Rosa Cedro");
    let request = phone.request();
    let message = proof::push_message(request.device, &hashes(&request));
    let key = phone.device.signing_key().unwrap().verifying_key();
    assert!(proof::verify(key.as_bytes(), &message, &request.signature));
    request.check_limits().unwrap();
}

#[test]
fn a_record_tells_where_its_newest_word_is() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    assert_eq!(phone.show(person).state, RecordState::OnPhone);
    let sent = phone.request();
    assert_eq!(phone.show(person).state, RecordState::Sent);
    let summary = phone.take(&sent, &all(&sent, &OutcomeV1::Accepted));
    assert_eq!((summary.sent, summary.progressed, summary.left), (1, true, Left::default()));
    assert_eq!(phone.show(person).state, RecordState::OnServer);
    assert_eq!(phone.device.status(phone.now).unwrap().last_sync, Some(phone.now));
    phone.edit(person, text("aliases", "Rosie"));
    assert_eq!(phone.show(person).state, RecordState::OnPhone);
}

#[test]
fn pages_keep_to_the_budget_and_one_change_always_goes() {
    let mut phone = Phone::new(1);
    for number in 0..5 {
        phone.contact(None, &format!("{number} {}", "word ".repeat(400)));
    }
    let pushed = |phone: &mut Phone, changes, bytes| {
        let budget = Budget { push_changes_max: changes, push_bytes_max: bytes, ..budget() };
        phone.build(budget).request.push.len()
    };
    assert_eq!(pushed(&mut phone, 3, 1 << 20), 3);
    assert_eq!(pushed(&mut phone, 2_000, 5_000), 2);
    assert_eq!(pushed(&mut phone, 2_000, 1), 1);
}

#[test]
fn a_crash_between_request_and_answer_sends_the_same_again() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    let sent = phone.request();
    // The server stores it; the answer never comes.
    server.answer(&sent);
    let mut phone = phone.reopened();
    let again = phone.request();
    assert_eq!(again.push, sent.push);
    let answer = server.answer(&again);
    assert_eq!(answer.results[0].outcome, OutcomeV1::Known);
    assert_eq!(phone.take(&again, &answer).sent, 1);
    assert_eq!(server.changes(), 1);
    assert_eq!(phone.show(person).state, RecordState::OnServer);
}

#[test]
fn results_that_name_other_changes_settle_nothing() {
    let mut phone = Phone::new(1);
    phone.person("Rosa Cedro");
    phone.person("Luis Pino");
    let sent = phone.request();
    let mut answer = all(&sent, &OutcomeV1::Accepted);
    answer.results.swap(0, 1);
    let summary = phone.take(&sent, &answer);
    assert_eq!((summary.sent, summary.left.push, phone.waiting()), (0, 2, 2));
    let mut short = all(&sent, &OutcomeV1::Accepted);
    short.results.truncate(1);
    assert_eq!(phone.take(&sent, &short).left.push, 1);
}

#[test]
fn a_refused_edit_is_set_aside_and_those_after_it_are_made_anew() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    server::sync(&mut phone, &mut server);
    phone.edit(person, text("notes", "not for the server"));
    phone.edit(person, text("aliases", "Rosie"));
    let sent = phone.request();
    let mut answer = all(&sent, &refused("too_long", RetryV1::Never));
    answer.results[1].outcome = refused("missing_dependencies", RetryV1::AfterPull);
    let summary = phone.take(&sent, &answer);
    assert_eq!((summary.refused, summary.progressed), (1, true));
    assert_eq!(summary.left, Left { push: 1, ..Left::default() });
    assert_eq!(phone.show(person).state, RecordState::Refused);
    let told = phone.show(person).refusal.unwrap();
    assert_eq!((told.code.as_str(), told.reason.as_str()), ("too_long", "for a reason"));
    assert_eq!(phone.value(person, "aliases"), "Rosie");
    assert_eq!(phone.value(person, "notes"), "");
    server::sync(&mut phone, &mut server);
    let mut ben = Phone::new(2);
    server::sync(&mut ben, &mut server);
    assert_eq!(ben.value(person, "aliases"), "Rosie");

    let [item] = &phone.refusals(Dismissed::Omit)[..] else { panic!() };
    assert_eq!(item.edits, [text("notes", "not for the server")]);
    assert!(!item.may_help(), "it will be too long tomorrow");
    phone.device.dismiss(item.number).unwrap();
    assert_eq!(phone.show(person).state, RecordState::OnServer);
}

#[test]
fn a_dismissed_refusal_is_out_of_sight_and_nothing_of_it_is_lost() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    server::sync(&mut phone, &mut server);
    for (field, value) in [("notes", "met at the corner"), ("aliases", "Rosie")] {
        phone.edit(person, text(field, value));
        let sent = phone.request();
        phone.take(&sent, &all(&sent, &refused("not_assigned", RetryV1::Never)));
    }
    let [notes, aliases] = &phone.refusals(Dismissed::Omit)[..] else { panic!() };
    let (notes, aliases) = (notes.number, aliases.number);
    phone.device.dismiss(notes).unwrap();
    let mut phone = phone.reopened();
    assert_eq!(
        phone.refusals(Dismissed::Omit).iter().map(|item| item.number).next(),
        Some(aliases)
    );
    let [kept, _] = &phone.refusals(Dismissed::Include)[..] else { panic!() };
    assert!(kept.dismissed && kept.may_help());
    assert_eq!(kept.edits, [text("notes", "met at the corner")]);

    // Only the one that is named is tried again, the other stays where it is.
    assert_eq!(phone.device.retry(phone.now, &mut phone.rng, notes).unwrap(), 1);
    server::sync(&mut phone, &mut server);
    assert_eq!(phone.value(person, "notes"), "met at the corner");
    assert_eq!(phone.value(person, "aliases"), "");
    assert_eq!(phone.show(person).state, RecordState::Refused);
    let [left] = &phone.refusals(Dismissed::Include)[..] else { panic!() };
    assert_eq!(left.number, aliases);
}

#[test]
fn a_refusal_that_is_not_there_is_told() {
    let mut phone = Phone::new(1);
    let nothing = phone.device.dismiss(7);
    assert!(matches!(nothing, Err(RecordError::NoRefusal(7))), "{nothing:?}");
    let nothing = phone.device.retry(phone.now, &mut phone.rng, 7);
    assert!(matches!(nothing, Err(RecordError::NoRefusal(7))), "{nothing:?}");
}

#[test]
fn a_refused_record_takes_no_more_edits_until_it_is_tried_again() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    phone.edit(person, text("aliases", "Rosie"));
    let other = phone.contact(None, "a stranger");
    let sent = phone.request();
    let mut answer = all(&sent, &refused("not_assigned", RetryV1::Never));
    answer.results[2].outcome = OutcomeV1::Accepted;
    let summary = phone.take(&sent, &answer);
    assert_eq!((summary.sent, summary.refused, summary.left), (1, 2, Left::default()));
    assert_eq!(phone.show(person).state, RecordState::Refused);
    assert_eq!(phone.show(other).state, RecordState::OnServer);
    let edit = phone.device.edit(phone.now, &mut phone.rng, person, vec![text("notes", "more")]);
    assert!(edit.is_err());

    let [first, second] = &phone.refusals(Dismissed::Omit)[..] else { panic!() };
    assert!(first.may_help() && second.may_help());
    let again = phone.device.retry(phone.now, &mut phone.rng, second.number).unwrap();
    assert_eq!(again, 2, "the record with all that was written to it");
    assert!(phone.refusals(Dismissed::Include).is_empty());
    server::sync(&mut phone, &mut server);
    assert_eq!(phone.show(person).state, RecordState::OnServer);
    assert_eq!(server.changes(), 2);
}

#[test]
fn a_change_refused_until_the_pull_is_through_waits_and_is_then_offered_once() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let sent = phone.request();
    let not_yet = all(&sent, &refused("missing_dependencies", RetryV1::AfterPull));
    let summary = phone.take(&sent, &SyncResponseV1 { more: true, ..not_yet.clone() });
    assert_eq!((summary.refused, summary.progressed), (0, true));
    assert_eq!(summary.left, Left { offer_again: 1, pull: true, ..Left::default() });

    // What follows it would be refused as well.
    phone.edit(person, text("aliases", "Rosie"));
    let other = phone.contact(None, "a stranger");
    let sent = phone.request();
    assert_eq!(sent.push.iter().map(|push| push.record).collect::<Vec<_>>(), [other]);
    phone.take(&sent, &all(&sent, &OutcomeV1::Accepted));

    let sent = phone.request_again();
    assert_eq!(sent.push.len(), 2);
    let mut answer = all(&sent, &refused("missing_dependencies", RetryV1::AfterPull));
    answer.results.truncate(1);
    let summary = phone.take(&sent, &answer);
    assert_eq!((summary.refused, summary.left), (2, Left::default()));
    assert_eq!(phone.show(person).state, RecordState::Refused);
    assert_eq!(phone.value(person, "aliases"), "Rosie");
}

#[test]
fn a_change_refused_until_the_pull_is_accepted_when_it_is_offered_again() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let sent = phone.request();
    phone.take(&sent, &all(&sent, &refused("missing_dependencies", RetryV1::AfterPull)));
    let mut phone = phone.reopened();
    assert!(phone.request().push.is_empty(), "also after a crash");
    let sent = phone.request_again();
    let summary = phone.take(&sent, &all(&sent, &OutcomeV1::Accepted));
    assert_eq!((summary.sent, summary.left), (1, Left::default()));
    assert_eq!(phone.show(person).state, RecordState::OnServer);
}

#[test]
fn a_change_that_the_server_put_off_is_sent_again_until_it_is_taken() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    phone.edit(person, text("aliases", "Rosie"));
    let put_off = refused("put_off", RetryV1::AfterPull);
    let mut sent = phone.request();
    for _ in 0..5 {
        let summary = phone.take(&sent, &all(&sent, &put_off));
        assert_eq!(summary.left, Left { offer_again: 2, ..Left::default() });
        sent = phone.request_again();
        assert_eq!(sent.push.len(), 2);
    }
    // One step further with each request is enough to go on.
    let mut answer = all(&sent, &put_off);
    answer.results[0].outcome = OutcomeV1::Accepted;
    let summary = phone.take(&sent, &answer);
    assert_eq!((summary.sent, summary.refused, summary.progressed), (1, 0, true));
    let sent = phone.request_again();
    assert_eq!(sent.push.len(), 1);
    phone.take(&sent, &all(&sent, &OutcomeV1::Accepted));
    assert_eq!(phone.show(person).state, RecordState::OnServer);
    assert_eq!(phone.value(person, "aliases"), "Rosie");
}

#[test]
fn bytes_the_server_cannot_read_are_set_aside_by_their_place() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let sent = phone.request();
    let mut answer = all(&sent, &refused("bad_checksum", RetryV1::Never));
    answer.results[0].hash.0 = [0; 32];
    assert_eq!(phone.take(&sent, &answer).refused, 1);
    assert_eq!(phone.show(person).state, RecordState::Refused);
}

#[test]
fn an_edit_of_a_cloned_store_is_made_anew_under_another_actor() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    server::sync(&mut phone, &mut server);
    phone.edit(person, text("aliases", "Rosie"));
    let sent = phone.request();
    let summary = phone.take(&sent, &all(&sent, &refused("equivocation", RetryV1::Never)));
    assert_eq!((summary.refused, summary.left.push, summary.left.refetch), (0, 1, 1));
    let again = phone.request();
    assert_ne!(hashes(&again), hashes(&sent));
    assert_eq!(again.refetch, [person]);
    let answer = server.answer(&again);
    assert_eq!(phone.take(&again, &answer).left, Left::default());
    assert_eq!(phone.value(person, "aliases"), "Rosie");
}
