//! People at the console: how they get an account, how they sign in, and how long that lasts.
//!
//! An administrator makes a one-use code; whoever has it chooses a password and puts a secret into
//! their authenticator, so that no administrator ever knows either. Signing in asks for both, and
//! answers alike whatever was wrong. A session is an opaque token; what it may do is asked anew with
//! every request, so that a role taken away is gone at once.

mod browsers;
mod lockout;
mod own;
mod recovery;
mod secrets;

use ed25519_dalek::SigningKey;
use model::ids::{DeviceId, UserId};
use model::names;
use model::time::{Span, Timestamp};
use rand::Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::identity::enrollment::{new_token, plain};
use crate::store::accounts::{Account, AccountInvitation};
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::people::NewDevice;
use crate::store::sqlite::Reading;
use crate::store::sqlite::reader_pool::ReaderPool;
use crate::writer::{Tx, Writer};

pub(crate) use browsers::MARKS_BYTES_MAX;
pub use browsers::{BrowserId, Origin};
pub use own::{ChangePassword, Confirm, EndSessions, OwnRefusal, OwnSession, OwnSessions};
pub use secrets::Password;

/// What somebody shows who was invited to have an account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginAccount {
    /// The code of the invitation. Spaces, dashes and the case of letters do not matter.
    pub code: String,
}

/// What they put into their authenticator.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountBegun {
    /// Whose account it will be.
    pub name: String,
    /// The secret for codes of the moment, to be typed: RFC 4648 base 32.
    pub secret: String,
    /// The same as an `otpauth:` address, to be shown as a QR code.
    pub otpauth: String,
}

/// What they choose then.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishAccount {
    /// The code of the invitation.
    pub code: String,
    /// The password to be.
    pub password: Password,
    /// The code of the moment that the authenticator shows.
    pub totp: String,
}

/// What somebody signs in with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Their name, as `fieldbook admin user list` has it. How it is typed does not matter ([`names::key`]).
    pub name: String,
    /// Their password.
    pub password: Password,
    /// The code of the moment that their authenticator shows, or a recovery code in its place.
    pub totp: String,
}

/// Who is signed in. Only a token that belongs to a session of now makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedIn {
    /// The person.
    pub user: UserId,
    /// What writes in their name.
    pub console: DeviceId,
    token_hash: [u8; 32],
    used_at: Timestamp,
    /// When they last showed with a password or a code who they are.
    confirmed_at: Option<Timestamp>,
}

impl SignedIn {
    /// Returns when the session ends if nothing is asked any more.
    pub fn ends(&self) -> Timestamp {
        self.used_at + SESSION_IDLE
    }

    /// Returns what names the session in the database.
    pub(crate) fn session(&self) -> &[u8; 32] {
        &self.token_hash
    }

    /// Returns whether it is long enough ago that the session was used last to write that it is
    /// again.
    pub fn is_to_be_kept_alive(&self, now: Timestamp) -> bool {
        now.since(self.used_at) >= TOUCHED_EVERY
    }
}

/// What somebody has who has just signed in.
#[derive(Debug)]
pub struct Entered {
    /// The token of their session.
    pub token: String,
    /// The marks that their browser keeps from now on.
    pub marks: String,
    /// How many recovery codes they have left, if they signed in with one.
    pub recovery_codes_left: Option<u64>,
}

/// Why an account was not set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountRefusal {
    /// No invitation has this code, or not any more.
    #[error("this code is invalid or has expired; ask for a new one")]
    Code(&'static str),
    /// The password is too short, too long or easily guessed. The invitation stays.
    #[error(
        "the password must have 12 to 128 characters and not be easy to guess; several unrelated words are best"
    )]
    WeakPassword,
    /// The code of the moment is not the authenticator's. The invitation stays, five times.
    #[error("this is not the code that the authenticator shows now; check the phone's clock")]
    WrongTotp,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AccountRefusal {
    /// A stable name for the audit.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Code(why) => why,
            Self::WeakPassword => "weak_password",
            Self::WrongTotp => "wrong_totp",
            Self::Store(_) => "internal",
        }
    }
}

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInRefusal {
    /// The name, the password or the code: which of them is told to nobody but the audit.
    #[error("the name, the password or the code is wrong")]
    Wrong(&'static str),
    /// It failed too often with this name, from this browser or this address. Told for names that exist
    /// and for others alike.
    #[error(
        "too many failed attempts to sign in with this name; try again in {retry_after} seconds"
    )]
    Locked {
        /// Seconds.
        retry_after: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SignInRefusal {
    /// A stable name for the audit.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Wrong(why) => why,
            Self::Locked { .. } => "locked",
            Self::Store(_) => "internal",
        }
    }
}

