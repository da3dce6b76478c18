//! Enrolling a device with an invitation's one-use code.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::ids::DeviceId;
use model::proof;
use model::time::Timestamp;
use model::wire::{EnrollRequestV1, EnrollResponseV1, PROTOCOL};
use rand::Rng;
use sha2::{Digest as _, Sha256};

use crate::error::EnrollRefusal;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::people::{Invited, NewDevice};
use crate::writer::Tx;

/// A request whose form and signature hold.
pub(crate) struct Enrollment {
    code_hash: [u8; 32],
    public_key: [u8; 32],
    platform: String,
}

impl Enrollment {
    /// Checks everything that can be checked without the database.
    pub(crate) fn read(request: &EnrollRequestV1) -> Result<Self, EnrollRefusal> {
        if request.protocol != PROTOCOL {
            return Err(EnrollRefusal::Malformed("another protocol"));
        }
        if request.code.len() > CODE_BYTES_MAX || !is_platform(&request.platform) {
            return Err(EnrollRefusal::Malformed("a field is not as it should be"));
        }
        let Ok(public_key) = <[u8; 32]>::try_from(request.public_key.as_slice()) else {
            return Err(EnrollRefusal::Malformed("the key is not 32 bytes long"));
        };
        let message = proof::enroll_message(&request.code, &public_key);
        if !proof::verify(&public_key, &message, &request.signature) {
            return Err(EnrollRefusal::BadSignature);
        }
        let code_hash = hash_code(&request.code);
        Ok(Self { code_hash, public_key, platform: request.platform.clone() })
    }

    /// Uses the code up and adds the device. A device that asks again because it lost the answer
    /// gets a new token; anybody else is refused.
    pub(crate) fn take(
        self,
        now: Timestamp,
        rng: &mut dyn Rng,
        tx: &mut Tx<'_>,
    ) -> Result<EnrollResponseV1, EnrollRefusal> {
        let invited = tx.db.invitation(&self.code_hash)?.ok_or(EnrollRefusal::UnknownCode)?;
        if invited.expires_at < now {
            return Err(EnrollRefusal::Expired);
        }
        let token = new_token(rng);
        let token_hash = hash_token(&token);
        let device = match self.used_by(tx, &invited)? {
            Some(device) => {
                tx.db.set_device_token(device, &token_hash)?;
                device
            }
            None => {
                let device = DeviceId::generate(now, rng);
                let new = NewDevice {
                    id: device,
                    user: invited.user,
                    public_key: &self.public_key,
                    token_hash: &token_hash,
                    platform: &self.platform,
                    at: now,
                    enrolled_seq: tx.head().seq,
                    reconciled_epoch: Some(tx.db.life()?.epoch),
                };
                tx.db.add_device(&new)?;
                tx.db.use_invitation(&self.code_hash, device)?;
                device
            }
        };
        let actor = Actor::Device(invited.user, device);
        tx.note(now, actor, AuditAct::Enroll, format!("device {device}"), "done")?;
        Ok(EnrollResponseV1 {
            device,
            user: invited.user,
            token,
            nonce: String::new(),
            server_key: tx.context.signing.verifying_key().to_bytes().to_vec(),
            catalogue: tx.context.source.clone(),
            earlier_catalogues: tx.context.earlier.clone(),
            profile: tx.db.profile(invited.user)?,
            server_time: now,
            lease_until: now + tx.context.catalogue.lease,
        })
    }

    /// The device that this same key has enrolled with this code.
    fn used_by(&self, tx: &Tx<'_>, invited: &Invited) -> Result<Option<DeviceId>, EnrollRefusal> {
        let Some(id) = invited.used_by else { return Ok(None) };
        let device = tx.db.device(id)?;
        match device.filter(|known| known.public_key == self.public_key) {
            Some(known) if known.revoked_at.is_none() && known.last_seen.is_none() => Ok(Some(id)),
            _ => Err(EnrollRefusal::Used),
        }
    }
}

/// Returns a code of so many groups of four, for reading aloud and copying from paper: 20 bits a group,
/// from an alphabet without letters that look alike.
pub(crate) fn new_code(rng: &mut dyn Rng, groups: usize) -> String {
    let mut code = String::with_capacity(groups * 5);
    for at in 0..groups * 4 {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        let letter = (rng.next_u32() >> 27) as usize;
        code.push(char::from(CODE_ALPHABET[letter]));
    }
    code
}

/// Thirty-two letters and digits: no I, L, O or U (Crockford's base 32).
const CODE_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters and digits of a code as the database knows it: as typed, whatever the case.
pub(crate) fn hash_code(code: &str) -> [u8; 32] {
    Sha256::new().chain_update("fieldbook code 1").chain_update(plain(code)).finalize().into()
}

/// The letters and digits of a code, as they were given out.
pub(crate) fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// A token as the database knows it: who reads the database learns none.
pub(crate) fn hash_token(token: &str) -> [u8; 32] {
    Sha256::new().chain_update("fieldbook token 1").chain_update(token).finalize().into()
}

pub(crate) fn new_token(rng: &mut dyn Rng) -> String {
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns whether this may stand in a list as the kind of an installation.
pub(crate) fn is_platform(text: &str) -> bool {
    text.len() <= PLATFORM_BYTES_MAX && !text.chars().any(char::is_control)
}

pub(crate) const CODE_BYTES_MAX: usize = 64;
const PLATFORM_BYTES_MAX: usize = 64;
