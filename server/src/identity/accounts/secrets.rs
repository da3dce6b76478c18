//! What somebody signs in with: a password, and a code of the moment.

use std::fmt;
use std::sync::OnceLock;

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use model::time::Timestamp;
use rand::Rng;
use serde::Deserialize;
use totp_rs::{Builder, Secret, Totp};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::error::StoreError;

/// A password as somebody typed it. It cannot be printed, and is wiped from memory when dropped.
#[derive(Clone, Deserialize)]
#[serde(from = "String")]
pub struct Password(Zeroizing<String>);

impl From<String> for Password {
    /// Keyboards write accents in more than one way: NIST SP 800-63B has them made one.
    fn from(typed: String) -> Self {
        let typed = Zeroizing::new(typed);
        Self(Zeroizing::new(typed.nfkc().collect()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(<hidden>)")
    }
}

impl Password {
    /// Returns whether it may be used: NIST SP 800-63B asks for a length and against guessing, not
    /// for kinds of characters. `names` are words that its owner is known by.
    pub(super) fn is_strong(&self, names: &[&str]) -> bool {
        let characters = self.0.chars().count();
        (CHARACTERS_MIN..=CHARACTERS_MAX).contains(&characters)
            && zxcvbn::zxcvbn(&self.0, names).score() >= zxcvbn::Score::Three
    }

    /// Hashes it for keeping, in the PHC string format. Takes tens of milliseconds on purpose.
    pub(super) fn hash(&self, rng: &mut dyn Rng) -> Result<String, StoreError> {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        self.hash_with(&salt)
    }

    /// Returns whether it is the one that was hashed. With `None` it takes as long and is never
    /// right: who asks must not learn from the time it takes whether a name exists.
    pub(super) fn verify(&self, hash: Option<&str>) -> Result<bool, StoreError> {
        // Nobody is let in by a longer text, and nobody's time is spent on hashing it.
        let bytes: &str = if self.0.len() > BYTES_MAX { "" } else { &self.0 };
        let against = match hash {
            Some(hash) => hash,
            None => nobodys_hash()?,
        };
        let right = argon2()?.verify_password(bytes.as_bytes(), against).is_ok();
        Ok(right && hash.is_some() && !bytes.is_empty())
    }

    fn hash_with(&self, salt: &[u8]) -> Result<String, StoreError> {
        let hash = argon2()?.hash_password_with_salt(self.0.as_bytes(), salt);
        Ok(hash.map_err(|_| UNUSABLE)?.to_string())
    }
}

/// Shortest password, in characters. NIST SP 800-63B asks for eight beside a second factor.
const CHARACTERS_MIN: usize = 12;

/// Longest one. NIST SP 800-63B asks for sixty-four at least.
const CHARACTERS_MAX: usize = 128;

/// Four bytes for each character.
const BYTES_MAX: usize = 4 * CHARACTERS_MAX;

/// Returns argon2id as OWASP asks for it: 19 MiB, two passes, one lane.
fn argon2() -> Result<Argon2<'static>, StoreError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| UNUSABLE)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A hash that no password is checked against in earnest. Made when the server opens, so that the
/// first who asks for it waits no longer than the next.
pub(super) fn nobodys_hash() -> Result<&'static str, StoreError> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(hash);
    }
    let hash = Password::from(String::from("nobody")).hash_with(&[0; 16])?;
    Ok(HASH.get_or_init(|| hash))
}

/// The library refuses parameters of ours: a bug.
const UNUSABLE: StoreError = StoreError::Damaged("a password cannot be hashed");

/// Makes a secret for codes of the moment (RFC 6238): 160 bits, as RFC 4226 §4 recommends.
pub(super) fn new_totp_secret(rng: &mut dyn Rng) -> Zeroizing<Vec<u8>> {
    let mut secret = Zeroizing::new(vec![0; 20]);
    rng.fill_bytes(&mut secret);
    secret
}

