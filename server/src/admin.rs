//! Administration of a data folder, whether or not a server is running on it: SQLite lets both
//! write, and a running server notices.

mod backup;
mod catalogue;
mod erase;
pub(crate) mod error;
mod reach;
mod verify;

use std::fmt;
use std::io::Write;
use std::path::Path;

use model::ids::{CaseId, DeviceId, Epoch, FeedSeq, ProgramCode, RecordId, RoleCode, UserId};
use model::policy;
use model::time::{Span, Timestamp};
use model::wire::MembershipV1;
use model::words::{Explained, Finding, Message};
use model::zone::Zone;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng as _};

use crate::access::recompute;
use crate::audit::export;
use crate::config::ServiceConfig;
use crate::console::{DecideRefusal, Decided, RefusalView, late};
use crate::context::{self, Context, DataFolder};
use crate::data_folder::Share;
use crate::error::{OpenError, StoreError};
use crate::staff::terms::{self, Period};
use crate::staff::{self, StaffRefusal, import, invitations};
use crate::store::audit::Actor;
use crate::store::meta::Life;
use crate::store::sqlite::Database;
use crate::writer::{Tx, write_alone};

pub use self::catalogue::CatalogueVersion;
pub use self::error::AdminError;
pub use crate::console::late::RefusedDecision;
pub use crate::staff::import::{LineOutcome, ListFault, ListLine};
pub use crate::staff::invitations::{Invitation, app_link, payload, to_scan};
pub use crate::store::accounts::AccountRow;
pub use crate::store::acts::{AuditAct, UnknownAct};
pub use crate::store::audit::{AuditFilter, AuditRow};
pub use crate::store::catalogues::short;
pub use crate::store::gone::Tombstone;
pub use crate::store::people::DeviceRow;
pub use crate::store::quarantine::QuarantineRow;

/// A data folder opened for administration.
pub struct Admin {
    database: Database,
    context: Context,
    /// The folder is let go of last, when the databases are closed.
    files: DataFolder,
}

/// A member of staff, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Their identity.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their roles by program.
    pub roles: Vec<MembershipV1>,
    /// Those of these that the catalogue has nothing for them to do in.
    pub misfits: Vec<MembershipV1>,
}

/// What [`Admin::restore`] did, and what nobody can know any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Up to which entry of the feed the data goes.
    pub head: FeedSeq,
    /// Whether there was no database that opened in the place of the backup: what was done at the
    /// office since is not known then.
    pub was_lost: bool,
    /// Devices that the backup would have let in, and `keys.db` does not.
    pub devices_shut_out: u64,
    /// Accounts likewise.
    pub accounts_shut_out: u64,
    /// Roles that the backup gives, and that were taken away since: by name, as far as is known.
    pub roles_given_again: Vec<(String, MembershipV1)>,
    /// Until when devices are believed what others wrote and the backup does not have.
    pub brought_back_until: Timestamp,
}

/// What [`Admin::verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifyReport {
    /// Feed entries that were checked.
    pub feed_entries: u64,
    /// Audit rows that were checked.
    pub audit_rows: u64,
    /// Changes that unsealed and hashed right.
    pub changes: u64,
    /// Records whose read model was compared with the document made anew.
    pub records: u64,
    /// Everything that is wrong; empty when all is well.
    pub problems: Vec<VerifyProblem>,
    /// Roles that are held where the catalogue has nothing for them to do. Nothing is wrong with the
    /// data; what their holders record has no supervisor.
    pub misfits: Vec<(UserId, MembershipV1)>,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyProblem {
    /// What it is about; `None` if the finding says so itself.
    pub about: Option<About>,
    /// What is wrong with it.
    pub what: Finding,
}

/// What a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A record.
    Record(RecordId),
    /// A refused change, by the number of its row in the quarantine.
    Refused(i64),
}

impl Explained for VerifyProblem {
    fn message(&self) -> Message {
        let what = self.what.message();
        let about = match self.about {
            Some(About::Record(record)) => Message::new("about_record").with("record", record),
            Some(About::Refused(change)) => Message::new("about_refused").with("change", change),
            None => return what,
        };
        about.inside("problem", what)
    }
}

impl fmt::Display for VerifyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.message(), f)
    }
}

