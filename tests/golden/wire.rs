//! The bytes that travel, version 1.

use std::fmt::Debug;

use ciborium::Value;
use model::wire::{self, EventV1, SyncRequestV1, SyncResponseV1};
use serde::{Serialize, de::DeserializeOwned};

use crate::fixture;
use crate::messages::{self as message};

/// The file's bytes decode to this message, this message encodes to the file's bytes, and what the
/// file says in words is what the bytes say.
fn stands<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, message: &T) {
    let encoded = wire::encode(message).unwrap();
    let text = fixture::read(&format!("wire/{name}.txt"), || {
        fixture::render(&fixture::diagnostic(&encoded), &encoded)
    });
    let (reading, bytes) = fixture::parse(&text);
    assert_eq!(fixture::diagnostic(&bytes), reading, "{name}: the words are not the bytes");
    assert_eq!(&wire::decode::<T>(&bytes).unwrap(), message, "{name}: read otherwise than then");
    assert_eq!(encoded, bytes, "{name}: written otherwise than then");
}

#[test]
fn every_message_of_version_1_is_read_and_written_as_ever() {
    stands("enroll_request", &message::enroll_request());
    stands("enroll_request.bare", &message::enroll_request_bare());
    stands("enroll_response", &message::enroll_response());
    stands("enroll_response.bare", &message::enroll_response_bare());
    stands("sync_request", &message::sync_request());
    stands("sync_request.bare", &message::sync_request_bare());
    stands("sync_response", &message::sync_response());
    stands("sync_response.bare", &message::sync_response_bare());
    stands("sync_response.reconcile_bare", &message::sync_response_reconcile_bare());
    stands("error", &message::error());
    stands("event", &message::event());
}

#[test]
fn what_came_to_version_1_later_is_read_and_written_as_ever() {
    stands("sync_request.later", &message::sync_request_later());
    stands("sync_response.later", &message::sync_response_later());
    stands("sync_request.colleagues", &message::sync_request_colleagues());
    stands("sync_response.colleagues", &message::sync_response_colleagues());
    stands("sync_request.about", &message::sync_request_about());
    stands("sync_request.wiped", &message::sync_request_wiped());
    stands("announcement", &message::announcement());
    stands("announcement.bare", &message::announcement_bare());
    stands("reconnect_request", &message::reconnect_request());
    stands("reconnect_request.bare", &message::reconnect_request_bare());
    stands("reconnect_response", &message::reconnect_response());
    stands("reconnect_response.bare", &message::reconnect_response_bare());
}

#[test]
fn an_event_is_one_number_in_json() {
    // Server-sent events are text: this one is the only message that travels as JSON.
    let event = message::event();
    assert_eq!(serde_json::to_string(&event).unwrap(), r#"{"seq":70004}"#);
    assert_eq!(serde_json::from_str::<EventV1>(r#"{"seq":70004,"hint":1}"#).unwrap(), event);
}

#[test]
fn a_reader_passes_over_keys_that_a_newer_writer_adds_anywhere() {
    reads_with_more_keys("sync_request", &message::sync_request());
    reads_with_more_keys("sync_response", &message::sync_response());
    reads_with_more_keys("enroll_request", &message::enroll_request());
    reads_with_more_keys("enroll_response", &message::enroll_response());
    reads_with_more_keys("sync_request.later", &message::sync_request_later());
    reads_with_more_keys("sync_response.later", &message::sync_response_later());
    reads_with_more_keys("sync_request.colleagues", &message::sync_request_colleagues());
    reads_with_more_keys("sync_response.colleagues", &message::sync_response_colleagues());
    reads_with_more_keys("sync_request.about", &message::sync_request_about());
    reads_with_more_keys("announcement", &message::announcement());
    reads_with_more_keys("reconnect_request", &message::reconnect_request());
    reads_with_more_keys("reconnect_response", &message::reconnect_response());
    reads_with_more_keys("error", &message::error());
    reads_with_more_keys("event", &message::event());
}

#[test]
fn a_reader_does_without_every_key_that_a_writer_may_leave_out() {
    let bare: Value = read("sync_request.bare");
    let keys = keys_of(&bare);
    assert_eq!(keys, ["protocol", "device", "catalogue", "pull_bytes_max"]);
    let bare: Value = read("sync_response.bare");
    assert_eq!(keys_of(&bare), ["head", "more", "server_time", "lease_until"]);

    // And a key that is needed is not invented.
    for (missing, key) in keys.iter().enumerate() {
        let Value::Map(mut entries) = read::<Value>("sync_request.bare") else { unreachable!() };
        entries.remove(missing);
        assert!(reread::<SyncRequestV1>(&Value::Map(entries)).is_none(), "{key}");
    }
    let Value::Map(mut entries) = bare else { unreachable!() };
    entries.remove(0);
    assert!(reread::<SyncResponseV1>(&Value::Map(entries)).is_none());
}

fn reads_with_more_keys<T: DeserializeOwned + PartialEq + Debug>(name: &str, message: &T) {
    let mut value: Value = read(name);
    let mut added = 0;
    add_keys(&mut value, "", &mut added);
    assert!(added > 0);
    assert_eq!(reread::<T>(&value).as_ref(), Some(message), "{name} with {added} more keys");
}

/// Adds a key to each map that is a structure: not to those whose keys are data, nor to those that
/// name one of several variants.
fn add_keys(value: &mut Value, under: &str, added: &mut usize) {
    match value {
        Value::Map(entries) => {
            for (key, value) in entries.iter_mut() {
                add_keys(value, key.as_text().unwrap_or(""), added);
            }
            if !["files", "authors", "named", "outcome", "chunk", "about"].contains(&under) {
                let more = Value::Array(vec![Value::Null, Value::Text("newer".into())]);
                entries.insert(0, (Value::Text("a_newer_key".into()), more));
                *added += 1;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| add_keys(item, "", added)),
        _ => {}
    }
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let text = fixture::read(&format!("wire/{name}.txt"), || panic!("{name} is made elsewhere"));
    ciborium::from_reader(fixture::parse(&text).1.as_slice()).unwrap()
}

fn reread<T: DeserializeOwned>(value: &Value) -> Option<T> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    wire::decode(&bytes).ok()
}

fn keys_of(value: &Value) -> Vec<String> {
    let Value::Map(entries) = value else { panic!("a map") };
    entries.iter().map(|(key, _)| key.as_text().unwrap().to_owned()).collect()
}
