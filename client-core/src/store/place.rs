//! Where a store is: its files, and the guard over them.
//!
//! Nothing here or anywhere else opens the database file but SQLite: on POSIX systems a process
//! that closes a file lets go of every lock that it has on it, SQLite's own too.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::opening::{OpenError, StoreOptions};
use crate::vault::sync_folder;

/// Where a database is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    path: PathBuf,
    pub(super) options: StoreOptions,
}

/// Held over a store, its key store too, by one holder at a time: taken before anything of it is
/// read and let go after the database is closed. The operating system lets go of it however the
/// process ends.
#[derive(Debug)]
pub(crate) struct Guard {
    _file: Option<fs::File>,
}

impl Guard {
    /// Returns no guard, for a file that only the holder of another guard knows of.
    pub(super) fn of_another() -> Self {
        Self { _file: None }
    }
}

impl Place {
    pub(crate) fn new(path: &Path, options: StoreOptions) -> Self {
        Self { path: path.to_owned(), options }
    }

    /// The file of the store.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the guard over the store, or says at once that another holds it: who may wait is for
    /// the driver to say.
    pub(crate) fn guard(&self) -> Result<Guard, OpenError> {
        if self.options.vfs.is_some() {
            return Ok(Guard::of_another());
        }
        let mut options = fs::OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(self.with_suffix(LOCK))?;
        match file.try_lock() {
            // Whoever had it may have removed it just now, and another may have made it anew.
            Ok(()) if !self.is_the_guard(&file) => Err(OpenError::Locked),
            Ok(()) => Ok(Guard { _file: Some(file) }),
            Err(fs::TryLockError::WouldBlock) => Err(OpenError::Locked),
            // SQLite's own lock is all there is where files cannot be locked as a whole.
            Err(fs::TryLockError::Error(error))
                if error.kind() == std::io::ErrorKind::Unsupported =>
            {
                Ok(Guard { _file: Some(file) })
            }
            Err(fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    #[cfg(unix)]
    fn is_the_guard(&self, file: &fs::File) -> bool {
        use std::os::unix::fs::MetadataExt;
        let (Ok(held), Ok(there)) = (file.metadata(), fs::metadata(self.with_suffix(LOCK))) else {
            return false;
        };
        (held.dev(), held.ino()) == (there.dev(), there.ino())
    }

    /// Elsewhere it is never removed.
    #[cfg(not(unix))]
    fn is_the_guard(&self, _: &fs::File) -> bool {
        true
    }

    /// Removes what the holder of the guard leaves of it, where no store is.
    pub(crate) fn remove_guard(&self) {
        if cfg!(unix) && self.options.vfs.is_none() {
            drop(fs::remove_file(self.with_suffix(LOCK)));
        }
    }

    /// Removes the database's files, and the guard's: whoever holds it lets go of nothing.
    pub(crate) fn remove(&self) -> std::io::Result<()> {
        if self.options.vfs.is_some() {
            return Ok(());
        }
        ["", LOG, LOG_ASIDE, "-shm", "-journal"].into_iter().try_for_each(|suffix| {
            match fs::remove_file(self.with_suffix(suffix)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        })?;
        self.remove_guard();
        Ok(())
    }

    /// Refuses a place where nothing is, before anybody is asked for a PIN.
    pub(crate) fn check_there(&self) -> Result<(), OpenError> {
        if self.exists()? { Ok(()) } else { Err(OpenError::NotFound) }
    }

    pub(crate) fn exists(&self) -> Result<bool, OpenError> {
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

    /// Makes the folder that the store is to be in.
    #[cfg(feature = "driver")]
    pub(crate) fn make_folder(&self) -> Result<(), OpenError> {
        if self.options.vfs.is_some() {
            return Ok(());
        }
        Ok(fs::create_dir_all(self.folder())?)
    }

    /// Where a new database is made. Left-overs of an earlier attempt are removed.
    pub(super) fn beside(&self) -> Result<Self, OpenError> {
        if self.options.vfs.is_some() {
            return Ok(self.clone());
        }
        let fresh = Self { path: self.with_suffix(".new"), options: self.options.clone() };
        fresh.remove()?;
        Ok(fresh)
    }

    pub(super) fn move_to(&self, place: &Self) -> Result<(), OpenError> {
        if self.options.vfs.is_some() {
            return Ok(());
        }
        // The log of a database that somebody removed would be taken for the new one's.
        place.set_log_aside()?;
        fs::rename(&self.path, &place.path)?;
        Ok(sync_folder(self.folder())?)
    }

    /// Returns whether there are as many bytes as a whole number of pages has.
    pub(super) fn is_whole(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|file| file.len().is_multiple_of(PAGE_BYTES))
    }

    /// The log's place; none where there is no file system.
    pub(super) fn log(&self) -> Option<PathBuf> {
        self.options.vfs.is_none().then(|| self.with_suffix(LOG))
    }

    /// How long the log is; none when there is no log.
    pub(super) fn log_bytes(&self) -> Option<u64> {
        fs::metadata(self.log()?).ok().map(|file| file.len())
    }

    /// Removes the log that a look into a database of a newer version leaves beside it.
    pub(super) fn remove_empty_log(&self) {
        if let (Some(log), Some(0)) = (self.log(), self.log_bytes()) {
            drop(fs::remove_file(log));
        }
    }

    /// Puts a log that is not this file's out of SQLite's way.
    pub(super) fn set_log_aside(&self) -> Result<(), OpenError> {
        match fs::rename(self.with_suffix(LOG), self.with_suffix(LOG_ASIDE)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(sync_folder(self.folder())?),
        }
    }

    pub(super) fn connect(&self, more: OpenFlags) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
        fieldbook_sqlcipher::ready()?;
        let connection = match &self.options.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(&self.path, flags, vfs.as_str()),
            None => Connection::open_with_flags(&self.path, flags),
        }?;
        #[cfg(unix)]
        if more.contains(OpenFlags::SQLITE_OPEN_CREATE) && self.options.vfs.is_none() {
            // It is empty still. Where modes cannot be set, the content is encrypted all the same.
            let only_owner = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            drop(fs::set_permissions(&self.path, only_owner));
        }
        Ok(connection)
    }

    /// The file by itself, without its log, for reading.
    pub(super) fn connect_without_log(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        fieldbook_sqlcipher::ready()?;
        Connection::open_with_flags(format!("{}?immutable=1", uri(&self.path)), flags)
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    fn with_suffix(&self, suffix: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(suffix);
        path.into()
    }
}

/// A path as SQLite takes it in a URI.
fn uri(path: &Path) -> String {
    use std::fmt::Write as _;
    let mut uri = String::from("file:");
    for (at, byte) in path.as_os_str().as_encoded_bytes().iter().enumerate() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => {
                // A drive's letter is not the name of a host.
                if cfg!(windows) && at == 0 {
                    uri.push('/');
                }
                uri.push(char::from(*byte));
            }
            // Writing to a String cannot fail.
            byte => drop(write!(uri, "%{byte:02x}")),
        }
    }
    uri
}

const PAGE_BYTES: u64 = 4_096;

/// Added to the database's name.
const LOG: &str = "-wal";
const LOG_ASIDE: &str = "-wal-aside";
const LOCK: &str = "-lock";
