//! The signed messages of version 1: any change of words or order would refuse every device in use.

use std::fmt::Write as _;

use ed25519_dalek::{Signer, SigningKey};
use model::ids::{ChangeHash, DeviceId, UserId};
use model::proof::{self, DpopClaims};
use model::time::Timestamp;
use model::wire::OrderKindV1;

use crate::fixture;

#[test]
fn messages_that_are_signed_have_the_bytes_of_version_1() {
    for (file, messages) in [(FIRST, first()), (LATER, later())] {
        let mut text = String::new();
        for (name, message) in messages {
            let (signature, message) = (hex(&key().sign(&message).to_bytes()), hex(&message));
            writeln!(text, "{name}\n  message   {message}\n  signature {signature}").unwrap();
        }
        assert_eq!(fixture::read(file, || text.clone()), text);
    }
}

#[test]
fn a_signature_of_version_1_still_holds_and_for_its_own_message_only() {
    let kept = |file| fixture::read(file, || panic!("made by the test above"));
    let text = kept(FIRST) + &kept(LATER);
    let lines: Vec<_> = text.lines().collect();
    let public = key().verifying_key().to_bytes();
    let messages = [first(), later()].concat();
    assert_eq!(lines.len(), 3 * messages.len());
    for ((name, message), lines) in messages.iter().zip(lines.chunks(3)) {
        assert_eq!(lines[0], *name);
        let signature = unhex(lines[2].trim_start().strip_prefix("signature ").unwrap());
        for (other, text) in &messages {
            assert_eq!(
                proof::verify(&public, text, &signature),
                message == text,
                "{name}, {other}"
            );
        }
    }
}

#[test]
fn a_dpop_proof_of_version_1_is_written_and_read_as_ever() {
    let proof = proof::dpop_proof(&key(), &claims()).unwrap();
    let kept = fixture::read("dpop.txt", || format!("{proof}\n"));
    assert_eq!(kept.trim_end(), proof);
    let (read, by) = proof::dpop_verify(kept.trim_end()).unwrap();
    assert_eq!(read, claims());
    assert_eq!(by, key().verifying_key().to_bytes());
}

const FIRST: &str = "signed.txt";
/// What came to version 1 after the first were written.
const LATER: &str = "signed.later.txt";

fn first() -> Vec<(&'static str, Vec<u8>)> {
    let device = DeviceId::from_bytes([0x11; 16]);
    let hashes = [ChangeHash([0x41; 32]), ChangeHash([0x42; 32])];
    let at = Timestamp::from_millis(1_795_617_000_123);
    vec![
        ("enrol", proof::enroll_message("K7QM2X9A", key().verifying_key().as_bytes())),
        ("push of two changes", proof::push_message(device, &hashes)),
        ("push of one change", proof::push_message(device, &hashes[..1])),
        ("wipe", proof::order_message(device, OrderKindV1::Wipe, at)),
        ("lock", proof::order_message(device, OrderKindV1::Lock, at)),
    ]
}

fn later() -> Vec<(&'static str, Vec<u8>)> {
    let (device, user) = (DeviceId::from_bytes([0x11; 16]), UserId::from_bytes([0x12; 16]));
    let (urls, pins) =
        (["https://field.example:8443", "https://next.example"], [[0xd1; 32], [0xd2; 32]]);
    let urls = urls.map(String::from);
    let (code, public) = ("K7QM2X9A", key().verifying_key().to_bytes());
    let no_pins: [[u8; 32]; 0] = [];
    vec![
        (
            "announcement of two addresses and two keys",
            proof::announcement_message(4, &urls, &pins),
        ),
        ("announcement of one address", proof::announcement_message(4, &urls[..1], &no_pins)),
        ("reconnect", proof::reconnect_message(code, device, user, &public, &[0xa3; 32])),
        ("reconnected", proof::reconnected_message(code, device, &public, "fb1_dG9rZW4")),
    ]
}

fn claims() -> DpopClaims {
    DpopClaims {
        jti: "0192-7f3a".into(),
        htm: "POST".into(),
        htu: "https://field.example:8443/v1/sync".into(),
        iat: 1_795_617_000,
        ath: proof::token_hash("fb1_dG9rZW4"),
        nonce: Some("bm9uY2U".into()),
    }
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[0x5e; 32])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}
