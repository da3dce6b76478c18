//! What was recorded, opened: changes and snapshots with the key of their scope, and the documents
//! they make. The store below knows sealed bytes only.

pub(crate) mod cache;
pub(crate) mod refused;

use std::collections::BTreeSet;

use model::catalogue::Catalogue;
use model::change::RawChange;
use model::document::Document;
use model::ids::{ChangeHash, DeviceId, FeedSeq, RecordId};

use crate::crypto::keys::Keys;
use crate::crypto::seal::SealingKey;
use crate::error::StoreError;
use crate::store::records::{RecordRow, SealedChange, Snapshot, View};
use crate::store::sqlite::Reading;

/// A stored change, opened.
pub(crate) struct StoredChange {
    pub(crate) seq: FeedSeq,
    pub(crate) author: DeviceId,
    pub(crate) hash: ChangeHash,
    pub(crate) bytes: Vec<u8>,
}

/// The changes of a record that can be read, and the numbers of those that cannot be.
pub(crate) struct Readable {
    pub(crate) changes: Vec<StoredChange>,
    /// In their order: what does not open, and what follows it.
    pub(crate) unreadable: Vec<FeedSeq>,
}

/// Seals a change of a record.
pub(crate) fn seal_change(
    key: &SealingKey,
    record: RecordId,
    hash: &ChangeHash,
    bytes: &[u8],
) -> Result<Vec<u8>, StoreError> {
    key.seal(&[&bound_to_change(record, hash)], bytes)
}

/// Seals a document as the snapshot of its record.
pub(crate) fn seal_snapshot(
    key: &SealingKey,
    known: &RecordRow,
    document: &Document,
) -> Result<Vec<u8>, StoreError> {
    let saved = document.automerge().save_nocompress();
    key.seal(&[&bound_to_snapshot(known.id, known.last_seq)], &saved)
}

/// Opens one change by its number.
pub(crate) fn change_at(
    db: &Reading<'_>,
    key: &SealingKey,
    record: RecordId,
    at: FeedSeq,
) -> Result<StoredChange, StoreError> {
    db.change_at(at, |sealed| open_change(key, record, &sealed))
}

/// Opens the changes of a record after a number, in order.
pub(crate) fn changes_after(
    db: &Reading<'_>,
    key: &SealingKey,
    record: RecordId,
    after: FeedSeq,
) -> Result<Vec<StoredChange>, StoreError> {
    let mut changes = Vec::new();
    db.each_change_after(record, after, |sealed| {
        changes.push(open_change(key, record, &sealed)?);
        Ok(())
    })?;
    Ok(changes)
}

/// Opens the changes of a record of which something may not open: it must not keep the rest from
/// being shown.
pub(crate) fn readable_after(
    db: &Reading<'_>,
    key: &SealingKey,
    record: RecordId,
    after: FeedSeq,
) -> Result<Readable, StoreError> {
    let mut found = Readable { changes: Vec::new(), unreadable: Vec::new() };
    let mut lost = BTreeSet::new();
    db.each_change_after(record, after, |sealed| {
        let opened = match open_change(key, record, &sealed) {
            Ok(change) => RawChange::inspect(&change.bytes).ok().map(|raw| (change, raw)),
            Err(StoreError::Damaged(_)) => None,
            Err(error) => return Err(error),
        };
        match opened {
            Some((change, raw)) if !raw.deps().iter().any(|dep| lost.contains(dep)) => {
                found.changes.push(change);
            }
            _ => {
                lost.insert(sealed.hash);
                found.unreadable.push(sealed.seq);
            }
        }
        Ok(())
    })?;
    Ok(found)
}

/// Opens a snapshot of a record.
pub(crate) fn snapshot_bytes(
    db: &Reading<'_>,
    key: &SealingKey,
    record: RecordId,
    snapshot: Snapshot,
) -> Result<Vec<u8>, StoreError> {
    let sealed = db.sealed_snapshot(record, snapshot)?;
    key.open(&[&bound_to_snapshot(record, snapshot.made_seq)], &sealed)
}

/// Makes a record's document: the newest snapshot and what came after it.
pub(crate) fn load(
    db: &Reading<'_>,
    keys: Keys<'_>,
    known: &RecordRow,
) -> Result<Document, StoreError> {
    let key = keys.key(&known.scope)?;
    let newest = db.snapshot_before(known.id, FeedSeq(u64::MAX))?;
    if let Some(newest) = newest {
        let from_snapshot = || {
            let mut document = Document::load(&snapshot_bytes(db, &key, known.id, newest)?)
                .map_err(|_| StoreError::Damaged("a snapshot cannot be read"))?;
            let later = changes_after(db, &key, known.id, newest.made_seq)?;
            document
                .apply(later.iter().map(|change| &change.bytes))
                .map_err(|_| StoreError::Damaged("a change does not follow its snapshot"))?;
            Ok::<_, StoreError>(document)
        };
        // A snapshot is disposable: whatever is wrong with it, the changes are the truth.
        if let Ok(document) = from_snapshot() {
            return Ok(document);
        }
    }
    load_from_changes(db, keys, known)
}

/// Makes a record's document of its changes alone.
fn load_from_changes(
    db: &Reading<'_>,
    keys: Keys<'_>,
    known: &RecordRow,
) -> Result<Document, StoreError> {
    let key = keys.key(&known.scope)?;
    let changes = changes_after(db, &key, known.id, FeedSeq(0))?;
    Document::from_changes(changes.iter().map(|change| &change.bytes))
        .map_err(|_| StoreError::Damaged("a record's changes do not make a document"))
}

/// Makes as much of a record's document as can be read, to show it; and says how many of its changes
/// are left out. Nothing is written to such a record: see [`load`].
pub(crate) fn load_readable(
    db: &Reading<'_>,
    keys: Keys<'_>,
    known: &RecordRow,
) -> Result<(Document, u64), StoreError> {
    match load(db, keys, known) {
        Ok(document) => return Ok((document, 0)),
        Err(StoreError::Damaged(_)) => {}
        Err(error) => return Err(error),
    }
    let found = readable_after(db, &*keys.key(&known.scope)?, known.id, FeedSeq(0))?;
    let document = Document::from_changes(found.changes.iter().map(|change| &change.bytes))
        .map_err(|_| StoreError::Damaged("a record's changes do not make a document"))?;
    Ok((document, found.unreadable.len() as u64))
}

/// Returns what the read model shows of a document.
pub(crate) fn view_of(catalogue: &Catalogue, document: &Document) -> Result<View, StoreError> {
    let record = document
        .record(catalogue)
        .map_err(|_| StoreError::Damaged("a document is not a record"))?;
    Ok(View::of(&record))
}

fn open_change(
    key: &SealingKey,
    record: RecordId,
    change: &SealedChange<'_>,
) -> Result<StoredChange, StoreError> {
    let bytes = key.open(&[&bound_to_change(record, &change.hash)], change.sealed)?;
    let SealedChange { seq, author, hash, .. } = *change;
    Ok(StoredChange { seq, author, hash, bytes })
}

/// Returns what a change's sealed bytes are bound to.
fn bound_to_change(record: RecordId, hash: &ChangeHash) -> Vec<u8> {
    [b"change".as_slice(), record.as_bytes(), &hash.0].concat()
}

/// Returns what a snapshot's sealed bytes are bound to.
fn bound_to_snapshot(record: RecordId, made: FeedSeq) -> Vec<u8> {
    [b"snapshot".as_slice(), record.as_bytes(), &made.0.to_be_bytes()].concat()
}