/// Where accounts are read and written.
pub(crate) struct Accounts<'a> {
    pub(crate) readers: &'a ReaderPool,
    pub(crate) writer: &'a Writer,
    /// Signs the marks of browsers.
    pub(crate) signing: &'a SigningKey,
}

impl Accounts<'_> {
    /// Makes a new secret for an invitation and shows it, so that it can be put into an
    /// authenticator: whoever had a look at the code before has the secret of nothing then.
    pub(crate) fn begin(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        asked: &BeginAccount,
    ) -> Result<AccountBegun, AccountRefusal> {
        let code_hash = hash_code(&asked.code);
        let secret = secrets::new_totp_secret(rng);
        self.writer.write(move |tx| {
            let invited = invitation(now, tx.db, &code_hash)?;
            tx.db.set_account_secret(&code_hash, &secret)?;
            let (secret, otpauth) = secrets::totp_shown(&secret, &invited.name)?;
            let object = format!("user {}", invited.user);
            tx.note(now, Actor::Stranger, AuditAct::BeginAccount, object, "shown")?;
            Ok(AccountBegun { name: invited.name, secret, otpauth })
        })
    }

    /// Sets the password and the secret of an invitation; the account is open from then on, and
    /// whoever was signed in to it is not any more. Returns its recovery codes, which are shown once.
    pub(crate) fn finish(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        asked: &FinishAccount,
    ) -> Result<Vec<String>, AccountRefusal> {
        let code_hash = hash_code(&asked.code);
        let invited = self.readers.read(|db| invitation(now, db, &code_hash))?;
        let words: Vec<&str> = invited.name.split_whitespace().chain([&*invited.name]).collect();
        if !asked.password.is_strong(&words) {
            return Err(AccountRefusal::WeakPassword);
        }
        let Some(totp_step) = secrets::totp_step(&invited.totp_secret, now, &asked.totp) else {
            self.writer.write(move |tx| tx.db.count_wrong_code(&code_hash))?;
            return Err(AccountRefusal::WrongTotp);
        };
        let password = asked.password.hash(rng)?;
        let console = NewConsole::generate(now, rng);
        let codes = recovery::new_codes(rng);
        self.writer.write(move |tx| {
            // Somebody may have used it meanwhile.
            let AccountInvitation { user, totp_secret, .. } = invitation(now, tx.db, &code_hash)?;
            if totp_secret != invited.totp_secret {
                return Err(AccountRefusal::WrongTotp);
            }
            let console = match tx.db.account(user)? {
                Some(account) => account.console,
                None => console.add(now, tx, user)?,
            };
            tx.db.end_sessions(user)?;
            let account =
                Account { user, password, totp_secret, totp_step, console, closed_at: None };
            tx.db.set_account(now, &account)?;
            tx.db.use_up_account_invitation(now, &code_hash)?;
            // Those of an authenticator that is not theirs any more are worth nothing.
            tx.db.set_recovery_codes(user, &recovery::hashes(user, &codes))?;
            tx.note(now, Actor::Console(user), AuditAct::SetAccount, String::new(), "done")?;
            Ok(codes)
        })
    }

    /// Returns whether somebody of this name has signed in before where these marks are from.
    pub(crate) fn known_browser(&self, name: &str, marks: &str) -> Option<BrowserId> {
        browsers::known(self.signing, &hash_name(name.trim()), marks)
    }

    /// Signs somebody in. Takes as long for a name that nobody has as for one that somebody has.
    pub(crate) fn sign_in(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        asked: &SignIn,
        origin: Origin,
        marks: &str,
    ) -> Result<Entered, SignInRefusal> {
        let name = asked.name.trim();
        let name_hash = hash_name(name);
        let counted = origin.key(&name_hash);
        let (account, failed) = self.readers.read(|db| {
            let user = db.user_by_name(name)?;
            let account = user.map(|user| db.account(user)).transpose()?.flatten();
            Ok::<_, StoreError>((account, db.sign_in_failures(&counted)?))
        })?;
        // Asked before the password, so that a guess made meanwhile is worth nothing.
        let locked = lockout::locked_until(now, failed).is_some();
        let stored = account.as_ref().filter(|_| !locked).map(|account| &*account.password);
        let right = asked.password.verify(stored)?;
        let secret = account.as_ref().map_or(&[0; 20][..], |account| &account.totp_secret[..]);
        let step = secrets::totp_step(secret, now, &asked.totp);
        let token = new_token(rng);
        let token_hash = hash_token(&token);
        let marks = browsers::marked(rng, self.signing, &name_hash, marks);
        let codes = match origin {
            Origin::Known(_) => None,
            Origin::Address(_) => Some(hash_codes(&name_hash)),
        };
        let user = account.map(|account| account.user);
        let recovery = user.and_then(|user| recovery::hash(user, &asked.totp));
        let attempt = Attempt { counted, codes, user, right, step, recovery };
        // A failure must be counted: its transaction succeeds.
        let outcome = self
            .writer
            .write::<_, StoreError, _>(move |tx| attempt.settle(now, tx, &token_hash))?;
        outcome.map(|recovery_codes_left| Entered { token, marks, recovery_codes_left })
    }

    /// Whose session this token is; none when it is nobody's, or has lapsed.
    pub(crate) fn session(
        &self,
        now: Timestamp,
        token: &str,
    ) -> Result<Option<SignedIn>, StoreError> {
        let token_hash = hash_token(token);
        let found = self.readers.read(|db| db.session(&token_hash))?;
        let alive = found.filter(|session| is_alive(now, session.begun_at, session.used_at));
        Ok(alive.map(|session| SignedIn {
            user: session.user,
            console: session.console,
            token_hash,
            used_at: session.used_at,
            confirmed_at: session.confirmed_at,
        }))
    }

    /// Returns whether a session has not ended, however long it was known.
    pub(crate) fn is_signed_in(&self, now: Timestamp, who: &SignedIn) -> Result<bool, StoreError> {
        let found = self.readers.read(|db| db.session(&who.token_hash))?;
        Ok(found.is_some_and(|session| is_alive(now, session.begun_at, session.used_at)))
    }

    /// Keeps a session from lapsing.
    pub(crate) fn keep_alive(&self, now: Timestamp, who: &SignedIn) -> Result<(), StoreError> {
        let token_hash = who.token_hash;
        self.writer.write(move |tx| tx.db.touch_session(now, &token_hash))
    }

    /// Ends a session.
    pub(crate) fn sign_out(&self, now: Timestamp, who: &SignedIn) -> Result<(), StoreError> {
        let SignedIn { user, token_hash, .. } = *who;
        self.writer.write(move |tx| {
            tx.db.end_session(&token_hash)?;
            tx.note(now, Actor::Console(user), AuditAct::SignOut, String::new(), "done")
        })
    }
}