impl From<Finding> for VerifyProblem {
    fn from(what: Finding) -> Self {
        Self { about: None, what }
    }
}

/// The first and the last day of a role, as they are typed: `2026-11-30`, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days<'a> {
    /// Nothing: at once.
    pub first: &'a str,
    /// It belongs to the role. Nothing: without an end.
    pub last: &'a str,
}

impl Days<'_> {
    fn read(self, now: Timestamp, tx: &Tx<'_>) -> Result<Period, StaffRefusal> {
        Period::read(now, &tx.context.catalogue.zone, (self.first, self.last))
    }
}

impl Admin {
    /// Makes a data folder: master key, key store, database.
    ///
    /// # Errors
    /// When the folder holds something already, or the files cannot be written. What an `init`
    /// that was interrupted left is made anew.
    pub fn init(
        now: Timestamp,
        rng: &mut dyn Rng,
        config: &ServiceConfig,
        department: &str,
    ) -> Result<Self, OpenError> {
        let (files, making) = DataFolder::make(rng, config)?;
        let database = files.create_at(&files.database())?;
        // What the keys and the catalogue are opened with must be there before them.
        database.write(|db| context::make_signing_key(rng, db, &files.server_key()))?;
        files.create_keys()?;
        let context = Context::open(&files, &database, config.catalogue.as_ref())?;
        let life = Life { epoch: Epoch(rng.next_u64()), number: 1 };
        write_alone(&database, &context, |tx| {
            tx.db.set_life(life)?;
            tx.db.set_department(department)?;
            tx.context.put_in_force(now, tx.db, config.catalogue.is_some())?;
            tx.db.set_settled_with(&tx.context.catalogue.digest)?;
            tx.note(now, Actor::Administrator, AuditAct::Init, String::new(), "done")
        })?;
        making.finish()?;
        Ok(Self { database, context, files: files.shared()? })
    }

    /// Opens a data folder.
    ///
    /// # Errors
    /// Says why it cannot be opened; its files are untouched then.
    pub fn open(config: &ServiceConfig) -> Result<Self, OpenError> {
        let files = DataFolder::find(config, Share::Beside)?;
        let database = files.open()?;
        let context = Context::open(&files, &database, config.catalogue.as_ref())?;
        Ok(Self { database, context, files })
    }

    /// The department's name, as given to [`Admin::init`].
    ///
    /// # Errors
    /// When the store fails.
    pub fn department(&self) -> Result<String, AdminError> {
        Ok(self.database.reading().department()?)
    }

    /// The zone of the department's clocks.
    pub fn zone(&self) -> &Zone {
        &self.context.catalogue.zone
    }

    /// Returns how old a draft may become on a device before it is pointed out.
    pub fn drafts_old_after(&self) -> Span {
        self.context.catalogue.drafts_old_after
    }

