//! From an invitation to an enrolled device.

use std::path::PathBuf;
use std::sync::Arc;

use model::wire::EnrollResponseV1;
use rand::rngs::StdRng;
use url::Url;

use super::clock::Clock;
#[cfg(feature = "native")]
use super::clock::SystemClock;
use super::{in_turn, random, reply};
use crate::device::Device;
use crate::engine::TransportFailure;
use crate::keys::{self, KeyError};
use crate::store::place::Place;
use crate::store::{OpenError, StoreOptions};
use crate::sync::{encode_body, enroll_request, first_facts};
use crate::transport::{HttpRequest, Method, Transport};
use crate::vault::KeyVault;

/// What an administrator hands to the owner of a new device.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The server's address.
    pub url: String,
    /// The one-use code.
    pub code: String,
    /// The fingerprint of the server's public key, when systems do not trust its certificate.
    pub fingerprint: Option<String>,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation")
            .field("url", &self.url)
            .field("code", &"<hidden>")
            .field("fingerprint", &self.fingerprint)
            .finish()
    }
}

/// The text of an invitation's QR code is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a Fieldbook invitation")]
pub struct InvitationError;

impl Invitation {
    /// Reads what an invitation's QR code says: `fieldbook:enroll?url=…&code=…&fingerprint=…`,
    /// `fieldbook:reconnect?…` for a device that has its store, or the address that opens the field app in
    /// a browser, `https://SERVER/app/#code=…`.
    ///
    /// # Errors
    /// When it is none, or its address or code is missing.
    pub fn from_payload(text: &str) -> Result<Self, InvitationError> {
        let payload = Url::parse(text.trim()).map_err(|_| InvitationError)?;
        if payload.scheme() == "https" {
            return Self::from_app_link(&payload).ok_or(InvitationError);
        }
        if payload.scheme() != "fieldbook" || !matches!(payload.path(), "enroll" | "reconnect") {
            return Err(InvitationError);
        }
        let value = |wanted: &str| {
            let mut pairs = payload.query_pairs();
            let found = pairs.find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty())
        };
        Ok(Self {
            url: value("url").ok_or(InvitationError)?,
            code: value("code").ok_or(InvitationError)?,
            fingerprint: value("fingerprint"),
        })
    }

    fn from_app_link(link: &Url) -> Option<Self> {
        let is_ours =
            link.path() == "/app/" && link.query().is_none() && link.username().is_empty();
        let mut parts = url::form_urlencoded::parse(link.fragment()?.as_bytes());
        let (_, code) = parts.find(|(name, value)| name == "code" && !value.is_empty())?;
        let url = link.origin().ascii_serialization();
        is_ours.then(|| Self { url, code: code.into_owned(), fingerprint: None })
    }
}

/// Where and how the new device's store is made.
pub struct EnrollPlace {
    /// The store's file. Its folder is made when it is not there.
    pub path: PathBuf,
    /// The platform's key store.
    pub vault: Arc<dyn KeyVault>,
    /// A PIN for the store's key.
    pub pin: Option<String>,
    /// What kind of installation this is, for the administrator's list.
    pub platform: String,
    /// How the store is opened.
    pub options: StoreOptions,
}

/// Why there is no device.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnrollError {
    /// The server did not answer, or refused: an unknown or used code is
    /// [`TransportFailure::Unauthorized`].
    #[error(transparent)]
    Transport(#[from] TransportFailure),
    /// The store cannot be made.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The device's key cannot be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
}

/// Enrolls a device and makes its store.
///
/// When it is given up, or the answer is lost, asking again with the same code and key store
/// succeeds as long as the code is good: the key that the device shows is kept before it is sent.
/// Until the store is whole there is none at its place.
///
/// # Errors
/// Says why not. What can be known before the code is spent is checked before.
#[cfg(feature = "native")]
pub async fn enroll(
    transport: &dyn Transport,
    invitation: &Invitation,
    place: EnrollPlace,
) -> Result<Device, EnrollError> {
    enroll_with_clock(transport, invitation, place, &SystemClock).await
}