pub(crate) fn is_alive(now: Timestamp, begun: Timestamp, used: Timestamp) -> bool {
    now.since(begun) < SESSION_LIFE && now.since(used) < SESSION_IDLE
}

/// Makes ready what signing in needs.
pub(crate) fn prepare() -> Result<(), StoreError> {
    secrets::nobodys_hash().map(drop)
}

/// What was found out about one attempt to sign in.
struct Attempt {
    /// What failures are counted by: the name, and where it is tried from.
    counted: [u8; 32],
    /// What wrong codes with the right password are counted by, wherever they come from; none where
    /// they are counted by the browser alone.
    codes: Option<[u8; 32]>,
    /// Whose account it is, if there is one.
    user: Option<UserId>,
    /// Whether the password is right.
    right: bool,
    /// The step whose code was given.
    step: Option<u64>,
    /// What the code comes to as a recovery code, if it looks like one.
    recovery: Option<[u8; 32]>,
}

/// What somebody showed beside the password.
enum Second {
    /// The code of this step.
    Step(u64),
    /// A recovery code, which is worth nothing from then on.
    Recovery([u8; 32]),
}

impl Attempt {
    /// Lets them in, or counts the failure. Returns how many recovery codes are left, if one was used.
    fn settle(
        &self,
        now: Timestamp,
        tx: &mut Tx<'_>,
        token_hash: &[u8; 32],
    ) -> Result<Result<Option<u64>, SignInRefusal>, StoreError> {
        let Self { counted, user, .. } = self;
        let failed = tx.db.sign_in_failures(counted)?;
        let object = user.map_or(String::new(), |user| format!("user {user}"));
        // What is refused at the door is noted there, as seldom as need be; here is what concerns
        // somebody, which the lock bounds.
        if let Some(until) = lockout::locked_until(now, failed) {
            let millis = u64::try_from(until.since(now).as_millis()).unwrap_or(0);
            return Ok(Err(SignInRefusal::Locked { retry_after: millis.div_ceil(1_000).max(1) }));
        }
        match self.verdict(now, tx.db)? {
            Ok((user, second)) => {
                tx.db.forget_sign_in_failures(counted)?;
                if let Some(codes) = &self.codes {
                    tx.db.forget_sign_in_failures(codes)?;
                }
                let left = match second {
                    Second::Step(step) => {
                        tx.db.set_totp_step(user, step)?;
                        None
                    }
                    Second::Recovery(code) => {
                        tx.db.use_up_recovery_code(user, &code)?;
                        Some(tx.db.count_recovery_codes(user)?)
                    }
                };
                tx.db.forget_sessions(
                    now + Span::from_millis(-SESSION_LIFE.as_millis()),
                    now + Span::from_millis(-SESSION_IDLE.as_millis()),
                )?;
                tx.db.begin_session(now, token_hash, user)?;
                let outcome = match left {
                    None => "done".to_owned(),
                    Some(left) => format!("done, {left} recovery_codes"),
                };
                tx.note(now, Actor::Console(user), AuditAct::SignIn, String::new(), outcome)?;
                Ok(Ok(left))
            }
            Err(why) => {
                let is_known = user.is_some();
                let count = |counted: &[u8; 32]| {
                    let failed = tx.db.sign_in_failures(counted)?;
                    let failures = lockout::with_one_more(now, failed);
                    tx.db.set_sign_in_failures(now, counted, is_known, failures)
                };
                count(counted)?;
                if let Some(codes) = self.codes.filter(|_| WRONG_CODES.contains(&why)) {
                    count(&codes)?;
                }
                if user.is_some() {
                    tx.note(now, Actor::Stranger, AuditAct::SignIn, object, why)?;
                }
                Ok(Err(SignInRefusal::Wrong(why)))
            }
        }
    }