    /// Adds a user with a first role, from now on and without an end.
    ///
    /// # Errors
    /// As [`Admin::user_add_for`].
    pub fn user_add(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        name: &str,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<UserId, AdminError> {
        self.user_add_for(now, rng, name, (role, program), Days::default())
    }

    /// Adds a user with a first role for these days.
    ///
    /// # Errors
    /// When the name is taken or cannot be used, the role or the program is unknown, the role has no
    /// work in the program, or the days are none or end before they begin.
    pub fn user_add_for(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        name: &str,
        (role, program): (&RoleCode, &ProgramCode),
        days: Days<'_>,
    ) -> Result<UserId, AdminError> {
        let id = UserId::generate(now, rng);
        let held = MembershipV1 { role: role.clone(), program: program.clone() };
        self.write(|tx| {
            let added = days.read(now, tx).and_then(|period| {
                staff::add_user(now, tx, Actor::Administrator, (id, name), (&held, period))
            });
            added.map_err(|refusal| told(tx, refusal))?;
            Ok(id)
        })
    }

    /// Adds people, and gives roles to those who are there, as a list says: all of it or nothing. With
    /// `only_try` nothing at all. Returns what came of each line.
    ///
    /// # Errors
    /// When the file is no list of people.
    pub fn import_users(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        list: &[u8],
        only_try: bool,
    ) -> Result<Vec<(ListLine, LineOutcome)>, AdminError> {
        let text = std::str::from_utf8(list).map_err(|_| AdminError::ListNotText)?;
        let lines = import::read(text)?;
        let mut tried = None;
        let done = self.write(|tx| {
            let by = (Actor::Administrator, None);
            let outcomes = import::apply(now, rng, tx, by, &lines)?;
            if only_try || outcomes.iter().any(LineOutcome::fails) {
                tried = Some(outcomes);
                // What fails is undone.
                return Err(StoreError::NotCommitted.into());
            }
            Ok(outcomes)
        });
        let outcomes = tried.map_or(done, Ok)?;
        Ok(lines.into_iter().zip(outcomes).collect())
    }

    /// Gives a user one more role, from now on and without an end. Giving one they hold changes nothing.
    ///
    /// # Errors
    /// As [`Admin::user_grant_for`].
    pub fn user_grant(
        &mut self,
        now: Timestamp,
        name: &str,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<(), AdminError> {
        self.user_grant_for(now, name, (role, program), Days::default())
    }

    /// Gives a user one more role for these days. One that they hold is held until the new end.
    ///
    /// # Errors
    /// When the user, the role or the program is unknown, the role has no work in the program, or the
    /// days are none, end before they begin, or begin later for a role that is held.
    pub fn user_grant_for(
        &mut self,
        now: Timestamp,
        name: &str,
        (role, program): (&RoleCode, &ProgramCode),
        days: Days<'_>,
    ) -> Result<(), AdminError> {
        let held = MembershipV1 { role: role.clone(), program: program.clone() };
        self.write(|tx| {
            // A role that there is not is told before a person whom there is not.
            staff::membership(&tx.context.catalogue, role, program)
                .map_err(|refusal| told(tx, refusal))?;
            let user = user(tx, name)?;
            let given = days.read(now, tx).and_then(|period| {
                terms::give(now, tx, Actor::Administrator, user, (&held, period))
            });
            given.map_err(|refusal| told(tx, refusal))
        })
    }

    /// Takes a role away; what it opened is revoked.
    ///
    /// # Errors
    /// When the user is unknown or does not hold the role.
    pub fn user_revoke_role(
        &mut self,
        now: Timestamp,
        name: &str,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<(), AdminError> {
        let held = MembershipV1 { role: role.clone(), program: program.clone() };
        self.write(|tx| {
            let user = user(tx, name)?;
            let taken = staff::take_role(now, tx, Actor::Administrator, user, &held);
            taken.map_err(|refusal| told(tx, refusal))
        })
    }

    /// The user of this name, however it is typed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn user_named(&self, name: &str) -> Result<Option<UserRow>, AdminError> {
        let id = self.database.reading().user_by_name(name)?;
        Ok(self.users()?.into_iter().find(|user| Some(user.id) == id))
    }

    /// Every user, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn users(&self) -> Result<Vec<UserRow>, AdminError> {
        let mut users = Vec::new();
        let system = self.database.reading().system_user()?;
        let everybody = self.database.reading().users()?.into_iter();
        for (id, name) in everybody.filter(|(id, _)| Some(*id) != system) {
            let roles: Vec<_> = self.database.reading().memberships(id)?.into_iter().collect();
            let catalogue = &self.context.catalogue;
            let misfits =
                roles.iter().filter(|held| !policy::fits(catalogue, &held.role, &held.program));
            users.push(UserRow { id, name, misfits: misfits.cloned().collect(), roles });
        }
        users.sort_by_key(|user| user.name.to_lowercase());
        Ok(users)
    }

    /// Makes a code with which one device can be enrolled within ten minutes.
    ///
    /// # Errors
    /// When the user is unknown.
    pub fn invite(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        name: &str,
    ) -> Result<Invitation, AdminError> {
        let code = invitations::new_code(rng);
        self.write(|tx| {
            let user = user(tx, name)?;
            Ok(invitations::to_enroll(now, tx, Actor::Administrator, user, code)?)
        })
    }

    /// Makes a code with which one device of a person that has its store is bound to the department
    /// again, within ten minutes. It enrolls no new device.
    ///
    /// # Errors
    /// When the user is unknown.
    pub fn invite_to_reconnect(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        name: &str,
    ) -> Result<Invitation, AdminError> {
        let code = invitations::new_code(rng);
        self.write(|tx| {
            let user = user(tx, name)?;
            Ok(invitations::to_reconnect(now, tx, Actor::Administrator, user, code)?)
        })
    }

    /// Makes a code with which somebody sets up, within eight hours, what they sign in with at a
    /// console; also when they have lost it. An earlier code of theirs is worth nothing then.
    ///
    /// # Errors
    /// When the user is unknown.
    pub fn account_invite(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        name: &str,
    ) -> Result<Invitation, AdminError> {
        let code = invitations::new_code(rng);
        self.write(|tx| {
            let user = user(tx, name)?;
            Ok(invitations::to_account(now, tx, Actor::Administrator, rng, (user, code))?)
        })
    }

    /// Closes somebody's account and ends their sessions: from their next request on they are
    /// nobody. Returns how many sessions there were.
    ///
    /// # Errors
    /// When the user is unknown or has no open account.
    pub fn account_close(&mut self, now: Timestamp, name: &str) -> Result<usize, AdminError> {
        self.write(|tx| {
            let user = user(tx, name)?;
            let closed = staff::close_account(now, tx, Actor::Administrator, user);
            closed.map_err(|refusal| told(tx, refusal))
        })
    }

    /// Ends every session of somebody. Returns how many there were.
    ///
    /// # Errors
    /// When the user is unknown.
    pub fn account_sign_out(&mut self, now: Timestamp, name: &str) -> Result<usize, AdminError> {
        self.write(|tx| {
            let user = user(tx, name)?;
            let ended = staff::sign_out(now, tx, Actor::Administrator, user);
            ended.map_err(|refusal| told(tx, refusal))
        })
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn accounts(&self) -> Result<Vec<AccountRow>, AdminError> {
        Ok(self.database.reading().account_rows()?)
    }

    /// Assigns a case to a user. Assigning it again changes nothing.
    ///
    /// # Errors
    /// When the user or the case is unknown.
    pub fn assign(&mut self, now: Timestamp, name: &str, case: CaseId) -> Result<(), AdminError> {
        self.write(|tx| {
            let user = user(tx, name)?;
            if !tx.db.case_exists(case)? {
                return Err(AdminError::UnknownCase(case));
            }
            if tx.db.assign(now, user, case)? {
                recompute::case(now, tx, user, case)?;
            }
            note(now, tx, AuditAct::Assign, format!("case {case}"), format!("to user {user}"))
        })
    }

    /// Takes a case away from a user.
    ///
    /// # Errors
    /// When the user is unknown or the case not assigned to them.
    pub fn unassign(&mut self, now: Timestamp, name: &str, case: CaseId) -> Result<(), AdminError> {
        self.write(|tx| {
            let user = user(tx, name)?;
            if !tx.db.unassign(user, case)? {
                return Err(AdminError::NotAssigned);
            }
            recompute::case(now, tx, user, case)?;
            note(now, tx, AuditAct::Unassign, format!("case {case}"), format!("from user {user}"))
        })
    }

    /// Orders a device to show nothing until that is taken back. Ordering it again changes nothing.
    ///
    /// # Errors
    /// When the device is unknown or revoked.
    pub fn lock_device(&mut self, now: Timestamp, device: DeviceId) -> Result<(), AdminError> {
        self.write(|tx| {
            let locked = staff::lock_device(now, tx, Actor::Administrator, device);
            locked.map_err(|refusal| told(tx, refusal))
        })
    }

    /// Takes the order back to show nothing.
    ///
    /// # Errors
    /// When the device is unknown.
    pub fn unlock_device(&mut self, now: Timestamp, device: DeviceId) -> Result<(), AdminError> {
        self.write(|tx| {
            let unlocked = staff::unlock_device(now, tx, Actor::Administrator, device);
            unlocked.map_err(|refusal| told(tx, refusal))
        })
    }

    /// Revokes a device: from its next request on it is told to wipe itself. Revoking it again
    /// changes nothing.
    ///
    /// # Errors
    /// When the device is unknown.
    pub fn revoke_device(&mut self, now: Timestamp, device: DeviceId) -> Result<(), AdminError> {
        self.write(|tx| {
            let revoked = staff::revoke_device(now, tx, Actor::Administrator, device);
            revoked.map_err(|refusal| told(tx, refusal))
        })
    }

    /// Every device, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn devices(&self) -> Result<Vec<DeviceRow>, AdminError> {
        Ok(self.database.reading().devices()?)
    }

    /// Lists what was refused and waits for a decision, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn quarantine(&self) -> Result<Vec<QuarantineRow>, AdminError> {
        Ok(self.database.reading().quarantine_rows(i64::MAX)?)
    }