/// The time step whose code this is: the present one, the one before or the one after. None when
/// it is no code of these.
pub(super) fn totp_step(secret: &[u8], now: Timestamp, code: &str) -> Option<u64> {
    let seconds = u64::try_from(now.as_millis() / 1_000).ok()?;
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).take(12).collect();
    builder(secret).build().ok()?.check(&typed, seconds)
}

/// The secret as people type it, and the address that an authenticator reads from a QR code.
pub(super) fn totp_shown(secret: &[u8], name: &str) -> Result<(String, String), StoreError> {
    let text = Secret::from(secret).to_base32();
    // A colon parts the name from the issuer there.
    let name: String = name.chars().filter(|c| *c != ':').collect();
    let totp = builder(secret).with_account_name(name).with_issuer(Some(ISSUER)).build();
    let url = totp.ok().and_then(|totp: Totp| totp.to_url().ok());
    Ok((text, url.ok_or(StoreError::Damaged("a secret for codes cannot be shown"))?))
}

/// Six digits every thirty seconds with SHA-1: what every authenticator knows.
fn builder(secret: &[u8]) -> Builder {
    Builder::new().with_secret(Secret::from(secret)).with_skew(1)
}

const ISSUER: &str = "Fieldbook";

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn password(text: &str) -> Password {
        Password::from(text.to_owned())
    }

    #[test]
    fn a_password_is_right_for_its_own_hash_only() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let hash = password("copper lanterns sway").hash(&mut rng).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(password("copper lanterns sway").verify(Some(&hash)).unwrap());
        for wrong in ["copper lanterns swa", "Copper lanterns sway", "", &"x".repeat(2_000)] {
            assert!(!password(wrong).verify(Some(&hash)).unwrap(), "{wrong}");
        }
        let accented = password("sesión de mañana").hash(&mut rng).unwrap();
        assert!(password("sesio\u{301}n de man\u{303}ana").verify(Some(&accented)).unwrap());
        assert!(!password("nobody").verify(None).unwrap());
        let again = password("copper lanterns sway").hash(&mut rng).unwrap();
        assert_ne!(hash, again, "each has a salt of its own");
        assert_eq!(format!("{:?}", password("copper lanterns sway")), "Password(<hidden>)");
    }

    #[test]
    fn a_password_must_be_long_and_hard_to_guess() {
        for weak in ["copper sway", "password1234", "aaaaaaaaaaaaaaaa", "Sol Ejemplo 1", ""] {
            assert!(!password(weak).is_strong(&["Sol", "Ejemplo", "Sol Ejemplo"]), "{weak}");
        }
        assert!(!password(&"copper lanterns sway ".repeat(7)).is_strong(&[]));
        assert!(password("copper lanterns sway").is_strong(&["Sol Ejemplo"]));
    }

    #[test]
    fn a_code_is_that_of_rfc_6238_and_of_its_step() {
        // The last six digits of the first value in appendix B, for SHA-1 at 59 seconds.
        let secret = b"12345678901234567890";
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        assert_eq!(totp_step(secret, at(59), "287082"), Some(1));
        assert_eq!(totp_step(secret, at(59), "287 082"), Some(1));
        assert_eq!(totp_step(secret, at(89), "287082"), Some(1), "a step late");
        assert_eq!(totp_step(secret, at(29), "287082"), Some(1), "a step early");
        assert_eq!(totp_step(secret, at(90), "287082"), None);
        for wrong in ["287083", "", "28708", "2870822", "abcdef", "-87082", "２８７０８２"] {
            assert_eq!(totp_step(secret, at(59), wrong), None, "{wrong}");
        }
        assert_eq!(totp_step(secret, at(-1_000_000), "287082"), None);
    }

    #[test]
    fn a_secret_is_shown_as_authenticators_read_it() {
        let (text, url) = totp_shown(b"12345678901234567890", "Sol: Ejemplo").unwrap();
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            url,
            "otpauth://totp/Fieldbook:Sol%20Ejemplo\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Fieldbook"
        );
    }
}
