//! What is signed, and how: DPoP proofs (RFC 9449), pushes, enrollment and the server's orders.
//!
//! A signature always covers a text that names its purpose, so that one made for one thing can
//! never be shown for another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{ChangeHash, DeviceId, UserId};
use crate::time::Timestamp;
use crate::wire::OrderKindV1;

/// Returns what a device signs to show that it holds the key it enrolls with.
pub fn enroll_message(code: &str, public_key: &[u8]) -> Vec<u8> {
    message("fieldbook enrol 1", &[code.as_bytes(), public_key])
}

/// Returns what a device signs over the changes of one push: evidence, should it equivocate.
pub fn push_message<'a>(
    device: DeviceId,
    hashes: impl IntoIterator<Item = &'a ChangeHash>,
) -> Vec<u8> {
    let mut digest = Sha256::new();
    for hash in hashes {
        digest.update(hash.0);
    }
    message("fieldbook push 1", &[device.as_bytes(), &digest.finalize()])
}

/// Returns what the server signs when it orders a device to lock or wipe itself.
pub fn order_message(device: DeviceId, order: OrderKindV1, at: Timestamp) -> Vec<u8> {
    let name: &[u8] = match order {
        OrderKindV1::Wipe => b"wipe",
        OrderKindV1::Lock => b"lock",
    };
    message("fieldbook order 1", &[device.as_bytes(), name, &at.as_millis().to_be_bytes()])
}

/// Returns what the server signs when it announces where it is found and how it is known.
pub fn announcement_message(number: u64, urls: &[String], pins: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let (number, count) = (number.to_be_bytes(), (urls.len() as u64).to_be_bytes());
    let mut parts: Vec<&[u8]> = vec![&number, &count];
    parts.extend(urls.iter().map(String::as_bytes));
    parts.extend(pins.iter().map(AsRef::as_ref));
    message("fieldbook announcement 1", &parts)
}

/// Returns what a device signs to be bound to its department again.
pub fn reconnect_message(
    code: &str,
    device: DeviceId,
    user: UserId,
    public_key: &[u8],
    server_key: &[u8],
) -> Vec<u8> {
    let parts = [code.as_bytes(), device.as_bytes(), user.as_bytes(), public_key, server_key];
    message("fieldbook reconnect 1", &parts)
}

/// Returns what the server signs when it binds a device again: for this code, this key and this
/// token.
pub fn reconnected_message(
    code: &str,
    device: DeviceId,
    public_key: &[u8],
    token: &str,
) -> Vec<u8> {
    let parts = [code.as_bytes(), device.as_bytes(), public_key, token.as_bytes()];
    message("fieldbook reconnected 1", &parts)
}

/// Returns whether `signature` is this key's over `message`.
pub fn verify(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (public_key.try_into(), Signature::from_slice(signature)) else {
        return false;
    };
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

/// The claims of a DPoP proof (RFC 9449 §4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DpopClaims {
    /// Unique for this proof.
    pub jti: String,
    /// The request's method.
    pub htm: String,
    /// The request's address without query and fragment.
    pub htu: String,
    /// When it was made, in seconds, by the device's clock: a claim, never a ground for refusal,
    /// because phones' clocks are wrong; the server's nonce proves freshness instead.
    pub iat: i64,
    /// Base64url of the SHA-256 of the token.
    pub ath: String,
    /// The nonce the server gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

/// Why a DPoP proof is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// Not a compact JWS with the header RFC 9449 wants.
    #[error("the proof is malformed")]
    Malformed,
    /// Another algorithm than EdDSA over Ed25519.
    #[error("the proof's algorithm is not accepted")]
    Algorithm,
    /// The signature is not the embedded key's.
    #[error("the proof's signature is not valid")]
    Signature,
}

#[derive(Serialize, Deserialize)]
struct DpopHeader {
    typ: String,
    alg: String,
    jwk: Jwk,
}

#[derive(Serialize, Deserialize)]
struct Jwk {
    crv: String,
    kty: String,
    x: String,
}

/// Makes a DPoP proof: a compact JWS (RFC 7515) signed with EdDSA (RFC 8037).
///
/// # Errors
/// Never in practice: only when the claims cannot be written as JSON.
pub fn dpop_proof(key: &SigningKey, claims: &DpopClaims) -> Result<String, DpopError> {
    let header = DpopHeader {
        typ: DPOP_TYPE.into(),
        alg: DPOP_ALGORITHM.into(),
        jwk: Jwk {
            crv: "Ed25519".into(),
            kty: "OKP".into(),
            x: URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes()),
        },
    };
    let mut proof = part(&header)?;
    proof.push('.');
    proof.push_str(&part(claims)?);
    let signature = key.sign(proof.as_bytes());
    proof.push('.');
    proof.push_str(&URL_SAFE_NO_PAD.encode(signature.to_bytes()));
    Ok(proof)
}

