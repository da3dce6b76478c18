//! Administration of a data folder, whether or not a server is running on it: SQLite lets both
//! write, and a running server notices.

use std::path::Path;

use model::ids::{CaseId, DeviceId, FeedSeq, ProgramCode, RecordId, RoleCode, UserId};
use model::time::Timestamp;
use model::wire::MembershipV1;
use rand::Rng;

use crate::config::CoreConfig;
use crate::error::{AdminError, OpenError};

/// A data folder opened for administration.
pub struct Admin {}

/// A member of staff, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Their identity.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their roles by program.
    pub roles: Vec<MembershipV1>,
}

/// A one-use invitation to enrol a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The code, in groups of four for reading aloud; devices ignore spaces and dashes.
    pub code: String,
    /// Whose device it will be.
    pub user: UserId,
    /// When the code stops working.
    pub expires_at: Timestamp,
}

/// An enrolled device, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its identity.
    pub id: DeviceId,
    /// Its owner.
    pub user: UserId,
    /// The owner's name.
    pub user_name: String,
    /// What kind of installation it is.
    pub platform: String,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it last came, to within five minutes; none if never.
    pub last_seen: Option<Timestamp>,
    /// When it was revoked; none while it may sync.
    pub revoked_at: Option<Timestamp>,
}

/// A refused change, as listed. Holds none of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineRow {
    /// Its place in the list.
    pub id: i64,
    /// The device that sent it.
    pub device: DeviceId,
    /// The record it was sent for.
    pub record: RecordId,
    /// The stable name of the reason.
    pub code: String,
    /// The reason as it was told to the device.
    pub reason: String,
    /// When it first came.
    pub received_at: Timestamp,
    /// How often it came.
    pub times: u64,
    /// Its size.
    pub bytes: u64,
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
    /// Everything that is wrong, in words; empty when all is well.
    pub problems: Vec<String>,
}

impl Admin {
    /// Makes a data folder: master key, key store, database.
    ///
    /// # Errors
    /// When there is data already, or the files cannot be written.
    pub fn init(
        _now: Timestamp,
        _rng: &mut dyn Rng,
        config: &CoreConfig,
        _department: &str,
    ) -> Result<Self, OpenError> {
        Err(OpenError::NotInitialised(config.data_dir.clone()))
    }

    /// Opens a data folder.
    ///
    /// # Errors
    /// Says why it cannot be opened; its files are untouched then.
    pub fn open(config: &CoreConfig) -> Result<Self, OpenError> {
        Err(OpenError::NotInitialised(config.data_dir.clone()))
    }

    /// The department's name, as given to [`Admin::init`].
    ///
    /// # Errors
    /// When the store fails.
    pub fn department(&self) -> Result<String, AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Adds a user with a first role.
    ///
    /// # Errors
    /// When the name is taken or cannot be used, or the role or the program is unknown.
    pub fn user_add(
        &mut self,
        _now: Timestamp,
        _rng: &mut dyn Rng,
        _name: &str,
        _role: &RoleCode,
        _program: &ProgramCode,
    ) -> Result<UserId, AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Gives a user one more role. Giving one they hold changes nothing.
    ///
    /// # Errors
    /// When the user, the role or the program is unknown.
    pub fn user_grant(
        &mut self,
        _now: Timestamp,
        _name: &str,
        _role: &RoleCode,
        _program: &ProgramCode,
    ) -> Result<(), AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Takes a role away; what it opened is revoked.
    ///
    /// # Errors
    /// When the user is unknown or does not hold the role.
    pub fn user_revoke_role(
        &mut self,
        _now: Timestamp,
        _name: &str,
        _role: &RoleCode,
        _program: &ProgramCode,
    ) -> Result<(), AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Every user, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn users(&self) -> Result<Vec<UserRow>, AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Makes a code with which one device can be enrolled within ten minutes.
    ///
    /// # Errors
    /// When the user is unknown.
    pub fn invite(
        &mut self,
        _now: Timestamp,
        _rng: &mut dyn Rng,
        _name: &str,
    ) -> Result<Invitation, AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Assigns a case to a user. Assigning it again changes nothing.
    ///
    /// # Errors
    /// When the user or the case is unknown.
    pub fn assign(
        &mut self,
        _now: Timestamp,
        _name: &str,
        _case: CaseId,
    ) -> Result<(), AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Takes a case away from a user.
    ///
    /// # Errors
    /// When the user is unknown or the case not assigned to them.
    pub fn unassign(
        &mut self,
        _now: Timestamp,
        _name: &str,
        _case: CaseId,
    ) -> Result<(), AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Revokes a device: from its next request on it is told to wipe itself. Revoking it again
    /// changes nothing.
    ///
    /// # Errors
    /// When the device is unknown.
    pub fn revoke_device(&mut self, _now: Timestamp, _device: DeviceId) -> Result<(), AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Every device, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn devices(&self) -> Result<Vec<DeviceRow>, AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// What was refused and is kept, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn quarantine(&self) -> Result<Vec<QuarantineRow>, AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Writes a backup of everything but the keys and the read model, while the server runs.
    ///
    /// The scopes' keys (`keys.db`) are left out on purpose, so that destroying a scope's key makes
    /// it unreadable in every backup ever made: keep `master.key` and the *newest* copy of
    /// `keys.db` elsewhere, and never an old one. The read model is derived and made anew.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub fn backup(&mut self, _now: Timestamp, _file: &Path) -> Result<FeedSeq, AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Puts a backup in the place of the database, under a new epoch, and makes the read model
    /// anew. The replaced database is kept beside it.
    ///
    /// # Errors
    /// When a server is running on the folder, or the file is no backup that the key opens; the
    /// database is untouched then.
    pub fn restore(
        _now: Timestamp,
        _rng: &mut dyn Rng,
        _config: &CoreConfig,
        _file: &Path,
    ) -> Result<FeedSeq, AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }

    /// Checks everything that can be checked: the feed's and the audit's chains, that every change
    /// unseals and is what its hash says, that the read model is what the documents say.
    ///
    /// # Errors
    /// When the store fails; what is wrong *in* it is in the report.
    pub fn verify(&self) -> Result<VerifyReport, AdminError> {
        Err(crate::error::StoreError::Closed.into())
    }
}