/// The same with a clock of its own.
///
/// # Errors
/// As [`enroll`].
pub async fn enroll_with_clock(
    transport: &dyn Transport,
    invitation: &Invitation,
    place: EnrollPlace,
    clock: &dyn Clock,
) -> Result<Device, EnrollError> {
    let mut rng = random().map_err(|_| EnrollError::NoRandomness)?;
    let EnrollPlace { path, vault, pin, platform, options } = place;
    let (place, pin) = (Place::new(&path, options), pin.as_deref());
    keys::check_new_pin(&*vault, pin)?;
    refuse_what_is_there(&place)?;
    place.make_folder()?;
    // Held until the store is there: nobody has anything to do here before.
    let guard = in_turn(|| place.guard())?;
    refuse_what_is_there(&place)?;
    let asked = ask(transport, invitation, (&*vault, pin, &platform), &mut rng).await;
    let answer = asked.inspect_err(|_| place.remove_guard())?;
    let facts = first_facts(&invitation.url, invitation.fingerprint.as_deref(), answer);
    let now = clock.now();
    Ok(Device::create_held((place, guard), vault, pin, now, &mut rng, &facts)?)
}

/// Whatever is there is not ours to replace.
fn refuse_what_is_there(place: &Place) -> Result<(), OpenError> {
    match place.exists() {
        Ok(false) => Ok(()),
        Ok(true) | Err(OpenError::Corrupt { .. }) => Err(OpenError::AlreadyExists),
        Err(error) => Err(error),
    }
}

async fn ask(
    transport: &dyn Transport,
    invitation: &Invitation,
    (vault, pin, platform): (&dyn KeyVault, Option<&str>, &str),
    rng: &mut StdRng,
) -> Result<EnrollResponseV1, EnrollError> {
    // The PIN is looked at before the code is spent; the key made for it is used afterwards.
    keys::store_key_for_new(rng, vault, pin)?;
    let key = keys::device_key(rng, vault)?;
    let message = enroll_request(&invitation.code, &key, platform);
    let body = encode_body(&message).map_err(|_| TransportFailure::TooLarge)?;
    let headers = reply::body_headers().into();
    let request = HttpRequest { method: Method::Post, path: ENROLL, headers, body };
    Ok(reply::message(&transport.send(request).await?)?)
}

const ENROLL: &str = "/v1/enroll";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_read_from_its_qr_code() {
        let text =
            "fieldbook:enroll?url=https%3A%2F%2F10.0.0.7%3A8443&code=AB2C-DE3F&fingerprint=00ff";
        let invitation = Invitation::from_payload(text).unwrap();
        assert_eq!(invitation.url, "https://10.0.0.7:8443");
        assert_eq!(invitation.code, "AB2C-DE3F");
        assert_eq!(invitation.fingerprint.as_deref(), Some("00ff"));
        assert!(!format!("{invitation:?}").contains("AB2C"));
    }

    #[test]
    fn the_address_that_opens_the_app_is_an_invitation_too() {
        let link = "https://field.example:8443/app/#code=AB2C-DE3F";
        let invitation = Invitation::from_payload(link).unwrap();
        assert_eq!(invitation.url, "https://field.example:8443");
        assert_eq!(invitation.code, "AB2C-DE3F");
        assert_eq!(invitation.fingerprint, None);
    }

    #[test]
    fn another_qr_code_is_no_invitation() {
        for text in [
            "",
            "https://fieldbook.example/enroll?url=x&code=y",
            "https://fieldbook.example/app/",
            "https://fieldbook.example/app/#code=",
            "https://fieldbook.example/app/other#code=y",
            "http://fieldbook.example/app/#code=y",
            "fieldbook:open?url=x&code=y",
            "fieldbook:enroll?url=x",
            "fieldbook:enroll?url=&code=y",
        ] {
            assert_eq!(Invitation::from_payload(text), Err(InvitationError), "{text}");
        }
    }
}
