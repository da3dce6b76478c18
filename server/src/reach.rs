//! Where the server is found and how devices know it, now and after a planned change.
//!
//! It is kept in the database and announced to every device with its next answer, signed by the
//! department's own key, so that a certificate's new key or a new address costs nobody a visit.

use ed25519_dalek::{Signer as _, SigningKey};
use model::proof;
use model::time::Timestamp;
use model::wire::AnnouncementV1;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// Where the server is found and how devices know it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reach {
    /// The announcement's number: when it was made, in milliseconds since 1970, or one more than
    /// the one before. So it grows although the database is put back.
    pub number: u64,
    /// The present address.
    pub url: String,
    /// SHA-256 of the public key that devices see there, as 64 hexadecimal digits; none when they
    /// know the server by the authorities that their systems trust.
    pub pin: Option<String>,
    /// The address that the server will have.
    pub next_url: Option<String>,
    /// The public key that the server will show.
    pub next_pin: Option<String>,
    /// The addresses that it had, the last one last: devices that come by one of them are ours.
    #[serde(default)]
    pub urls_before: Vec<String>,
}

impl Reach {
    /// Returns the addresses that are announced, the present one first.
    pub fn urls(&self) -> Vec<String> {
        [Some(&self.url), self.next_url.as_ref()].into_iter().flatten().cloned().collect()
    }

    /// Returns every address that the server has, had or will have.
    pub(crate) fn every_url(&self) -> impl Iterator<Item = &str> {
        let announced = [Some(&self.url), self.next_url.as_ref()].into_iter().flatten();
        announced.chain(&self.urls_before).map(String::as_str)
    }

    /// Returns what devices are told, signed.
    pub(crate) fn announcement(&self, signing: &SigningKey) -> AnnouncementV1 {
        let (urls, pins) = (self.urls(), self.pins());
        let message = proof::announcement_message(self.number, &urls, &pins);
        let signature = signing.sign(&message).to_bytes().to_vec();
        AnnouncementV1 { number: self.number, urls, pins, signature }
    }

    /// Returns this with something changed, under a new number if devices must hear of it.
    pub(crate) fn changed(&self, now: Timestamp, change: impl FnOnce(&mut Self)) -> Self {
        let mut next = self.clone();
        change(&mut next);
        if (next.urls(), next.pins()) != (self.urls(), self.pins()) {
            let now = u64::try_from(now.as_millis()).unwrap_or(0);
            next.number = now.max(self.number.saturating_add(1));
        }
        next
    }

    /// Notes where and how the server is served now. A plan that has come true is none any more.
    pub(crate) fn served(&mut self, url: &str, pin: Option<&str>) {
        if self.url != url {
            let before = std::mem::replace(&mut self.url, url.to_owned());
            self.urls_before.retain(|known| *known != before && known != url);
            if !before.is_empty() {
                self.urls_before.push(before);
            }
            let too_many = self.urls_before.len().saturating_sub(URLS_BEFORE_MAX);
            self.urls_before.drain(..too_many);
        }
        self.pin = pin.map(str::to_owned);
        self.next_url.take_if(|next| next == url);
        self.next_pin.take_if(|next| Some(next.as_str()) == pin);
    }

    /// Returns whether devices that took the announcement trust this public key.
    pub(crate) fn has_announced(&self, pin: &str) -> bool {
        [&self.pin, &self.next_pin].into_iter().flatten().any(|known| known == pin)
    }

    /// A next key means nothing to devices that pin none.
    fn pins(&self) -> Vec<ByteBuf> {
        let next = self.next_pin.as_deref().filter(|_| self.pin.is_some());
        let pins = [self.pin.as_deref(), next].into_iter().flatten();
        pins.filter_map(bytes_of).map(ByteBuf::from).collect()
    }
}

/// Addresses remembered: more than a department moves in the life of a phone.
const URLS_BEFORE_MAX: usize = 16;

/// The bytes that an even number of hexadecimal digits names.
fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = digits.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let byte = |pair: &[u32]| u8::try_from(pair.iter().fold(0, |n, digit| n * 16 + digit));
    digits.chunks(2).map(byte).collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn served() -> Reach {
        Reach::default().changed(AT, |reach| reach.served("https://a.example", Some("0f")))
    }

    #[test]
    fn what_devices_need_not_hear_keeps_its_number() {
        let reach = served();
        assert_eq!(reach.number, 1_800_000_000_000);
        let again = reach.changed(AT, |reach| reach.served("https://a.example", Some("0f")));
        assert_eq!(again, reach);
        // A clock that was put back makes no smaller number.
        let earlier = Timestamp::from_millis(0);
        let planned = reach.changed(earlier, |reach| reach.next_pin = Some("1e".into()));
        assert_eq!(planned.number, reach.number + 1);
    }

    #[test]
    fn a_plan_that_has_come_true_is_none_any_more() {
        let planned = served().changed(AT, |reach| {
            reach.next_url = Some("https://b.example".into());
            reach.next_pin = Some("1e".into());
        });
        assert_eq!(planned.urls(), ["https://a.example", "https://b.example"]);
        assert_eq!(planned.pins(), [[0x0f], [0x1e]]);
        let moved = planned.changed(AT, |reach| reach.served("https://b.example", Some("1e")));
        assert_eq!(
            (moved.urls(), moved.pins()),
            (vec!["https://b.example".to_owned()], vec![ByteBuf::from([0x1e])])
        );
        assert_eq!(moved.urls_before, ["https://a.example"]);
        assert!(moved.number > planned.number);
    }
}