/// Reads a DPoP proof and checks its signature. The caller compares the key with the device's and
/// the claims with the request.
///
/// # Errors
/// When it is malformed or not signed by the key it names.
pub fn dpop_verify(proof: &str) -> Result<(DpopClaims, [u8; 32]), DpopError> {
    let (signed, signature) = proof.rsplit_once('.').ok_or(DpopError::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(DpopError::Malformed)?;
    let header: DpopHeader = read_part(header)?;
    let claims: DpopClaims = read_part(claims)?;
    if header.typ != DPOP_TYPE {
        return Err(DpopError::Malformed);
    }
    if header.alg != DPOP_ALGORITHM || header.jwk.kty != "OKP" || header.jwk.crv != "Ed25519" {
        return Err(DpopError::Algorithm);
    }
    let key = URL_SAFE_NO_PAD.decode(&header.jwk.x).map_err(|_| DpopError::Malformed)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| DpopError::Malformed)?;
    if !verify(&key, signed.as_bytes(), &signature) {
        return Err(DpopError::Signature);
    }
    Ok((claims, key.try_into().map_err(|_| DpopError::Malformed)?))
}

/// The `ath` claim for a token.
pub fn token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

const DPOP_TYPE: &str = "dpop+jwt";
const DPOP_ALGORITHM: &str = "EdDSA";

fn part<T: Serialize>(value: &T) -> Result<String, DpopError> {
    let json = serde_json::to_vec(value).map_err(|_| DpopError::Malformed)?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

fn read_part<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, DpopError> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| DpopError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| DpopError::Malformed)
}

/// Purpose and parts, each behind its length, so that no two lists of parts look alike.
fn message(purpose: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = purpose.as_bytes().to_vec();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn claims() -> DpopClaims {
        DpopClaims {
            jti: "one".into(),
            htm: "POST".into(),
            htu: "https://server/v1/sync".into(),
            iat: 1_800_000_000,
            ath: token_hash("token"),
            nonce: Some("n".into()),
        }
    }

    #[test]
    fn a_proof_names_its_claims_and_its_key() {
        let proof = dpop_proof(&key(1), &claims()).unwrap();
        let (read, by) = dpop_verify(&proof).unwrap();
        assert_eq!(read, claims());
        assert_eq!(by, key(1).verifying_key().to_bytes());
    }

    #[test]
    fn a_proof_with_one_letter_changed_is_refused() {
        let proof = dpop_proof(&key(1), &claims()).unwrap();
        for index in [40, proof.len() / 2, proof.len() - 10] {
            let mut forged = proof.clone().into_bytes();
            forged[index] = if forged[index] == b'A' { b'B' } else { b'A' };
            assert!(dpop_verify(&String::from_utf8(forged).unwrap()).is_err(), "at {index}");
        }
        assert_eq!(dpop_verify("a.b"), Err(DpopError::Malformed));
    }

    #[test]
    fn a_signature_for_one_purpose_is_worthless_for_another() {
        let device = DeviceId::from_bytes([1; 16]);
        let wipe = order_message(device, OrderKindV1::Wipe, Timestamp::from_millis(1));
        let signature = key(2).sign(&wipe).to_bytes();
        let public = key(2).verifying_key().to_bytes();
        assert!(verify(&public, &wipe, &signature));
        let lock = order_message(device, OrderKindV1::Lock, Timestamp::from_millis(1));
        assert!(!verify(&public, &lock, &signature));
        assert!(!verify(&public, &push_message(device, []), &signature));
        assert!(!verify(&[0; 3], &wipe, &signature));
    }

    #[test]
    fn an_address_is_never_read_as_a_key_nor_two_as_one() {
        let said = |urls: &[&str], pins: &[&str]| {
            let urls: Vec<String> = urls.iter().map(ToString::to_string).collect();
            announcement_message(1, &urls, pins)
        };
        assert_ne!(said(&["a", "b"], &[]), said(&["a"], &["b"]));
        assert_ne!(said(&["a", "b"], &[]), said(&["ab"], &[]));
        assert_ne!(said(&["a"], &[]), announcement_message(2, &["a".to_owned()], &[""; 0]));
    }
}
