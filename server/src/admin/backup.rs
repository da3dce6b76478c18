//! Backups: everything but the keys and what is derived, in one file; and putting one back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use model::ids::{Epoch, FeedSeq};
use model::time::Timestamp;
use rand::Rng;
use zeroize::Zeroizing;

use super::error::AdminError;
use super::{Restored, erase};
use crate::access::recompute;
use crate::config::ServiceConfig;
use crate::context::{Context, DataFolder};
use crate::data_folder::{self, Share, move_database, remove_database};
use crate::documents;
use crate::error::{OpenError, StoreError};
use crate::identity::shut_out;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::meta::Life;
use crate::store::sqlite::Database;
use crate::writer::{Tx, write_alone};

/// Writes one state of the database into a new file, which only its owner can read. The file appears
/// whole or not at all.
pub(super) fn write(
    files: &DataFolder,
    database: &Database,
    file: &Path,
) -> Result<FeedSeq, AdminError> {
    if file.try_exists().map_err(failed(file))? {
        return Err(AdminError::FileExists(file.to_owned()));
    }
    let mut half_made = file.to_owned().into_os_string();
    half_made.push(".part");
    let half_made = PathBuf::from(half_made);
    remove_database(&half_made).map_err(failed(&half_made))?;
    let written = copied(files, database, &half_made).and_then(|head| {
        place(&half_made, file)?;
        Ok(head)
    });
    if written.is_err() {
        // A half-made file is worth nothing; the error that is told is the first.
        let _ = remove_database(&half_made);
    }
    written
}

/// Gives the file its name, unless another has it. SQLite has it on the disk by now.
fn place(half_made: &Path, file: &Path) -> Result<(), AdminError> {
    let folder = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let placed = fs::hard_link(half_made, file)
        .and_then(|()| fs::remove_file(half_made))
        .and_then(|()| data_folder::sync(folder));
    match placed {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(AdminError::FileExists(file.to_owned()))
        }
        placed => placed.map_err(failed(file)),
    }
}

fn copied(files: &DataFolder, database: &Database, to: &Path) -> Result<FeedSeq, AdminError> {
    let path = text_of(to)?;
    // An empty database of this version: what is left out is there, and empty.
    drop(files.create_at(to)?);
    let key: Zeroizing<String> = files.attach_key();
    database.copy_into(path, &key)?;
    // One file: what stands in the log of the copy goes into it.
    let copy = files.open_at(to)?;
    copy.keep_in_one_file()?;
    Ok(copy.reading().feed_head()?.seq)
}

/// Puts a backup in the database's place; see [`super::Admin::restore`].
///
/// Everything is made ready beside the database: until the last step, which moves it into place, a
/// crash leaves what was there.
pub(super) fn restore(
    now: Timestamp,
    rng: &mut dyn Rng,
    config: &ServiceConfig,
    file: &Path,
) -> Result<Restored, AdminError> {
    let files = DataFolder::find(config, Share::Alone)?;
    let fresh = files.database().with_extension("db.new");
    remove_database(&fresh).map_err(failed(&fresh))?;
    let restored = put_back(now, rng, config, (&files, file, &fresh));
    if restored.is_err() {
        // What was not put in place is worth nothing; the error that is told is the first.
        let _ = remove_database(&fresh);
    }
    restored
}

fn put_back(
    now: Timestamp,
    rng: &mut dyn Rng,
    config: &ServiceConfig,
    (files, file, fresh): (&DataFolder, &Path, &Path),
) -> Result<Restored, AdminError> {
    let database = files.database();
    let (copy, life) = copy_of(files, file, fresh)?;
    let present = present(files);
    let number = present.as_ref().map_or(0, |(_, life)| life.number).max(life.number);
    let mut roles_given_again = Vec::new();
    if let Some((present, _)) = &present {
        let (path, key) = (text_of(fresh)?, files.attach_key());
        roles_given_again = present.roles_taken_since(path, &key)?;
        present.newer_devices_into(path, &key)?;
    }

    let context = Context::open(files, &copy, config.catalogue.as_ref())?;
    let life = Life { epoch: Epoch(rng.next_u64()), number: number + 1 };
    let begun = write_alone(&copy, &context, |tx| begin_life(now, tx, life))?;
    copy.overwrite_log()?;
    drop((copy, context));

    let was_lost = present.is_none();
    if let Some((present, _)) = present {
        // What is set aside must not show what is erased later.
        present.remove_derived()?;
        present.overwrite_log()?;
    }
    if database.try_exists().map_err(failed(&database))? {
        let kept = free_name(&database, now);
        move_database(&database, &kept).map_err(failed(&kept))?;
    }
    // A log without its database would be taken for the new one's.
    remove_database(&database).map_err(failed(&database))?;
    move_database(fresh, &database).map_err(failed(&database))?;
    data_folder::sync(files.folder()).map_err(failed(&database))?;
    Ok(Restored {
        head: begun.head,
        was_lost,
        devices_shut_out: begun.shut_out.devices,
        accounts_shut_out: begun.shut_out.accounts,
        roles_given_again,
        brought_back_until: begun.brought_back_until,
    })
}

