//! Backups: everything but the keys and what is derived, in one file; and putting one back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use model::ids::{Epoch, FeedSeq};
use model::time::Timestamp;
use rand::Rng;
use rusqlite::Connection;
use zeroize::Zeroizing;

use super::erase;
use crate::base::{Base, Files, sync_folder};
use crate::config::CoreConfig;
use crate::error::{AdminError, OpenError, StoreError};
use crate::settle;
use crate::store::audit::Actor;
use crate::store::meta::{self, Life};
use crate::store::open::overwrite_log;
use crate::store::records::{self, View};
use crate::store::{copy, emergencies, feed};
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
    let path = text_of(to)?;
    let key: Zeroizing<String> = files.attach_key();
    copy::into_attached(connection, path, &key)?;
    // One file: what stands in the log of the copy goes into it.
    let copy = files.open_at(to)?;
    copy.pragma_update(None, "journal_mode", "DELETE").map_err(StoreError::from)?;
    Ok(feed::head(&copy)?.seq)
}

/// Puts a backup in the database's place; see [`super::Admin::restore`].
///
/// Everything is made ready beside the database: until the last step, which moves it into place, a
/// crash leaves what was there.
pub(super) fn restore(
    now: Timestamp,
    rng: &mut dyn Rng,
    config: &CoreConfig,
    file: &Path,
) -> Result<FeedSeq, AdminError> {
    let files = Files::to_restore(config)?;
    let _lock = files.lock()?;
    let database = files.database();
    let fresh = database.with_extension("db.new");
    remove_database(&fresh).map_err(failed(&fresh))?;
    // A copy is opened, so that a file that is no backup stays as it is, too.
    fs::copy(file, &fresh).map_err(failed(file))?;
    let Ok(copy) = files.open_at(&fresh) else {
        remove_database(&fresh).map_err(failed(&fresh))?;
        return Err(AdminError::NotABackup(file.to_owned()));
    };
    let Ok(life) = meta::life(&copy) else {
        drop(copy);
        remove_database(&fresh).map_err(failed(&fresh))?;
        return Err(AdminError::NotABackup(file.to_owned()));
    };
    let present = present(&files);
    let number = present.as_ref().map_or(0, |(_, life)| life.number).max(life.number);
    if let Some((present, _)) = &present {
        let path = text_of(&fresh)?;
        copy::newer_devices_into(present, path, &files.attach_key())?;
    }

    let base = Base::open(&files, &copy, config.catalogue.as_ref())?;
    let life = Life { epoch: Epoch(rng.next_u64()), number: number + 1 };
    let head = write_alone(&copy, &base, |tx| {
        meta::set_life(tx.db, life)?;
        for left in tx.base.keyring.tombstones()? {
            erase::remove(now, tx, left.case)?;
        }
        let unreadable = rebuild_read_model(tx)?;
        settle::rebuild_consents(now, tx)?;
        emergencies::close_all(tx.db, now)?;
        let object = format!("feed {}", tx.head().seq.0);
        let outcome = format!("epoch {}, {unreadable} records unreadable", life.number);
        tx.note(now, Actor::Administrator, "restore", object, outcome)?;
        Ok::<_, StoreError>(tx.head().seq)
    })?;
    overwrite_log(&copy)?;
    drop((copy, base));

    if let Some((present, _)) = present {
        // What is set aside must not show what is erased later.
        present.execute("DELETE FROM read_model", []).map_err(StoreError::from)?;
        overwrite_log(&present)?;
    }
    if database.exists() {
        let kept = free_name(&database, now);
        fs::rename(&database, &kept).map_err(failed(&kept))?;
    }
    remove_side_files(&database).map_err(failed(&database))?;
    remove_side_files(&fresh).map_err(failed(&fresh))?;
    fs::rename(&fresh, &database).map_err(failed(&database))?;
    sync_folder(files.folder()).map_err(failed(&database))?;
    Ok(head)
}

/// The database that is there, if it is one that opens: a restore is for when it is not, too.
fn present(files: &Files) -> Option<(Connection, Life)> {
    if !files.database().is_file() {
        return None;
    }
    let connection = files.open().ok()?;
    let life = meta::life(&connection).ok()?;
    Some((connection, life))
}

/// Makes what is read anew. Returns how many records cannot be read.
fn rebuild_read_model(tx: &Tx<'_>) -> Result<u64, StoreError> {
    let mut unreadable = 0;
    for record in records::ids(tx.db)? {
        let Some(known) = records::known(tx.db, record)? else { continue };
        if tx.base.keyring.is_erased(known.scope.case)? {
            continue;
        }
        let view = records::load(tx.db, tx.keys(), &known)
            .and_then(|document| View::of_document(&tx.base.catalogue, &document));
        match view {
            Ok(view) => records::set_view(tx.db, &known, &view)?,
            Err(StoreError::KeyMissing | StoreError::Damaged(_)) => {
                tracing::error!(%record, "a record of the backup cannot be read");
                unreadable += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(unreadable)
}

fn failed(path: &Path) -> impl Fn(io::Error) -> AdminError {
    let path = path.to_owned();
    move |source| AdminError::Open(OpenError::File { path: path.clone(), source })
}

fn text_of(path: &Path) -> Result<&str, AdminError> {
    path.to_str().ok_or_else(|| {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "the name is not UTF-8");
        OpenError::File { path: path.to_owned(), source }.into()
    })
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
