//! Making and opening the database file.
//!
//! A file that cannot be opened is left exactly as it is: its last unsent record may be all there
//! is of somebody's night. So everything that could fail is read before anything is written, and a
//! new database is made beside its place and moved there whole.

use std::sync::Arc;

use rand::Rng;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use model::catalogue::{Catalogue, CatalogueSource, Mistake};
use model::time::Timestamp;
use model::wire::ProfileV1;

use super::install::{Install, Salt};
use super::lease::Time;
use super::log::{Log, Marks};
use super::opening::{OpenError, Opened};
use super::place::{Guard, Place};
use super::{Context, Enrollment, Store, StoreError, meta, migrate};
use crate::keys::StoreKey;
use crate::vault::KeyVault;

/// What a new database starts with.
#[derive(Debug, Clone)]
pub struct FirstFacts {
    /// How this device came to its server.
    pub enrollment: Enrollment,
    /// The department's catalogue.
    pub catalogue: CatalogueSource,
    /// Those that were in force before it, oldest first.
    pub earlier: Vec<CatalogueSource>,
    /// The owner's name and roles.
    pub profile: ProfileV1,
    /// The first DPoP nonce.
    pub server_nonce: String,
    /// The server's clock.
    pub server_time: Timestamp,
    /// Until when records may be shown without asking again.
    pub lease_until: Timestamp,
}

impl Store {
    /// Makes the database, and opens it.
    ///
    /// # Errors
    /// When something is at this place already, or what is given cannot be kept.
    pub(crate) fn create(
        now: Timestamp,
        rng: &mut dyn Rng,
        (place, guard): (&Place, Guard),
        vault: &dyn KeyVault,
        key: &StoreKey,
        facts: &FirstFacts,
    ) -> Result<(Self, Install), OpenError> {
        check_sqlite()?;
        if let Err(mut mistakes) = Catalogue::load(&facts.catalogue) {
            return Err(OpenError::Catalogue(mistakes.swap_remove(0)));
        }
        if place.exists()? {
            return Err(OpenError::AlreadyExists);
        }
        let fresh = place.beside()?;
        let mut install = Install::new(rng, Salt::default());
        install.salt = fill(now, &fresh, key, facts, &install)?;
        install.keep(vault)?;
        fresh.move_to(place)?;
        let (store, install, _) = Self::open(now, rng, (place, guard), vault, key)?;
        Ok((store, install))
    }

    /// Opens the database. It and the key store are not read before the guard over them is held.
    ///
    /// # Errors
    /// Says why it cannot be; the files are as they were.
    pub(crate) fn open(
        now: Timestamp,
        rng: &mut dyn Rng,
        (place, guard): (&Place, Guard),
        vault: &dyn KeyVault,
        key: &StoreKey,
    ) -> Result<(Self, Install, Opened), OpenError> {
        check_sqlite()?;
        place.check_there()?;
        let noted = Install::load(vault)?;
        if !log_belongs(place, key)? {
            tracing::warn!("the log beside the store is not this file's and was put aside");
            place.set_log_aside()?;
        }
        let log_was_there = place.log_bytes().is_some();
        let connection = match open_unchanged(place, key, noted.as_ref()) {
            Ok(connection) => connection,
            Err(error) => {
                if !log_was_there {
                    place.remove_empty_log();
                }
                return Err(error);
            }
        };
        let mut store = Self::start(connection, place, guard)?;
        store.notice(now, None)?;
        if let Some(mut install) = noted
            && install.left(&store.read())?
        {
            return Ok((store, install, Opened::AsLeft));
        }
        let install = Install::new(rng, salt(&store.connection)?);
        store.write(|w| w.begin_anew(now, &install))?;
        install.keep(vault)?;
        Ok((store, install, Opened::Restored))
    }

    /// From here on the file may be written.
    fn start(mut connection: Connection, place: &Place, guard: Guard) -> Result<Self, OpenError> {
        configure(&connection, place)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        migrate::migrate(&mut connection)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        let (enrollment, source, earlier) = meta::context(&connection)?;
        let catalogue = Catalogue::load(&source).map_err(first_mistake)?;
        let context = Context {
            catalogue: Arc::new(meta::with_earlier(catalogue, &earlier)),
            device: enrollment.device,
            user: enrollment.user,
            time: Time::left(meta::lease(&connection)?),
        };
        let mut store = Self { connection, context, log: Log::new(place.log()), _guard: guard };
        if !store.read().is_read_by_this_version()? {
            store.write(|writer| writer.reread_for_this_version())?;
        }
        Ok(store)
    }

    /// Closes the database for good: what is left answers every call with an error.
    pub(crate) fn close(&mut self) {
        if let Ok(nothing) = Connection::open_in_memory() {
            drop(std::mem::replace(&mut self.connection, nothing));
        }
    }
}

fn first_mistake(mut mistakes: Vec<Mistake>) -> OpenError {
    OpenError::Catalogue(mistakes.swap_remove(0))
}

impl super::Writer<'_> {
    /// This database is not the one this installation left: nothing of the writing identity it
    /// brought may be used again, and how far it had pulled says nothing.
    fn begin_anew(&mut self, now: Timestamp, install: &Install) -> Result<(), StoreError> {
        self.execute("DELETE FROM actors", [])?;
        self.execute("UPDATE outbox SET sent = 0, held = 0", [])?;
        let sent = "UPDATE records SET state = 'on_phone' WHERE state = 'sent'";
        self.execute(sent, [])?;
        self.set_cursor(None)?;
        self.set_reconcile(None)?;
        self.set_restored_at(now)?;
        match install.nonce() {
            Some(nonce) => self.announce(install, nonce),
            None => Ok(()),
        }
    }
}

