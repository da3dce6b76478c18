//! What somebody who is signed in does with their own account: shows once more that it is they,
//! changes their password, and looks at where they are signed in.

use model::time::{Span, Timestamp};
use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{Accounts, Password, SignedIn, secrets};
use crate::error::StoreError;
use crate::store::accounts::Account;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::writer::Tx;

/// What shows that whoever sits there is still the one who signed in: the password, a code of the
/// moment, or both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The password.
    #[serde(default)]
    pub password: Option<Password>,
    /// The code of the moment.
    #[serde(default)]
    pub totp: Option<String>,
}

/// A password in the place of another.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The present one.
    pub password: Password,
    /// The one to be.
    pub new_password: Password,
}

/// Where somebody is signed in.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSessions {
    /// The one used last first.
    pub sessions: Vec<OwnSession>,
    /// How many recovery codes they have left.
    pub recovery_codes_left: u64,
}

/// One session of somebody's own.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    /// Names it, and opens nothing.
    pub session: String,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it was used last, to the minute.
    pub used_at: Timestamp,
    /// Whether it is the one that asks.
    pub here: bool,
}

/// Ends sessions of somebody's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndSessions {
    /// Which one; none ends all but the one that asks.
    #[serde(default)]
    pub session: Option<String>,
}

/// Why somebody who is signed in could not do something with their own account.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OwnRefusal {
    /// The password or the code is not right. After five of these the session ends.
    #[error("the password or the code is not right")]
    Wrong,
    /// It was wrong too often, or the session has ended meanwhile.
    #[error("nobody is signed in here")]
    SignedOut,
    /// The new password is too short, too long or easily guessed.
    #[error("the password is weak")]
    WeakPassword,
    /// There is no such session of theirs.
    #[error("there is no such session")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Accounts<'_> {
    /// Notes that somebody has shown again that it is they.
    pub(crate) fn confirm(
        &self,
        now: Timestamp,
        who: &SignedIn,
        asked: &Confirm,
    ) -> Result<(), OwnRefusal> {
        let account = self.own(who)?;
        let password = match &asked.password {
            Some(password) => Some(password.verify(Some(&account.password))?),
            None => None,
        };
        let step = asked.totp.as_ref();
        let step = step.map(|code| secrets::totp_step(&account.totp_secret, now, code));
        let (who, stored) = (*who, account.password);
        let outcome = self.writer.write::<_, StoreError, _>(move |tx| {
            let Some(account) = tx.db.account(who.user)? else {
                return Ok(Err(OwnRefusal::SignedOut));
            };
            // Each code once, as when signing in.
            let code = step.map(|step| step.filter(|step| *step > account.totp_step));
            let shown = [password, code.map(|code| code.is_some())];
            let is_shown = shown.iter().any(Option::is_some);
            if !is_shown || shown.contains(&Some(false)) || account.password != stored {
                return wrong(now, tx, &who);
            }
            if let Some(Some(step)) = code {
                tx.db.set_totp_step(who.user, step)?;
            }
            tx.db.confirm_session(now, &who.token_hash)?;
            tx.note(
                now,
                Actor::Console(who.user),
                AuditAct::ConfirmSession,
                String::new(),
                "done",
            )?;
            Ok(Ok(()))
        });
        outcome?
    }

    /// Puts a password in the place of the present one. Other sessions end, and this one goes on.
    pub(crate) fn change_password(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        who: &SignedIn,
        asked: &ChangePassword,
    ) -> Result<(), OwnRefusal> {
        let account = self.own(who)?;
        let (who, stored) = (*who, account.password);
        if !asked.password.verify(Some(&stored))? {
            return self.writer.write::<_, StoreError, _>(move |tx| wrong(now, tx, &who))?;
        }
        let name = self.readers.read(|db| db.profile(who.user))?.name;
        let words: Vec<&str> = name.split_whitespace().chain([&*name]).collect();
        if !asked.new_password.is_strong(&words) {
            return Err(OwnRefusal::WeakPassword);
        }
        let password = asked.new_password.hash(rng)?;
        let outcome = self.writer.write::<_, StoreError, _>(move |tx| {
            match tx.db.account(who.user)? {
                Some(account) if account.password == stored => {}
                // Somebody has changed it meanwhile.
                _ => return wrong(now, tx, &who),
            }
            tx.db.set_password(now, who.user, &password)?;
            let ended = tx.db.end_other_sessions(who.user, &who.token_hash)?;
            tx.db.confirm_session(now, &who.token_hash)?;
            let outcome = format!("{ended} other sessions ended");
            tx.note(
                now,
                Actor::Console(who.user),
                AuditAct::ChangePassword,
                String::new(),
                outcome,
            )?;
            Ok(Ok(()))
        });
        outcome?
    }

    /// Where somebody is signed in now.
    pub(crate) fn own_sessions(
        &self,
        now: Timestamp,
        who: &SignedIn,
    ) -> Result<OwnSessions, StoreError> {
        let rows = self.readers.read(|db| db.sessions_of(who.user))?;
        let alive = rows.into_iter().filter(|row| super::is_alive(now, row.begun_at, row.used_at));
        let sessions = alive.map(|row| OwnSession {
            session: named(&row.token_hash),
            begun_at: row.begun_at,
            used_at: row.used_at,
            here: row.token_hash == who.token_hash,
        });
        let recovery_codes_left = self.recovery_codes_left(who)?;
        Ok(OwnSessions { sessions: sessions.collect(), recovery_codes_left })
    }

    /// Ends one of somebody's own sessions, or all but this.
    pub(crate) fn end_own_sessions(
        &self,
        now: Timestamp,
        who: &SignedIn,
        asked: EndSessions,
    ) -> Result<(), OwnRefusal> {
        let who = *who;
        let outcome = self.writer.write::<_, StoreError, _>(move |tx| {
            let ended = match asked.session {
                None => tx.db.end_other_sessions(who.user, &who.token_hash)?,
                Some(wanted) => {
                    let own = tx.db.sessions_of(who.user)?;
                    let Some(row) = own.into_iter().find(|row| named(&row.token_hash) == wanted)
                    else {
                        return Ok(Err(OwnRefusal::NotFound));
                    };
                    tx.db.end_session(&row.token_hash)?;
                    1
                }
            };
            let outcome = format!("{ended} ended");
            tx.note(now, Actor::Console(who.user), AuditAct::EndSessions, String::new(), outcome)?;
            Ok(Ok(()))
        });
        outcome?
    }

    fn own(&self, who: &SignedIn) -> Result<Account, OwnRefusal> {
        self.readers.read(|db| db.account(who.user))?.ok_or(OwnRefusal::SignedOut)
    }
}

