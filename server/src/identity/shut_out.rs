//! Who was shut out: revoked devices and closed accounts. `keys.db` knows them beside the database,
//! as it knows what was erased, so that no backup that is put back lets them in again.

use model::time::Timestamp;

use crate::error::StoreError;
use crate::store::gone::ShutOut;
use crate::writer::Tx;

/// How many were shut out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Settled {
    pub(crate) devices: u64,
    pub(crate) accounts: u64,
}

/// Brings the database and `keys.db` to one opinion: whoever one of them shuts out stays out.
pub(crate) fn settle(tx: &mut Tx<'_>) -> Result<Settled, StoreError> {
    let kept = tx.context.keyring.shut_out()?;
    let mut settled = Settled::default();
    for (who, at) in &kept {
        match who {
            ShutOut::Device(device) => {
                settled.devices += u64::from(tx.db.shut_device_out(*device, *at)?);
            }
            ShutOut::Account(user) => {
                if tx.db.close_account(*at, *user)? {
                    tx.db.end_sessions(*user)?;
                    settled.accounts += 1;
                }
            }
        }
    }
    for (who, at) in known_here(tx)? {
        if !kept.iter().any(|(kept, _)| *kept == who) {
            tx.context.keyring.note_shut_out(who, at)?;
        }
    }
    Ok(settled)
}

/// Those whom the database shuts out.
fn known_here(tx: &Tx<'_>) -> Result<Vec<(ShutOut, Timestamp)>, StoreError> {
    let devices = tx.db.revoked_devices()?.into_iter();
    let accounts = tx.db.closed_accounts()?.into_iter();
    let devices = devices.map(|(device, at)| (ShutOut::Device(device), at));
    Ok(devices.chain(accounts.map(|(user, at)| (ShutOut::Account(user), at))).collect())
}
