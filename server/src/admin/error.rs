//! Why an administrative command did nothing.

use std::path::PathBuf;

use model::catalogue::Mistake;
use model::catalogue::compare::Difference;
use model::ids::{DeviceId, ProgramCode, RoleCode};

use crate::console::ConsoleError;
use crate::error::{OpenError, StoreError};
use crate::staff::import::ListFault;

/// Why an administrative command did nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdminError {
    /// No user has this name.
    #[error("there is no user `{0}`")]
    UnknownUser(String),
    /// A user has this name already.
    #[error("there is a user `{0}` already; to add a role use `user grant`")]
    NameTaken(String),
    /// A name that cannot be used.
    #[error("a user's name has 1 to 100 characters and no control characters")]
    BadName,
    /// The catalogue has no such role.
    #[error("there is no role `{0}`; the catalogue has {1}")]
    UnknownRole(String, String),
    /// The catalogue has no such program.
    #[error("there is no program `{0}`; the catalogue has {1}")]
    UnknownProgram(String, String),
    /// The role has no work in the program.
    #[error(
        "nobody is {role} in {program}; {role} is held in {programs}, and in {program} there are {roles}"
    )]
    RoleDoesNotFit {
        /// The role.
        role: RoleCode,
        /// The program.
        program: ProgramCode,
        /// The programs in which the role is held.
        programs: String,
        /// The roles that are held in the program.
        roles: String,
    },
    /// The user does not hold the role in the program.
    #[error("the user does not hold this role in this program")]
    NoSuchMembership,
    /// No record belongs to this case.
    #[error("there is no case {0}")]
    UnknownCase(model::ids::CaseId),
    /// An erasure without its legal basis.
    #[error("an erasure needs the order or the law it rests on, 1 to 500 characters long")]
    BadLegalBasis,
    /// The case is not assigned to the user.
    #[error("the case is not assigned to this user")]
    NotAssigned,
    /// No device has this id.
    #[error("there is no device {0}")]
    UnknownDevice(DeviceId),
    /// No server ever ran on the folder, so there is no device to tell.
    #[error("no server has run on this folder yet")]
    NeverServed,
    /// Not an address that devices can ask.
    #[error("`{0}` is not an address such as https://field.example:8443")]
    BadAddress(String),
    /// The user cannot sign in at the console.
    #[error("this user has no account that is open")]
    NoAccount,
    /// A role would end before it begins.
    #[error("the last day lies before the first, or has passed")]
    EndsBeforeItBegins,
    /// Not a day such as 2026-11-30.
    #[error("`{0}` is no day such as 2026-11-30")]
    BadDay(String),
    /// A role that is held cannot begin later.
    #[error("this user holds this role already; without `--from`, `--until` sets its last day")]
    HeldAlready,
    /// The device was revoked.
    #[error("device {0} was revoked; it is told to wipe itself")]
    DeviceRevoked(DeviceId),
    /// The file is no text.
    #[error("the file is not text in UTF-8")]
    ListNotText,
    /// The file is no list of people.
    #[error(transparent)]
    List(#[from] ListFault),
    /// The file is there already and is not overwritten.
    #[error("{path} exists already; choose another name", path = .0.display())]
    FileExists(PathBuf),
    /// The file to restore is no backup of this server.
    #[error("{path} is not a backup that this master key opens", path = .0.display())]
    NotABackup(PathBuf),
    /// No catalogue that was in force has this digest, or several begin so.
    #[error("no catalogue that was in force has this digest, or several begin so")]
    UnknownCatalogue,
    /// The catalogue is in force already.
    #[error("this catalogue is in force already")]
    InForce,
    /// The catalogue is wrong; every mistake is here.
    #[error("the catalogue has {} mistakes", .0.len())]
    Catalogue(Vec<Mistake>),
    /// The catalogue would make records unreadable; everything that would is here.
    #[error("records that there are could not be read by this catalogue")]
    Succession(Vec<Difference>),
    /// The person for whom it was asked may not, or what was asked does not fit.
    #[error(transparent)]
    Console(#[from] ConsoleError),
    /// The data folder cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
