//! The device's encrypted database (DESIGN §5): records, their changes, and what is derived from
//! them.
//!
//! [`Store::read`] gives a [`Reader`], [`Store::write`] runs a function with a [`Writer`] in one
//! transaction: what it did is on disk when the call returns, or nothing of it is. How a record
//! becomes rows is in `read_model`, what comes from the server in [`incoming`], what goes there
//! in [`outbox`]. Nothing here reads a clock, a random source or the network.

pub mod drafts;
pub mod feed;
pub mod incoming;
pub(crate) mod install;
mod lease;
mod local;
mod log;
mod meta;
mod migrate;
pub mod open;
mod opening;
pub mod outbox;
pub(crate) mod place;
pub mod quarantine;
pub mod query;
mod reach;
mod read_model;
mod rebase;
mod rebuild;
mod returned;
mod rows;
mod safety;
pub mod taken;
mod tasks;
mod touched;
pub mod verify;

use std::ops::Deref;

use rusqlite::{Connection, TransactionBehavior};

use model::catalogue::SharedCatalogue;
use model::document::DocumentError;
use model::ids::{DeviceId, UserId};
use model::time::Timestamp;

pub use lease::{Lease, Uptime};
pub use local::{LocalError, Written};
pub use meta::Enrollment;
pub use opening::{OpenError, Opened, StoreOptions};
pub use reach::{Announced, Endpoint};
pub use rows::RecordState;
pub use safety::{OwnShift, Safety, Said, SaidWhat};

use self::lease::Time;
use self::log::Log;
use self::place::Guard;
use self::tasks::TouchedCases;

/// The open database. One process at a time holds it.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    context: Context,
    log: Log,
    /// Let go of last, when the database is closed.
    _guard: Guard,
}

/// What every reading and writing needs to know besides the database.
#[derive(Debug, Clone)]
struct Context {
    catalogue: SharedCatalogue,
    device: DeviceId,
    user: UserId,
    time: Time,
}

/// Why the store did not do it. Nothing of the transaction has happened then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A page of the file does not read back. Keep the file: a copy may be repaired.
    #[error("the store is damaged")]
    Corrupt(#[source] rusqlite::Error),
    /// There is no room left.
    #[error("the disk is full")]
    DiskFull,
    /// SQLite failed in another way.
    #[error("the store failed")]
    Sqlite(#[source] rusqlite::Error),
    /// A value in a row is not what this version writes.
    #[error("the store holds {what} that cannot be read")]
    Unreadable {
        /// What it should have been.
        what: &'static str,
    },
    /// A record's document cannot be used.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The scope still holds changes that the server has not got: push them first.
    #[error("{changes} changes of the scope are not handed over yet")]
    NotHandedOver {
        /// How many.
        changes: u64,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(error),
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            _ => match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..) => {
                    Self::Unreadable { what: "a value" }
                }
                other => Self::Sqlite(other),
            },
        }
    }
}

impl Store {
    /// Reads. What is read in one call is one state; between two calls others may write.
    pub fn read(&self) -> Reader<'_> {
        Reader { connection: &self.connection, context: self.context.clone() }
    }

    /// Runs `work` in one transaction.
    ///
    /// When this returns `Ok` everything `work` wrote survives a power loss; otherwise nothing of
    /// it was written.
    ///
    /// # Errors
    /// What `work` returned, or that the transaction could not begin or commit.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.log.prepare(&self.connection)?;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let reader = Reader { connection: &transaction, context: self.context.clone() };
        let mut writer = Writer { reader, texts: Vec::new(), tasks: TouchedCases::new() };
        let done = work(&mut writer)?;
        writer.put_tasks()?;
        writer.put_texts()?;
        writer.keep_time()?;
        let context = writer.reader.context;
        self.log.name_the_file(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        self.log.has_begun();
        self.context = context;
        Ok(done)
    }

    /// Notices what the device's clock says, and what the clock says that cannot be set. It is kept
    /// with the next write, or at once when much has passed; nothing is written for a look.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn notice(
        &mut self,
        now: Timestamp,
        uptime: Option<Uptime>,
    ) -> Result<(), StoreError> {
        self.context.time.notice(now, uptime);
        match self.context.time.news(lease::KEPT_AT_ONCE) {
            Some(_) => self.write(|writer| writer.keep_time()),
            None => Ok(()),
        }
    }

    /// The catalogue that records are checked against.
    pub fn catalogue(&self) -> &SharedCatalogue {
        &self.context.catalogue
    }

    /// This device.
    pub fn device(&self) -> DeviceId {
        self.context.device
    }

    /// Its owner.
    pub fn user(&self) -> UserId {
        self.context.user
    }
}

/// Reads from the store.
pub struct Reader<'a> {
    connection: &'a Connection,
    context: Context,
}

/// Reads and writes within one transaction. Made by [`Store::write`].
pub struct Writer<'a> {
    reader: Reader<'a>,
    /// Full texts of records, written before the commit; see [`Writer::put_texts`].
    texts: Vec<(i64, String)>,
    /// What has changed of which case, so that its tasks are worked out before the commit.
    tasks: TouchedCases,
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl Reader<'_> {
    /// The catalogue that records are checked against.
    pub fn catalogue(&self) -> &SharedCatalogue {
        &self.context.catalogue
    }

    /// This device.
    pub fn device(&self) -> DeviceId {
        self.context.device
    }

    fn query_row<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        use rusqlite::OptionalExtension;
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params, read).optional()?)
    }

    fn query<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn count(&self, sql: &str, params: impl rusqlite::Params) -> Result<u64, StoreError> {
        let count = self.query_row(sql, params, |row| row.get::<_, i64>(0))?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

impl Writer<'_> {
    fn execute(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize, StoreError> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Runs a part of the transaction: when it fails nothing of it is written, and the rest of the
    /// transaction can go on.
    fn whole_or_nothing<T>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let texts = self.texts.len();
        self.execute("SAVEPOINT part", [])?;
        let done = part(self);
        let ended = match done {
            Ok(_) => self.execute("RELEASE part", []),
            Err(_) => {
                self.texts.truncate(texts);
                self.execute("ROLLBACK TO part", []).and_then(|_| self.execute("RELEASE part", []))
            }
        };
        match (done, ended) {
            // SQLite gave the whole transaction up, and its savepoints with it.
            (Err(error @ (StoreError::Corrupt(_) | StoreError::DiskFull)), Err(_)) => Err(error),
            (_, Err(error)) => Err(error),
            (done, Ok(_)) => done,
        }
    }
}
