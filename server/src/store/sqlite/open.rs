//! Opening a database: the key, the settings that durability rests on, the migrations.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use zeroize::Zeroizing;

use super::Database;
use super::error::code_of;
use crate::config::Durability;
use crate::data_folder::{self, is_disk_full};
use crate::error::{OpenError, StoreError};

/// The raw key of a database, wiped when dropped.
pub(crate) type DatabaseKey = Zeroizing<[u8; 32]>;

/// The versions of `server.db`; the position is the version.
pub(crate) const SERVER_STEPS: &[&str] = &[
    include_str!("../../../migrations/001_init.sql"),
    include_str!("../../../migrations/002_desks.sql"),
    include_str!("../../../migrations/003_name_keys.sql"),
    include_str!("../../../migrations/004_late_work.sql"),
    include_str!("../../../migrations/005_catalogues.sql"),
    include_str!("../../../migrations/006_tasks.sql"),
    include_str!("../../../migrations/007_bounds.sql"),
    include_str!("../../../migrations/008_names.sql"),
    include_str!("../../../migrations/009_drafts.sql"),
    include_str!("../../../migrations/010_console.sql"),
    include_str!("../../../migrations/011_transfers.sql"),
    include_str!("../../../migrations/012_purposes.sql"),
    include_str!("../../../migrations/013_staff.sql"),
    include_str!("../../../migrations/014_recovery_codes.sql"),
    include_str!("../../../migrations/015_questions.sql"),
    include_str!("../../../migrations/016_watched.sql"),
    include_str!("../../../migrations/017_repairs.sql"),
    include_str!("../../../migrations/018_device_reports.sql"),
    include_str!("../../../migrations/019_shifts.sql"),
];

/// The versions of `keys.db`.
pub(crate) const KEY_FILE_STEPS: &[&str] = &[
    include_str!("../../../migrations/keys/001_init.sql"),
    include_str!("../../../migrations/keys/002_shut_out.sql"),
    include_str!("../../../migrations/keys/003_names.sql"),
];

/// Opens a database and brings it to the newest version.
///
/// A file that is missing or empty, that the key does not open, that is damaged or that a newer
/// program wrote is left as it is.
pub(crate) fn open_database(
    path: &Path,
    key: &DatabaseKey,
    durability: Durability,
    steps: &[&str],
) -> Result<Database, OpenError> {
    check_sqlite()?;
    data_folder::check(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = unlocked(path, key, flags)?;
    if connection.is_readonly("main").map_err(StoreError::from)? {
        return Err(OpenError::NoAccess(path.to_owned()));
    }
    refuse_the_future(path, &connection, steps)?;
    told(path, prepare_to_write(&mut connection, durability, steps))?;
    Ok(Database { connection })
}

/// Makes a database that only its owner can read. The file must not be there.
pub(crate) fn create_database(
    path: &Path,
    key: &DatabaseKey,
    durability: Durability,
    steps: &[&str],
) -> Result<Database, OpenError> {
    check_sqlite()?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = unlocked(path, key, flags)?;
    told(path, prepare_to_write(&mut connection, durability, steps))?;
    Ok(Database { connection })
}

/// Opens a database that stays as it is.
pub(crate) fn look_at(path: &Path, key: &DatabaseKey) -> Result<Database, OpenError> {
    check_sqlite()?;
    data_folder::check(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Database { connection: unlocked(path, key, flags)? })
}

/// Returns what a failure to open a database means: SQLite says of a full disk, too, that it
/// failed.
fn told<T>(path: &Path, done: Result<T, StoreError>) -> Result<T, OpenError> {
    let Err(error) = done else { return Ok(done?) };
    match code_of(&error) {
        Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) if is_disk_full(path) => {
            Err(StoreError::DiskFull.into())
        }
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            Err(OpenError::NoAccess(path.to_owned()))
        }
        _ => Err(error.into()),
    }
}

