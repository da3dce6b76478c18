//! What can go wrong, one small enum for each operation. Nothing here names a person or repeats
//! what somebody wrote down.

use std::error::Error;
use std::path::{Path, PathBuf};

use model::catalogue::Mistake;
use model::catalogue::compare::Difference;
use model::wire::WireError;

/// Why a data folder was not opened. Its files are untouched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no database. `fieldbook admin --data DIR init` makes one.
    #[error("{path} holds no fieldbook data; make it with `fieldbook admin --data {path} init`", path = .0.display())]
    NotInitialised(PathBuf),
    /// An `init` was interrupted here; nothing was recorded yet.
    #[error("an earlier `init` of {path} was interrupted; run it again", path = .0.display())]
    HalfMade(PathBuf),
    /// `init` was asked for where something else is.
    #[error("{path} holds other files", path = .0.display())]
    NotEmpty(PathBuf),
    /// A file of the folder is gone, and others are there.
    #[error("{path} is missing, and other files of the folder are there", path = .0.display())]
    Missing(PathBuf),
    /// A file of the folder holds nothing.
    #[error("{path} is empty", path = .0.display())]
    Empty(PathBuf),
    /// A file is whole, and another folder's.
    #[error("{path} belongs to another data folder", path = .0.display())]
    Foreign(PathBuf),
    /// A file is there and cannot be opened for reading and writing.
    #[error("{path} cannot be opened for reading and writing", path = .0.display())]
    NoAccess(PathBuf),
    /// What should be the master key is something else.
    #[error("{path} does not hold a master key, which is 64 hexadecimal digits", path = .0.display())]
    NotAMasterKey(PathBuf),
    /// `init` was asked for where there is data already.
    #[error("{path} holds fieldbook data already", path = .0.display())]
    AlreadyInitialised(PathBuf),
    /// There is no master key, neither in the folder nor given.
    #[error("{path} has no master.key, and FIELDBOOK_MASTER_KEY is not set", path = .0.display())]
    NoMasterKey(PathBuf),
    /// The master key does not open the database, or the file is damaged: without the right key
    /// the two cannot be told apart.
    #[error("the master key does not open {path}, or the file is damaged", path = .0.display())]
    WrongKey(PathBuf),
    /// The database opens and does not hold what it should.
    #[error("{path} is damaged: {what}", path = path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A newer Fieldbook wrote it.
    #[error("{path} was written by a newer fieldbook (version {have}; this one knows {know})", path = path.display())]
    FromTheFuture {
        /// The file.
        path: PathBuf,
        /// Its version.
        have: u32,
        /// The newest version known here.
        know: u32,
    },
    /// Another server has the folder.
    #[error("a server is running on {path}; stop it first", path = .0.display())]
    InUse(PathBuf),
    /// A command is at work that bears no other beside it, or others are beside which it cannot
    /// work.
    #[error("another command is using {path}; run this one again when it has finished", path = .0.display())]
    Busy(PathBuf),
    /// The SQLite library is one that loses data.
    #[error("this program was built with SQLite {found}, which can lose data; 3.51.3 is needed")]
    OldSqlite {
        /// The version.
        found: &'static str,
    },
    /// The catalogue has mistakes; all of them are here.
    #[error("the catalogue has mistakes:\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Catalogue(Vec<Mistake>),
    /// The catalogue would make records unreadable; everything that would is here.
    #[error("records that there are could not be read by this catalogue:\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Succession(Vec<Difference>),
    /// A file cannot be read or written.
    #[error("{path} cannot be read or written", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenError {
    /// Returns what a failure to read or write a file means.
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        if is_full(&source) {
            return Self::Store(StoreError::DiskFull);
        }
        Self::File { path: path.to_owned(), source }
    }
}

