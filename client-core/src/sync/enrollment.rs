//! The first exchange: a code for an identity.

use ed25519_dalek::{Signer, SigningKey};

use model::catalogue::history;
use model::proof;
use model::wire::{
    EnrollRequestV1, EnrollResponseV1, PROTOCOL, ReconnectRequestV1, ReconnectResponseV1,
};

use crate::store::open::FirstFacts;
use crate::store::{Announced, Enrollment};

/// Asks to enroll with the code of an invitation, however the code was typed.
pub fn enroll_request(code: &str, key: &SigningKey, platform: &str) -> EnrollRequestV1 {
    let code = normal_code(code);
    let public_key = key.verifying_key().to_bytes();
    let signature = key.sign(&proof::enroll_message(&code, &public_key));
    EnrollRequestV1 {
        protocol: PROTOCOL,
        code,
        public_key: public_key.to_vec(),
        platform: platform.to_owned(),
        signature: signature.to_bytes().to_vec(),
    }
}

/// Asks to bind a device that has its store to its department again, with the code of an
/// administrator.
pub fn reconnect_request(
    code: &str,
    enrollment: &Enrollment,
    key: &SigningKey,
    platform: &str,
) -> ReconnectRequestV1 {
    let code = normal_code(code);
    let Enrollment { device, user, server_key, .. } = enrollment;
    let public_key = key.verifying_key().to_bytes();
    let message = proof::reconnect_message(&code, *device, *user, &public_key, server_key);
    ReconnectRequestV1 {
        protocol: PROTOCOL,
        code,
        device: *device,
        user: *user,
        public_key: public_key.to_vec(),
        server_key: server_key.clone(),
        platform: platform.to_owned(),
        signature: key.sign(&message).to_bytes().to_vec(),
    }
}

/// Returns the enrollment as it is after the answer to `sent`, which came from `endpoint`; `None`
/// when the answer is not one of the device's own department for this key of the server's.
pub fn reconnected(
    before: &Enrollment,
    endpoint: (&str, Option<&str>),
    sent: &ReconnectRequestV1,
    answer: &ReconnectResponseV1,
) -> Option<Enrollment> {
    let message =
        proof::reconnected_message(&sent.code, sent.device, &sent.public_key, &answer.token);
    if !proof::verify(&before.server_key, &message, &answer.signature) {
        return None;
    }
    let (url, fingerprint) = endpoint;
    let mut after = Enrollment {
        server_url: url.to_owned(),
        fingerprint: fingerprint.map(str::to_owned),
        token: answer.token.clone(),
        announced: Announced::default(),
        ..before.clone()
    };
    if let Some(announcement) = &answer.announcement {
        // Whoever stands between the device and its department shows another key than the
        // department vouches for.
        let vouched = after.take_announcement(announcement) && after.is_announced_key();
        return vouched.then_some(after);
    }
    Some(after)
}

/// The code without the spaces and dashes that make it easy to read aloud, in capitals.
pub fn normal_code(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

/// Returns what a new store starts with.
pub fn first_facts(url: &str, fingerprint: Option<&str>, answer: EnrollResponseV1) -> FirstFacts {
    FirstFacts {
        enrollment: Enrollment {
            server_url: url.to_owned(),
            fingerprint: fingerprint.map(str::to_owned),
            device: answer.device,
            user: answer.user,
            token: answer.token,
            server_key: answer.server_key,
            announced: Announced::default(),
        },
        earlier: history::whole(&answer.earlier_catalogues, &answer.catalogue),
        catalogue: answer.catalogue,
        profile: answer.profile,
        server_nonce: answer.nonce,
        server_time: answer.server_time,
        lease_until: answer.lease_until,
    }
}
