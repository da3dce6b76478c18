//! A server that was put back from a backup.

use std::collections::BTreeSet;

use client_core::engine::Budget;
use client_core::store::RecordState;
use client_core::store::quarantine::Dismissed;
use model::wire::RetryV1;

use crate::phone::{Phone, budget, choice, text};
use crate::server::{self, TestServer, refused, scope_of};

#[test]
fn a_restored_server_gets_back_what_any_phone_still_holds() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let old = anna.person("Rosa Cedro");
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    let backup = server.clone();
    // After the backup: both write, and Ben's phone is then destroyed.
    ben.edit(old, text("aliases", "Rosie"));
    let lost = ben.person("Luis Pino");
    server::sync(&mut ben, &mut server);
    server::sync(&mut anna, &mut server);
    drop(ben);
    let mut server = backup.restored();
    let unsent = anna.contact(Some(lost), "never synchronized");
    assert_eq!(server.changes(), 1);

    server::sync(&mut anna, &mut server);
    assert_eq!(server.changes(), 4);
    for record in [old, lost, unsent] {
        assert_eq!(anna.show(record).state, RecordState::OnServer);
    }
    let feed = anna.device.store().read().feed().unwrap();
    assert_eq!(feed.reconcile, None);
    assert_eq!(feed.cursor.unwrap().epoch, server.epoch);
    assert_eq!(anna.device.store().read().check_of(old).unwrap(), Some(server.check(old)));

    let mut carmen = Phone::new(3);
    server::sync(&mut carmen, &mut server);
    assert_eq!(carmen.value(old, "aliases"), "Rosie");
    assert_eq!(carmen.value(unsent, "note"), "never synchronized");
}

#[test]
fn a_reconcile_goes_on_after_a_crash_at_every_step() {
    let (mut anna, mut server) = (Phone::new(1), TestServer::new());
    let backup = server.clone();
    for number in 0..7 {
        anna.person(&format!("Person {number}"));
    }
    server::sync(&mut anna, &mut server);
    let mut server = backup.restored();
    // Offers of two records.
    let small = Budget { push_bytes_max: 200, offer_again: true, ..budget() };
    let mut completes = 0;
    for round in 0.. {
        anna = anna.reopened();
        // The first answer to each request is lost.
        for answered in [false, true] {
            let sent = anna.build(small).request;
            let offer = sent.reconcile.clone();
            if let Some(offer) = &offer
                && offer.complete
            {
                completes += 1;
                assert!(sent.push.is_empty() && offer.holds.is_empty());
                assert_eq!(anna.device.store().read().reoffered_size().unwrap(), 0);
            }
            let answer = server.answer(&sent);
            if !answered {
                continue;
            }
            let summary = anna.take(&sent, &answer);
            if summary.left.is_nothing() {
                assert_eq!(server.changes(), 7);
                assert!(completes > 0);
                return;
            }
            assert!(summary.progressed, "round {round}");
        }
    }
}

#[test]
fn what_is_unsent_waits_until_a_restored_server_was_offered_everything() {
    let (mut anna, mut server) = (Phone::new(1), TestServer::new());
    let backup = server.clone();
    let person = anna.person("Rosa Cedro");
    server::sync(&mut anna, &mut server);
    anna.edit(person, text("aliases", "Rosie"));
    let mut server = backup.restored();

    let sent = anna.request();
    let answer = server.answer(&sent);
    assert_eq!(answer.results[0].outcome, refused("missing_dependencies", RetryV1::AfterPull));
    let summary = anna.take(&sent, &answer);
    assert!(summary.left.reconcile && !summary.left.pull);
    assert_eq!(anna.device.store().read().feed().unwrap().cursor, None);

    let sent = anna.request_again();
    assert!(sent.push.is_empty());
    assert_eq!(sent.reconcile.as_ref().unwrap().holds.len(), 1);
    let answer = server.answer(&sent);
    anna.take(&sent, &answer);
    let sent = anna.request_again();
    assert_eq!(sent.push.len(), 2, "what was lost, then what follows it");
    assert!(!sent.reconcile.as_ref().unwrap().complete);
    let answer = server.answer(&sent);
    anna.take(&sent, &answer);
    server::sync(&mut anna, &mut server);
    assert_eq!((server.changes(), anna.waiting()), (2, 0));
    assert_eq!(anna.device.status(anna.now).unwrap().refused, 0);
}

