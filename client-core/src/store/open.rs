//! Making and opening the database file.
//!
//! A file that cannot be opened is left exactly as it is: its last unsent record may be all there
//! is of somebody's night. So everything that could fail is read before anything is written, and a
//! new database is made beside its place and moved there whole.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand::Rng;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use model::catalogue::{Catalogue, CatalogueSource, Mistake};
use model::search;
use model::time::Timestamp;
use model::wire::ProfileV1;

use super::lease::Time;
use super::{Context, Enrolment, Store, StoreError, meta, migrate};
use crate::keys::{INSTALL, KeyError, StoreKey};
use crate::vault::{KeyVault, VaultError, sync_folder};

/// How the database is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Whether a save waits until it is on the disk. Only tests and simulations that never cut the
    /// power may leave it out.
    pub durable: bool,
    /// How long to wait for another process that holds the database.
    pub wait_ms: u32,
    /// Memory for pages that were read, in KiB.
    pub cache_kib: u32,
    /// Another SQLite file layer, where there is no file system: the path is only its name there.
    pub vfs: Option<String>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { durable: true, wait_ms: 2_000, cache_kib: 16 * 1_024, vfs: None }
    }
}

/// Whether the database is the one that this installation left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It is.
    AsLeft,
    /// It was restored from a backup or copied here. New edits are written by new actors, and the
    /// next sync pulls everything; unsent changes are sent as they are, since the server knows
    /// those it has by their hashes.
    Restored,
}

/// Why there is no open database. The files are as they were.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no database here.
    #[error("there is no store at this place")]
    NotFound,
    /// A new database was asked for, and one is here.
    #[error("there is a store at this place already")]
    AlreadyExists,
    /// The key store gives no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The file is encrypted with another key.
    #[error("the store's key does not open the store: it belongs to another installation")]
    WrongKey,
    /// The key is right and the file does not read back.
    #[error("the store is damaged: {what}")]
    Corrupt {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A newer program wrote it.
    #[error("the store is of version {have}; this program knows up to {know}: update it")]
    FromTheFuture {
        /// Its version.
        have: u32,
        /// Ours.
        know: u32,
    },
    /// Another process has it open.
    #[error("the store is open in another process")]
    Locked,
    /// The SQLite that is linked in has a bug that can damage databases.
    #[error("SQLite {have} is too old; at least 3.51.3 is needed")]
    OldSqlite {
        /// Its version.
        have: &'static str,
    },
    /// The catalogue that came with the enrolment has mistakes.
    #[error("the catalogue has mistakes; the first: {0}")]
    Catalogue(Mistake),
    /// The file system failed.
    #[error("the store's files cannot be read or written")]
    Io(#[from] std::io::Error),
    /// The database failed in another way.
    #[error(transparent)]
    Store(StoreError),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            _ => StoreError::from(error).into(),
        }
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt(_) => Self::Corrupt { what: "a page does not read back" },
            StoreError::Unreadable { what } => Self::Corrupt { what },
            other => Self::Store(other),
        }
    }
}

impl From<VaultError> for OpenError {
    fn from(error: VaultError) -> Self {
        Self::Key(error.into())
    }
}

/// What a new database starts with.
#[derive(Debug, Clone)]
pub struct FirstFacts {
    /// How this device came to its server.
    pub enrolment: Enrolment,
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
        place: &Place,
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
        let mut install = Install::new(rng);
        fill(now, &fresh, key, facts, &install)?;
        install.salt = fresh.salt()?;
        vault.store(INSTALL, &install.to_bytes())?;
        fresh.move_to(place)?;
        let (store, install, _) = Self::open(now, rng, place, vault, key)?;
        Ok((store, install))
    }

    /// Opens the database.
    ///
    /// # Errors
    /// Says why it cannot be; the files are as they were.
    pub(crate) fn open(
        now: Timestamp,
        rng: &mut dyn Rng,
        place: &Place,
        vault: &dyn KeyVault,
        key: &StoreKey,
    ) -> Result<(Self, Install, Opened), OpenError> {
        check_sqlite()?;
        place.check_there()?;
        let noted = Install::load(vault)?;
        let wal_was_there = place.has_wal();
        let checked = open_unchanged(place, key, noted.as_ref());
        let connection = match checked {
            Ok(connection) => connection,
            Err(error) => {
                place.remove_empty_wal(wal_was_there);
                return Err(error);
            }
        };
        let mut store = Self::start(connection, place)?;
        store.notice(now, None)?;
        let present = store.read().install_nonce()?;
        match noted.filter(|noted| noted.nonces.iter().any(|nonce| nonce[..] == present)) {
            Some(install) => Ok((store, install, Opened::AsLeft)),
            None => {
                let mut install = Install::new(rng);
                install.salt = place.salt()?;
                store.write(|w| w.begin_anew(now, &install))?;
                vault.store(INSTALL, &install.to_bytes())?;
                Ok((store, install, Opened::Restored))
            }
        }
    }

    /// From here on the file may be written.
    fn start(mut connection: Connection, place: &Place) -> Result<Self, OpenError> {
        configure(&connection, place)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        migrate::migrate(&mut connection)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        let (enrolment, source, earlier) = meta::context(&connection)?;
        let catalogue = Catalogue::load(&source).map_err(first_mistake)?;
        let context = Context {
            catalogue: Arc::new(meta::with_earlier(catalogue, &earlier)),
            device: enrolment.device,
            user: enrolment.user,
            time: Time::left(meta::lease(&connection)?),
        };
        let mut store = Self { connection, context };
        if store.read().fold_version()? != search::FOLD_VERSION {
            store.write(|writer| writer.refold())?;
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
        match install.nonces.first() {
            Some(nonce) => self.set_install_nonce(nonce),
            None => Ok(()),
        }
    }
}