/// Before anything is written into it: the files beside it take its mode.
fn only_owner(path: &Path) {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        // Where modes cannot be set, the content is encrypted all the same.
        let _ = std::fs::set_permissions(path, mode);
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Opens one more connection to a database that [`open_database`] has opened, for reading.
pub(crate) fn open_reader(
    path: &Path,
    key: &DatabaseKey,
    durability: Durability,
) -> Result<Database, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = unlocked(path, key, flags)?;
    prepare(&connection, durability, READER_CACHE_KIB)?;
    connection.pragma_update(None, "query_only", true).map_err(StoreError::from)?;
    Ok(Database { connection })
}

/// The `x'…'` form of a raw key, for `PRAGMA key` and `ATTACH`: no key derivation.
pub(crate) fn raw_key(key: &DatabaseKey) -> Zeroizing<String> {
    let digits = Zeroizing::new(hex::encode(&key[..]));
    // Room for all of it at once: a string that grows leaves a copy behind that nobody wipes.
    let mut text = Zeroizing::new(String::with_capacity(digits.len() + 3));
    text.push_str("x'");
    text.push_str(&digits);
    text.push('\'');
    text
}

fn check_sqlite() -> Result<(), OpenError> {
    if rusqlite::version_number() < SQLITE_VERSION_MIN {
        return Err(OpenError::OldSqlite { found: rusqlite::version() });
    }
    Ok(())
}

fn unlocked(path: &Path, key: &DatabaseKey, flags: OpenFlags) -> Result<Connection, OpenError> {
    fieldbook_sqlcipher::ready().map_err(StoreError::from)?;
    let opened = Connection::open_with_flags(path, flags).map_err(StoreError::from);
    let connection = told(path, opened)?;
    if !flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) {
        only_owner(path);
    }
    connection.busy_timeout(BUSY_TIMEOUT).map_err(StoreError::from)?;
    // Or every look-up by a bound value is planned anew, which takes ten times its own time.
    let stable_plans = DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG;
    connection.set_db_config(stable_plans, true).map_err(StoreError::from)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    let raw = raw_key(key);
    // SQLCipher speaks to stderr by itself unless it is told not to; what is wrong is returned.
    let pragma = Zeroizing::new(format!(
        "PRAGMA cipher_log_level = NONE; PRAGMA key = \"{}\";",
        raw.as_str()
    ));
    connection.execute_batch(&pragma).map_err(StoreError::from)?;
    // Giving a key never fails; reading with the wrong one does.
    let read = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    match read {
        Ok(()) => Ok(connection),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Err(OpenError::WrongKey(path.to_owned()))
        }
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
            Err(OpenError::Corrupt {
                path: path.to_owned(),
                what: "its pages do not hold together",
            })
        }
        Err(error) => told(path, Err(error.into())),
    }
}

fn refuse_the_future(
    path: &Path,
    connection: &Connection,
    steps: &[&str],
) -> Result<(), OpenError> {
    let have = version(connection)?;
    if have > steps.len() {
        let number = |version| u32::try_from(version).unwrap_or(u32::MAX);
        return Err(OpenError::FromTheFuture {
            path: path.to_owned(),
            have: number(have),
            know: number(steps.len()),
        });
    }
    Ok(())
}

fn prepare_to_write(
    connection: &mut Connection,
    durability: Durability,
    steps: &[&str],
) -> Result<(), StoreError> {
    prepare(connection, durability, WRITER_CACHE_KIB)?;
    migrate(connection, steps)
}

fn prepare(
    connection: &Connection,
    durability: Durability,
    cache_kib: u32,
) -> Result<(), StoreError> {
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Process => "OFF",
    };
    // secure_delete: what is removed is overwritten in its page, not only let go of.
    // temp_store: what a sort spills must not lie on the disk in plain.
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = {synchronous};
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -{cache_kib};"
    ))?;
    Ok(())
}

