//! What a device receives.

use client_core::engine::Left;
use client_core::store::quarantine::Dismissed;
use model::wire::{ChunkV1, RecordUpdateV1, SyncResponseV1};

use crate::phone::{Phone, text};
use crate::server::{self, TestServer, nothing_new};

#[test]
fn the_same_answer_twice_does_no_harm() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let person = anna.person("Rosa Cedro");
    server::sync(&mut anna, &mut server);
    ben.contact(None, "a stranger");
    let sent = ben.request();
    let answer = server.answer(&sent);
    let first = ben.take(&sent, &answer);
    let view = ben.show(person);
    let second = ben.take(&sent, &answer);
    assert_eq!((first.sent, first.received), (1, 1));
    assert_eq!((second.sent, second.received, second.progressed), (0, 0, false));
    assert_eq!(ben.show(person), view);
}

#[test]
fn one_bad_update_stops_no_other() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let (bad, torn, good) = (anna.person("Bad"), anna.person("Torn"), anna.person("Rosa Cedro"));
    server::sync(&mut anna, &mut server);
    let sent = ben.request();
    let mut answer = server.answer(&sent);
    let [first, second, third] = &mut answer.pull[..] else { panic!() };
    // Another record's change, a change cut short, and a good one.
    first.chunk = third.chunk.clone();
    let ChunkV1::Changes(changes) = &mut second.chunk else { panic!() };
    changes[0].pop();
    let summary = ben.take(&sent, &answer);
    assert_eq!(summary.received, 1);
    assert_eq!(ben.value(good, "name"), "Rosa Cedro");
    let found = |words| ben.device.search(ben.now, words, 10).unwrap().len();
    assert_eq!([found("rosa"), found("bad"), found("torn")], [1, 0, 0]);
    assert_eq!(summary.left.refetch, 2);
    assert_eq!(ben.device.store().read().feed().unwrap().cursor, answer.cursor);

    server::sync(&mut ben, &mut server);
    assert_eq!(ben.value(bad, "name"), "Bad");
    assert_eq!(ben.value(torn, "name"), "Torn");
    assert!(ben.device.verify().unwrap().is_sound());
}

#[test]
fn a_saved_document_that_cannot_be_read_stops_no_other() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let (bad, good) = (anna.person("Bad"), anna.person("Rosa Cedro"));
    server::sync(&mut anna, &mut server);
    let sent = ben.request();
    let mut answer = server.answer(&sent);
    answer.pull[0].chunk = ChunkV1::Snapshot(vec![7; 100]);
    assert_eq!(ben.take(&sent, &answer).left, Left { refetch: 1, ..Left::default() });
    assert_eq!(ben.value(good, "name"), "Rosa Cedro");
    server::sync(&mut ben, &mut server);
    assert_eq!(ben.value(bad, "name"), "Bad");
}

#[test]
fn a_change_that_comes_before_the_one_it_follows_is_kept_until_that_comes() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let person = anna.person("Rosa Cedro");
    anna.edit(person, text("aliases", "Rosie"));
    server::sync(&mut anna, &mut server);
    let whole = server.whole(person).unwrap();
    let ChunkV1::Changes(changes) = &whole.chunk else { panic!() };
    let half = |at: usize| RecordUpdateV1 {
        chunk: ChunkV1::Changes(vec![changes[at].clone()]),
        check: None,
        ..whole.clone()
    };
    let sent = ben.request();
    ben.take(&sent, &SyncResponseV1 { pull: vec![half(1)], ..nothing_new() });
    assert!(ben.device.show(ben.now, person).is_err());
    ben.take(&sent, &SyncResponseV1 { pull: vec![half(0)], ..nothing_new() });
    assert_eq!(ben.value(person, "aliases"), "Rosie");
    assert!(ben.refusals(Dismissed::Include).is_empty());
}

#[test]
fn a_record_that_does_not_add_up_is_asked_for_whole_once_a_run() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let person = anna.person("Rosa Cedro");
    server::sync(&mut anna, &mut server);
    let sent = ben.request();
    let mut answer = server.answer(&sent);
    answer.pull[0].check.as_mut().unwrap().count += 1;
    assert_eq!(ben.take(&sent, &answer).left, Left { refetch: 1, ..Left::default() });
    let sent = ben.request();
    assert_eq!(sent.refetch, [person]);
    // Whole, and it still does not add up: the run ends all the same.
    let pull = answer.pull.clone();
    let summary = ben.take(&sent, &SyncResponseV1 { pull, ..nothing_new() });
    assert_eq!((summary.progressed, summary.left), (false, Left::default()));
    let sent = ben.request();
    assert_eq!(sent.refetch, [person], "the next one asks again");
    let answer = server.answer(&sent);
    assert_eq!(ben.take(&sent, &answer).left, Left::default());
    assert!(ben.request().refetch.is_empty());
}

#[test]
fn a_long_pull_comes_in_pages_and_goes_on_after_a_crash() {
    let (mut anna, mut server) = (Phone::new(1), TestServer::new());
    let people: Vec<_> = (0..9).map(|n| anna.person(&format!("Person {n}"))).collect();
    anna.edit(people[0], text("aliases", "First"));
    server::sync(&mut anna, &mut server);
    server.page = 4;
    let mut ben = Phone::new(2);
    let sent = ben.request();
    let answer = server.answer(&sent);
    let summary = ben.take(&sent, &answer);
    assert_eq!((summary.received, summary.left), (4, Left { pull: true, ..Left::default() }));
    let mut ben = ben.reopened();
    assert_eq!(server::sync(&mut ben, &mut server), 2);
    assert_eq!(ben.value(people[0], "aliases"), "First");
    assert_eq!(ben.value(people[8], "name"), "Person 8");
}

#[test]
fn a_lost_page_is_asked_for_again() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    anna.person("Rosa Cedro");
    server::sync(&mut anna, &mut server);
    let before = ben.request();
    server.answer(&before);
    assert_eq!(ben.request().cursor, before.cursor, "the cursor moves with its page only");
}

#[test]
fn an_answer_that_was_overtaken_does_not_make_the_device_forget_what_it_was_told() {
    let mut phone = Phone::new(1);
    let sent = phone.request();
    let mut newer = nothing_new();
    newer.head.seq.0 = 40;
    phone.take(&sent, &newer);
    phone.take(&sent, &nothing_new());
    assert_eq!(phone.request().seen.unwrap().seq.0, 40);
}