    /// Returns who is let in and with what, or why nobody is.
    fn verdict(
        &self,
        now: Timestamp,
        db: &Reading<'_>,
    ) -> Result<Result<(UserId, Second), &'static str>, StoreError> {
        let Some(user) = self.user else { return Ok(Err("unknown_name")) };
        let Some(account) = db.account(user)? else { return Ok(Err("unknown_name")) };
        let guessed = self.codes.map(|codes| db.sign_in_failures(&codes)).transpose()?.flatten();
        Ok(match self.step {
            _ if account.closed_at.is_some() => Err("account_closed"),
            _ if !self.right => Err("wrong_password"),
            // Somebody who has the password tries codes from many addresses. The answer is that of
            // any wrong attempt: it tells nobody that the password is right.
            _ if lockout::locked_until(now, guessed).is_some() => Err("codes_locked"),
            None => match self.recovery {
                Some(code) if db.has_recovery_code(user, &code)? => {
                    Ok((user, Second::Recovery(code)))
                }
                _ => Err("wrong_totp"),
            },
            // RFC 6238 §5.2: each code once.
            Some(step) if step <= account.totp_step => Err("used_totp"),
            Some(step) => Ok((user, Second::Step(step))),
        })
    }
}

/// What was wrong where the password was right.
const WRONG_CODES: [&str; 2] = ["wrong_totp", "used_totp"];

