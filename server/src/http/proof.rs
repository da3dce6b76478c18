//! What a request must show to be a device's (RFC 9449): a token, and a proof made for exactly this
//! request with the key that the token is bound to.

use http::header::{AUTHORIZATION, HOST, HeaderName};
use http::request::Parts;
use http::{HeaderMap, Uri};
use model::proof::{dpop_verify, token_hash};
use sha2::{Digest as _, Sha256};

use super::addresses::Addresses;
use super::door::Door;

/// A token and who proved to hold the key that it should be bound to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) token: String,
    /// The key that made the proof. Whether it is the token's, only the store knows.
    pub(super) public_key: [u8; 32],
    /// The nonce in the proof.
    pub(super) nonce: Option<String>,
    /// What tells this proof from every other: SHA-256 of what is signed in it.
    pub(super) proof: ProofDigest,
}

/// SHA-256 of what a proof signs.
pub(super) type ProofDigest = [u8; 32];

/// Reads what a request shows, or nothing when anything of it is wrong: what, is nobody's business.
pub(super) fn shown(request: &Parts, addresses: &Addresses) -> Option<Shown> {
    let (scheme, token) = only(&request.headers, AUTHORIZATION)?.split_once(' ')?;
    let proof = only(&request.headers, DPOP)?;
    if !scheme.eq_ignore_ascii_case("DPoP")
        || token.len() > TOKEN_BYTES_MAX
        || proof.len() > PROOF_BYTES_MAX
    {
        return None;
    }
    let (claims, public_key) = dpop_verify(proof).ok()?;
    let right = claims.htm == request.method.as_str()
        && claims.ath == token_hash(token)
        && is_address(&claims.htu, request, addresses);
    let signed = proof.rsplit_once('.').map_or(proof, |(signed, _)| signed);
    right.then(|| Shown {
        token: token.to_owned(),
        public_key,
        nonce: claims.nonce,
        proof: Sha256::digest(signed).into(),
    })
}

/// The header that a proof comes in.
const DPOP: HeaderName = HeaderName::from_static("dpop");

/// Longer than any token of ours.
const TOKEN_BYTES_MAX: usize = 512;

/// A proof for an address of 253 letters is about 800 bytes.
const PROOF_BYTES_MAX: usize = 4 * 1024;

/// Returns whether `htu` is the address of this request at this server. The door of this machine has let in
/// whoever named it by one of its own names, which no address that was announced has to say.
fn is_address(htu: &str, request: &Parts, addresses: &Addresses) -> bool {
    let Ok(claimed) = htu.parse::<Uri>() else { return false };
    let addressed = match request.uri.authority() {
        Some(authority) => Some(authority.clone()),
        None => only(&request.headers, HOST).and_then(|host| host.parse().ok()),
    };
    let Some(claimed_at) = claimed.authority() else { return false };
    let door = Door::marked(&request.extensions);
    let addresses = match door {
        Door::Network => addresses,
        Door::Local(_) => &Addresses::OfHost,
    };
    claimed.scheme() == Some(&door.scheme())
        && addresses.are_ours(claimed_at, addressed.as_ref())
        && claimed.path() == request.uri.path()
        && claimed.query().is_none()
}

