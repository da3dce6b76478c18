//! Scopes that are taken away.

use client_core::device::RecordError;
use client_core::engine::Left;
use client_core::store::RecordState;
use client_core::store::quarantine::Dismissed;
use model::ids::ChangeHash;
use model::wire::{DecidedV1, DecisionV1, OutcomeV1, RetryV1, SyncRequestV1, SyncResponseV1};

use crate::phone::{Phone, start, text};
use crate::server::{self, TestServer, all, nothing_new, refused, scope_of};

#[test]
fn a_scope_taken_away_is_dropped_after_what_was_unsent_is_handed_over() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    let contact = phone.contact(Some(person), "spoke on the porch");
    server::sync(&mut phone, &mut server);
    let mine = scope_of(person, "OUT");
    phone.edit(contact, text("note", "spoke at the door"));

    // The revocation comes with a page, before the edit was pushed.
    let sent = nothing_of(&mut phone);
    let answer = SyncResponseV1 { revoked: vec![server::revoked(&mine, 9)], ..nothing_new() };
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

#[test]
fn what_is_made_in_a_scope_after_it_was_dropped_is_handed_over_and_dropped_too() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    phone.contact(Some(person), "spoke on the porch");
    server::sync(&mut phone, &mut server);
    let mine = scope_of(person, "OUT");
    let sent = phone.request();
    let answer = SyncResponseV1 { revoked: vec![server::revoked(&mine, 9)], ..nothing_new() };
    assert_eq!(phone.take(&sent, &answer).left, Left { confirm: 1, ..Left::default() });

    // The server was not told of the drop yet, and takes it for late work.
    let late = phone.contact(Some(person), "met again");
    let sent = phone.request();
    assert_eq!((sent.push.len(), sent.dropped.len()), (1, 0));
    let summary = phone.take(&sent, &all(&sent, &OutcomeV1::Accepted));
    assert_eq!(summary.left, Left { confirm: 1, ..Left::default() });
    assert!(phone.device.show(phone.now, late).is_err());
    let sent = phone.request();
    assert_eq!(sent.dropped, [mine]);
    assert_eq!(phone.take(&sent, &nothing_new()).left, Left::default());
}

/// A request from before anything was saved.
fn nothing_of(phone: &mut Phone) -> SyncRequestV1 {
    let mut request = phone.request();
    request.push.clear();
    request
}

#[test]
fn what_was_refused_of_a_scope_taken_away_stays_readable_until_it_is_decided() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let sent = phone.request();
    let mut answer = all(&sent, &refused("not_assigned", RetryV1::Never));
    answer.revoked = vec![server::revoked(&scope_of(person, "IDN"), 9)];
    assert_eq!(phone.take(&sent, &answer).left, Left { confirm: 1, ..Left::default() });
    assert!(phone.device.show(phone.now, person).is_err());
    let [item] = &phone.refusals(Dismissed::Omit)[..] else { panic!() };
    assert_eq!((item.code.as_str(), item.is_here, item.may_help()), ("not_assigned", false, false));
    assert!(item.edits.contains(&text("name", "Rosa Cedro")), "what was recorded");

    // The server is asked with every request, and what it says is told.
    let sent = phone.request();
    assert_eq!(sent.awaits, [item.hash]);
    phone.take(&sent, &nothing_new());
    assert_eq!(phone.request().awaits, [item.hash]);
    let decided = decided(item.hash, DecisionV1::Dismissed);
    phone.take(&sent, &SyncResponseV1 { decided: vec![decided], ..nothing_new() });
    let [item] = &phone.refusals(Dismissed::Omit)[..] else { panic!() };
    let told = item.decided.as_ref().unwrap();
    assert_eq!(
        (told.decision, told.by.as_deref(), told.why.as_deref()),
        (DecisionV1::Dismissed, Some("Sol Sauce"), Some("recorded twice"))
    );
    assert!(item.edits.is_empty(), "and what it said is gone");
    assert!(phone.request().awaits.is_empty());
    let nothing = phone.device.retry(phone.now, &mut phone.rng, item.number);
    assert!(matches!(nothing, Err(RecordError::NothingToTry)), "{nothing:?}");
}

#[test]
fn a_refused_record_that_was_accepted_after_all_is_on_the_server() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let sent = phone.request();
    phone.take(&sent, &all(&sent, &refused("not_assigned", RetryV1::Never)));
    assert_eq!(phone.show(person).state, RecordState::Refused);
    let sent = phone.request();
    let decided = sent.awaits.iter().map(|hash| decided(*hash, DecisionV1::Accepted)).collect();
    phone.take(&sent, &SyncResponseV1 { decided, ..nothing_new() });
    assert_eq!(phone.show(person).state, RecordState::OnServer);
    assert!(phone.refusals(Dismissed::Include).is_empty());
    assert!(phone.request().awaits.is_empty());
}

#[test]
fn a_refused_edit_that_was_accepted_after_all_is_asked_for() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    server::sync(&mut phone, &mut server);
    phone.edit(person, text("aliases", "Rosie"));
    let sent = phone.request();
    phone.take(&sent, &all(&sent, &refused("guarded_field", RetryV1::Never)));
    let sent = phone.request();
    let decided = sent.awaits.iter().map(|hash| decided(*hash, DecisionV1::Accepted)).collect();
    phone.take(&sent, &SyncResponseV1 { decided, ..nothing_new() });
    assert_eq!(phone.request().refetch, [person]);
}

#[test]
fn nothing_of_an_erased_case_stays_among_what_was_refused() {
    let mut phone = Phone::new(1);
    let (first, second) = (phone.person("Rosa Cedro"), phone.person("Ines Roble"));
    let sent = phone.request();
    let mut answer = all(&sent, &refused("not_assigned", RetryV1::Never));
    answer.revoked = vec![server::revoked(&scope_of(first, "IDN"), 9)];
    answer.results[1].outcome = refused("case_erased", RetryV1::Never);
    phone.take(&sent, &answer);
    let sent = phone.request();
    assert_eq!(sent.awaits.len(), 1, "the other is decided");
    let decided = sent.awaits.iter().map(|hash| decided(*hash, DecisionV1::Erased)).collect();
    phone.take(&sent, &SyncResponseV1 { decided, ..nothing_new() });
    for item in phone.refusals(Dismissed::Include) {
        assert!(item.edits.is_empty());
        assert_eq!(item.decided.unwrap().decision, DecisionV1::Erased);
    }
    assert!(phone.device.show(phone.now, second).is_ok(), "until its scope is taken away");
}

fn decided(hash: ChangeHash, decision: DecisionV1) -> DecidedV1 {
    let (by, reason) = (Some("Sol Sauce".into()), Some("recorded twice".into()));
    DecidedV1 { hash, decision, at: start(), by, reason }
}

#[test]
fn a_scope_given_back_with_the_same_answer_stays() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    server::sync(&mut phone, &mut server);
    let sent = phone.request();
    let answer = SyncResponseV1 {
        revoked: vec![server::revoked(&scope_of(person, "IDN"), 9)],
        // The device has all of it already.
        pull: vec![server.whole(person).unwrap()],
        ..nothing_new()
    };
    assert_eq!(phone.take(&sent, &answer).left, Left::default());
    assert_eq!(phone.value(person, "name"), "Rosa Cedro");
}
