//! Which records a screen is told of.

use std::collections::BTreeSet;

use crate::phone::{Phone, text};
use crate::server::{self, TestServer};

#[test]
fn every_way_a_record_changes_is_noted_once_until_it_is_taken() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let before = anna.person("Not noted");
    anna.device.store_mut().note_touched().unwrap();
    assert!(touched(&mut anna).is_empty());
    let (rosa, tomas) = (anna.person("Rosa Cedro"), anna.person("Tomas Sauce"));
    anna.edit(rosa, text("name", "Rosa Cedro Real"));
    assert_eq!(touched(&mut anna), BTreeSet::from([rosa, tomas]), "made and edited");
    assert!(touched(&mut anna).is_empty(), "taken is taken");

    server::sync(&mut anna, &mut server);
    assert_eq!(touched(&mut anna), BTreeSet::from([before, rosa, tomas]), "acknowledged");
    server::sync(&mut ben, &mut server);
    ben.edit(tomas, text("name", "Tomas Sauce Viejo"));
    server::sync(&mut ben, &mut server);
    server::sync(&mut anna, &mut server);
    assert_eq!(touched(&mut anna), BTreeSet::from([tomas]), "pulled");
    assert!(touched(&mut ben).is_empty(), "nobody asked");
}

#[test]
fn what_is_rolled_back_is_not_noted() {
    let mut anna = Phone::new(1);
    let rosa = anna.person("Rosa Cedro");
    anna.device.store_mut().note_touched().unwrap();
    let edit = vec![text("name", "Rosa"), text("no_such_field", "x")];
    anna.device.edit(anna.now, &mut anna.rng, rosa, edit).unwrap_err();
    assert!(touched(&mut anna).is_empty());
}

fn touched(phone: &mut Phone) -> BTreeSet<model::ids::RecordId> {
    phone.device.store_mut().take_touched().expect("the store is sound")
}