/// Which database this installation left behind: a random number that changes with the first edit
/// of each run, kept in the database and in the key store. A database with another one was
/// restored or copied.
#[derive(Debug, Clone)]
pub(crate) struct Install {
    /// How the file begins: tells a wrong key from a damaged file.
    salt: [u8; SALT_BYTES],
    /// The present number; between the two writes of a change the next one as well.
    nonces: Vec<[u8; NONCE_BYTES]>,
    /// Whether the number changed in this run.
    renewed: bool,
}

impl Install {
    fn new(rng: &mut dyn Rng) -> Self {
        Self { salt: [0; SALT_BYTES], nonces: vec![random(rng)], renewed: true }
    }

    fn load(vault: &dyn KeyVault) -> Result<Option<Self>, VaultError> {
        let Some(stored) = vault.load(INSTALL)? else { return Ok(None) };
        let Some((salt, nonces)) = stored.split_first_chunk::<SALT_BYTES>() else {
            return Ok(None);
        };
        let nonces = nonces.chunks_exact(NONCE_BYTES).filter_map(|nonce| nonce.try_into().ok());
        Ok(Some(Self { salt: *salt, nonces: nonces.collect(), renewed: false }))
    }

    fn to_bytes(&self) -> Vec<u8> {
        let nonces = self.nonces.iter().flatten();
        self.salt.iter().chain(nonces).copied().collect()
    }

    /// Before the first edit of a run: notes the next number in the key store beside the present
    /// one, and returns it for the database to take in the same transaction as the edit.
    pub(crate) fn renew(
        &mut self,
        rng: &mut dyn Rng,
        vault: &dyn KeyVault,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        if self.renewed {
            return Ok(None);
        }
        if self.nonces.len() < 2 {
            self.nonces.push(random(rng));
            if let Err(error) = vault.store(INSTALL, &self.to_bytes()) {
                self.nonces.pop();
                return Err(error);
            }
        }
        Ok(self.nonces.last().map(|nonce| nonce.to_vec()))
    }

    /// After that transaction: the number before is good for nothing any more.
    pub(crate) fn renewed(&mut self, vault: &dyn KeyVault) {
        self.renewed = true;
        if let Some(last) = self.nonces.pop() {
            self.nonces = vec![last];
        }
        // When this fails both numbers stay good until the next run, which tries again.
        drop(vault.store(INSTALL, &self.to_bytes()));
    }
}

/// Where a database is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    path: PathBuf,
    options: StoreOptions,
}

impl Place {
    pub(crate) fn new(path: &Path, options: StoreOptions) -> Self {
        Self { path: path.to_owned(), options }
    }

