//! Binding a device that has its store to its department again: after the machine was lost, or moved
//! without a word, or restored from a backup that does not know the device.

use ed25519_dalek::Signer as _;
use model::ids::{DeviceId, UserId};
use model::proof;
use model::time::Timestamp;
use model::wire::{PROTOCOL, ReconnectRequestV1, ReconnectResponseV1};
use rand::Rng;
use sha2::{Digest as _, Sha256};

use crate::error::ReconnectRefusal;
use crate::identity::enrollment::{CODE_BYTES_MAX, hash_token, is_platform, new_token, plain};
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::gone::ShutOut;
use crate::store::people::NewDevice;
use crate::writer::Tx;

/// A request whose form and signature hold.
pub(crate) struct Reconnect {
    code: String,
    device: DeviceId,
    user: UserId,
    public_key: [u8; 32],
    server_key: Vec<u8>,
    platform: String,
}

impl Reconnect {
    /// Checks everything that can be checked without the database.
    pub(crate) fn read(request: ReconnectRequestV1) -> Result<Self, ReconnectRefusal> {
        let ReconnectRequestV1 {
            protocol,
            code,
            device,
            user,
            public_key,
            server_key,
            platform,
            signature,
        } = request;
        if protocol != PROTOCOL {
            return Err(ReconnectRefusal::Malformed("another protocol"));
        }
        if code.len() > CODE_BYTES_MAX || !is_platform(&platform) {
            return Err(ReconnectRefusal::Malformed("a field is not as it should be"));
        }
        let Ok(public_key) = <[u8; 32]>::try_from(public_key.as_slice()) else {
            return Err(ReconnectRefusal::Malformed("the key is not 32 bytes long"));
        };
        let message = proof::reconnect_message(&code, device, user, &public_key, &server_key);
        if !proof::verify(&public_key, &message, &signature) {
            return Err(ReconnectRefusal::BadSignature);
        }
        Ok(Self { code, device, user, public_key, server_key, platform })
    }

    /// Uses the code up and gives the device a new token. A device that the database does not know,
    /// because it was enrolled after the backup, is the same device again. One that asks again
    /// because it lost the answer gets another token.
    pub(crate) fn take(
        self,
        now: Timestamp,
        rng: &mut dyn Rng,
        tx: &mut Tx<'_>,
    ) -> Result<ReconnectResponseV1, ReconnectRefusal> {
        let own_key = tx.context.signing.verifying_key();
        if self.server_key != own_key.as_bytes() {
            return Err(ReconnectRefusal::OtherDepartment);
        }
        let code_hash = hash_code(&self.code);
        let invited = tx.db.invitation(&code_hash)?.ok_or(ReconnectRefusal::UnknownCode)?;
        if invited.expires_at < now {
            return Err(ReconnectRefusal::Expired);
        }
        if invited.used_by.is_some_and(|device| device != self.device) {
            return Err(ReconnectRefusal::Used);
        }
        if invited.user != self.user {
            return Err(ReconnectRefusal::OtherOwner);
        }
        let token = new_token(rng);
        let token_hash = hash_token(&token);
        let outcome = match tx.db.device(self.device)? {
            Some(known) if known.public_key != self.public_key || known.user != self.user => {
                return Err(ReconnectRefusal::OtherKey);
            }
            Some(known) if known.revoked_at.is_some() => return Err(ReconnectRefusal::Revoked),
            Some(_) => {
                tx.db.set_device_token(self.device, &token_hash)?;
                "known"
            }
            // A restored database may not know it; the keys do.
            None if tx.context.keyring.is_shut_out(ShutOut::Device(self.device))? => {
                return Err(ReconnectRefusal::Revoked);
            }
            None => {
                self.add(now, tx, &token_hash)?;
                "unknown before"
            }
        };
        tx.db.use_invitation(&code_hash, self.device)?;
        let actor = Actor::Device(self.user, self.device);
        tx.note(now, actor, AuditAct::Reconnect, format!("device {}", self.device), outcome)?;
        let message = proof::reconnected_message(&self.code, self.device, &self.public_key, &token);
        let signature = tx.context.signing.sign(&message).to_bytes().to_vec();
        let announcement = tx.db.reach()?.map(|reach| reach.announcement(&tx.context.signing));
        Ok(ReconnectResponseV1 { token, nonce: String::new(), announcement, signature })
    }

    /// Adds a device that the database does not know. What others wrote is believed of it only where
    /// a restore explains that it is not known.
    fn add(
        &self,
        now: Timestamp,
        tx: &Tx<'_>,
        token_hash: &[u8; 32],
    ) -> Result<(), ReconnectRefusal> {
        let life = tx.db.life()?;
        let new = NewDevice {
            id: self.device,
            user: self.user,
            public_key: &self.public_key,
            token_hash,
            platform: &self.platform,
            at: now,
            enrolled_seq: model::ids::FeedSeq(0),
            reconciled_epoch: (life.number == 1).then_some(life.epoch),
        };
        Ok(tx.db.add_device(&new)?)
    }
}

/// A code as the database knows it. One that binds again enrolls nothing, and the other way round.
pub(crate) fn hash_code(code: &str) -> [u8; 32] {
    Sha256::new().chain_update("fieldbook reconnect 1").chain_update(plain(code)).finalize().into()
}
