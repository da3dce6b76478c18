//! One-use codes: with one a person enrolls a device, connects one again, or opens an account.

use model::ids::UserId;
use model::time::{Span, Timestamp};
use rand::Rng;

use crate::error::StoreError;
use crate::identity::accounts::{self, ACCOUNT_INVITATION_LIFE};
use crate::identity::enrollment::{self, hash_code};
use crate::identity::reconnect;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::writer::Tx;

/// A one-use invitation to enroll a device, or to open an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The code, in groups of four for reading aloud; spaces and dashes are ignored.
    pub code: String,
    /// Whom it is for.
    pub user: UserId,
    /// When the code stops working.
    pub expires_at: Timestamp,
}

/// Makes a code with which one device can be enrolled within ten minutes.
pub(crate) fn to_enroll(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    user: UserId,
    code: String,
) -> Result<Invitation, StoreError> {
    let expires_at = now + INVITATION_LIFE;
    tx.db.add_invitation(&hash_code(&code), user, expires_at)?;
    tx.note(now, actor, AuditAct::Invite, format!("user {user}"), "done")?;
    Ok(Invitation { code, user, expires_at })
}

/// Makes a code with which one device of a person that has its store is bound to the department again,
/// within ten minutes. It enrolls no new device.
pub(crate) fn to_reconnect(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    user: UserId,
    code: String,
) -> Result<Invitation, StoreError> {
    let expires_at = now + INVITATION_LIFE;
    tx.db.add_invitation(&reconnect::hash_code(&code), user, expires_at)?;
    tx.note(now, actor, AuditAct::InviteToReconnect, format!("user {user}"), "done")?;
    Ok(Invitation { code, user, expires_at })
}

/// Makes a code with which somebody sets up, within eight hours, what they sign in with at a console;
/// also when they have lost it. An earlier code of theirs is worth nothing then.
pub(crate) fn to_account(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    rng: &mut dyn Rng,
    (user, code): (UserId, String),
) -> Result<Invitation, StoreError> {
    let expires_at = now + ACCOUNT_INVITATION_LIFE;
    accounts::invite(tx, rng, user, &code, expires_at)?;
    // Or a restore would close the account again.
    tx.context.keyring.let_in(user)?;
    tx.note(now, actor, AuditAct::InviteToConsole, format!("user {user}"), "done")?;
    Ok(Invitation { code, user, expires_at })
}

/// Returns a code that its owner types once: 60 bits.
pub(crate) fn new_code(rng: &mut dyn Rng) -> String {
    enrollment::new_code(rng, 3)
}

/// Returns what the QR code of an invitation holds: what a device is to do, `enroll` or `reconnect`,
/// and all that it needs for it.
pub fn payload(verb: &str, url: &str, code: &str, fingerprint: Option<&str>) -> String {
    let (url, code) = (percent_encoded(url), percent_encoded(code));
    let mut payload = format!("fieldbook:{verb}?url={url}&code={code}");
    if let Some(fingerprint) = fingerprint {
        payload.push_str("&fingerprint=");
        payload.push_str(&percent_encoded(fingerprint));
    }
    payload
}

/// Returns the address that opens the field app in a phone's browser and enrolls it with this code. The code
/// stands behind `#`, which browsers send to nobody.
///
/// No key is pinned in a browser: it leads to an app only where phones trust the server's certificate, or at
/// `http://localhost`.
pub fn app_link(url: &str, code: &str) -> String {
    format!("{url}/app/#code={}", percent_encoded(code))
}

/// Returns what the QR code of a new device's invitation holds: the [`app_link`], which every camera opens,
/// where devices trust the server without a pin, else the [`payload`].
pub fn to_scan(url: &str, code: &str, fingerprint: Option<&str>) -> String {
    match fingerprint {
        None => app_link(url, code),
        Some(_) => payload("enroll", url, code, fingerprint),
    }
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

const INVITATION_LIFE: Span = Span::from_minutes(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_phones_trust_the_certificate_the_qr_code_opens_the_app() {
        let link = "https://field.example/app/#code=AB2C-DE3F";
        assert_eq!(to_scan("https://field.example", "AB2C-DE3F", None), link);
        let pinned = to_scan("https://10.0.0.7:8443", "AB2C-DE3F", Some("00ff"));
        assert!(pinned.starts_with("fieldbook:enroll?"), "{pinned}");
    }

    #[test]
    fn an_address_survives_in_the_payload() {
        assert_eq!(
            payload("enroll", "https://10.0.0.7:8443", "AB2C-DE3F", Some("00ff")),
            "fieldbook:enroll?url=https%3A%2F%2F10.0.0.7%3A8443&code=AB2C-DE3F&fingerprint=00ff"
        );
    }
}