    /// Removes the database's files.
    pub(crate) fn remove(&self) -> std::io::Result<()> {
        if self.options.vfs.is_some() {
            return Ok(());
        }
        ["", "-wal", "-shm", "-journal"].into_iter().try_for_each(|suffix| {
            match fs::remove_file(self.with_suffix(suffix)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        })
    }

    /// Refuses a place where nothing is, before anybody is asked for a PIN.
    pub(crate) fn check_there(&self) -> Result<(), OpenError> {
        if self.exists()? { Ok(()) } else { Err(OpenError::NotFound) }
    }

    fn exists(&self) -> Result<bool, OpenError> {
        if self.options.vfs.is_some() {
            return Ok(self.connect(OpenFlags::empty()).is_ok());
        }
        match fs::metadata(&self.path) {
            Ok(file) if file.len() < PAGE_BYTES => {
                Err(OpenError::Corrupt { what: "it is cut short" })
            }
            Ok(_) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Where a new database is made. Left-overs of an earlier attempt are removed.
    fn beside(&self) -> Result<Self, OpenError> {
        if self.options.vfs.is_some() {
            return Ok(self.clone());
        }
        let fresh = Self { path: self.with_suffix(".new"), options: self.options.clone() };
        fresh.remove()?;
        Ok(fresh)
    }

    fn move_to(&self, place: &Self) -> Result<(), OpenError> {
        if self.options.vfs.is_some() {
            return Ok(());
        }
        fs::rename(&self.path, &place.path)?;
        match place.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => Ok(sync_folder(folder)?),
            _ => Ok(sync_folder(Path::new("."))?),
        }
    }

    /// The first bytes of the file: random, made with it, and not encrypted.
    fn salt(&self) -> Result<[u8; SALT_BYTES], OpenError> {
        let mut salt = [0; SALT_BYTES];
        if self.options.vfs.is_none() {
            fs::File::open(&self.path)?.read_exact(&mut salt)?;
        }
        Ok(salt)
    }

    fn has_wal(&self) -> bool {
        self.options.vfs.is_none() && self.with_suffix("-wal").exists()
    }

    /// Looking into a database of a newer version makes an empty log beside it.
    fn remove_empty_wal(&self, was_there: bool) {
        let wal = self.with_suffix("-wal");
        if self.options.vfs.is_none()
            && !was_there
            && fs::metadata(&wal).is_ok_and(|file| file.len() == 0)
        {
            drop(fs::remove_file(wal));
        }
    }

    fn with_suffix(&self, suffix: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(suffix);
        path.into()
    }

    fn connect(&self, more: OpenFlags) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
        match &self.options.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(&self.path, flags, vfs.as_str()),
            None => Connection::open_with_flags(&self.path, flags),
        }
    }
}

const PAGE_BYTES: u64 = 4_096;
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 16;

fn random<const N: usize>(rng: &mut dyn Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
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
            return Err(what_does_not_open(place, noted));
        }
        Err(error) => return Err(error.into()),
    }
    migrate::check_known(&connection)?;
    Ok(connection)
}

/// SQLCipher says the same of a wrong key and of a damaged first page.
fn what_does_not_open(place: &Place, noted: Option<&Install>) -> OpenError {
    let whole = fs::metadata(&place.path).is_ok_and(|file| file.len().is_multiple_of(PAGE_BYTES));
    let ours = noted.is_some_and(|noted| place.salt().is_ok_and(|salt| salt == noted.salt));
    match (ours, whole) {
        (true, _) => OpenError::Corrupt { what: "its first page does not read back" },
        (false, false) => OpenError::Corrupt { what: "it is no database" },
        (false, true) => OpenError::WrongKey,
    }
}

fn unlock(connection: &Connection, place: &Place, key: &StoreKey) -> Result<(), OpenError> {
    connection.busy_timeout(std::time::Duration::from_millis(place.options.wait_ms.into()))?;
    // SQLCipher speaks to stderr by itself unless it is told not to; what is wrong is returned.
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    connection.pragma_update(None, "key", key.pragma().as_str())?;
    // One process at a time, and no shared memory, which not every platform has.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    Ok(())
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
) -> Result<(), OpenError> {
    let mut connection = place.connect(OpenFlags::SQLITE_OPEN_CREATE)?;
    unlock(&connection, place, key)?;
    configure(&connection, place)?;
    migrate::migrate(&mut connection)?;
    let context = Context {
        catalogue: Arc::new(Catalogue::load(&facts.catalogue).map_err(first_mistake)?),
        device: facts.enrolment.device,
        user: facts.enrolment.user,
        time: Time::left(None),
    };
    let mut store = Store { connection, context };
    store.write(|w| {
        w.set_enrolment(&facts.enrolment)?;
        w.set_first_catalogue(&facts.catalogue, &facts.earlier)?;
        w.set_profile(&facts.profile)?;
        w.set_server_nonce(&facts.server_nonce)?;
        w.set_lease(now, facts.server_time, facts.lease_until)?;
        w.set_fold_version(search::FOLD_VERSION)?;
        install.nonces.iter().try_for_each(|nonce| w.set_install_nonce(nonce))
    })?;
    Ok(store.connection.close().map_err(|(_, error)| error)?)
}
