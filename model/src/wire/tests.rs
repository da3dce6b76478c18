//! What every message has in common.

use serde::Serialize;

use super::*;
use crate::ids::{ChangeHash, DeviceId, FeedSeq, RecordId};
use crate::limits;
use crate::time::Timestamp;

fn request() -> SyncRequestV1 {
    SyncRequestV1 {
        protocol: PROTOCOL,
        device: DeviceId::from_bytes([7; 16]),
        catalogue: vec![1; 32],
        cursor: None,
        seen: None,
        push: vec![],
        signature: vec![],
        dropped: vec![],
        views: vec![],
        refetch: vec![],
        awaits: vec![],
        reconcile: None,
        pull_bytes_max: 1_000,
        announced: None,
        colleagues: None,
        drafts: None,
        about: None,
        wiped: None,
    }
}

#[test]
fn what_is_encoded_reads_back() {
    let mut request = request();
    request.push.push(PushV1 { record: RecordId::from_bytes([1; 16]), change: vec![9; 40] });
    request.dropped.push("0190c0de-0000-7000-8000-000000000001/OUT".parse().unwrap());
    let bytes = encode(&request).unwrap();
    assert_eq!(decode::<SyncRequestV1>(&bytes), Ok(request));
}

#[test]
fn a_reader_ignores_keys_it_does_not_know() {
    #[derive(Serialize)]
    struct Newer {
        seq: u64,
        hint: &'static str,
    }
    let bytes = encode(&Newer { seq: 4, hint: "from a newer server" }).unwrap();
    assert_eq!(decode::<EventV1>(&bytes), Ok(EventV1 { seq: FeedSeq(4) }));
}

#[test]
fn trailing_and_truncated_bytes_are_refused() {
    let mut bytes = encode(&request()).unwrap();
    bytes.push(0);
    assert_eq!(decode::<SyncRequestV1>(&bytes), Err(WireError::Malformed));
    bytes.truncate(bytes.len() - 2);
    assert_eq!(decode::<SyncRequestV1>(&bytes), Err(WireError::Malformed));
}

#[test]
fn a_message_is_read_up_to_its_limit_and_not_past_it() {
    // A byte string behind a head of five bytes.
    let message = |bytes| encode(&serde_bytes::ByteBuf::from(vec![7; bytes - 5])).unwrap();
    type Read = Result<serde_bytes::ByteBuf, WireError>;
    let (request, answer) = (limits::REQUEST_BYTES_MAX, limits::ANSWER_BYTES_MAX);
    let read: Read = decode(&message(request));
    assert!(read.is_ok());
    let read: Read = decode(&message(request + 1));
    assert_eq!(read, Err(WireError::TooLarge { bytes: request + 1, bytes_max: request }));
    let read: Read = decode_answer(&message(answer));
    assert!(read.is_ok());
    let read: Read = decode_answer(&message(answer + 1));
    assert_eq!(read, Err(WireError::TooLarge { bytes: answer + 1, bytes_max: answer }));
}

#[test]
fn a_message_that_claims_a_huge_list_costs_nothing() {
    // An array of 2^40 entries with none following.
    let bytes = [0x9b, 0, 0, 1, 0, 0, 0, 0, 0];
    assert_eq!(decode::<Vec<u64>>(&bytes), Err(WireError::Malformed));
}

#[test]
fn each_list_is_read_up_to_its_limit_and_not_past_it() {
    let view = ViewV1 { record: RecordId::from_bytes([1; 16]), at: Timestamp::default() };
    let push = PushV1 { record: RecordId::from_bytes([1; 16]), change: vec![] };
    let mut request = request();
    request.views = vec![view; limits::VIEWS_MAX];
    request.push = vec![push.clone(); limits::REQUEST_CHANGES_MAX];
    request.refetch = vec![push.record; limits::REFETCH_RECORDS_MAX];
    assert_eq!(request.check_limits(), Ok(()));
    request.push.push(push);
    assert!(matches!(
        request.check_limits(),
        Err(WireError::TooMany { field: "push", max: limits::REQUEST_CHANGES_MAX, .. })
    ));
}

#[test]
fn the_check_of_a_record_does_not_depend_on_order() {
    let (a, b) = (ChangeHash([3; 32]), ChangeHash([5; 32]));
    assert_eq!(CheckV1::of([&a, &b]), CheckV1::of([&b, &a]));
    assert_ne!(CheckV1::of([&a]), CheckV1::of([&b]));
}
