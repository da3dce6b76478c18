//! Messages as they travel.

use client_core::sync::{decode_body, encode_body};
use model::limits::REQUEST_BYTES_MAX;
use model::wire::{SyncResponseV1, WireError};

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
fn a_body_is_inflated_up_to_its_limit_and_not_past_it() {
    let bytes = |len: usize| serde_bytes::ByteBuf::from(vec![0; len]);
    // A byte string of this size has a head of five bytes.
    let largest = REQUEST_BYTES_MAX - 5;
    let body = encode_body(&bytes(largest)).unwrap();
    assert_eq!(decode_body::<serde_bytes::ByteBuf>(&body).unwrap().len(), largest);
    let larger = encode_body(&bytes(largest + 1));
    assert!(matches!(larger, Err(WireError::TooLarge { .. })));

    let bomb = zstd::encode_all(&vec![0; 64 << 20][..], 3).unwrap();
    assert!(bomb.len() < 10_000);
    assert!(decode_body::<SyncResponseV1>(&bomb).is_err());
}
