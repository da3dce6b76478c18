//! The data folder itself: who works in it, whether it is whole, and what is wrong with a file.
//!
//! Nothing here opens a database file: on POSIX systems a process that closes a file lets go of
//! every lock that it has on it, SQLite's own too.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::config::MASTER_KEY_FILE;
use crate::error::{OpenError, is_full};

/// The databases of a folder.
pub(crate) const DATABASE_FILE: &str = "server.db";
pub(crate) const KEYS_FILE: &str = "keys.db";

/// Held by whoever works in a data folder, from before anything of it is read until after its
/// databases are closed. The operating system lets go of it however the process ends.
#[derive(Debug)]
pub(crate) struct Hold {
    _files: Vec<fs::File>,
}

/// How a data folder is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    /// By a command, beside others and beside a server.
    Beside,
    /// By a server: one at a time, beside commands.
    Server,
    /// By whoever puts other files in the place of these.
    Alone,
}

impl Hold {
    /// Takes the folder, or says at once who has it.
    pub(crate) fn take(folder: &Path, share: Share) -> Result<Self, OpenError> {
        let mut files = Vec::new();
        if share != Share::Beside {
            let server = lock_file(&folder.join(SERVER_LOCK))?;
            locked(folder, server.try_lock(), || OpenError::InUse(folder.to_owned()))?;
            files.push(server);
        }
        let everybody = lock_file(&folder.join(FOLDER_LOCK))?;
        let taken = match share {
            Share::Alone => everybody.try_lock(),
            Share::Beside | Share::Server => everybody.try_lock_shared(),
        };
        locked(folder, taken, || OpenError::Busy(folder.to_owned()))?;
        files.push(everybody);
        Ok(Self { _files: files })
    }
}

fn lock_file(path: &Path) -> Result<fs::File, OpenError> {
    let mut options = fs::OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| OpenError::file(path, error))
}

fn locked(
    folder: &Path,
    taken: Result<(), fs::TryLockError>,
    held: impl FnOnce() -> OpenError,
) -> Result<(), OpenError> {
    match taken {
        Ok(()) => Ok(()),
        Err(fs::TryLockError::WouldBlock) => Err(held()),
        Err(fs::TryLockError::Error(error)) => Err(OpenError::file(folder, error)),
    }
}

/// Finds a data folder: something of it must be there. What is missing of it is for whoever opens
/// it to say.
pub(crate) fn find(folder: &Path) -> Result<(), OpenError> {
    let there = entries(folder)?.unwrap_or_default();
    if there.iter().any(|name| name == HALF_MADE) {
        return Err(OpenError::HalfMade(folder.to_owned()));
    }
    let ours = [DATABASE_FILE, KEYS_FILE, MASTER_KEY_FILE];
    if there.iter().any(|name| ours.contains(&name.as_str())) {
        return Ok(());
    }
    Err(OpenError::NotInitialised(folder.to_owned()))
}

/// Says what is wrong with a file that should be there, as far as that is seen without opening it.
pub(crate) fn check(path: &Path) -> Result<(), OpenError> {
    let file = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => OpenError::Missing(path.to_owned()),
        _ => OpenError::file(path, error),
    })?;
    match file.len() {
        _ if !file.is_file() => {
            Err(OpenError::Corrupt { path: path.to_owned(), what: "it is not a file" })
        }
        0 => Err(OpenError::Empty(path.to_owned())),
        _ => Ok(()),
    }
}

/// A folder in which `init` is at work. Until it is done the folder says that it is half made, and
/// another `init` begins anew there.
pub(crate) struct Making {
    folder: PathBuf,
}

impl Making {
    /// Takes a new or an empty folder, or one that an interrupted `init` left. Never one that holds
    /// something else.
    pub(crate) fn begin(folder: &Path) -> Result<(Self, Hold), OpenError> {
        refuse_what_is_there(folder)?;
        let failed = |error| OpenError::file(folder, error);
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(failed)?;
        let hold = Hold::take(folder, Share::Alone)?;
        // Again: another may have been quicker.
        refuse_what_is_there(folder)?;
        let mark = folder.join(HALF_MADE);
        fs::File::create(&mark).and_then(|file| file.sync_all()).map_err(failed)?;
        sync(folder).map_err(failed)?;
        for file in [DATABASE_FILE, KEYS_FILE, MASTER_KEY_FILE] {
            remove_database(&folder.join(file)).map_err(failed)?;
        }
        Ok((Self { folder: folder.to_owned() }, hold))
    }

    /// All of it is on the disk.
    pub(crate) fn finish(self) -> Result<(), OpenError> {
        sync(&self.folder)
            .and_then(|()| fs::remove_file(self.folder.join(HALF_MADE)))
            .and_then(|()| sync(&self.folder))
            .map_err(|error| OpenError::file(&self.folder, error))
    }
}

fn refuse_what_is_there(folder: &Path) -> Result<(), OpenError> {
    let there = entries(folder)?.unwrap_or_default();
    if there.iter().any(|name| name == HALF_MADE) {
        return Ok(());
    }
    if there.iter().any(|name| name == DATABASE_FILE) {
        return Err(OpenError::AlreadyInitialised(folder.to_owned()));
    }
    // A file system of its own has the last; our locks say nothing.
    let nothing = [FOLDER_LOCK, SERVER_LOCK, "lost+found"];
    match there.into_iter().find(|name| !nothing.contains(&name.as_str())) {
        Some(_) => Err(OpenError::NotEmpty(folder.to_owned())),
        None => Ok(()),
    }
}

/// The names in a folder; none when it is not there.
fn entries(folder: &Path) -> Result<Option<Vec<String>>, OpenError> {
    let failed = |error: io::Error| OpenError::file(folder, error);
    let read = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(failed)?,
    };
    let names = read.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    Ok(Some(names.collect::<io::Result<_>>().map_err(failed)?))
}

/// Waits until the names in a folder are on the disk.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Removes a database and what SQLite keeps beside it.
pub(crate) fn remove_database(path: &Path) -> io::Result<()> {
    remove_if_there(path)?;
    SIDE_FILES.iter().try_for_each(|suffix| remove_if_there(&with_suffix(path, suffix)))
}

/// Moves a database with what SQLite keeps beside it.
pub(crate) fn move_database(from: &Path, to: &Path) -> io::Result<()> {
    for suffix in SIDE_FILES {
        match fs::rename(with_suffix(from, suffix), with_suffix(to, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::rename(from, to)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(suffix);
    name.into()
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Returns whether nothing more can be written beside this file: of a log or an index that did not
/// fit SQLite says only that it failed.
pub(crate) fn is_disk_full(beside: &Path) -> bool {
    let Some(folder) = beside.parent() else { return false };
    let probe = folder.join(format!("room-{}", std::process::id()));
    let mut options = fs::OpenOptions::new();
    let written = options.create_new(true).write(true).open(&probe).and_then(|mut file| {
        file.write_all(&[7; PROBE_BYTES])?;
        file.sync_all()
    });
    drop(fs::remove_file(&probe));
    written.is_err_and(|error| is_full(&error))
}

const SERVER_LOCK: &str = "server.lock";
const FOLDER_LOCK: &str = "folder.lock";
/// There while an `init` is at work, and after one that was interrupted.
const HALF_MADE: &str = "init.unfinished";
const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];
/// More than what SQLite writes at once for a small change.
const PROBE_BYTES: usize = 128 << 10;
