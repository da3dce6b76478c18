//! The ways to the server, and whom a device trusts there: as it was enrolled, and as the server
//! announced since.

use serde::{Deserialize, Serialize};

use model::wire::AnnouncementV1;
use model::{limits, proof};

use super::Enrollment;

/// Where a server is, and how it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its address.
    pub url: String,
    /// SHA-256 of each public key that it may show (RFC 7469 §2.4), as 64 hexadecimal digits;
    /// `None` trusts the certificates that the system trusts for its name.
    pub pins: Option<Vec<String>>,
}

/// What a server announced, as far as it was believed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// The announcement's number; none that is not larger is taken after it.
    pub number: Option<u64>,
    /// Where the server is or will be.
    pub urls: Vec<String>,
    /// SHA-256 of the public keys that it shows or will show, as hexadecimal digits. Empty while
    /// only the enrollment's own is trusted.
    pub pins: Vec<String>,
}

impl Enrollment {
    /// Returns the ways to the server, the present one first.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        let mut urls = vec![&self.server_url];
        for url in &self.announced.urls {
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        let pins = self.pins();
        urls.into_iter().map(|url| Endpoint { url: url.clone(), pins: pins.clone() }).collect()
    }

    /// Returns the keys that the server may show; `None` when the system decides.
    fn pins(&self) -> Option<Vec<String>> {
        let own = self.fingerprint.as_ref()?;
        Some(match self.announced.pins.as_slice() {
            [] => vec![own.clone()],
            announced => announced.to_vec(),
        })
    }

    /// Returns whether the key that the device was told to trust is one that the department
    /// announced; so when the system decides, or nothing was announced of keys.
    pub fn is_announced_key(&self) -> bool {
        let own = self.fingerprint.as_ref();
        own.is_none_or(|own| self.announced.pins.iter().any(|pin| is_same_pin(own, pin)))
    }

    /// Takes what the server announced; returns false when it is not the server's, not newer than
    /// what was taken before, or nothing that can be used.
    pub fn take_announcement(&mut self, announcement: &AnnouncementV1) -> bool {
        let AnnouncementV1 { number, urls, pins, signature } = announcement;
        let message = proof::announcement_message(*number, urls, pins);
        let is_usable = urls.len() <= limits::ANNOUNCED_URLS_MAX
            && pins.len() <= limits::ANNOUNCED_PINS_MAX
            && urls.iter().all(|url| is_address(url))
            && pins.iter().all(|pin| pin.len() == PIN_BYTES);
        if !is_usable
            || self.announced.number.is_some_and(|taken| *number <= taken)
            || !proof::verify(&self.server_key, &message, signature)
        {
            return false;
        }
        let pins: Vec<String> = pins.iter().map(hex::encode).collect();
        // Where a proxy shows a key that the server does not know of, the server's own would shut
        // the device out.
        let is_of_this_line = |trusted: Vec<String>| {
            trusted.iter().any(|pin| pins.iter().any(|announced| is_same_pin(pin, announced)))
        };
        if self.pins().is_some_and(is_of_this_line) {
            self.announced.pins = pins;
        }
        self.announced.urls = urls.clone();
        self.announced.number = Some(*number);
        true
    }
}

const PIN_BYTES: usize = 32;

/// Returns whether this is an address that a request can be sent to.
fn is_address(url: &str) -> bool {
    let host = url.strip_prefix("https://").unwrap_or_default();
    url.len() <= limits::URL_BYTES_MAX
        && !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_graphic() && !b"/?#@\\".contains(&byte))
}