/// How a restored database begins its new life.
struct NewLife {
    head: FeedSeq,
    shut_out: shut_out::Settled,
    /// Until when devices bring back what was lost.
    brought_back_until: Timestamp,
}

/// Begins a new life: what was erased since is erased again, who was shut out stays so, and what is
/// derived is made anew.
fn begin_life(now: Timestamp, tx: &mut Tx<'_>, life: Life) -> Result<NewLife, StoreError> {
    tx.db.set_life(life)?;
    let brought_back_until = now + tx.context.catalogue.restore_window;
    tx.db.set_vouching_until(brought_back_until)?;
    for left in tx.context.keyring.tombstones()? {
        erase::remove(now, tx, left.case)?;
    }
    let shut_out = shut_out::settle(tx)?;
    let unreadable = rebuild_read_model(tx)?;
    recompute::rebuild_consents(now, tx)?;
    tx.db.rebuild_tasks(&tx.context.catalogue)?;
    tx.db.set_tasks_made_with(&tx.context.catalogue.digest)?;
    tx.db.rebuild_summaries(&tx.context.catalogue)?;
    tx.db.set_summaries_made_with(&tx.context.catalogue.digest)?;
    tx.db.close_all_emergencies(now)?;
    let object = format!("feed {}", tx.head().seq.0);
    let outcome = format!("epoch {}, {unreadable} records unreadable", life.number);
    tx.note(now, Actor::Administrator, AuditAct::Restore, object, outcome)?;
    Ok(NewLife { head: tx.head().seq, shut_out, brought_back_until })
}

/// Makes a copy of a backup, which stays as it is, and opens the copy.
fn copy_of(files: &DataFolder, file: &Path, fresh: &Path) -> Result<(Database, Life), AdminError> {
    let no_backup = |error: OpenError| match error {
        error @ (OpenError::File { .. } | OpenError::Store(StoreError::DiskFull)) => error.into(),
        _ => AdminError::NotABackup(file.to_owned()),
    };
    let backup = files.look_at(file).map_err(no_backup)?;
    let mut copy = files.create_at(fresh)?;
    // A file of its own: what is there is written over as a whole.
    copy.keep_in_one_file()?;
    copy.replace_with(&backup)?;
    drop((backup, copy));
    let copy = files.open_at(fresh).map_err(no_backup)?;
    match copy.reading().life() {
        Ok(life) => Ok((copy, life)),
        Err(StoreError::DiskFull) => Err(StoreError::DiskFull.into()),
        Err(_) => Err(AdminError::NotABackup(file.to_owned())),
    }
}

/// The database that is there, if it is one that opens: a restore is for when it is not, too.
fn present(files: &DataFolder) -> Option<(Database, Life)> {
    let database = files.open().ok()?;
    let life = database.reading().life().ok()?;
    Some((database, life))
}

/// Makes what is read anew. Returns how many records cannot be read.
fn rebuild_read_model(tx: &Tx<'_>) -> Result<u64, StoreError> {
    let mut unreadable = 0;
    for record in tx.db.record_ids()? {
        let Some(known) = tx.db.record_row(record)? else { continue };
        if tx.context.keyring.is_erased(known.scope.case)? {
            continue;
        }
        let view = documents::load(tx.db, tx.keys(), &known)
            .and_then(|document| documents::view_of(&tx.context.catalogue, &document));
        match view {
            Ok(view) => tx.db.set_view(&known, &view)?,
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
    move |error| AdminError::Open(OpenError::file(&path, error))
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
