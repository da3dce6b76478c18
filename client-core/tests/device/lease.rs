//! A lease ends by the clock that is furthest, whatever anybody does to the other.

use client_core::device::{NewRecord, RecordError};
use client_core::store::Uptime;
use model::ids::RecordId;
use model::time::{Span, Timestamp};
use model::wire::SyncResponseV1;

use crate::phone::{Phone, start, text};
use crate::server::nothing_new;

#[test]
fn a_clock_put_back_a_day_before_the_end_gains_nothing() {
    let (mut phone, person) = leased();
    phone.later(Span::from_hours(71));
    phone.edit(person, text("notes", "seen"));
    // The clock is put back, and the program started again.
    phone.now = start() + Span::from_hours(47);
    let mut phone = phone.reopened();
    assert!(is_shown(&phone, person));
    phone.later(Span::from_hours(2));
    assert!(!is_shown(&phone, person));
    // What was to be recorded stays: the server is met, and all is shown again.
    meets(&mut phone);
    assert!(is_shown(&phone, person));
}

#[test]
fn a_look_costs_no_write_and_each_opening_is_noticed() {
    let (mut phone, person) = leased();
    for hours in [20, 40, 60] {
        phone.now = start() + Span::from_hours(hours);
        phone = phone.reopened();
        let before = phone.files();
        assert!(is_shown(&phone, person));
        assert_eq!(phone.files(), before);
    }
    phone.now = start();
    let mut phone = phone.reopened();
    phone.later(Span::from_hours(13));
    assert!(!is_shown(&phone, person));
}

#[test]
fn the_machine_counts_while_its_clock_stands_and_after_it_was_started_again() {
    let (mut phone, person) = leased();
    let now = phone.now;
    let runs = |phone: &mut Phone, boot: u8, hours: i64| {
        let uptime = Uptime { boot: Some([boot; 16]), since: Span::from_hours(hours) };
        phone.device.notice_time(now, Some(uptime)).unwrap();
    };
    runs(&mut phone, 1, 5);
    meets(&mut phone);
    runs(&mut phone, 1, 45);
    let mut phone = phone.reopened();
    runs(&mut phone, 2, 30);
    assert!(is_shown(&phone, person));
    runs(&mut phone, 2, 33);
    assert!(!is_shown(&phone, person));
}

#[test]
fn a_clock_far_ahead_locks_until_the_server_is_met() {
    let (mut phone, person) = leased();
    phone.now = start() + Span::from_days(3_650);
    let mut phone = phone.reopened();
    assert!(!is_shown(&phone, person));
    phone.now = start() + Span::from_hours(1);
    assert!(!is_shown(&phone, person), "what was noticed stays so");
    meets(&mut phone);
    assert!(is_shown(&phone, person));
    // A clock that stays wrong is good for as long.
    phone.now = start() + Span::from_days(3_650);
    phone = phone.reopened();
    meets(&mut phone);
    assert!(is_shown(&phone, person));
}

#[test]
fn a_battery_that_ran_empty_costs_nothing() {
    let (mut phone, person) = leased();
    phone.later(Span::from_hours(20));
    phone = phone.reopened();
    phone.now = Timestamp::from_millis(0);
    phone = phone.reopened();
    assert!(is_shown(&phone, person));
    phone.now = start() + Span::from_hours(70);
    let mut phone = phone.reopened();
    assert!(is_shown(&phone, person));
    phone.later(Span::from_hours(3));
    assert!(!is_shown(&phone, person));
}

#[test]
fn a_server_whose_clock_was_wrong_once_locks_nobody_afterwards() {
    let (mut phone, person) = leased();
    for wrong in [Span::from_days(5), Span::from_days(-5)] {
        meets_at(&mut phone, start() + wrong);
        assert!(is_shown(&phone, person));
        // The server has come to its senses.
        phone.later(Span::from_hours(1));
        let now = phone.now;
        meets_at(&mut phone, now);
        assert!(is_shown(&phone, person), "{wrong:?}");
        phone.later(Span::from_hours(71));
        assert!(is_shown(&phone, person), "{wrong:?}");
        phone.later(Span::from_hours(2));
        assert!(!is_shown(&phone, person), "{wrong:?}");
        meets(&mut phone);
    }
}

#[test]
fn past_its_lease_a_phone_takes_new_records_and_shows_nothing() {
    let (mut phone, person) = leased();
    phone.later(Span::from_hours(80));
    let mut phone = phone.reopened();
    // A contact of the case, and somebody who was met for the first time.
    let contact = phone.contact(Some(person), "by the bus stop");
    let met = phone.person("Case Alder");
    for record in [person, contact, met] {
        assert!(!is_shown(&phone, record));
        let (now, edit) = (phone.now, vec![text("notes", "more")]);
        let edited = phone.device.edit(now, &mut phone.rng, record, edit);
        assert!(matches!(edited, Err(RecordError::Locked)));
        assert!(matches!(phone.device.show(now, record), Err(RecordError::Locked)));
        assert!(matches!(phone.device.history(now, record), Err(RecordError::Locked)));
    }
    assert!(matches!(phone.device.search(phone.now, "Alder", 9), Err(RecordError::Locked)));
    assert!(matches!(phone.device.tasks(phone.now), Err(RecordError::Locked)));
    // They go out with the next sync, and are shown from then on.
    assert_eq!(phone.request().push.len(), 3);
    meets(&mut phone);
    assert_eq!(phone.value(contact, "note"), "by the bus stop");
    assert_eq!(phone.value(met, "name"), "Case Alder");
}

#[test]
fn a_phone_that_the_server_locked_takes_nothing() {
    let (mut phone, person) = leased();
    phone.device.store_mut().write(|writer| writer.set_locked(true)).unwrap();
    let new = NewRecord {
        record_type: "person".parse().unwrap(),
        case: None,
        program: None,
        edits: vec![text("name", "Case Alder")],
    };
    let made = phone.device.new_record(phone.now, &mut phone.rng, new);
    assert!(matches!(made, Err(RecordError::Ordered)));
    assert!(matches!(phone.device.show(phone.now, person), Err(RecordError::Ordered)));
}

/// A phone with a person on it, which has just met its server.
fn leased() -> (Phone, RecordId) {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    meets(&mut phone);
    (phone, person)
}

/// The server answers: three days from an hour of its own.
fn meets(phone: &mut Phone) {
    meets_at(phone, start() + Span::from_hours(1));
}

fn meets_at(phone: &mut Phone, server_time: Timestamp) {
    let sent = phone.request();
    let lease_until = server_time + Span::from_hours(72);
    phone.take(&sent, &SyncResponseV1 { server_time, lease_until, ..nothing_new() });
}

fn is_shown(phone: &Phone, person: RecordId) -> bool {
    let shown = phone.device.list(phone.now, &Default::default());
    match phone.device.type_of(phone.now, person) {
        Ok(_) => shown.is_ok(),
        Err(RecordError::Locked) => false,
        Err(error) => panic!("{error}"),
    }
}