/// Returns whether two texts name one key, however they are spelled.
pub(crate) fn is_same_pin(one: &str, other: &str) -> bool {
    let digits = |text: &str| -> String {
        text.chars().filter(|c| !matches!(c, ':' | ' ')).map(|c| c.to_ascii_lowercase()).collect()
    };
    digits(one) == digits(other)
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};
    use model::ids::{DeviceId, UserId};

    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn enrollment() -> Enrollment {
        Enrollment {
            server_url: "https://a.example".into(),
            fingerprint: Some("0F".repeat(32)),
            device: DeviceId::from_bytes([1; 16]),
            user: UserId::from_bytes([2; 16]),
            token: "token".into(),
            server_key: key().verifying_key().to_bytes().to_vec(),
            announced: Announced::default(),
        }
    }

    fn announcement(number: u64, urls: &[&str], pins: &[u8]) -> AnnouncementV1 {
        let urls: Vec<String> = urls.iter().map(ToString::to_string).collect();
        let pins: Vec<_> = pins.iter().map(|pin| serde_bytes::ByteBuf::from([*pin; 32])).collect();
        let message = proof::announcement_message(number, &urls, &pins);
        let signature = key().sign(&message).to_bytes().to_vec();
        AnnouncementV1 { number, urls, pins, signature }
    }

    fn ways(enrollment: &Enrollment) -> (Vec<String>, Vec<String>) {
        let endpoints = enrollment.endpoints();
        let pins = endpoints[0].pins.clone().unwrap_or_default();
        (endpoints.into_iter().map(|way| way.url).collect(), pins)
    }

    #[test]
    fn what_is_announced_is_trusted_beside_the_present_and_then_instead() {
        let mut device = enrollment();
        let both = ["https://a.example", "https://b.example:8443"];
        assert!(device.take_announcement(&announcement(5, &both, &[0x0f, 0x1e])));
        let (old, new) = ("0f".repeat(32), "1e".repeat(32));
        assert_eq!(ways(&device), (both.map(str::to_owned).into(), vec![old, new.clone()]));
        device.server_url = both[1].into();
        assert!(device.take_announcement(&announcement(6, &both[1..], &[0x1e])));
        assert_eq!(ways(&device), (vec![both[1].to_owned()], vec![new]));
    }

    #[test]
    fn what_is_forged_older_or_unusable_changes_nothing() {
        let mut device = enrollment();
        let good = announcement(5, &["https://b.example"], &[0x0f]);
        assert!(device.take_announcement(&good));
        let taken = device.clone();
        let mut forged = announcement(6, &["https://evil.example"], &[0x0f]);
        forged.urls[0] = "https://worse.example".into();
        let mut others = announcement(6, &["https://evil.example"], &[0x0f]);
        let message = proof::announcement_message(6, &others.urls, &others.pins);
        others.signature = SigningKey::from_bytes(&[8; 32]).sign(&message).to_bytes().to_vec();
        for bad in [
            forged,
            others,
            good,
            announcement(4, &["https://a.example"], &[0x0f]),
            announcement(6, &["http://b.example"], &[0x0f]),
            announcement(6, &["https://"], &[0x0f]),
            announcement(6, &["https://b.example/path"], &[0x0f]),
            announcement(6, &["https://me@b.example"], &[0x0f]),
            announcement(6, &["https://b.example"; limits::ANNOUNCED_URLS_MAX + 1], &[0x0f]),
            announcement(6, &["https://b.example"], &[0x0f; limits::ANNOUNCED_PINS_MAX + 1]),
        ] {
            assert!(!device.take_announcement(&bad), "{bad:?}");
            assert_eq!(device, taken);
        }
    }

    #[test]
    fn keys_that_have_nothing_to_do_with_the_present_one_do_not_shut_the_device_out() {
        let mut device = enrollment();
        assert!(device.take_announcement(&announcement(5, &["https://a.example"], &[0x77])));
        assert_eq!(ways(&device).1, ["0F".repeat(32)]);
        let mut by_authorities = Enrollment { fingerprint: None, ..enrollment() };
        assert!(by_authorities.take_announcement(&announcement(
            5,
            &["https://b.example"],
            &[0x77]
        )));
        assert!(by_authorities.endpoints().iter().all(|way| way.pins.is_none()));
    }
}
