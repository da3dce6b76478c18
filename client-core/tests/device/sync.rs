//! Requests out of the store, answers into it.

use client_core::store::RecordState;

use crate::desk::{self, Desk};
use crate::phone::Phone;

#[test]
fn what_one_worker_saves_the_other_reads() {
    let (mut anna, mut ben, mut desk) = (Phone::new(1), Phone::new(2), Desk::new());
    let person = anna.person("Rosa Cedro");
    let contact = anna.contact(Some(person), "spoke on the porch");
    assert_eq!(desk::sync(&mut anna, &mut desk), 1);
    assert_eq!(anna.show(contact).state, RecordState::OnServer);
    assert_eq!(desk::sync(&mut ben, &mut desk), 1);
    assert_eq!(ben.value(contact, "note"), "spoke on the porch");
}
