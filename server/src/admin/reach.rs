//! Planned changes of the server's address and key, announced to devices before they come.

use model::time::Timestamp;

use super::error::AdminError;
use super::{Admin, DeviceRow, note};
use crate::listener::address;
use crate::reach::Reach;
use crate::store::acts::AuditAct;

impl Admin {
    /// Returns where the server is found and how devices know it; none before it ran.
    ///
    /// # Errors
    /// When the store fails.
    pub fn reach(&self) -> Result<Option<Reach>, AdminError> {
        Ok(self.database.reading().reach()?)
    }

    /// Announces the public key that the server will show, by its SHA-256 in hexadecimal digits.
    ///
    /// # Errors
    /// When the server never ran.
    pub fn announce_key(&mut self, now: Timestamp, pin: &str) -> Result<Reach, AdminError> {
        self.announce(now, AuditAct::AnnounceKey, |reach| reach.next_pin = Some(pin.to_owned()))
    }

    /// Announces the address that the server will have; none takes the plan back.
    ///
    /// # Errors
    /// When it is no such address, or the server never ran.
    pub fn announce_address(
        &mut self,
        now: Timestamp,
        url: Option<&str>,
    ) -> Result<Reach, AdminError> {
        let bad = |url: &str| AdminError::BadAddress(url.to_owned());
        let url = url.map(|url| address(url).ok_or_else(|| bad(url))).transpose()?;
        self.announce(now, AuditAct::AnnounceAddress, |reach| {
            reach.next_url = url.filter(|url| *url != reach.url);
        })
    }

    /// Notes in the audit that the certificate was renewed, which a running server notices.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_certificate(&mut self, now: Timestamp, how: &str) -> Result<(), AdminError> {
        self.write(|tx| note(now, tx, AuditAct::RenewCertificate, String::new(), how))
    }

    /// Returns the devices in use that have not said yet that they took an announcement: they say so
    /// with the request after the answer that brought it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn not_told(&self, reach: &Reach) -> Result<Vec<DeviceRow>, AdminError> {
        let mut waiting = Vec::new();
        for device in self.database.reading().devices()? {
            let told = self.database.reading().told_announcement(device.id)?;
            if device.revoked_at.is_none() && told != Some(reach.number.cast_signed()) {
                waiting.push(device);
            }
        }
        Ok(waiting)
    }

    fn announce(
        &mut self,
        now: Timestamp,
        act: AuditAct,
        change: impl FnOnce(&mut Reach),
    ) -> Result<Reach, AdminError> {
        self.write(|tx| {
            let before = tx.db.reach()?.ok_or(AdminError::NeverServed)?;
            let reach = before.changed(now, change);
            tx.db.set_reach(&reach)?;
            note(now, tx, act, format!("announcement {}", reach.number), "done")?;
            Ok(reach)
        })
    }
}