/// The value of a header that stands there once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use http::Request;
    use model::proof::{DpopClaims, dpop_proof};

    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn claims() -> DpopClaims {
        DpopClaims {
            jti: "one".into(),
            htm: "POST".into(),
            htu: "https://field.example:8443/v1/sync".into(),
            iat: 1_800_000_000,
            ath: token_hash("token"),
            nonce: Some("nonce".into()),
        }
    }

    fn shown(request: &Parts) -> Option<Shown> {
        super::shown(request, &Addresses::OfHost)
    }

    /// A request as a device makes it, and then as `change` makes it.
    fn request(claims: &DpopClaims, change: impl FnOnce(&mut Parts)) -> Parts {
        let request = Request::post("/v1/sync")
            .header("host", "field.example:8443")
            .header("authorization", "DPoP token")
            .header("dpop", dpop_proof(&key(), claims).unwrap());
        let mut parts = request.body(()).unwrap().into_parts().0;
        change(&mut parts);
        parts
    }

    fn with_header(name: &'static str, value: &str) -> Option<Shown> {
        let value = value.parse().unwrap();
        shown(&request(&claims(), |parts| {
            parts.headers.insert(name, value);
        }))
    }

    #[test]
    fn a_proof_for_this_request_is_read() {
        let expected = |proof| Shown {
            token: "token".into(),
            public_key: key().verifying_key().to_bytes(),
            nonce: Some("nonce".into()),
            proof,
        };
        let read = shown(&request(&claims(), |_| ())).unwrap();
        assert_eq!(read, expected(read.proof));
        let other = DpopClaims { jti: "two".into(), ..claims() };
        assert_ne!(read.proof, shown(&request(&other, |_| ())).unwrap().proof);
    }

    #[test]
    fn a_proof_for_another_method_address_or_token_is_none() {
        for wrong in [
            DpopClaims { htm: "GET".into(), ..claims() },
            DpopClaims { ath: token_hash("other"), ..claims() },
            DpopClaims { htu: "https://other.example:8443/v1/sync".into(), ..claims() },
            DpopClaims { htu: "https://field.example/v1/sync".into(), ..claims() },
            DpopClaims { htu: "http://field.example:8443/v1/sync".into(), ..claims() },
            DpopClaims { htu: "https://field.example:8443/v1/events".into(), ..claims() },
            DpopClaims { htu: "https://field.example:8443/v1/sync?a=b".into(), ..claims() },
            DpopClaims { htu: "/v1/sync".into(), ..claims() },
            DpopClaims { htu: String::new(), ..claims() },
        ] {
            assert_eq!(shown(&request(&wrong, |_| ())), None, "{wrong:?}");
        }
    }

    #[test]
    fn at_the_door_of_this_machine_a_proof_names_its_plain_address() {
        let spelled = |htu: &str, door: Door| {
            let claims = DpopClaims { htu: htu.into(), ..claims() };
            let asked = request(&claims, |parts| {
                parts.headers.insert(HOST, http::HeaderValue::from_static("localhost:8080"));
                parts.extensions.insert(door);
            });
            super::shown(&asked, &Addresses::OfHost).is_some()
        };
        let (network, local) = (Door::Network, Door::Local(8080));
        assert!(spelled("http://localhost:8080/v1/sync", local));
        assert!(spelled("https://localhost:8080/v1/sync", network));
        for wrong in [
            "https://localhost:8080/v1/sync",
            "http://localhost:8081/v1/sync",
            "http://field.example:8080/v1/sync",
        ] {
            assert!(!spelled(wrong, local), "{wrong}");
        }
        assert!(!spelled("http://localhost:8080/v1/sync", network));
    }

    #[test]
    fn an_address_may_be_spelled_in_several_ways() {
        let spelled = |htu: &str, host: &'static str| {
            let claims = DpopClaims { htu: htu.into(), ..claims() };
            shown(&request(&claims, |parts| {
                parts.headers.insert(HOST, http::HeaderValue::from_static(host));
            }))
            .is_some()
        };
        assert!(spelled("https://field.example/v1/sync", "field.example"));
        assert!(spelled("https://field.example:443/v1/sync", "Field.Example"));
        assert!(spelled("HTTPS://FIELD.example/v1/sync", "field.example:443"));
        assert!(spelled("https://[::1]:8443/v1/sync", "[::1]:8443"));
        assert!(!spelled("https://field.example/V1/SYNC", "field.example"));
    }

    #[test]
    fn headers_that_are_wrong_twice_or_too_long_are_none() {
        assert!(with_header("authorization", "dpop token").is_some());
        assert_eq!(with_header("authorization", "Bearer token"), None);
        assert_eq!(with_header("authorization", "DPoP"), None);
        assert_eq!(with_header("authorization", &format!("DPoP {}", "t".repeat(513))), None);
        assert_eq!(with_header("dpop", "a.b.c"), None);
        assert_eq!(with_header("dpop", &"a".repeat(PROOF_BYTES_MAX + 1)), None);
        for name in [AUTHORIZATION, DPOP, HOST] {
            let twice = request(&claims(), |parts| {
                let value = parts.headers[&name].clone();
                parts.headers.append(&name, value);
            });
            assert_eq!(shown(&twice), None, "{name} twice");
            let missing = request(&claims(), |parts| {
                parts.headers.remove(&name);
            });
            assert_eq!(shown(&missing), None, "{name} missing");
        }
    }
}