    /// Shows what was refused to somebody who may decide about it: an administrator sees no case
    /// data, and names the supervisor who looks.
    ///
    /// # Errors
    /// When there is no such person, or no such entry for them.
    pub fn show_refused(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        supervisor: &str,
        asked: &DecideRefusal,
    ) -> Result<RefusalView, AdminError> {
        let mut rng = StdRng::from_rng(rng);
        self.write(|tx| {
            let user = user(tx, supervisor)?;
            Ok(late::show_in(now, &mut rng, tx, (user, Actor::Administrator), asked)?)
        })
    }

    /// Takes what was refused into its record, or dismisses it, for a supervisor who may.
    ///
    /// # Errors
    /// When there is no such person, no such entry for them, or nothing of it fits its record.
    pub fn decide_refused(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        supervisor: &str,
        asked: &DecideRefusal,
        decision: RefusedDecision,
    ) -> Result<Decided, AdminError> {
        let mut rng = StdRng::from_rng(rng);
        self.write(|tx| {
            let who = (user(tx, supervisor)?, Actor::Administrator);
            Ok(late::decide_in(now, &mut rng, tx, who, asked, decision.into())?)
        })
    }

    /// Erases a case: closes it to everybody, removes its content, destroys its keys, so that what
    /// older backups hold of it cannot be read either. What stays is that there was a case, when it
    /// was erased and by what order. Erasing it again does what a crash left undone.
    ///
    /// # Errors
    /// When there is no such case, or the legal basis is missing.
    pub fn erase(
        &mut self,
        now: Timestamp,
        case: CaseId,
        legal_basis: &str,
    ) -> Result<Tombstone, AdminError> {
        erase::erase(self, now, case, legal_basis)
    }

