//! Messages as they travel.

use client_core::sync::{decode_body, encode_body};
use model::limits::{ANSWER_BYTES_MAX, REQUEST_BYTES_MAX};
use model::wire::{self, SyncResponseV1, WireError};
use serde_bytes::ByteBuf;

use crate::phone::Phone;

#[test]
fn a_message_travels_small_and_reads_back() {
    let mut phone = Phone::new(1);
    for number in 0..50 {
        phone.contact(None, &format!("{number} spoke on the porch"));
    }
    let request = phone.request();
    let body = encode_body(&request).unwrap();
    assert_eq!(decode_body(&body), Ok(request.clone()));
    let raw: usize = request.push.iter().map(|push| push.change.len()).sum();
    assert!(body.len() < raw / 2, "{} of {raw} bytes", body.len());
    let cut = decode_body::<SyncResponseV1>(&body[..body.len() - 1]);
    assert_eq!(cut, Err(WireError::Malformed));
    assert_eq!(decode_body::<SyncResponseV1>(b"not zstd"), Err(WireError::Malformed));
}

#[test]
fn a_body_is_written_up_to_its_limit_and_not_past_it() {
    // A byte string of this size has a head of five bytes.
    let bytes = |len: usize| ByteBuf::from(vec![0; len - 5]);
    let largest = encode_body(&bytes(REQUEST_BYTES_MAX)).unwrap();
    assert_eq!(decode_body::<ByteBuf>(&largest).unwrap().len(), REQUEST_BYTES_MAX - 5);
    let larger = encode_body(&bytes(REQUEST_BYTES_MAX + 1));
    assert!(matches!(larger, Err(WireError::TooLarge { .. })));
}

#[test]
fn an_answer_is_inflated_up_to_its_limit_and_not_past_it() {
    let body = |len: usize| {
        let bytes = wire::encode(&ByteBuf::from(vec![0; len - 5])).unwrap();
        zstd::encode_all(&bytes[..], 3).unwrap()
    };
    let largest = decode_body::<ByteBuf>(&body(ANSWER_BYTES_MAX)).unwrap();
    assert_eq!(largest.len(), ANSWER_BYTES_MAX - 5);
    let bomb = body(ANSWER_BYTES_MAX + 1);
    assert!(bomb.len() < 10_000);
    assert!(matches!(decode_body::<ByteBuf>(&bomb), Err(WireError::TooLarge { .. })));
}