#[test]
fn a_server_restored_again_during_a_reconcile_starts_another() {
    let (mut anna, mut server) = (Phone::new(1), TestServer::new());
    let backup = server.clone();
    anna.person("Rosa Cedro");
    server::sync(&mut anna, &mut server);
    let mut second = backup.clone().restored();
    for _ in 0..3 {
        let sent = anna.request();
        let answer = second.answer(&sent);
        anna.take(&sent, &answer);
    }
    let mut third = backup.restored().restored();
    server::sync(&mut anna, &mut third);
    assert_eq!((third.changes(), anna.waiting()), (1, 0));
    assert_eq!(anna.device.store().read().feed().unwrap().cursor.unwrap().epoch, third.epoch);
}

#[test]
fn what_others_wrote_and_a_server_set_aside_is_handed_over_whole_and_to_the_next_server_too() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let backup = server.clone();
    let person = ben.person("Rosa Cedro");
    let (taken, aside) = (ben.contact(Some(person), "first"), ben.contact(Some(person), "second"));
    server::sync(&mut ben, &mut server);
    ben.edit(aside, text("note", "spoke at the door"));
    server::sync(&mut ben, &mut server);
    server::sync(&mut anna, &mut server);
    drop(ben);

    // It sets the contact aside when it comes to the change that made it, and is lost as well.
    let mut second = backup.clone().restored();
    let one_at_a_time = Budget { push_bytes_max: 1, ..budget() };
    let mut handed_over = BTreeSet::new();
    for _ in 0..50 {
        let sent = anna.build(one_at_a_time).request;
        let mut answer = second.answer(&sent);
        for (push, result) in sent.push.iter().zip(&mut answer.results) {
            if push.record == aside {
                handed_over.insert(result.hash);
                result.outcome = refused("not_confirmed", RetryV1::Never);
            }
        }
        answer.pull.retain(|update| update.record != aside);
        if anna.take(&sent, &answer).left.is_nothing() {
            break;
        }
    }
    assert_eq!(handed_over.len(), 2, "what follows it, too");
    assert_eq!(anna.show(taken).state, RecordState::OnServer);
    assert_eq!(anna.show(aside).state, RecordState::Refused);

    let mut third = backup.restored().restored();
    server::sync(&mut anna, &mut third);
    assert_eq!(third.changes(), 4);
    assert_eq!((anna.show(aside).state, anna.waiting()), (RecordState::OnServer, 0));
    assert_eq!(anna.value(aside, "note"), "spoke at the door");
}

#[test]
fn what_follows_a_change_that_is_refused_for_good_is_not_waited_for() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let backup = server.clone();
    let person = ben.person("Rosa Cedro");
    server::sync(&mut ben, &mut server);
    ben.edit(person, text("aliases", "Rosie"));
    server::sync(&mut ben, &mut server);
    server::sync(&mut anna, &mut server);
    let mut server = backup.restored();
    let ended = (0..50).any(|_| {
        let sent = anna.request_again();
        let mut answer = server.answer(&sent);
        for (at, result) in answer.results.iter_mut().enumerate() {
            result.outcome = match at {
                0 => refused("forged_maker", RetryV1::Never),
                _ => refused("missing_dependencies", RetryV1::AfterPull),
            };
        }
        answer.pull.clear();
        anna.take(&sent, &answer).left.is_nothing()
    });
    assert!(ended, "{:?}", anna.device.status(anna.now));
}

#[test]
fn nothing_is_dropped_while_a_servers_history_is_in_doubt() {
    let (mut anna, mut server) = (Phone::new(1), TestServer::new());
    let backup = server.clone();
    let person = anna.person("Rosa Cedro");
    server::sync(&mut anna, &mut server);
    let mut server = backup.restored();
    let sent = anna.request();
    let mut answer = server.answer(&sent);
    answer.revoked = vec![server::revoked(&scope_of(person, "IDN"), 1)];
    anna.take(&sent, &answer);
    assert_eq!(anna.value(person, "name"), "Rosa Cedro");
    server::sync(&mut anna, &mut server);
    assert_eq!(anna.value(person, "name"), "Rosa Cedro");
}

