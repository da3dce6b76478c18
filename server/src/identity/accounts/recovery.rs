//! Codes with which somebody signs in, once each, who has no authenticator at hand.
//!
//! They are as hard to guess as a key, so that a plain hash keeps them: who reads the database comes by
//! none, and checking one takes no time.

use model::ids::UserId;
use model::time::Timestamp;
use rand::Rng;
use sha2::{Digest as _, Sha256};

use super::{Accounts, SignedIn};
use crate::error::StoreError;
use crate::identity::enrollment::{new_code, plain};
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;

impl Accounts<'_> {
    /// Makes recovery codes in the place of those that somebody had, and returns them.
    pub(crate) fn make_recovery_codes(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        who: &SignedIn,
    ) -> Result<Vec<String>, StoreError> {
        let (user, codes) = (who.user, new_codes(rng));
        self.writer.write(move |tx| {
            tx.db.set_recovery_codes(user, &hashes(user, &codes))?;
            let (act, actor) = (AuditAct::MakeRecoveryCodes, Actor::Console(user));
            tx.note(now, actor, act, String::new(), format!("{CODES} recovery_codes"))?;
            Ok(codes)
        })
    }

    /// Returns how many recovery codes somebody has left.
    pub(crate) fn recovery_codes_left(&self, who: &SignedIn) -> Result<u64, StoreError> {
        self.readers.read(|db| db.count_recovery_codes(who.user))
    }
}

/// Returns new codes: 80 bits each.
pub(super) fn new_codes(rng: &mut dyn Rng) -> Vec<String> {
    (0..CODES).map(|_| new_code(rng, GROUPS)).collect()
}

/// Returns what codes of somebody come to.
pub(super) fn hashes(user: UserId, codes: &[String]) -> Vec<[u8; 32]> {
    codes.iter().filter_map(|code| hash(user, code)).collect()
}

/// Returns what a code comes to, as typed with or without dashes; `None` if it is no recovery code by its
/// length.
pub(super) fn hash(user: UserId, typed: &str) -> Option<[u8; 32]> {
    let plain = (typed.len() <= TYPED_BYTES_MAX).then(|| plain(typed))?;
    let hash =
        Sha256::new().chain_update("fieldbook recovery code 1").chain_update(user.as_bytes());
    (plain.len() == LETTERS).then(|| hash.chain_update(plain).finalize().into())
}

/// How many somebody has.
const CODES: usize = 10;

/// Groups of four letters that one has.
const GROUPS: usize = 4;

const LETTERS: usize = GROUPS * 4;

/// More than anybody types around a code.
const TYPED_BYTES_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed_and_for_its_owner_alone() {
        let codes = new_codes(&mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(codes.len(), CODES);
        let (ana, bo) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let known = hashes(ana, &codes);
        assert_eq!(known.len(), CODES);
        assert_eq!(hash(ana, &codes[3].to_lowercase().replace('-', " ")), Some(known[3]));
        assert_ne!(hash(bo, &codes[3]), Some(known[3]));
        for none in ["", "123456", "ABCD-EFGH-JKMN", &"A".repeat(200)] {
            assert_eq!(hash(ana, none), None, "{none}");
        }
    }
}
