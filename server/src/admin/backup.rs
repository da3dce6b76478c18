//! Backups: everything but the keys and what is derived, in one file; and putting one back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use model::ids::{Epoch, FeedSeq};
use model::time::Timestamp;
use rand::Rng;
use rusqlite::Connection;
use zeroize::Zeroizing;

use crate::base::{Base, Files, sync_folder};
use crate::config::CoreConfig;
use crate::error::{AdminError, OpenError, StoreError};
use crate::store::audit::Actor;
use crate::store::meta::{self, Life};
use crate::store::records::{self, View};
use crate::store::{copy, feed};
use crate::writer::{Tx, write_alone};

/// Writes one state of the database into a new file. The file appears whole or not at all.
pub(super) fn write(
    files: &Files,
    connection: &Connection,
    file: &Path,
) -> Result<FeedSeq, AdminError> {
    if file.exists() {
        return Err(AdminError::FileExists(file.to_owned()));
    }
    let folder = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut half_made = file.to_owned().into_os_string();
    half_made.push(".part");
    let half_made = PathBuf::from(half_made);
    remove_database(&half_made).map_err(StoreError::from)?;
    // An empty database of this version: what is left out is there, and empty.
    drop(files.open_at(&half_made)?);
    let head = copied(files, connection, &half_made);
    if head.is_err() {
        // The half-made file is worth nothing; the error that is told is the first.
        let _ = remove_database(&half_made);
    }
    let head = head?;
    let placed = fs::File::open(&half_made)
        .and_then(|written| written.sync_all())
        .and_then(|()| fs::hard_link(&half_made, file))
        .and_then(|()| fs::remove_file(&half_made))
        .and_then(|()| sync_folder(&folder));
    match placed {
        Ok(()) => Ok(head),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(AdminError::FileExists(file.to_owned()))
        }
        Err(source) => Err(OpenError::File { path: file.to_owned(), source }.into()),
    }
}

fn copied(files: &Files, connection: &Connection, to: &Path) -> Result<FeedSeq, AdminError> {
    let path = to.to_str().ok_or_else(|| {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "the name is not UTF-8");
        OpenError::File { path: to.to_owned(), source }
    })?;
    let key: Zeroizing<String> = files.attach_key();
    copy::into_attached(connection, path, &key)?;
    // One file: what stands in the log of the copy goes into it.
    let copy = files.open_at(to)?;
    copy.pragma_update(None, "journal_mode", "DELETE").map_err(StoreError::from)?;
    Ok(feed::head(&copy)?.seq)
}

/// Puts a backup in the database's place; see [`super::Admin::restore`].
pub(super) fn restore(
    now: Timestamp,
    rng: &mut dyn Rng,
    config: &CoreConfig,
    file: &Path,
) -> Result<FeedSeq, AdminError> {
    let files = Files::find(config)?;
    let _lock = files.lock()?;
    let database = files.database();
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| AdminError::Open(OpenError::File { path, source })
    };

    // A copy is opened, so that a file that is no backup stays as it is, too.
    let fresh = database.with_extension("db.new");
    remove_database(&fresh).map_err(failed(&fresh))?;
    fs::copy(file, &fresh).map_err(failed(file))?;
    let checked = files.open_at(&fresh).map_err(AdminError::from).and_then(|copy| {
        let life = meta::life(&copy)?;
        copy.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(life)
    });
    let Ok(life) = checked else {
        remove_database(&fresh).map_err(failed(&fresh))?;
        return Err(AdminError::NotABackup(file.to_owned()));
    };

    // Everything of the present database goes into its one file, which is then set beside.
    let present = files.open()?;
    let number = meta::life(&present)?.number.max(life.number);
    present.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(StoreError::from)?;
    drop(present);
    let kept = free_name(&database, now);
    fs::rename(&database, &kept).map_err(failed(&kept))?;
    remove_side_files(&database).map_err(failed(&database))?;
    remove_side_files(&fresh).map_err(failed(&fresh))?;
    fs::rename(&fresh, &database).map_err(failed(&database))?;
    sync_folder(files.folder()).map_err(failed(&database))?;

    let connection = files.open()?;
    let base = Base::open(&files, &connection, config.catalogue.as_ref())?;
    let life = Life { epoch: Epoch(rng.next_u64()), number: number + 1 };
    write_alone(&connection, &base, |tx| {
        meta::set_life(tx.db, life)?;
        rebuild_read_model(tx)?;
        let object = format!("feed {}", tx.head().seq.0);
        tx.note(now, Actor::Administrator, "restore", object, format!("epoch {}", life.number))?;
        Ok(tx.head().seq)
    })
}

fn rebuild_read_model(tx: &Tx<'_>) -> Result<(), StoreError> {
    for record in records::ids(tx.db)? {
        let Some(known) = records::known(tx.db, record)? else { continue };
        let document = match records::load(tx.db, &tx.base.keyring, &known) {
            // Erased since the backup was made: there is nothing to show.
            Err(StoreError::KeyMissing) => continue,
            loaded => loaded?,
        };
        let view = View::of_document(&tx.base.catalogue, &document)?;
        records::set_view(tx.db, &known, &view)?;
    }
    Ok(())
}

/// `server.db` as `server-before-20261125T143000Z.db`, numbered when there is one.
fn free_name(database: &Path, now: Timestamp) -> PathBuf {
    let stamp: String =
        now.to_string().chars().filter(char::is_ascii_alphanumeric).take(15).collect();
    let name = |suffix: &str| database.with_file_name(format!("server-before-{stamp}{suffix}.db"));
    let first = name("");
    if !first.exists() {
        return first;
    }
    (2_u32..).map(|n| name(&format!("-{n}"))).find(|path| !path.exists()).unwrap_or(first)
}

fn remove_database(path: &Path) -> io::Result<()> {
    remove_if_there(path)?;
    remove_side_files(path)
}

fn remove_side_files(path: &Path) -> io::Result<()> {
    for suffix in ["-wal", "-shm", "-journal"] {
        let mut side = path.to_owned().into_os_string();
        side.push(suffix);
        remove_if_there(Path::new(&side))?;
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