/// Before 3.51.3 a bug in the write-ahead log could damage a database.
fn check_sqlite() -> Result<(), OpenError> {
    if rusqlite::version_number() < 3_051_003 {
        return Err(OpenError::OldSqlite { have: rusqlite::version() });
    }
    Ok(())
}

/// Opens the file and reads from it, writing nothing.
fn open_unchanged(
    place: &Place,
    key: &StoreKey,
    noted: Option<&Install>,
) -> Result<Connection, OpenError> {
    let connection = place.connect(OpenFlags::empty())?;
    // Closing would otherwise move the log of a crashed run into the file, right key or not.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    unlock(&connection, place, key)?;
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'meta'";
    let readable = connection.query_row(tables, [], |row| row.get::<_, i64>(0));
    match readable {
        Ok(1) => {}
        Ok(_) => return Err(OpenError::Corrupt { what: "its tables are missing" }),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            return Err(what_does_not_open(&connection, place, noted));
        }
        Err(error) => return Err(error.into()),
    }
    migrate::check_known(&connection)?;
    Ok(connection)
}

/// Returns whether the log beside the file, if there is one, was written over this very file. One
/// that cannot be asked is taken for it: SQLite knows how to deal with the log of a crash.
fn log_belongs(place: &Place, key: &StoreKey) -> Result<bool, OpenError> {
    if place.log_bytes().unwrap_or(0) == 0 {
        return Ok(true);
    }
    let alone = place.connect_without_log().and_then(|file| {
        give_key(&file, key)?;
        Marks::read(&file)
    });
    let Ok(Some(file)) = alone else { return Ok(true) };
    let both = place.connect(OpenFlags::empty())?;
    both.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    unlock(&both, place, key)?;
    let read = Marks::read(&both);
    Ok(!matches!(read, Ok(Some(marks)) if !marks.are_of(&file)))
}

/// SQLCipher says the same of a wrong key and of a damaged first page.
fn what_does_not_open(
    connection: &Connection,
    place: &Place,
    noted: Option<&Install>,
) -> OpenError {
    let ours = noted.is_some_and(|noted| salt(connection).is_ok_and(|salt| salt == noted.salt));
    match (ours, place.is_whole()) {
        (true, _) => OpenError::Corrupt { what: "its first page does not read back" },
        (false, false) => OpenError::Corrupt { what: "it is no database" },
        (false, true) => OpenError::WrongKey,
    }
}

/// The first bytes of the file: random, made with it, and not encrypted. SQLite is asked for them,
/// since nobody else may open the file.
fn salt(connection: &Connection) -> Result<Salt, OpenError> {
    let text: String = connection.pragma_query_value(None, "cipher_salt", |row| row.get(0))?;
    let mut salt = Salt::default();
    let not_one = || OpenError::from(StoreError::Unreadable { what: "the salt" });
    for (at, byte) in salt.iter_mut().enumerate() {
        let digits = text.get(2 * at..2 * at + 2).ok_or_else(not_one)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| not_one())?;
    }
    Ok(salt)
}

fn unlock(connection: &Connection, place: &Place, key: &StoreKey) -> Result<(), OpenError> {
    connection.busy_timeout(std::time::Duration::from_millis(place.options.wait_ms.into()))?;
    give_key(connection, key)?;
    // One process at a time, and no shared memory, which not every platform has.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    Ok(())
}

fn give_key(connection: &Connection, key: &StoreKey) -> rusqlite::Result<()> {
    // SQLCipher speaks to stderr by itself unless it is told not to; what is wrong is returned.
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    connection.pragma_update(None, "key", key.pragma().as_str())
}

fn configure(connection: &Connection, place: &Place) -> Result<(), OpenError> {
    let synchronous = if place.options.durable { "FULL" } else { "OFF" };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // On Apple's systems a plain fsync does not reach the disk.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "secure_delete", "FAST")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -i64::from(place.options.cache_kib))?;
    if place.log().is_some() {
        // When the log goes into the file is for `log` to say.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    }
    // Or every look-up by a bound value is planned anew, which takes ten times its own time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(())
}

/// All the statements there are: each is prepared once a run.
const STATEMENTS_KEPT: usize = 256;

fn fill(
    now: Timestamp,
    place: &Place,
    key: &StoreKey,
    facts: &FirstFacts,
    install: &Install,
) -> Result<Salt, OpenError> {
    let mut connection = place.connect(OpenFlags::SQLITE_OPEN_CREATE)?;
    unlock(&connection, place, key)?;
    configure(&connection, place)?;
    migrate::migrate(&mut connection)?;
    let context = Context {
        catalogue: Arc::new(Catalogue::load(&facts.catalogue).map_err(first_mistake)?),
        device: facts.enrollment.device,
        user: facts.enrollment.user,
        time: Time::left(None),
    };
    let (log, _guard) = (Log::new(None), Guard::of_another());
    let mut store = Store { connection, context, log, _guard };
    store.write(|w| {
        w.set_enrollment(&facts.enrollment)?;
        w.set_first_catalogue(&facts.catalogue, &facts.earlier)?;
        w.set_read_by_this_version()?;
        w.set_profile(&facts.profile)?;
        w.set_server_nonce(&facts.server_nonce)?;
        w.set_lease(now, facts.server_time, facts.lease_until)?;
        install.nonce().map_or(Ok(()), |nonce| w.set_install_nonce(nonce))
    })?;
    let salt = salt(&store.connection)?;
    store.connection.close().map_err(|(_, error)| error)?;
    Ok(salt)
}