pub(super) fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    for (index, step) in steps.iter().enumerate() {
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        // Read inside the transaction: another process may have taken this step meanwhile.
        if version(&transaction)? <= index {
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", count(index + 1))?;
        }
        transaction.commit()?;
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<usize, StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(0))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Earlier versions have a bug that can corrupt a database in WAL mode.
const SQLITE_VERSION_MIN: i32 = 3_051_003;

/// How long a writer waits for another: a group commit takes milliseconds, a backup none.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

/// Statements kept prepared by each connection: all there are.
const STATEMENTS_CACHED: usize = 128;

/// Page cache of each connection that reads. SQLCipher decrypts a page once for each time it is read in.
const READER_CACHE_KIB: u32 = 16 * 1024;

/// Page cache of a connection that writes, as far as it is used. Ids and hashes are spread over all of their
/// indexes: once those do not fit, each change has pages of each read, checked and decrypted anew.
const WRITER_CACHE_KIB: u32 = 256 * 1024;

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::*;

    fn key(byte: u8) -> DatabaseKey {
        Zeroizing::new([byte; 32])
    }

    fn open(path: &Path, byte: u8) -> Result<Connection, OpenError> {
        let open = if path.exists() { open_database } else { create_database };
        Ok(open(path, &key(byte), Durability::Process, SERVER_STEPS)?.connection)
    }

    #[test]
    fn the_settings_that_durability_rests_on_hold() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.db");
        let full =
            create_database(&path, &key(1), Durability::Full, SERVER_STEPS).unwrap().connection;
        let text =
            |name| full.pragma_query_value(None, name, |row| row.get::<_, String>(0)).unwrap();
        let number =
            |name| full.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(text("journal_mode"), "wal");
        assert_eq!((number("synchronous"), number("foreign_keys")), (2, 1));
        let reader = open_reader(&path, &key(1), Durability::Full).unwrap().connection;
        assert!(reader.execute("DELETE FROM meta", []).is_err());
    }

    #[test]
    fn a_file_that_cannot_be_opened_says_why_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.db");
        drop(open(&path, 1).unwrap());
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(open(&path, 2), Err(OpenError::WrongKey(_))));
        assert_eq!(std::fs::read(&path).unwrap(), before);

        let newer = open(&path, 1).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
        drop(newer);
        let before = std::fs::read(&path).unwrap();
        let refused = open(&path, 1);
        let newest = u32::try_from(SERVER_STEPS.len()).unwrap();
        assert!(
            matches!(refused, Err(OpenError::FromTheFuture { have: 99, know, .. }) if know == newest)
        );
        assert_eq!(std::fs::read(&path).unwrap(), before);

        let garbage = folder.path().join("garbage.db");
        std::fs::write(&garbage, vec![7; 8192]).unwrap();
        assert!(matches!(open(&garbage, 1), Err(OpenError::WrongKey(_))));
        assert_eq!(std::fs::read(&garbage).unwrap(), vec![7; 8192]);
    }

    #[test]
    fn nothing_in_the_file_can_be_read_without_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.db");
        let connection = open(&path, 1).unwrap();
        connection.execute("INSERT INTO meta VALUES ('word', 'plainly')", []).unwrap();
        connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        drop(connection);
        let bytes = std::fs::read(&path).unwrap();
        for word in ["plainly", "SQLite format", "CREATE TABLE"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn the_schema_of_no_version_changes() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        for version in 1..=SERVER_STEPS.len() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("server.db");
            let steps = &SERVER_STEPS[..version];
            let connection =
                create_database(&path, &key(1), Durability::Process, steps).unwrap().connection;
            let mut statement = connection
                .prepare(
                    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name",
                )
                .unwrap();
            let sql = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
            let schema: Vec<_> = sql.map(|line| line.unwrap() + ";\n").collect();
            let file = golden.join(format!("schema_{version}.sql"));
            expect_file![file].assert_eq(&schema.concat());
        }
    }
}