/// The store failed. Nothing of what was asked has happened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database failed.
    #[error("the database failed")]
    Backend(#[source] Box<dyn Error + Send + Sync>),
    /// There is no room left.
    #[error("the disk is full")]
    DiskFull,
    /// What was read is not what was once written.
    #[error("the store is damaged: {0}")]
    Damaged(&'static str),
    /// A scope's key is not there: it was destroyed, or `keys.db` is not the one that belongs to
    /// this database.
    #[error("the key of a scope is missing")]
    KeyMissing,
    /// The case was erased: nothing is ever sealed for it again.
    #[error("the case was erased")]
    Erased,
    /// Somebody read for so long that the log of the database could not be overwritten. The work
    /// is done; give the command again to finish it.
    #[error("the database is busy; what was removed is not overwritten yet: run the command again")]
    Busy,
    /// A read had no time left, or nobody waited for it any more; it was given up where it stood.
    #[error("the read took too long and was given up")]
    TooLong,
    /// The transaction was not committed; its reason is in the log.
    #[error("the transaction was not committed")]
    NotCommitted,
    /// The server is shutting down.
    #[error("the server is shutting down")]
    Closed,
    /// A bug: the work panicked, and was rolled back.
    #[error("the work failed unexpectedly and was rolled back")]
    Panicked,
    /// The file system failed.
    #[error("the file system failed")]
    Io(#[source] std::io::Error),
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        if is_full(&error) { Self::DiskFull } else { Self::Io(error) }
    }
}

/// Why a device is not enrolled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnrollRefusal {
    /// Another protocol, or a field that is longer than it may be.
    #[error("the request cannot be read: {0}")]
    Malformed(&'static str),
    /// No invitation has this code.
    #[error("this code is not known")]
    UnknownCode,
    /// The code is older than ten minutes.
    #[error("this code has expired; ask for a new one")]
    Expired,
    /// Another device has used the code.
    #[error("this code has been used; ask for a new one")]
    Used,
    /// The signature is not the key's.
    #[error("the signature does not belong to the key")]
    BadSignature,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl EnrollRefusal {
    /// A stable name for the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::UnknownCode => "unknown_code",
            Self::Expired => "code_expired",
            Self::Used => "code_used",
            Self::BadSignature => "bad_signature",
            Self::Store(_) => "internal",
        }
    }
}

/// Why a device was not bound to its department again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReconnectRefusal {
    /// The request is not one.
    #[error("the request is malformed: {0}")]
    Malformed(&'static str),
    /// The device belongs to a department with another key.
    #[error("this device belongs to another department")]
    OtherDepartment,
    /// No code like this was ever given out for it.
    #[error("the code is unknown")]
    UnknownCode,
    /// The code is too old.
    #[error("the code has expired")]
    Expired,
    /// The code was used by another device.
    #[error("the code was used")]
    Used,
    /// The code was given out for somebody else than the device's owner.
    #[error("the code is for another person than this device's owner")]
    OtherOwner,
    /// The device is known here with another key or another owner.
    #[error("the device is known by another key")]
    OtherKey,
    /// The device was revoked.
    #[error("this device was revoked")]
    Revoked,
    /// The signature is not the key's.
    #[error("the signature is not valid")]
    BadSignature,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReconnectRefusal {
    /// A stable name for the audit.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::OtherDepartment => "other_department",
            Self::UnknownCode => "unknown_code",
            Self::Expired => "code_expired",
            Self::Used => "code_used",
            Self::OtherOwner => "other_owner",
            Self::OtherKey => "other_key",
            Self::Revoked => "device_revoked",
            Self::BadSignature => "bad_signature",
            Self::Store(_) => "internal",
        }
    }
}

/// Why what a device said of a shift was not taken. Nothing of it was stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SafetyRefusal {
    /// The device has no such shift: it is to start it again.
    #[error("the device has no such shift")]
    NotFound,
    /// Something is too long or the protocol another one.
    #[error(transparent)]
    Limits(#[from] WireError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a sync request was not answered. Nothing of it was stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// The request names another device than its token.
    #[error("the request's device is not the token's")]
    WrongDevice,
    /// The push is not signed by the device's key.
    #[error("the push is not signed by this device")]
    BadSignature,
    /// A list is too long or the protocol another one.
    #[error(transparent)]
    Limits(#[from] WireError),
    /// The device has read so often today that nothing more of it can be noted.
    #[error("this device has reached its limit for the day")]
    UsedUp {
        /// Seconds until the next day.
        retry_after: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SyncError {
    /// A stable name for the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongDevice => "wrong_device",
            Self::BadSignature => "bad_signature",
            Self::Limits(WireError::Protocol(_)) => "protocol",
            Self::Limits(_) => "limits",
            Self::UsedUp { .. } => "too_many_requests",
            Self::Store(_) => "internal",
        }
    }
}

/// Returns whether there is no room left, on the disk or of what one account may use of it.
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}
