//! What is signed, version 1: another word or another order would refuse every device in the field.

use std::fmt::Write as _;

use ed25519_dalek::{Signer, SigningKey};
use model::ids::{ChangeHash, DeviceId};
use model::proof::{self, DpopClaims};
use model::time::Timestamp;
use model::wire::OrderKindV1;

use crate::fixture;

#[test]
fn messages_that_are_signed_have_the_bytes_of_version_1() {
    let mut text = String::new();
    for (name, message) in messages() {
        let signature = key().sign(&message).to_bytes();
        writeln!(text, "{name}\n  message   {}\n  signature {}", hex(&message), hex(&signature))
            .unwrap();
    }
    assert_eq!(fixture::read("signed.txt", || text.clone()), text);
}

#[test]
fn a_signature_of_version_1_still_holds_and_for_its_own_message_only() {
    let text = fixture::read("signed.txt", || panic!("made by the test above"));
    let lines: Vec<_> = text.lines().collect();
    let public = key().verifying_key().to_bytes();
    let messages = messages();
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

fn messages() -> Vec<(&'static str, Vec<u8>)> {
    let device = DeviceId::from_bytes([0x11; 16]);
    let hashes = [ChangeHash([0x41; 32]), ChangeHash([0x42; 32])];
    let at = Timestamp::from_millis(1_795_617_000_123);
    vec![
        ("enrol", proof::enrol_message("K7QM2X9A", key().verifying_key().as_bytes())),
        ("push of two changes", proof::push_message(device, &hashes)),
        ("push of one change", proof::push_message(device, &hashes[..1])),
        ("wipe", proof::order_message(device, OrderKindV1::Wipe, at)),
        ("lock", proof::order_message(device, OrderKindV1::Lock, at)),
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
