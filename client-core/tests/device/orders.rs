//! The rest of an answer: orders, the lease, the catalogue; and what was looked at.

use client_core::engine::{Budget, Ending};
use client_core::vault::KeyVault;
use ed25519_dalek::SigningKey;
use model::catalogue::CatalogueSource;
use model::ids::DeviceId;
use model::time::Span;
use model::wire::{OrderKindV1, OutcomeV1, RetryV1, SyncResponseV1};

use crate::phone::{Phone, budget, choice, start};
use crate::server::{self, all, nothing_new};

#[test]
fn an_order_without_the_servers_signature_is_passed_over() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let sent = phone.request();
    let key = SigningKey::from_bytes(&[1; 32]);
    let forged = server::order(&key, sent.device, OrderKindV1::Wipe, start());
    let other = DeviceId::from_bytes([2; 16]);
    let misdirected = server::order(&server::server_key(), other, OrderKindV1::Lock, start());
    let mut answer = all(&sent, &OutcomeV1::Accepted);
    answer.orders = vec![forged, misdirected];
    let summary = phone.take(&sent, &answer);
    assert_eq!((summary.sent, summary.ended), (1, None));
    assert_eq!(phone.value(person, "name"), "Rosa Cedro");
}

#[test]
fn a_wipe_destroys_the_keys_and_the_store() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let sent = phone.request();
    phone.take(&sent, &all(&sent, &OutcomeV1::Accepted));
    let sent = phone.request();
    let wipe = server::order(&server::server_key(), sent.device, OrderKindV1::Wipe, start());
    let answer = SyncResponseV1 { orders: vec![wipe], ..nothing_new() };
    let summary = phone.take(&sent, &answer);
    assert_eq!(summary.ended, Some(Ending::Wiped));
    assert!(!phone.path().exists());
    assert!(phone.vault.load("store-key").unwrap().is_none());
    assert!(phone.vault.load("device-seed").unwrap().is_none());
    assert!(phone.device.show(phone.now, person).is_err());
}

#[test]
fn a_wipe_waits_until_everything_unsent_was_handed_over() {
    let mut phone = Phone::new(1);
    phone.person("Rosa Cedro");
    phone.person("Ana Alder");
    let small = Budget { push_bytes_max: 1, ..budget() };
    for expected in [None, Some(Ending::Wiped)] {
        let sent = phone.build(small).request;
        assert_eq!(sent.push.len(), 1);
        let wipe = server::order(&server::server_key(), sent.device, OrderKindV1::Wipe, start());
        let mut answer = all(&sent, &server::refused("device_revoked", RetryV1::Never));
        answer.orders = vec![wipe];
        let summary = phone.take(&sent, &answer);
        assert_eq!(summary.ended, expected);
        assert!(expected.is_some() || summary.left.push == 1);
    }
    assert!(!phone.path().exists());
}

#[test]
fn a_wipe_does_not_take_an_empty_request_for_everything_handed_over() {
    let mut phone = Phone::new(1);
    let sent = phone.request();
    phone.person("Rosa Cedro");
    let wipe = server::order(&server::server_key(), sent.device, OrderKindV1::Wipe, start());
    let answer = SyncResponseV1 { orders: vec![wipe], ..nothing_new() };
    let summary = phone.take(&sent, &answer);
    assert_eq!((summary.ended, summary.left.push), (None, 1));
    assert!(phone.path().exists());
}

#[test]
fn a_locked_device_shows_nothing_until_an_answer_comes_without_the_order() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let sent = phone.request();
    let lock = server::order(&server::server_key(), sent.device, OrderKindV1::Lock, start());
    let mut answer = all(&sent, &OutcomeV1::Accepted);
    answer.orders = vec![lock];
    let summary = phone.take(&sent, &answer);
    assert_eq!((summary.sent, summary.ended), (1, Some(Ending::Locked)));
    let mut phone = phone.reopened();
    assert!(phone.device.show(phone.now, person).is_err());
    assert!(phone.device.status(phone.now).unwrap().locked);
    let sent = phone.request();
    phone.take(&sent, &nothing_new());
    assert_eq!(phone.value(person, "name"), "Rosa Cedro");
}

#[test]
fn records_are_shown_as_long_as_the_server_allows_and_no_clock_helps() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    phone.later(Span::from_days(15));
    assert!(phone.device.show(phone.now, person).is_err());
    let sent = phone.request();
    let answer = SyncResponseV1 {
        server_time: phone.now + Span::from_minutes(3),
        lease_until: phone.now + Span::from_days(1),
        ..nothing_new()
    };
    phone.take(&sent, &answer);
    assert_eq!(phone.device.status(phone.now).unwrap().lease.skew(), Span::from_minutes(3));
    assert_eq!(phone.value(person, "name"), "Rosa Cedro");
    // The server says that it is over; a clock put back does not bring it back.
    let over = SyncResponseV1 { server_time: answer.lease_until + Span::from_secs(1), ..answer };
    phone.take(&sent, &over);
    phone.now = start();
    assert!(phone.device.show(phone.now, person).is_err());
}

#[test]
fn what_was_looked_at_is_told_once_an_hour_and_record() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    phone.show(person);
    phone.later(Span::from_minutes(1));
    phone.show(person);
    let sent = phone.request();
    assert_eq!(sent.views.len(), 1);
    assert_eq!(sent.views[0].at, start());
    phone.take(&sent, &all(&sent, &OutcomeV1::Accepted));
    phone.show(person);
    assert!(phone.request().views.is_empty());
    phone.later(Span::from_hours(1));
    phone.show(person);
    assert_eq!(phone.request().views.len(), 1);
}

#[test]
fn a_catalogue_that_came_is_used_and_one_that_cannot_be_read_is_not() {
    let mut phone = Phone::new(1);
    let contact = phone.contact(None, "a stranger");
    let before = phone.request().catalogue;
    let mut source = CatalogueSource::builtin();
    let types = source.files.keys().find(|name| name.ends_with("outreach_contact.toml"));
    let types = types.unwrap().clone();
    let text = source.files[&types].replace("Outreach contact", "Street contact");
    source.files.insert(types.clone(), text);
    let sent = phone.request();
    phone.take(&sent, &SyncResponseV1 { catalogue: Some(source.clone()), ..nothing_new() });
    let request = phone.request();
    assert_ne!(request.catalogue, before);
    let label = |phone: &Phone| {
        let name = "outreach_contact".parse().unwrap();
        phone.device.catalogue().record_type(&name).unwrap().label.en.clone()
    };
    assert_eq!(label(&phone), "Street contact");

    source.files.insert(types, "not TOML at all [".into());
    phone.take(&sent, &SyncResponseV1 { catalogue: Some(source), ..nothing_new() });
    assert_eq!(label(&phone), "Street contact");
    assert_eq!(phone.request().catalogue, request.catalogue);
    phone.edit(contact, choice("result", "brief"));
}