/// What writes in somebody's name at the console. Nobody has its key and nobody its token: it cannot be
/// shown by anybody as a device's are.
struct NewConsole {
    id: DeviceId,
    public_key: [u8; 32],
    token_hash: [u8; 32],
}

impl NewConsole {
    fn generate(now: Timestamp, rng: &mut dyn Rng) -> Self {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        let public_key = SigningKey::from_bytes(&seed).verifying_key().to_bytes();
        let mut token_hash = [0; 32];
        rng.fill_bytes(&mut token_hash);
        Self { id: DeviceId::generate(now, rng), public_key, token_hash }
    }

    fn add(&self, now: Timestamp, tx: &Tx<'_>, user: UserId) -> Result<DeviceId, StoreError> {
        let device = NewDevice {
            id: self.id,
            user,
            public_key: &self.public_key,
            token_hash: &self.token_hash,
            platform: "console",
            at: now,
            enrolled_seq: tx.head().seq,
            reconciled_epoch: None,
        };
        tx.db.add_device(&device)?;
        Ok(self.id)
    }
}

/// Makes an invitation's secret, and keeps both.
pub(crate) fn invite(
    tx: &Tx<'_>,
    rng: &mut dyn Rng,
    user: UserId,
    code: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let secret = secrets::new_totp_secret(rng);
    tx.db.invite_to_account(&hash_code(code), user, expires_at, &secret)
}

/// An invitation that can be used now.
fn invitation(
    now: Timestamp,
    db: &Reading<'_>,
    code_hash: &[u8; 32],
) -> Result<AccountInvitation, AccountRefusal> {
    let invited = db.account_invitation(code_hash)?.ok_or(AccountRefusal::Code("unknown_code"))?;
    if invited.is_used {
        return Err(AccountRefusal::Code("code_used"));
    }
    if invited.expires_at <= now {
        return Err(AccountRefusal::Code("code_expired"));
    }
    if invited.wrong >= WRONG_MAX {
        return Err(AccountRefusal::Code("code_worn_out"));
    }
    Ok(invited)
}

/// How long an invitation can be used: until the end of the day, more or less.
pub(crate) const ACCOUNT_INVITATION_LIFE: Span = Span::from_hours(8);

/// How often a code of the moment may be wrong with one invitation.
const WRONG_MAX: u64 = 5;

/// How long a session lasts without a request.
const SESSION_IDLE: Span = Span::from_minutes(30);

/// How long it lasts at most: a shift.
const SESSION_LIFE: Span = Span::from_hours(12);

/// A session that was used later than this ago is not written down again.
const TOUCHED_EVERY: Span = Span::from_minutes(1);

fn hash_code(code: &str) -> [u8; 32] {
    hash("fieldbook account code 1", &plain(code))
}

fn hash_token(token: &str) -> [u8; 32] {
    hash("fieldbook session 1", token)
}

/// Returns what failures are counted by. People type passwords where names belong: what was typed
/// is kept nowhere.
fn hash_name(name: &str) -> [u8; 32] {
    hash("fieldbook name 1", &names::key(name))
}

/// Returns what wrong codes with the right password are counted by.
fn hash_codes(name_hash: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update("fieldbook codes 1").chain_update(name_hash).finalize().into()
}

fn hash(purpose: &str, text: &str) -> [u8; 32] {
    Sha256::new().chain_update(purpose).chain_update(text).finalize().into()
}
