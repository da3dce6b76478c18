//! The first exchange: a code for an identity.

use ed25519_dalek::{Signer, SigningKey};

use model::proof;
use model::wire::{EnrolRequestV1, EnrolResponseV1, PROTOCOL};

use crate::store::Enrolment;
use crate::store::open::FirstFacts;

/// Asks to enrol with the code of an invitation, however the code was typed.
pub fn enrol_request(code: &str, key: &SigningKey, platform: &str) -> EnrolRequestV1 {
    let code = normal_code(code);
    let public_key = key.verifying_key().to_bytes();
    let signature = key.sign(&proof::enrol_message(&code, &public_key));
    EnrolRequestV1 {
        protocol: PROTOCOL,
        code,
        public_key: public_key.to_vec(),
        platform: platform.to_owned(),
        signature: signature.to_bytes().to_vec(),
    }
}

/// The code without the spaces and dashes that make it easy to read aloud, in capitals.
pub fn normal_code(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

/// What a new store starts with.
pub fn first_facts(url: &str, fingerprint: Option<&str>, answer: EnrolResponseV1) -> FirstFacts {
    FirstFacts {
        enrolment: Enrolment {
            server_url: url.to_owned(),
            fingerprint: fingerprint.map(str::to_owned),
            device: answer.device,
            user: answer.user,
            token: answer.token,
            server_key: answer.server_key,
        },
        catalogue: answer.catalogue,
        profile: answer.profile,
        server_nonce: answer.nonce,
        server_time: answer.server_time,
        lease_until: answer.lease_until,
    }
}