#[test]
fn what_does_not_come_with_the_pull_after_a_reconcile_leaves_the_phone() {
    let (mut anna, mut server) = (Phone::new(1), TestServer::new());
    let backup = server.clone();
    let (kept, lost) = (anna.person("Rosa Cedro"), anna.person("Luis Pino"));
    server::sync(&mut anna, &mut server);
    let mut server = backup.restored();
    // The server has forgotten that Luis is hers: it says nothing of him.
    let mut fresh = None;
    let mut told = Vec::new();
    for _ in 0..50 {
        let sent = anna.request_again();
        told.extend(sent.dropped.clone());
        let mut answer = server.answer(&sent);
        answer.pull.retain(|update| update.record != lost);
        let left = anna.take(&sent, &answer).left;
        if left.pull && fresh.is_none() {
            fresh = Some(anna.person("made before that pull"));
        }
        if left.is_nothing() {
            break;
        }
    }
    let fresh = fresh.unwrap();
    assert_eq!(told, [scope_of(lost, "IDN")], "the server is told");
    let read = anna.device.store().read();
    assert!(read.record_view(lost).unwrap().is_none());
    for record in [kept, fresh] {
        assert!(read.record_view(record).unwrap().is_some());
    }
    assert_eq!(read.outbox_size().unwrap(), 0);
}

#[test]
fn what_others_wrote_and_a_restored_server_refuses_is_not_kept_past_its_scope() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let backup = server.clone();
    let person = ben.person("Rosa Cedro");
    server::sync(&mut ben, &mut server);
    server::sync(&mut anna, &mut server);
    let mut server = backup.restored();
    for _ in 0..50 {
        let sent = anna.request_again();
        let mut answer = server.answer(&sent);
        for result in &mut answer.results {
            result.outcome = refused("not_vouched", RetryV1::Never);
        }
        answer.pull.retain(|update| update.record != person);
        if anna.take(&sent, &answer).left.is_nothing() {
            break;
        }
    }
    let read = anna.device.store().read();
    assert!(read.record_view(person).unwrap().is_none());
    assert_eq!(read.quarantine(Dismissed::Include).unwrap(), [], "nothing of what it said");
    assert_eq!(read.awaited(10).unwrap(), [], "nobody is asked about it");
}

#[test]
fn a_record_that_was_refused_and_comes_after_all_is_as_the_server_has_it_and_ones_own_goes_again() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let backup = server.clone();
    let person = anna.person("Rosa Cedro");
    anna.contact(Some(person), "her own, in the same scope");
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    let intake = ben.make("outreach_intake", Some(person), vec![choice("risk_level", "low")]);
    for (phone, note) in [("ben", ""), ("anna", "high"), ("ben", "medium")] {
        let phone = if phone == "ben" { &mut ben } else { &mut anna };
        if !note.is_empty() {
            phone.edit(intake, choice("risk_level", note));
        }
        server::sync(phone, &mut server);
        server::sync(if note == "high" { &mut ben } else { &mut anna }, &mut server);
    }
    let mut server = backup.restored();
    // What Anna's phone hands back of his intake is refused; then it comes from his phone.
    for _ in 0..50 {
        let sent = anna.request_again();
        let mut given = sent.clone();
        given.push.retain(|push| push.record != intake);
        let mut answer = server.answer(&given);
        let refuses = refused("not_vouched", RetryV1::Never);
        let mut taken = std::mem::take(&mut answer.results).into_iter();
        answer.results = server::all(&sent, &refuses).results;
        for (push, result) in sent.push.iter().zip(&mut answer.results) {
            if push.record != intake {
                *result = taken.next().unwrap();
            }
        }
        if anna.take(&sent, &answer).left.is_nothing() {
            break;
        }
    }
    assert_eq!(anna.show(intake).state, RecordState::Refused);
    for _ in 0..2 {
        server::sync(&mut ben, &mut server);
        server::sync(&mut anna, &mut server);
    }
    assert_eq!(anna.show(intake).state, RecordState::OnServer);
    let read = anna.device.store().read();
    assert_eq!(read.check_of(intake).unwrap(), Some(server.check(intake)));
    assert_eq!(read.refetch_size().unwrap(), 0);
    assert_eq!(anna.device.history(anna.now, intake).unwrap().len(), 3);
    assert_eq!(anna.value(intake, "risk_level"), ben.value(intake, "risk_level"));
}