impl SignedIn {
    /// Returns whether whoever sits there has shown lately that it is they: what is read and opened
    /// for one's office alone is not for whoever finds a browser left open.
    pub fn is_confirmed(&self, now: Timestamp) -> bool {
        self.confirmed_at.is_some_and(|at| now.since(at) < CONFIRMED_FOR)
    }
}

/// Counts a wrong password or code, and ends a session in which there were too many.
fn wrong(
    now: Timestamp,
    tx: &mut Tx<'_>,
    who: &SignedIn,
) -> Result<Result<(), OwnRefusal>, StoreError> {
    let wrong = tx.db.count_wrong_in_session(&who.token_hash)?;
    let actor = Actor::Console(who.user);
    tx.note(now, actor, AuditAct::Refuse, "confirmation".to_owned(), "wrong")?;
    if wrong < WRONG_MAX {
        return Ok(Err(OwnRefusal::Wrong));
    }
    tx.db.end_session(&who.token_hash)?;
    tx.note(now, actor, AuditAct::EndSessions, String::new(), "1 ended, too many wrong")?;
    Ok(Err(OwnRefusal::SignedOut))
}

/// A name for a session, from which nobody comes by its token.
fn named(token_hash: &[u8; 32]) -> String {
    hex::encode(token_hash.split_at(8).0)
}

/// How long it counts that somebody has shown who they are.
const CONFIRMED_FOR: Span = Span::from_minutes(10);

/// Wrong passwords or codes of one session, until it ends.
const WRONG_MAX: u64 = 5;