    /// Returns whether [`Admin::erase`] would go through.
    ///
    /// # Errors
    /// As those of [`Admin::erase`].
    pub fn check_erase(&self, case: CaseId, legal_basis: &str) -> Result<(), AdminError> {
        erase::check(self, case, legal_basis)
    }

    /// Lists what is left of the erased cases, the first one first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn erased(&self) -> Result<Vec<Tombstone>, AdminError> {
        Ok(self.context.keyring.tombstones()?)
    }

    /// The audit's rows that pass the filter, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>, AdminError> {
        Ok(self.database.reading().audit_rows(filter)?)
    }

    /// Writes the whole audit, oldest first, one JSON object a line, and last its head with the
    /// server's signature. Returns how many rows there are.
    ///
    /// # Errors
    /// When the store fails or `out` cannot be written.
    pub fn audit_export(&mut self, now: Timestamp, out: &mut dyn Write) -> Result<u64, AdminError> {
        let rows = export::write(&self.database.reading(), &self.context.signing, now, out)?;
        self.write(|tx| {
            note(now, tx, AuditAct::ExportAudit, String::new(), format!("{rows} rows"))
        })?;
        Ok(rows)
    }

    /// Checks the audit in the database: an edit, a gap or a cut is named with its row.
    ///
    /// # Errors
    /// When the store fails.
    pub fn audit_verify(&self) -> Result<(u64, Vec<Finding>), AdminError> {
        Ok(self.database.reading().check_audit()?)
    }

    /// The key that an exported audit is signed with, in hexadecimal digits.
    pub fn public_key(&self) -> String {
        hex::encode(self.context.signing.verifying_key().as_bytes())
    }

    /// Writes a backup of everything but the keys and the read model, while the server runs.
    ///
    /// The scopes' keys (`keys.db`) are left out on purpose, so that destroying a scope's key makes
    /// it unreadable in every backup ever made: keep `master.key` and the *newest* copy of
    /// `keys.db` elsewhere, and never an old one. The read model is derived and made anew.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub fn backup(&mut self, now: Timestamp, file: &Path) -> Result<FeedSeq, AdminError> {
        let head = backup::write(&self.files, &self.database, file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        self.write(|tx| {
            tx.db.set_last_backup(&name, now)?;
            note(now, tx, AuditAct::Backup, format!("feed {}", head.0), "done")
        })?;
        Ok(head)
    }

    /// Puts a backup in the place of the database, under a new epoch, and makes the read model
    /// anew. The replaced database is kept beside it. Whoever was shut out stays out: `keys.db`
    /// knows them.
    ///
    /// # Errors
    /// When a server or another command is at work on the folder, or the file is no backup that the
    /// key opens; the database is untouched then.
    pub fn restore(
        now: Timestamp,
        rng: &mut dyn Rng,
        config: &ServiceConfig,
        file: &Path,
    ) -> Result<Restored, AdminError> {
        backup::restore(now, rng, config, file)
    }

    /// Ends the time in which devices bring back what others wrote and a restored backup did not
    /// have. Returns whether it was still open.
    ///
    /// # Errors
    /// When the store fails.
    pub fn close_restore(&mut self, now: Timestamp) -> Result<bool, AdminError> {
        self.write(|tx| {
            let is_open = tx.db.vouching_until()?.is_some_and(|until| now < until);
            if is_open {
                tx.db.set_vouching_until(now)?;
            }
            let outcome = if is_open { "done" } else { "it was closed" };
            note(now, tx, AuditAct::CloseRestore, "devices".into(), outcome)?;
            Ok(is_open)
        })
    }

    /// Checks everything that can be checked: the feed's and the audit's chains, that every change
    /// unseals and is what its hash says, that the read model is what the documents say.
    ///
    /// # Errors
    /// When the store fails; what is wrong *in* it is in the report.
    pub fn verify(&self) -> Result<VerifyReport, AdminError> {
        Ok(verify::check(&self.database, &self.context)?)
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, AdminError>,
    ) -> Result<T, AdminError> {
        write_alone(&self.database, &self.context, work)
    }
}

