//! An invitation as it is scanned or typed.

use client_core::driver;

use crate::error::FieldbookError;
use crate::shared::guarded;

/// The invitation that an administrator gives to the owner of a new device. The code works once,
/// for ten minutes.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Invitation {
    /// The server's address.
    pub url: String,
    /// The one-use code. Spaces, dashes and lower case do not matter.
    pub code: String,
    /// The fingerprint of the server's public key, if systems do not trust its certificate.
    pub fingerprint: Option<String>,
}

/// Reads the text of an invitation's QR code: `fieldbook:enroll?url=…&code=…&fingerprint=…`, or
/// the address that opens the field app in a browser.
///
/// If a person types the invitation, the app fills an `Invitation` instead.
#[uniffi::export]
pub fn read_invitation(text: String) -> Result<Invitation, FieldbookError> {
    guarded(|| {
        let read = driver::Invitation::from_payload(&text);
        let driver::Invitation { url, code, fingerprint } =
            read.map_err(|_| FieldbookError::NotAnInvitation)?;
        Ok(Invitation { url, code, fingerprint })
    })
}

impl From<Invitation> for driver::Invitation {
    fn from(Invitation { url, code, fingerprint }: Invitation) -> Self {
        let present = |text: String| Some(text).filter(|text| !text.trim().is_empty());
        Self { url: url.trim().to_owned(), code, fingerprint: fingerprint.and_then(present) }
    }
}