fn user(tx: &Tx<'_>, name: &str) -> Result<UserId, AdminError> {
    tx.db.user_by_name(name)?.ok_or_else(|| AdminError::UnknownUser(name.to_owned()))
}

fn note(
    now: Timestamp,
    tx: &mut Tx<'_>,
    act: AuditAct,
    object: String,
    outcome: impl Into<String>,
) -> Result<(), AdminError> {
    Ok(tx.note(now, Actor::Administrator, act, object, outcome)?)
}

/// Says what was refused to whoever types commands: with what they may have meant.
fn told(tx: &Tx<'_>, refusal: StaffRefusal) -> AdminError {
    let catalogue = &tx.context.catalogue;
    match refusal {
        StaffRefusal::NameTaken(name) => AdminError::NameTaken(name),
        StaffRefusal::BadName => AdminError::BadName,
        StaffRefusal::UnknownRole(role) => {
            AdminError::UnknownRole(role.to_string(), listed(catalogue.roles.keys()))
        }
        StaffRefusal::UnknownProgram(program) => {
            AdminError::UnknownProgram(program.to_string(), listed(catalogue.programs.keys()))
        }
        StaffRefusal::RoleDoesNotFit(MembershipV1 { role, program }) => {
            let programs = catalogue.programs.keys();
            let roles = catalogue.roles.keys();
            AdminError::RoleDoesNotFit {
                programs: listed(programs.filter(|other| policy::fits(catalogue, &role, other))),
                roles: listed(roles.filter(|other| policy::fits(catalogue, other, &program))),
                role,
                program,
            }
        }
        // No command says when somebody is away.
        StaffRefusal::NoSuchMembership | StaffRefusal::NotAway => AdminError::NoSuchMembership,
        StaffRefusal::EndsBeforeItBegins => AdminError::EndsBeforeItBegins,
        StaffRefusal::BadDay(text) => AdminError::BadDay(text),
        StaffRefusal::HeldAlready => AdminError::HeldAlready,
        StaffRefusal::NoAccount => AdminError::NoAccount,
        StaffRefusal::DeviceRevoked(device) => AdminError::DeviceRevoked(device),
        StaffRefusal::UnknownDevice(device) => AdminError::UnknownDevice(device),
        StaffRefusal::Store(error) => AdminError::Store(error),
    }
}

fn listed<T: ToString>(names: impl Iterator<Item = T>) -> String {
    names.map(|name| name.to_string()).collect::<Vec<_>>().join(", ")
}
